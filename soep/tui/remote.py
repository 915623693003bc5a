"""What hot keys and pedals ask for (`soep ctl`), done on the screens as if its key had been pressed there."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from soep.errors import SoepError, unexpected
from soep.i18n import _
from soep.tui.screens.consent import ConsentScreen
from soep.tui.screens.dictate import DictateScreen
from soep.tui.screens.record import RecordScreen
from soep.workflow.control import Answer, Command, Control
from soep.workflow.dictating import Dictation, Step
from soep.workflow.live import Phase

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

ASKED_WITHIN_S = 2.0
"""Nobody asks a patient and hears the answer within this time."""


class Remote:
    """Listens while the store is unlocked.

    Args:
        app: where it is done.
    """

    def __init__(self, app: SoepApp) -> None:
        self._app = app
        self._control: Control | None = None

    def open(self) -> None:
        """Listen from now on; where that is impossible, the application does without and says so."""
        try:
            self._control = Control(self._app.settings.home, self._obey)
        except SoepError as error:
            self._app.complain(error)

    def close(self) -> None:
        """Listen no more."""
        control, self._control = self._control, None
        if control is not None:
            control.close()

    def _obey(self, command: Command) -> Answer:
        """Called on the thread that listens."""
        try:
            answer: Answer = self._app.call_from_thread(self._do, command)
        except RuntimeError:  # the application is closing
            return Answer(_("soep wordt afgesloten."), done=False)
        except NoMatches:  # a screen that is being drawn
            return Answer(_("Het scherm is nog niet klaar. Probeer het opnieuw."), done=False)
        except Exception as error:  # whatever it is, the next command must find somebody who listens
            return Answer(str(unexpected(error)), done=False)
        return answer

    def _do(self, command: Command) -> Answer | Awaitable[Answer]:
        match command:
            case Command.START:
                return self._start()
            case Command.NEXT:
                return self._next()
            case Command.FIELD:
                return self._field()
        dictation = self._app.workplace.dictation
        if dictation is not None and dictation.step is Step.LISTENING:
            return _to_dictation(dictation, command)
        recording = self._app.workplace.recording
        if recording is None:
            return Answer(_("Er loopt geen opname."), done=False)
        if command is Command.STOP:
            recording.stop()
            return Answer(_("De opname is gestopt; het concept wordt gemaakt."))
        if recording.phase is Phase.PAUSED:
            recording.resume()
            return Answer(_("De opname gaat verder."))
        recording.pause()
        return Answer(_("De opname staat op pauze."))

    def _start(self) -> Answer:
        """Ask for consent on the screen; asked again while that question stands, who is chosen there has agreed."""
        if self._app.workplace.recording is not None:
            return Answer(_("Er loopt al een opname."), done=False)
        if self._is_dictating:
            return Answer(_("Er loopt een dictaat. Maak dat eerst af."), done=False)
        screens = self._app.screen_stack
        if isinstance(screens[-1], ConsentScreen) and isinstance(screens[-2], RecordScreen):
            return _agreed(screens[-1])
        if isinstance(screens[-1], RecordScreen) and screens[-1].is_beginning:
            return Answer(_("Er begint al een opname."), done=False)
        self._ask()
        return Answer(_("Vraag de patiënt om toestemming. Nogmaals start: de patiënt is akkoord."))

    @property
    def _is_dictating(self) -> bool:
        """Whether what is said now goes to another consult."""
        shown = any(isinstance(screen, DictateScreen) for screen in self._app.screen_stack)
        return shown or self._app.workplace.dictation is not None

    def _next(self) -> Answer:
        recording = self._app.workplace.recording
        if recording is None:
            return self._start()
        recording.stop()
        self._ask()
        return Answer(_("De opname is gestopt. Vraag de volgende patiënt om toestemming."))

    def _ask(self) -> None:
        screen = self._app.screen
        if isinstance(screen, RecordScreen):
            screen.action_next()
        else:
            self._app.push_screen(RecordScreen())

    async def _field(self) -> Answer:
        from soep.tui.screens.approve import ApproveScreen  # noqa: PLC0415 - the first screen need not wait for it

        screen = self._app.screen
        if not isinstance(screen, ApproveScreen):
            return Answer(_("Open eerst het goedgekeurde verslag."), done=False)
        refusal = await screen.next_field()
        return Answer(refusal, done=False) if refusal else Answer(_("Het volgende veld staat op het klembord."))


def _agreed(question: ConsentScreen) -> Answer:
    """Whoever is chosen there agrees, unless nobody can have asked yet: a key or a pedal may bounce."""
    if question.asked_at_s is None or time.monotonic() - question.asked_at_s < ASKED_WITHIN_S:
        return Answer(_("Vraag de patiënt eerst om toestemming, en geef dan nogmaals start."), done=False)
    refusal = question.agree(question.chosen)
    return Answer(refusal, done=False) if refusal else Answer(_("De toestemming is vastgelegd; de opname begint."))


def _to_dictation(dictation: Dictation, command: Command) -> Answer:
    if command is Command.STOP:
        dictation.stop()
        return Answer(_("Het dictaat is klaar; het wordt uitgeschreven."))
    return Answer(_("Een dictaat kan niet op pauze."), done=False)

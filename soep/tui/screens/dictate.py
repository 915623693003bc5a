"""Adding to a draft by dictation: once to speak, once more when all is said.

A terminal does not tell when a key is let go, so that it cannot be held while speaking.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, Static

from soep.errors import SoepError
from soep.export.report import clock
from soep.i18n import _, ngettext
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.level_meter import LevelMeter
from soep.workflow.dictating import Dictation, Step

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

LOOK_EVERY_S = 0.1


class DictateScreen(Dialog[bool]):
    """Listens from the start; True when lines or words were added.

    Args:
        consult_id: of a consult with a draft.
        note: the problem that the lines go to; None takes the last that is not approved.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,p", "stop", _("Klaar"), id="dictate.stop", tooltip=_("Alles is gezegd")),
        Binding("escape", "cancel", _("Vergeet het"), id="dictate.cancel", tooltip=_("Er wordt niets toegevoegd")),
    ]

    def __init__(self, consult_id: str, note: int | None = None) -> None:
        super().__init__()
        self._consult_id = consult_id
        self._note = note
        self._dictation: Dictation | None = None

    def compose(self) -> ComposeResult:
        """What to do, and how loud it is."""
        with Vertical(id="dictate"):
            yield Label("", id="dictate-state")
            yield LevelMeter("", id="dictate-level")
            yield Static(
                _("Bijvoorbeeld: “RR 140 over 85, longen schoon.” Spatie als u klaar bent."), id="dictate-text"
            )
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to listen."""
        app = cast("SoepApp", self.app)
        try:
            self._dictation = app.workplace.dictate(
                self._consult_id, partial(app.input_devices.open, app.microphone), self._note
            )
        except SoepError as error:
            app.complain(error)
            self.dismiss(False)
        else:
            self.set_interval(LOOK_EVERY_S, self._look)

    def action_stop(self) -> None:
        """All is said."""
        if self._dictation is not None:
            self._dictation.stop()

    def action_cancel(self) -> None:
        """Leave nothing of it."""
        if self._dictation is not None:
            self.run_worker(self._dictation.cancel, thread=True, exit_on_error=False)
        self.dismiss(False)

    def _look(self) -> None:
        dictation = self._dictation
        if dictation is None or not self.is_current:
            return
        state = self.query_one("#dictate-state", Label)
        match dictation.step:
            case Step.LISTENING:
                if dictation.level is None:
                    state.update(_("De microfoon wordt geopend…"))
                    return
                state.update(_("● Spreek maar  {time}").format(time=clock(dictation.elapsed_s)))
                self.query_one(LevelMeter).show([dictation.level], [""])
            case Step.WRITING:
                state.update(_("Wordt uitgeschreven…"))
            case step:
                self._ended(dictation, step)

    def _ended(self, dictation: Dictation, step: Step) -> None:
        app, count = cast("SoepApp", self.app), dictation.lines_added
        self._dictation = None
        if dictation.trouble is not None:
            app.complain(dictation.trouble)
        elif count:
            self.notify(ngettext("{count} regel erbij.", "{count} regels erbij.", count).format(count=count))
        else:
            self.notify(_("Niets voor een regel gehoord; wat u zei staat onder het concept."))
        self.dismiss(step is Step.ADDED)

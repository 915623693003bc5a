"""Recording a consult or a dictation."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from soep.audio.record import Sound
from soep.errors import DeviceError, SoepError
from soep.i18n import _
from soep.tui import recording_words as words
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import Agreed, ConsentScreen
from soep.tui.screens.devices import DevicesScreen
from soep.tui.widgets.growing import Growing
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.level_meter import LevelMeter
from soep.types import Consent, ConsentBy
from soep.workflow import erasing
from soep.workflow.live import Live, OpenSound, Phase, Plan

LOOK_EVERY_S = 0.1


class RecordScreen(SoepScreen[None]):
    """Records until it is stopped; ``dictation`` records the GP's own voice and asks no consent.

    What is recorded goes on when this screen is left; opened again, it shows what runs.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", _("Pauze"), id="record.pause", tooltip=_("Even niets opnemen, en weer verder")),
        Binding("s", "stop", _("Stop"), id="record.stop", tooltip=_("Stoppen en het concept afmaken")),
        Binding("n", "next", _("Volgende"), id="record.next", tooltip=_("Stoppen, en het volgende consult opnemen")),
        Binding("w", "erase", _("Stop en wis"), id="record.erase", tooltip=_("Stoppen, en er niets van bewaren")),
        Binding("m", "microphone", _("Microfoon"), id="record.microphone", tooltip=_("Een andere microfoon")),
        Binding("t", "hide", _("Tekst"), id="record.hide", tooltip=_("De tekst verbergen of tonen")),
        Binding("escape", "leave", _("Naar de lijst"), id="record.leave", tooltip=_("Een opname loopt door")),
    ]

    def __init__(self, *, dictation: bool = False) -> None:
        super().__init__()
        self.dictation = dictation
        self._live: Live | None = None
        self._plan: Plan | None = None
        self._with_system = False
        self._system = ""
        self._version = -1
        self._is_asking = False

    def compose(self) -> ComposeResult:
        """Time and level over the conversation and the draft."""
        with Horizontal(id="record-top"):
            yield Label("", id="record-state")
            yield Label("", id="record-about", markup=False)
        yield LevelMeter("", id="record-level")
        yield Static("", id="record-notice", markup=False)
        with Horizontal(id="record-text"):
            with Vertical(classes="record-column"):
                yield Label(_("Gesprek"), classes="record-head")
                yield Growing(id="record-said")
            with Vertical(classes="record-column"):
                yield Label(_("Concept"), classes="record-head")
                yield Growing(id="record-draft")
        yield Static(_("De tekst is verborgen; t toont haar weer."), id="record-hidden")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what runs, or begin."""
        self.set_interval(LOOK_EVERY_S, self._look)
        self.set_class(self.soep.text_hidden, "hidden-text")
        running = self.workplace.recording
        if running is not None:
            self._show(running)
        else:
            self._ask()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that can do nothing now are not shown."""
        phase = self._live.phase if self._live is not None else None
        if action in {"pause", "stop", "erase", "microphone"}:
            return phase is not None and phase.is_open
        if action == "next":
            return phase is not None
        return True

    @property
    def is_beginning(self) -> bool:
        """Whether the microphone does not listen yet."""
        return self._live is None

    # --- beginning ----------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self.dictation:
            self._begin(Plan(Consent(ConsentBy.NOT_NEEDED, self.desk.now())))
            return

        def agreed(answer: Agreed | None) -> None:
            if answer is None:
                self.dismiss()
                return
            self._with_system = answer.system_sound
            self._begin(Plan(answer.consent, answer.about))

        self.app.push_screen(ConsentScreen(lambda: bool(self._system_device())), agreed)

    def _system_device(self) -> str:
        return next((one.name for one in self.soep.input_devices.names() if one.is_system), "")

    def _begin(self, plan: Plan) -> None:
        self._plan = plan
        self._say(_("De microfoon wordt geopend…"))
        self._open(plan, self._opener)

    @work(thread=True, exit_on_error=False)
    def _open(self, plan: Plan, open_sound: OpenSound) -> None:
        """On a thread: a device may take a moment."""
        try:
            live = self.workplace.record(plan, open_sound)
        except SoepError as error:
            self.app.call_from_thread(self._refused, error)
        else:
            self.app.call_from_thread(self._show, live)

    def _refused(self, error: SoepError) -> None:
        """Nothing was begun: let the user choose another microphone for the same consult, where that helps."""
        self.soep.complain(error)
        if not isinstance(error, DeviceError):
            self.dismiss()
            return
        self._say(_("Er wordt niets opgenomen."))

        def chosen(name: str | None) -> None:
            if name is None or self._plan is None:
                self.dismiss()
                return
            self.soep.microphone = name
            self._begin(self._plan)

        self.app.push_screen(DevicesScreen(self.soep.input_devices.names(), self.soep.microphone), chosen)

    @property
    def _opener(self) -> OpenSound:
        return partial(self._open_sound, self.soep.microphone)

    def _open_sound(self, microphone: str) -> Sound:
        """On a thread."""
        self._system = self._system_device() if self._with_system else ""
        return self.soep.input_devices.open(microphone, self._system)

    def _show(self, live: Live) -> None:
        self._live = live
        self.dictation = live.plan.is_dictation
        self._version = -1
        self.query_one("#record-about", Label).update(words.about(live.plan))
        self.refresh_bindings()
        self._look()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_pause(self) -> None:
        """Pause or go on."""
        live = self._live
        if live is not None:
            live.resume() if live.phase is Phase.PAUSED else live.pause()
            self._look()

    def action_stop(self) -> None:
        """Save it; the note opens when its draft is ready."""
        if self._live is not None:
            self._live.stop()

    def action_next(self) -> None:
        """Save it and begin the next, which is a consult and needs consent; its draft is finished in the background."""
        self.dictation = False
        if self._live is not None:
            self._live.stop()
        self._live = None
        self._plan = None
        self._show_text((), ())
        self._say("")
        self.query_one("#record-about", Label).update("")
        self.query_one(LevelMeter).update("")
        self.refresh_bindings()
        self._ask()

    def action_erase(self) -> None:
        """Leave nothing of it, after a question."""
        live = self._live

        def answered(sure: bool | None) -> None:
            self._is_asking = False
            if sure and live is not None and not live.erase():
                self._delete(live)

        self._is_asking = True
        self.app.push_screen(
            ConfirmScreen(
                _("De opname stoppen en wissen?"),
                _("Wissen"),
                _("Er blijft niets van bewaard. De opname loopt door tot u kiest."),
            ),
            answered,
        )

    def _delete(self, live: Live) -> None:
        """It had ended while the question stood: what was kept of it goes too."""
        self._live = None
        with self.told():
            erasing.delete(self.desk, live.consult_id)
            self.notify(words.ending(Phase.ERASED))
        self.dismiss()

    def action_microphone(self) -> None:
        """Another microphone, while the recording goes on."""

        def chosen(name: str | None) -> None:
            if name is not None and self._live is not None:
                self.soep.microphone = name
                self._live.use(self._opener)

        self.app.push_screen(DevicesScreen(self.soep.input_devices.names(), self.soep.microphone), chosen)

    def action_hide(self) -> None:
        """Keep the text from other eyes, or show it; the next recording does the same."""
        self.soep.text_hidden = not self.soep.text_hidden
        self.set_class(self.soep.text_hidden, "hidden-text")

    def action_leave(self) -> None:
        """To the list; a recording goes on."""
        self.dismiss()

    # --- looking ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        live = self._live
        if live is None or not self.is_attached:
            return
        phase = live.phase
        self._say(words.state(live))
        self._warn(words.warning(live))
        self.set_class(phase is Phase.PAUSED, "paused")
        if phase.is_open:
            names = [self.soep.microphone or _("microfoon van het systeem"), self._system]
            self.query_one(LevelMeter).show(live.level, names)
        picture = live.picture
        if picture.version != self._version:
            self._version = picture.version
            self._show_text(words.said(picture), words.draft(picture))
        if phase.is_over and self.is_current and not self._is_asking:
            self._ended(live)

    def _ended(self, live: Live) -> None:
        self._live = None
        if live.phase is Phase.DRAFTED:
            from soep.tui.screens.consult import ConsultScreen  # noqa: PLC0415 - only where it is shown

            self.app.switch_screen(ConsultScreen(live.consult_id))
            return
        if live.phase is Phase.FAILED and live.trouble is not None:
            self.soep.complain(live.trouble)
        else:
            self.notify(words.ending(live.phase))
        self.dismiss()

    def _show_text(self, said: words.Items, draft: words.Items) -> None:
        self.query_one("#record-said", Growing).show(said)
        self.query_one("#record-draft", Growing).show(draft)

    def _say(self, text: str) -> None:
        label = self.query_one("#record-state", Label)
        if label.content != text:
            label.update(text)
            self.refresh_bindings()

    def _warn(self, text: str) -> None:
        notice = self.query_one("#record-notice", Static)
        if notice.content != text:
            notice.update(text)
            notice.set_class(bool(text), "shown")

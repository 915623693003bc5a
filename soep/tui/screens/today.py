"""Home: the consults of today and earlier, how far the work on them is, and the way to everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label, OptionList, Static
from textual.worker import get_current_worker

from soep.engine.supervisor import Engine
from soep.errors import CancelledError, InputError, SoepError
from soep.i18n import _, ngettext
from soep.store.consults import Row
from soep.tui import recording_words
from soep.tui.messages import ConsultChanged
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.widgets.consult_list import ConsultHead, ConsultList, State, state_of
from soep.tui.widgets.guide import Guide, Practice
from soep.tui.widgets.key_bar import KeyBar
from soep.types import Status
from soep.workflow import erasing, practice, state
from soep.workflow.importing import Import

FIRST = 300
"""Consults that are shown at first; more when the cursor comes near their end."""
NEAR_END = 30
SEARCH_AFTER_S = 0.15
LOOK_EVERY_S = 10.0
"""Commands in another window change the store too."""
RECORDING_EVERY_S = 0.5
STATUS_EVERY_S = 60.0


class TodayScreen(SoepScreen[None]):
    """The list."""

    HAS_GUIDE_LINE = False
    AUTO_FOCUS = ""  # the list gets it when there is something in it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "record", _("Opnemen"), id="today.record", tooltip=_("Een consult opnemen")),
        Binding("d", "dictate", _("Dictaat"), id="today.dictate", tooltip=_("Alleen zelf inspreken")),
        Binding("i", "import", _("Inlezen"), id="today.import", tooltip=_("Opnamen van de schijf inlezen")),
        Binding("slash", "search", _("Zoeken"), id="today.search", tooltip=_("Zoeken in alle consulten")),
        Binding("v", "again", _("Verwerken"), id="today.again", tooltip=_("Het consult opnieuw verwerken")),
        Binding("x", "stop", _("Stoppen"), id="today.stop", tooltip=_("Het verwerken van dit consult stoppen")),
        Binding("delete,backspace", "delete", _("Wissen"), id="today.delete", tooltip=_("Het consult voorgoed wissen")),
        Binding("c", "figures", _("Cijfers"), id="today.figures", tooltip=_("Uw eigen cijfers")),
        Binding("s", "settings", _("Instellingen"), id="today.settings", tooltip=_("De instellingen")),
        Binding("m", "install", _("Modellen"), id="today.install", tooltip=_("De modellen installeren die ontbreken")),
        Binding("o", "practise", _("Oefenen"), id="today.practise", tooltip=_("Oefenen met een meegeleverd consult")),
        Binding("p", "stop_practising", _("Sluiten"), id="today.stop_practising", tooltip=_("Oefenen sluiten")),
        Binding("escape", "leave_search", _("Zoeken sluiten"), id="today.leave_search", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._limit = FIRST
        self._may_have_more = False
        self._models_missing = False

    def compose(self) -> ComposeResult:
        """A list under a field to search, over a line that says how things stand."""
        with Horizontal(id="today-top"):
            yield Label("", id="today-title")
            yield Label("", id="today-recording")
        yield Guide("", id="today-guide")
        yield Input(placeholder=_("Zoek in herkenningswoord, nummer en verslag"), id="today-search", disabled=True)
        yield ConsultHead(id="today-head")
        yield ConsultList(self._state_of, id="consults")
        yield Static("", id="today-empty")
        yield Static("", id="today-status", markup=False)
        yield KeyBar(rows=2)

    def on_mount(self) -> None:
        """Look now, and again now and then."""
        for seconds, look in (
            (LOOK_EVERY_S, self._load),
            (STATUS_EVERY_S, self._look_around),
            (RECORDING_EVERY_S, self._show_recording),
        ):
            self.set_interval(seconds, partial(self._when_seen, look))

    def on_screen_resume(self) -> None:
        """Another screen may have changed things."""
        self._load()
        self._look_around()
        self._show_recording()

    def on_consult_changed(self, message: ConsultChanged) -> None:
        """Only its line changes; one that is new or gone changes the list.  Under another screen nothing does."""
        if self.app.screen is not self:
            return
        try:
            row = self.desk.row(message.consult_id)
        except InputError:
            row = None
        except SoepError:
            return  # the store was locked meanwhile
        if row is not None and self._list.holds(row.id):
            self._list.update_row(row)
            self._show_guide()
        else:
            self._load()

    @on(OptionList.OptionHighlighted)
    def moved(self, event: OptionList.OptionHighlighted) -> None:
        """Other keys for another consult; near the end of the list comes more of it."""
        self.refresh_bindings()
        if self._may_have_more and event.option_index >= event.option_list.option_count - NEAR_END:
            self._may_have_more = False
            self._limit *= 2
            self._load()

    @on(OptionList.OptionSelected)
    def chosen(self) -> None:
        """Enter or a click opens it; one that is being recorded goes back to its recording."""
        row = self._list.row
        if row is None:
            return
        if row.status is Status.RECORDING:
            self.action_record()
            return
        from soep.tui.screens.consult import ConsultScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(ConsultScreen(row.id))

    @on(Input.Changed, "#today-search")
    def typed(self) -> None:
        """Search while the user types."""
        self._limit = FIRST
        self._load(after_s=SEARCH_AFTER_S)

    @on(Input.Submitted, "#today-search")
    def found(self) -> None:
        """On to what was found."""
        self.set_focus(self._list)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do nothing for this consult are not shown."""
        if action in {"practise", "stop_practising"}:
            return self._is_practising == (action == "stop_practising") or (
                action == "practise" and self.practice_row() is None
            )
        if action == "install":
            return self._models_missing
        if action not in {"again", "stop", "delete"}:
            return True
        row = self._list.row if self.is_mounted else None
        if row is None:
            return False
        busy = self.workplace.progress(row.id) is not None
        waits = row.status is Status.PROCESSING and not self.workplace.worklist.was_stopped(row.id)
        if action == "stop":
            return (busy or waits) and not self.workplace.is_finishing(row.id)
        if action == "again":
            return not busy and not waits and row.status in {Status.PROCESSING, Status.FAILED, Status.DRAFT}
        return row.status is not Status.RECORDING

    def action_record(self) -> None:
        """Record a consult."""
        from soep.tui.screens.record import RecordScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(RecordScreen())

    def action_dictate(self) -> None:
        """Record the GP alone."""
        from soep.tui.screens.record import RecordScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(RecordScreen(dictation=True))

    def action_import(self) -> None:
        """Recordings from disk."""
        from soep.tui.screens.importing import ImportScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(ImportScreen())

    def action_figures(self) -> None:
        """The user's own figures."""
        from soep.tui.screens.figures import FiguresScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(FiguresScreen())

    def action_settings(self) -> None:
        """The settings."""
        from soep.tui.screens.settings import SettingsScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(SettingsScreen())

    def action_practise(self) -> None:
        """Read the practice consult, or show the steps again."""
        self.soep.practice.is_open = True
        self._show_guide()
        if self.practice_row() is None:
            self._read_practice()

    def action_stop_practising(self) -> None:
        """Close the steps; they can be asked for again."""
        self.soep.practice.is_open = False
        self._show_guide()

    def action_install(self) -> None:
        """The models that are missing."""
        from soep.tui.screens.installing import InstallScreen  # noqa: PLC0415 - the first screen need not wait for it

        self.app.push_screen(InstallScreen(self.soep.settings.models))

    def action_search(self) -> None:
        """Open the field."""
        field = self.query_one("#today-search", Input)
        field.disabled = False  # closed it must not take keys: an empty list leaves it as the only thing to focus
        field.add_class("open")
        self.set_focus(field)  # at once: focus() comes after what was typed already

    def action_leave_search(self) -> None:
        """Back to all consults."""
        field = self.query_one("#today-search", Input)
        field.clear()
        field.remove_class("open")
        field.disabled = True
        self.set_focus(self._list)

    def action_again(self) -> None:
        """Process it once more."""
        if (row := self._list.row) is not None:
            self._do(row.id, "again")

    def action_stop(self) -> None:
        """Stop the work on it; the recording stays."""
        if (row := self._list.row) is not None:
            self._do(row.id, "stop")

    def action_delete(self) -> None:
        """Erase it, after a question."""
        row = self._list.row
        if row is None:
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self._do(row.id, "delete")

        name = row.label or row.problem or f"{row.created_at.astimezone():%H:%M}"
        self.app.push_screen(
            ConfirmScreen(
                _("Consult “{name}” voorgoed wissen?").format(name=name),
                _("Wissen"),
                _("Geluid, transcript en verslag gaan weg. Dit kan niet ongedaan gemaakt worden."),
            ),
            answered,
        )

    @work(thread=True, exit_on_error=False)
    def _do(self, consult_id: str, what: str) -> None:
        """On a thread: stopping the engine and erasing take a moment."""
        worklist = self.workplace.worklist
        try:
            if what == "again":
                worklist.again(consult_id)
            elif what == "stop":
                worklist.cancel(consult_id)
            else:
                self.workplace.abandon(consult_id)
                erasing.delete(self.desk, consult_id)
        except SoepError as error:
            self.app.call_from_thread(self.soep.complain, error)
        self.post_message(ConsultChanged(consult_id))

    @work(thread=True, exclusive=True, group="list", exit_on_error=False)
    def _load(self, after_s: float = 0.0) -> None:
        """On a thread: with ten thousand consults a search takes a tenth of a second."""
        worker = get_current_worker()
        if after_s and worker.cancelled_event.wait(after_s):
            return
        words = self.query_one("#today-search", Input).value
        try:
            rows = self.desk.find(words, limit=self._limit)
        except SoepError:
            return  # the store was locked meanwhile
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, rows, words)

    def _show(self, rows: list[Row], words: str) -> None:
        self._may_have_more = len(rows) == self._limit
        if not rows and not words.strip() and self.soep.practice.is_open is None:
            self.soep.practice.is_open = True
        self._list.show(rows, self.desk.now())
        if not words.strip():
            self.query_one("#today-title", Label).update(_heading(rows))
        self.set_class(not rows, "empty")
        if not rows and self.focused is self._list:  # which is hidden
            self.set_focus(None)
        elif rows and self.focused is None:
            self.call_after_refresh(self._list.focus)
        if not rows:
            self.query_one("#today-empty", Static).update(
                _("Niets gevonden. Zoek op een herkenningswoord, een nummer of woorden uit het verslag.")
                if words.strip()
                else _("Er zijn nog geen consulten. Neem er een op met n, of lees een opname in met i.")
            )
        self._show_guide()

    @property
    def _is_practising(self) -> bool:
        return bool(self.soep.practice.is_open)

    def _show_guide(self) -> None:
        guide = self.query_one(Guide)
        guide.display = self._is_practising
        if self._is_practising:
            guide.show(self.soep.practice, self.practice_row())
        self.refresh_bindings()

    @work(thread=True, exclusive=True, group="practice", exit_on_error=False)
    def _read_practice(self) -> None:
        """On a thread, with an engine of its own: what is being recognised goes on meanwhile."""
        try:
            with Engine(self.soep.settings) as engine:
                reading = Import(self.desk, engine)
                with self.workplace.importing(reading):
                    consult_id = practice.begin(self.desk, reading)
        except CancelledError:
            return
        except SoepError as error:
            self.app.call_from_thread(self.soep.complain, error)
            return
        self.soep.practice = Practice(is_open=True, consult_id=consult_id)
        self.workplace.worklist.look()
        self.post_message(ConsultChanged(consult_id))

    def _when_seen(self, look: Callable[[], object]) -> None:
        """What changes under a dialog would have that drawn again; it is looked at when this comes back."""
        if self.app.screen is self:
            look()

    def _show_recording(self) -> None:
        recording = self.workplace.recording
        line = recording_words.line(recording) if recording else ""
        label = self.query_one("#today-recording", Label)
        if line != label.content:
            label.update(line)

    @work(thread=True, exclusive=True, group="status", exit_on_error=False)
    def _look_around(self) -> None:
        """On a thread: the first look at the microphone and the weights takes a moment."""
        settings = self.soep.settings
        disk, microphone = state.disk(settings), state.microphone(self.soep.microphone)
        missing = [finding for finding in state.weights(settings) if not finding.works]
        parts = [
            f"{disk.subject}: {disk.found}",
            f"{microphone.subject}: {microphone.found}",
        ]
        advice = [finding.advice for finding in (disk, microphone) if not finding.works and finding.advice]
        if missing:
            parts.append(
                ngettext("{count} model ontbreekt", "{count} modellen ontbreken", len(missing)).format(
                    count=len(missing)
                )
            )
            advice = [_("Zonder modellen komt er geen concept. Installeer ze met m."), *advice]
        if host := self.soep.destination:
            advice = [_("Let op: de tekst van consulten gaat naar {host}.").format(host=host), *advice]
        self._models_missing = bool(missing)
        self.app.call_from_thread(self._show_status, "  ·  ".join(parts), advice)

    def _show_status(self, text: str, advice: list[str]) -> None:
        self.refresh_bindings()
        self.query_one("#today-status", Static).update("\n".join([text, *(f"! {line}" for line in advice)]))

    def _state_of(self, row: Row) -> State:
        worklist = self.workplace.worklist
        return state_of(row, self.workplace.progress(row.id), stopped=worklist.was_stopped(row.id))

    @property
    def _list(self) -> ConsultList:
        return self.query_one(ConsultList)


def _heading(rows: list[Row]) -> str:
    """The day in a sentence."""
    drafts = sum(row.status is Status.DRAFT for row in rows)
    if drafts:
        return ngettext("{count} concept om na te kijken", "{count} concepten om na te kijken", drafts).format(
            count=drafts
        )
    if any(row.status in {Status.RECORDING, Status.PROCESSING} for row in rows):
        return _("Er wordt nog aan een concept gewerkt")
    if any(row.status is Status.FAILED for row in rows):
        return _("Niet van elk consult is een concept gemaakt")
    return _("Alles is nagekeken") if rows else _("Welkom bij soep")

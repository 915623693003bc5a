"""One consult: what was said, and the note that rests on it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import ProgressBar, Static

from soep.errors import InputError, SoepError
from soep.export.report import clock
from soep.i18n import _
from soep.tui.messages import ConsultChanged
from soep.tui.screens import consult_keys
from soep.tui.screens.approve import ApproveScreen
from soep.tui.screens.changes import ChangesScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consult_forms import AboutScreen
from soep.tui.screens.consult_keys import EDITING, LINE_KEYS, NOTE_KEYS, SPEECH_KEYS
from soep.tui.screens.consult_note import NoteActions
from soep.tui.screens.consult_speech import SpeechActions
from soep.tui.screens.dictate import DictateScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.rows import RowList
from soep.types import About, Status
from soep.wording import stage_name, time_left
from soep.workflow import editing

_WORKING = {Status.PROCESSING, Status.RECORDING}
_NARROW_SOURCES = 2


class ConsultScreen(NoteActions, SpeechActions):
    """The transcript beside the note; one or the other where the terminal is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = consult_keys.BINDINGS

    def compose(self) -> ComposeResult:
        """The header, a line of what goes on, the two halves, and the sources of a line where only one half fits."""
        yield self.header
        with Horizontal(id="consult-strip"):
            yield Static(id="consult-work", markup=False)
        with Horizontal(id="consult-halves"):
            yield self.transcript
            yield self.note
        yield Static(id="consult-source", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Open it, which the log remembers once."""
        self._playing = ""
        self._bar: ProgressBar | None = None
        try:
            consult = self.desk.view(self.consult_id)
        except SoepError as error:
            self.soep.complain(error)
            self.call_after_refresh(self.leave)
            return
        self.show(consult)
        self._show_work()
        self.show_pane(speech=False)

    def on_screen_suspend(self) -> None:
        """What is played would be heard as what is said, where the screen above listens."""
        self.player.stop()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        self.player.stop()

    def on_resize(self) -> None:
        """Side by side, or not."""
        self.put_side_by_side()
        self._show_source()

    def on_screen_resume(self) -> None:
        """It may have been approved meanwhile."""
        if self.consult is not None and not self.is_opening:
            self.reload()

    @on(ConsultChanged)
    def consult_changed(self, event: ConsultChanged) -> None:
        """Work in the background went on, ended or failed; or several were erased, which has no id."""
        if event.consult_id not in {self.consult_id, ""} or self.consult is None:
            return
        worklist = self.workplace.worklist
        if (trouble := worklist.trouble(self.consult_id)) is not None:
            self.soep.complain(trouble)
        if self.workplace.progress(self.consult_id) is None or self.consult.status is not Status.PROCESSING:
            self.reload()
        self._show_work()

    def reload(self) -> None:
        """Show the consult as the store has it; one that is gone closes."""
        try:
            consult = self.desk.peek(self.consult_id)
        except InputError as error:
            self.soep.complain(error)
            self.leave_empty()
            return
        except SoepError as error:
            self.complain(error)
            return
        if not self.is_typing:  # what is being typed stays where it is; it is saved on what there is by then
            self.show(consult)
        elif not self.transcript.is_editing:  # it may have been erased
            self.transcript.show(consult.transcript)
        self._show_work()
        self.refresh_bindings()

    def keep_typed(self) -> None:
        """Save what is being typed, at once: this screen closes and handles no more messages."""
        if (written := self.note.take()) is not None:
            self.line_saved(written)
        if (said := self.transcript.take()) is not None:
            self.corrected(said)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do nothing here are not shown."""
        if self.is_typing and action in _ALL:
            return False
        if action in NOTE_KEYS and self.on_speech:
            return False
        if action in LINE_KEYS and not self.note.lines.has_focus:
            return False
        if action in SPEECH_KEYS and not self.on_speech:
            return False
        cuts = action == "remove" and self.on_speech  # which more states allow than editing
        if action in EDITING and not self.is_open and not cuts:
            return False
        if action == "stop":
            return self._is_worked_on()
        return action not in {"approve", "again"} or self.consult is not None

    @on(RowList.Moved)
    def moved(self, event: RowList.Moved) -> None:
        """Mark on the other side what belongs to what is selected."""
        if not event.rows.has_focus or self.focused is not event.rows:
            return
        if event.rows is self.transcript.said:
            self.note.lines.mark(self.note.resting_on({one.id for one in self.transcript.chosen}))
            self.transcript.mark(())
        else:
            self.transcript.mark(one.id for one in self.selected_utterances())
            self.note.lines.mark(())
        self._show_source()

    @on(RowList.Left)
    def left_list(self, event: RowList.Left) -> None:
        """Below the note lies the list of what stands in no line."""
        if event.rows is self.note.lines and event.step > 0 and self.note.unsaid.rows:
            self.set_focus(self.note.unsaid)
        elif event.rows is self.note.unsaid and event.step < 0:
            self.set_focus(self.note.lines)

    @on(RowList.Opened)
    def opened(self, event: RowList.Opened) -> None:
        """Clicked twice."""
        if event.rows is self.note.unsaid:
            self.action_add_unsaid()
        elif self.is_open:
            self.action_edit()

    def action_switch(self) -> None:
        """From the note to the transcript, and back."""
        self.show_pane(speech=not self.on_speech)

    def action_go_round(self, step: int) -> None:
        """To the next list: the lines, what stands in none, the transcript."""
        lists = self.lists()
        if lists:
            focused = next((place for place, rows in enumerate(lists) if rows.has_focus), -step)
            target = lists[(focused + step) % len(lists)]
            self.put_side_by_side(speech=target is self.transcript.said)
            self.set_focus(target)

    def action_edit(self) -> None:
        """The line, or the utterance."""
        if self.on_speech:
            self.correct()
        elif self.note.unsaid.has_focus:
            self.action_add_unsaid()
        else:
            self.edit_line()

    def action_remove(self) -> None:
        """The line, the item of the list below, or a stretch of the recording."""
        if self.on_speech:
            self.cut()
        elif self.note.unsaid.has_focus:
            self.dismiss_item()
        elif self.note.lines.has_focus:
            self.remove_line()

    def action_choose(self) -> None:
        """From here to the cursor, or no longer."""
        rows = self.transcript.said if self.on_speech else self.note.lines
        rows.choose(begin=not rows.is_choosing)

    def action_about(self) -> None:
        """Label, number, kind of contact."""
        consult = self.consult
        if consult is not None:
            about = About(consult.label, consult.patient_ref, consult.contact_type)
            self.app.push_screen(AboutScreen(about), self._set_about)

    def action_dictate(self) -> None:
        """Add lines to this problem by speaking."""
        self.stop_playing()
        note = self.current_note
        self.app.push_screen(DictateScreen(self.consult_id, note.id if note is not None else None))

    def action_changes(self) -> None:
        """What changed against the draft."""
        if self.consult is not None:
            self.app.push_screen(ChangesScreen(self.consult))

    def action_approve(self) -> None:
        """The notes as they will leave."""
        self.stop_playing()
        self.app.push_screen(ApproveScreen(self.consult_id))

    def action_again(self) -> None:
        """Once more through the engine, after asking when there is a note already."""
        if self.consult is not None and self.consult.working:
            question = ConfirmScreen(
                _("Dit consult opnieuw verwerken?"),
                _("Verwerken"),
                _("Regels die u schreef of wijzigde blijven; de andere worden opnieuw geschreven."),
            )
            self.app.push_screen(question, self._process_again)
        else:
            self._process_again(True)

    def action_stop(self) -> None:
        """Stop the work on this consult."""
        self.run_worker(self._stop_work, thread=True, exit_on_error=False)  # asking takes up to a second

    def action_back(self) -> None:
        """Stop choosing or listening, else back to the list."""
        choosing = [rows for rows in (self.note.lines, self.transcript.said) if rows.is_choosing]
        if choosing:
            for rows in choosing:
                rows.choose(begin=False)
        elif self.player.is_playing:
            self.stop_playing()
        else:
            self.dismiss()

    def show_playing(self, text: str) -> None:
        """What is listened to now."""
        self._playing = text
        self._show_work()

    def _stop_work(self) -> None:
        self.workplace.worklist.cancel(self.consult_id)
        self.post_message(ConsultChanged(self.consult_id))

    def _process_again(self, sure: bool | None) -> None:
        if sure:
            with self.told():
                self.workplace.worklist.again(self.consult_id)
                self.reload()

    def _set_about(self, about: About | None) -> None:
        if about is not None:
            with self.told():
                editing.name(self.desk, self.consult_id, about)
                self.reload()

    def _is_worked_on(self) -> bool:
        worklist = self.workplace.worklist
        waits = self.consult is not None and self.consult.status is Status.PROCESSING
        if self.workplace.is_finishing(self.consult_id):
            return False
        return worklist.is_redrafting(self.consult_id) or (waits and not worklist.was_stopped(self.consult_id))

    def _show_work(self) -> None:
        """The line of what goes on: the work on this consult, or what is listened to."""
        progress = self.workplace.progress(self.consult_id)
        text = self._work_text()
        strip = self.query_one("#consult-strip")
        if progress is not None and self._bar is None:  # most consults are opened when the work is done
            self._bar = ProgressBar(total=1.0, show_eta=False, id="consult-progress")
            strip.mount(self._bar)
        if self._bar is not None:
            self._bar.display = progress is not None
        if self._bar is not None and progress is not None:
            self._bar.update(progress=progress.share)
        self.query_one("#consult-work", Static).update(text)
        strip.display = bool(text)

    def _work_text(self) -> str:
        worklist, consult = self.workplace.worklist, self.consult
        progress = self.workplace.progress(self.consult_id)
        if progress is not None:
            redrafting = worklist.is_redrafting(self.consult_id)
            name = _("Regels opnieuw schrijven") if redrafting else stage_name(progress.stage)
            left = f", {time_left(progress.left_s)}" if progress.left_s is not None else ""
            return f"{name}{left}"
        if worklist.is_redrafting(self.consult_id):
            return _("Regels opnieuw schrijven: wacht tot een ander consult klaar is")
        if consult is not None and consult.status is Status.PROCESSING:
            stopped = worklist.was_stopped(self.consult_id)
            return _("Gestopt. Met ctrl+r opnieuw verwerken.") if stopped else _("Wacht op verwerking")
        if consult is not None and consult.status is Status.RECORDING:
            return _("Dit consult wordt nu opgenomen")
        return self._playing

    def _show_source(self) -> None:
        """Where the transcript is not in view: what the selected line rests on."""
        source = self.query_one("#consult-source", Static)
        said = [] if self.transcript.display else self.selected_utterances()
        if not said and not source.display:
            return
        source.display = bool(said)
        source.update("\n".join(f"{clock(one.start_s)} {one.text}" for one in said[:_NARROW_SOURCES]))


_ALL = {binding.action.split("(")[0] for binding in consult_keys.BINDINGS if not isinstance(binding, tuple)}

"""What the parts of the consult screen share: the consult as it is now, its panes, and how an edit is done."""

from __future__ import annotations

from collections.abc import Hashable

from soep.errors import SoepError
from soep.i18n import _
from soep.tui.screens.base import WIDE_FROM, SoepScreen, without_content
from soep.tui.widgets.consult_header import ConsultHeader
from soep.tui.widgets.note import NotePane, needs_look
from soep.tui.widgets.rows import RowList
from soep.tui.widgets.transcript import TranscriptPane
from soep.types import Consult, SoepNote, Status
from soep.workflow import editing
from soep.workflow.edits import Edit


class ConsultBase(SoepScreen[None]):
    """A consult with its panes; ``consult`` is None until it was opened."""

    AUTO_FOCUS = ""

    def __init__(self, consult_id: str) -> None:
        super().__init__()
        self.consult_id = consult_id
        self.consult: Consult | None = None
        self._speech = False
        self.header = ConsultHeader(id="consult-header")
        self.note = NotePane(id="consult-note")
        self.transcript = TranscriptPane(id="consult-transcript")

    @property
    def notes(self) -> tuple[SoepNote, ...]:
        """The notes as they are now."""
        return editing.notes_to_edit(self.consult) if self.consult is not None else ()

    @property
    def current_note(self) -> SoepNote | None:
        """The problem that the cursor is in; the first where it is nowhere."""
        place = self.note.place
        return next((note for note in self.notes if place and note.id == place.note), next(iter(self.notes), None))

    @property
    def is_open(self) -> bool:
        """Whether the note can be edited."""
        return self.consult is not None and self.consult.status in {Status.DRAFT, Status.FAILED}

    @property
    def is_typing(self) -> bool:
        """Whether a line is being edited."""
        return self.note.is_editing or self.transcript.is_editing

    @property
    def on_speech(self) -> bool:
        """Whether the transcript has the focus."""
        return self.transcript.said.has_focus or self.transcript.is_editing

    def show(self, consult: Consult) -> list[Hashable]:
        """Show the consult as it is now; gives the keys of the note's rows that changed."""
        self.consult = consult
        self.header.show(consult)
        self.transcript.show(consult.transcript)
        practice = self.soep.practice
        if self.consult_id == practice.consult_id and not (practice.was_checked or any(needs_look(self.notes))):
            practice.was_checked = True
            self._show_guide_line()
        return self.note.show(consult)

    def do(self, edit: Edit) -> bool:
        """Do and save an edit; what does not work is told, and gives False."""
        try:
            consult = editing.edit(self.desk, self.consult_id, edit)
        except SoepError as error:
            self.soep.complain(error)
            return False
        self.show(consult)
        return True

    def say(self, text: str) -> None:
        """A short message."""
        self.notify(text, timeout=4)

    def lists(self) -> list[RowList]:
        """The lists that tab goes round, those without rows left out."""
        found = [self.note.lines, self.note.unsaid, self.transcript.said]
        return [rows for rows in found if rows.rows]

    def show_pane(self, *, speech: bool) -> None:
        """Give the focus to the transcript or the note, and where only one fits, show that."""
        self.put_side_by_side(speech=speech)
        self.set_focus(self.transcript.said if speech else self.note.lines)

    def put_side_by_side(self, *, speech: bool | None = None) -> None:
        """Side by side where there is room, else the transcript, the note, or what was shown."""
        self._speech = speech = self._speech if speech is None else speech
        wide = self.size.width >= WIDE_FROM
        self.transcript.display = wide or speech
        self.note.display = wide or not speech

    def show_playing(self, text: str) -> None:
        """What is listened to now."""
        raise NotImplementedError

    def leave_empty(self) -> None:
        """The consult is gone: nothing of it stays on the screen, also where that closes later."""
        consult, said, note = self.consult, self.transcript, self.note
        if consult is not None:
            said.stop_editing()
            note.stop_editing()
            note.adding = None
            self.show(without_content(consult))
            self.query_one("#consult-source").display = False
        self.consult = None
        self.leave()

    def reload(self) -> None:
        """Show the consult as the store has it."""
        raise NotImplementedError

    def nothing_here(self) -> None:
        """The cursor stands on nothing that a key could work on."""
        self.say(_("Kies eerst een regel."))

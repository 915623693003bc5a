"""The ways out of the screen that approves: the clipboard, files, the folder of the EHR and referral letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from datetime import datetime

from textual import work
from textual.content import Content
from textual.widgets import Static

from soep.errors import SoepError, unexpected
from soep.export import fields, letter
from soep.export.fields import FieldText
from soep.export.write import write_files
from soep.i18n import _
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.letter import LetterScreen
from soep.tui.screens.patient import PatientScreen
from soep.tui.screens.save_as import SaveScreen
from soep.tui.widgets.approve_head import ApproveHead
from soep.tui.widgets.approve_rows import GUTTER, Place
from soep.tui.widgets.rows import RowList
from soep.types import About, Consult, SoepNote
from soep.workflow import delivery, editing, leaving
from soep.workflow.leaving import Parcel

CLIPBOARD = "klembord"
LETTER = "verwijsbrief"


class LeavingActions(SoepScreen[None]):
    """What the keys of the ways out do; ``consult`` is None until it was read."""

    def __init__(self, consult_id: str) -> None:
        super().__init__()
        self.consult_id = consult_id
        self.consult: Consult | None = None
        self.exports: list[tuple[datetime, str, str]] = []
        self.places: dict[Hashable, Place] = {}
        self.head = ApproveHead(id="approve-head")
        self.lines = RowList(gutter=GUTTER, id="approve-rows")
        self._copied: int | None = None
        self._taken: set[int] = set()
        self._is_sure = False
        self._one_at_a_time = asyncio.Lock()

    @property
    def notes(self) -> tuple[SoepNote, ...]:
        """The notes as they are now."""
        return editing.notes_to_edit(self.consult) if self.consult is not None else ()

    @property
    def leaving_notes(self) -> tuple[SoepNote, ...]:
        """The notes that may leave."""
        return self.consult.final if self.consult is not None else ()

    @property
    def can_leave(self) -> bool:
        """Whether anything may leave."""
        return bool(self.leaving_notes)

    @property
    def is_sure(self) -> bool:
        """Whether it is known whose note this is."""
        return self.consult is not None and (bool(self.consult.patient_ref) or self._is_sure)

    @property
    def place(self) -> Place | None:
        """What the cursor stands on."""
        row = self.lines.row
        return None if row is None else self.places.get(row.key)

    @property
    def sequence(self) -> list[tuple[SoepNote, FieldText]]:
        """What the next-field key copies, one after another."""
        profile = self.soep.settings.export.text
        return [(note, field) for note in self.leaving_notes for field in fields.fields(note, profile)]

    def reload(self) -> None:
        """Show the consult as the store has it."""
        raise NotImplementedError

    def forget_fields(self) -> None:
        """Begin again with the first field."""
        self._copied = None
        self._taken.clear()
        self.lines.mark(())

    def show_fields(self) -> None:
        """Which fields there are to copy, and which is on the clipboard."""
        shown = self.query_one("#approve-fields", Static)
        sequence = self.sequence
        shown.display = bool(sequence)
        if self._copied is not None and self._copied >= len(sequence):
            self._copied = None
            self._taken.clear()
        parts: list[Content] = []
        for place, (note, field) in enumerate(sequence):
            if len(self.leaving_notes) > 1 and (place == 0 or sequence[place - 1][0] is not note):
                parts.append(Content.styled(note.problem.text or _("(geen titel)"), "$foreground-muted"))
            parts.append(self._step(place, field))
        shown.update(Content("  ").join([Content(_("Veld voor veld (v):")), *parts]))

    def action_copy(self) -> None:
        """All notes as one text."""
        profile = self.soep.settings.export.text
        self.forget_fields()

        def text(consult: Consult) -> bytes:
            return "\n\n".join(fields.note_text(note, profile) for note in consult.final).encode()

        self._copy(Parcel(CLIPBOARD, text), lambda: _("Het hele verslag staat op het klembord."))

    def action_next_field(self) -> None:
        """The field after the one that was copied last; after the last the first."""
        self._copy_step(None)

    def action_copy_icpc(self) -> None:
        """The code of the problem under the cursor, or of the only one that has one."""
        chosen = self.place.note.id if self.place is not None else 0
        coded = [note for note in self.leaving_notes if fields.codes(note)]
        note = next((one for one in coded if one.id == chosen), coded[0] if coded else None)
        if note is not None:
            code = fields.codes(note)
            parcel = Parcel(f"{CLIPBOARD} ICPC", lambda _consult: code.encode(), whole=False)
            self._copy(parcel, lambda: _("ICPC {code} staat op het klembord.").format(code=code))

    def copy_place(self, place: Place) -> None:
        """The field that was clicked; the next-field key goes on from there."""
        found = [
            number
            for number, (note, field) in enumerate(self.sequence)
            if note.id == place.note.id and field.name == place.field
        ]
        if found:
            self._copy_step(found[0])

    @work
    async def action_save(self) -> None:
        """As a file."""
        if self.consult is None or not await self._right_patient():
            return
        saving = await self.app.push_screen_wait(SaveScreen(self.consult))
        if saving is not None:
            said = _("Bewaard: {file}").format(file=saving.file)
            await self._take(saving.parcel, saving.write, lambda: said)

    @work
    async def action_letter(self) -> None:
        """A referral letter with chosen lines."""
        if self.consult is None or not await self._right_patient():
            return
        writing = await self.app.push_screen_wait(
            LetterScreen(self.consult, self.place.note.id if self.place is not None else None)
        )
        if writing is None:
            return
        settings, file = self.soep.settings, writing.file
        parcel = Parcel(LETTER, lambda consult: letter.render(consult, writing.letter, settings), whole=False)
        said = _("Bewaard: {file}").format(file=file)
        await self._take(parcel, lambda content: write_files({file: content}), lambda: said)

    @work
    async def action_to_folder(self) -> None:
        """Into the folder that the EHR reads."""
        if not await self._right_patient():
            return
        try:
            done = await asyncio.to_thread(delivery.deliver, self.desk, self.consult_id)
        except SoepError as error:
            self.soep.complain(error)
            return
        except Exception as error:  # an exporter of somebody else may fail in any way
            self.soep.complain(unexpected(error))
            return
        text = _("Stond al in de map: {file}") if done.again else _("In de map gezet: {file}")
        self.notify(text.format(file=done.file.name), timeout=4)
        self.reload()

    @work
    async def _copy(self, parcel: Parcel, said: Callable[[], str]) -> None:
        if await self._right_patient():
            await self._take(parcel, self._put, said)

    @work
    async def _copy_step(self, number: int | None) -> None:
        if await self._right_patient():
            await self.copy_step(number)

    async def copy_step(self, number: int | None) -> bool:
        """The field of that number, or the next; one after another, however quickly they are asked for.

        Gives whether it is on the clipboard.
        """
        async with self._one_at_a_time:
            sequence = self.sequence
            if not sequence:
                return False
            if number is None:
                number = 0 if self._copied is None else (self._copied + 1) % len(sequence)
            note, field = sequence[number]
            which = f" {self.leaving_notes.index(note) + 1}" if len(self.leaving_notes) > 1 else ""
            is_all = self._taken | {number} >= set(range(len(sequence)))
            parcel = Parcel(f"{CLIPBOARD}{which} {field.name}", lambda _consult: field.text.encode(), is_all)
            if not await self._take(parcel, self._put, lambda: ""):
                return False
            self._copied = number
            self._taken.add(number)
            self._mark(note, field)
            self.show_fields()
            return True

    async def _take(self, parcel: Parcel, deliver: Callable[[bytes], None], said: Callable[[], str]) -> bool:
        """Take something out, on a thread: a disk or a clipboard may be slow."""
        try:
            await asyncio.to_thread(leaving.leave, self.desk, self.consult_id, parcel, deliver)
        except SoepError as error:
            self.soep.complain(error)
            return False
        except Exception as error:  # an exporter of somebody else may fail in any way
            self.soep.complain(unexpected(error))
            return False
        if text := said():
            self.notify(text, timeout=4)
        self.reload()
        return True

    def _put(self, content: bytes) -> None:
        self.soep.copies.put(content.decode())
        self.app.call_from_thread(self.soep.copies.clear_later)

    async def _right_patient(self) -> bool:
        """Whether the user is sure whose note this is; asked once, where there is no number."""
        consult = self.consult
        if consult is None:
            return False
        if self.is_sure:
            return True
        number = await self.app.push_screen_wait(PatientScreen(consult))
        if number is None:
            return False
        self._is_sure = True
        if number:
            with self.told():
                editing.name(self.desk, self.consult_id, About(consult.label, number, consult.contact_type))
            self.reload()
        return True

    def _step(self, place: int, field: FieldText) -> Content:
        if place == self._copied:
            return Content.styled(f"[{field.name}]", "bold reverse")
        done = place in self._taken
        return Content.styled(f"✓{field.name}" if done else field.name, "$text-success" if done else "bold")

    def _mark(self, note: SoepNote, field: FieldText) -> None:
        """Show in the note what is on the clipboard."""
        keys = [key for key, place in self.places.items() if place.note.id == note.id and place.field == field.name]
        if keys:
            self.lines.go_to(keys[0])
        self.lines.mark(keys)

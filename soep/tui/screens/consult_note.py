"""What the GP does to the lines of the note."""

from __future__ import annotations

from functools import partial

from textual import on

from soep.clinical.icpc import EMPTY, IcpcTable, read_table
from soep.i18n import _, ngettext
from soep.tui.screens.choice import Choice, ChoiceScreen
from soep.tui.screens.consult_base import ConsultBase
from soep.tui.screens.consult_forms import IcpcScreen, TitleScreen
from soep.tui.widgets.line_editor import LineEditor
from soep.tui.widgets.note import Adding
from soep.types import FIELDS, FieldName, NoteLine, SoepNote
from soep.workflow import editing, suggesting
from soep.workflow.edits import (
    AcceptFlags,
    AddLine,
    AddUnsaid,
    DismissUnsaid,
    JoinProblems,
    MoveLine,
    RemoveLine,
    SetIcpc,
    SetText,
    SplitProblem,
)

Target = tuple[int, FieldName]


class NoteActions(ConsultBase):
    """The keys of the note."""

    _table: IcpcTable | None = None

    def edit_line(self) -> None:
        """Edit the line or title under the cursor, or begin the first line of an empty field."""
        place = self.note.place
        if place is None:
            self.nothing_here()
        elif place.line is None:
            self.action_add()
        else:
            self.note.edit()

    def action_add(self) -> None:
        """Open a row for a new line below the cursor; from the transcript it rests on what is chosen there."""
        place = self.note.place
        evidence = tuple(one.id for one in self.transcript.chosen) if self.on_speech else ()
        note = self.current_note
        if note is None:
            return
        field: FieldName = place.field or "S" if place else "S"
        lines = note.lines(field)
        position = lines.index(place.line) + 1 if place and place.line in lines else 0
        self.show_pane(speech=False)
        self.note.add(Adding(note.id, field, position, evidence))

    @on(LineEditor.Saved, "#note-editor")
    def line_saved(self, event: LineEditor.Saved) -> None:
        """Keep what was typed; what cannot be kept stays to be mended."""
        adding, place = self.note.adding, self.note.place_of(event.key)
        if adding is not None:
            known = self._line_ids()
            edit = AddLine(adding.note, adding.field, event.text, adding.evidence, adding.position)
            if self.do(edit):
                self.note.end_adding()
                self.note.lines.go_to(next(iter(self._line_ids() - known), 0))
            elif event.text:
                self.note.editor.open(self.note.lines, event.key, event.text)
            else:
                self.note.end_adding()
        elif place is not None and place.line is not None and not self.do(SetText(place.line.id, event.text)):
            self.note.editor.open(self.note.lines, event.key, event.text)

    @on(LineEditor.Closed)
    def line_closed(self) -> None:
        """A new line that was not written goes; what happened meanwhile shows."""
        self.note.end_adding()
        self.reload()

    def remove_line(self) -> None:
        """Take the line out."""
        if (line := self._line()) is not None:
            self.do(RemoveLine(line.id))

    def dismiss_item(self) -> None:
        """Take an item off the list below the note: it need not be in it."""
        if (found := self.note.item) is not None:
            self.do(DismissUnsaid(found))

    def action_accept(self) -> None:
        """The flagged line is right as it is."""
        line = self._line()
        if line is not None and not line.flags:
            self.say(_("Bij deze regel staat geen markering."))
        elif line is not None:
            self.do(AcceptFlags(line.id))

    def action_next_flag(self) -> None:
        """To the next line that waits to be looked at, from the top again after the last."""
        found = self.note.flagged()
        if not found:
            self.say(_("Er staat geen markering meer open."))
            return
        self.show_pane(speech=False)
        rows = self.note.lines
        order = [row.key for row in rows.rows]
        here = rows.cursor if rows.cursor is not None else -1
        rows.go_to(next((key for key in found if order.index(key) > here), found[0]))

    def action_move(self) -> None:
        """Ask where the line goes: another field, or another problem."""
        place = self.note.place
        if place is None or place.line is None or place.field is None:
            self.nothing_here()
            return
        choices: list[Choice[Target]] = [
            Choice(field.lower(), self._field_name(field), (place.note, field))
            for field in FIELDS
            if field != place.field
        ]
        choices += [
            Choice(str(number), note.problem.text or _("(geen titel)"), (note.id, place.field))
            for number, note in enumerate(self.notes, start=1)
            if note.id != place.note
        ]
        self.app.push_screen(ChoiceScreen(_("Waar hoort deze regel?"), choices), partial(self._move_to, place.line))

    def action_shift(self, step: int) -> None:
        """One place up or down, over the edge into the next field."""
        place, note = self.note.place, self.current_note
        if place is None or place.line is None or place.field is None or note is None:
            self.nothing_here()
            return
        lines = note.lines(place.field)
        position = lines.index(place.line) + step
        if 0 <= position < len(lines):
            self.do(MoveLine(place.line.id, note.id, place.field, position))
            return
        beyond = FIELDS.index(place.field) + step
        if 0 <= beyond < len(FIELDS):
            self.do(MoveLine(place.line.id, note.id, FIELDS[beyond], 0 if step > 0 else None))

    def action_add_unsaid(self) -> None:
        """Put the item under the cursor into the note, or go to the list when the cursor is elsewhere."""
        if not self.note.unsaid.has_focus:
            if self.note.unsaid.rows:
                self.show_pane(speech=False)
                self.set_focus(self.note.unsaid)
            else:
                self.say(_("Er staat niets onder het concept."))
            return
        item = self.note.item
        target = suggesting.note_of(item, self.notes) if item is not None else None
        if item is None or target is None:
            return
        field = suggesting.field_of(item)
        if self.do(AddUnsaid(item, target.id, field)):
            self.say(_("Toegevoegd aan {field}.").format(field=field))
            if not self.note.unsaid.rows:
                self.set_focus(self.note.lines)

    def action_icpc(self) -> None:
        """The codes of this problem."""
        note, place = self.current_note, self.note.place
        if note is None:
            return
        field: FieldName = "S" if place and place.field == "S" else "E"
        self.app.push_screen(IcpcScreen(note, field, self._codes()), partial(self._set_codes, note))

    def action_split(self) -> None:
        """Make a problem of the chosen lines, or of the line under the cursor."""
        note, lines = self.current_note, self._chosen_lines()
        if note is None or not lines:
            self.nothing_here()
            return
        title = ngettext("Nieuw probleem van {count} regel", "Nieuw probleem van {count} regels", len(lines))
        screen = TitleScreen(title.format(count=len(lines)))
        self.app.push_screen(screen, partial(self._split, note, [line.id for line in lines]))

    def action_join(self) -> None:
        """Put this problem's lines with those of another."""
        note = self.current_note
        others = [(number, one) for number, one in enumerate(self.notes, start=1) if note and one.id != note.id]
        if note is None or not others:
            self.say(_("Er is maar één probleem."))
            return
        choices = [Choice(str(number), one.problem.text or _("(geen titel)"), one.id) for number, one in others]
        title = _("Met welk probleem samenvoegen?")
        self.app.push_screen(ChoiceScreen(title, choices), partial(self._join, note))

    def action_undo(self) -> None:
        """Take the last edit back."""
        self._step(back=True)

    def action_redo(self) -> None:
        """Do it again."""
        self._step(back=False)

    def _step(self, *, back: bool) -> None:
        with self.told():
            consult = (editing.undo if back else editing.redo)(self.desk, self.consult_id)
            if consult is None:
                self.say(_("Er is niets om terug te draaien.") if back else _("Er is niets om opnieuw te doen."))
                return
            changed = self.show(consult)
            if changed:
                self.note.lines.go_to(changed[0])

    def _line(self) -> NoteLine | None:
        place = self.note.place
        if place is None or place.line is None:
            self.nothing_here()
            return None
        return place.line

    def _line_ids(self) -> set[int]:
        return {line.id for note in self.notes for _field, line in note.every_line()}

    def _chosen_lines(self) -> list[NoteLine]:
        chosen = self.note.lines.chosen
        note = self.current_note
        return [line for _field, line in note.every_line() if line.id in chosen] if note else []

    def _move_to(self, line: NoteLine, target: Target | None) -> None:
        if target is not None:
            self.do(MoveLine(line.id, *target))

    def _set_codes(self, note: SoepNote, codes: tuple[str | None, str | None] | None) -> None:
        if codes is None:
            return
        if codes[0] != note.icpc_s:
            self.do(SetIcpc(note.id, "S", codes[0]))
        if codes[1] != note.icpc_e:
            self.do(SetIcpc(note.id, "E", codes[1]))

    def _split(self, note: SoepNote, lines: list[int], title: str | None) -> None:
        if title is not None and self.do(SplitProblem(note.id, tuple(lines), title)):
            self.note.lines.choose(begin=False)

    def _join(self, note: SoepNote, into: int | None) -> None:
        if into is not None:
            self.do(JoinProblems(note.id, into))

    def _codes(self) -> IcpcTable:
        """The practice's table, read once; one that cannot be read is told, and codes are typed without it."""
        if self._table is None:
            self._table = EMPTY
            path = self.soep.settings.practice.icpc_table
            if path is not None:
                with self.told():
                    self._table = read_table(path)
        return self._table

    @staticmethod
    def _field_name(field: FieldName) -> str:
        names = {"S": _("Subjectief"), "O": _("Objectief"), "E": _("Evaluatie"), "P": _("Plan")}
        return names[field]

"""What the GP changed against the draft, line by line and word by word."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from soep.types import FIELDS, Consult, FieldName, NoteLine, SoepNote


class Fate(StrEnum):
    """What became of a line."""

    KEPT = "kept"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


class Mark(StrEnum):
    """Whether words stand in both, or only in the draft or the note."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that belong together."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line against the draft; the title of a problem has no field.

    ``field`` is where it stands now, or stood when it was removed; ``came_from`` the field that a moved line left.
    """

    fate: Fate
    field: FieldName | None
    pieces: tuple[Piece, ...]
    came_from: FieldName | None = None


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A problem against the draft."""

    title: LineChange
    lines: tuple[LineChange, ...]


_Placed = tuple[int, FieldName | None, NoteLine]


def compare(consult: Consult) -> list[NoteChange]:
    """The notes as they are now against the draft; lines that were removed stand at the end of their field.

    A problem of the draft whose lines all went is given last.
    """
    drafted = {line.id: (note.id, field, line) for note in consult.draft for field, line in note.title_and_lines()}
    notes = consult.working or consult.final
    now = {line.id for note in notes for _field, line in note.title_and_lines()}
    found = [_note_change(note, drafted, now) for note in notes]
    gone = [note for note in consult.draft if note.id not in {one.id for one in notes}]
    return [*found, *(change for note in gone if (change := _gone(note, now)).lines)]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as pieces of whole words."""
    old, new = before.split(), after.split()
    found: list[Piece] = []
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(Mark.SAME, " ".join(new[new_start:new_end])))
            continue
        if old_end > old_start:
            found.append(Piece(Mark.GONE, " ".join(old[old_start:old_end])))
        if new_end > new_start:
            found.append(Piece(Mark.NEW, " ".join(new[new_start:new_end])))
    return tuple(found)


def _note_change(note: SoepNote, drafted: dict[int, _Placed], now: set[int]) -> NoteChange:
    lines: list[LineChange] = []
    for field in FIELDS:
        lines += [_line_change(note.id, field, line, drafted.get(line.id)) for line in note.lines(field)]
        lines += [
            LineChange(Fate.REMOVED, field, (Piece(Mark.GONE, line.text),))
            for note_id, old_field, line in drafted.values()
            if note_id == note.id and old_field == field and line.id not in now
        ]
    return NoteChange(_line_change(note.id, None, note.problem, drafted.get(note.problem.id)), tuple(lines))


def _line_change(note_id: int, field: FieldName | None, line: NoteLine, before: _Placed | None) -> LineChange:
    if before is None:
        return LineChange(Fate.ADDED, field, (Piece(Mark.NEW, line.text),) if line.text else ())
    old_note, old_field, old = before
    pieces = words(old.text, line.text)
    if old.text != line.text:
        return LineChange(Fate.CHANGED, field, pieces, old_field if old_field != field else None)
    if (old_note, old_field) != (note_id, field):
        return LineChange(Fate.MOVED, field, pieces, old_field)
    return LineChange(Fate.KEPT, field, pieces)


def _gone(note: SoepNote, now: set[int]) -> NoteChange:
    def change(field: FieldName | None, line: NoteLine) -> LineChange:
        return LineChange(Fate.REMOVED, field, (Piece(Mark.GONE, line.text),))

    lines = tuple(change(field, line) for field, line in note.every_line() if line.id not in now)
    return NoteChange(change(None, note.problem), lines)

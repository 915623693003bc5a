"""A new draft beside what the GP did already: what was touched stays, what was not is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from soep.types import FIELDS, Consult, NoteLine, Origin, SoepNote


def next_id(consult: Consult) -> int:
    """The first id that no line or note of this consult has."""
    notes = [*consult.draft, *consult.working, *consult.final]
    used = [0, *(note.id for note in notes), *(note.problem.id for note in notes)]
    return 1 + max([*used, *(line.id for note in notes for _, line in note.every_line())])


def numbered(notes: Sequence[SoepNote], start: int) -> tuple[SoepNote, ...]:
    """The notes with ids for themselves and their lines, from ``start``; those that have one keep it."""
    ids = count(start)
    return tuple(_numbered(note, ids) for note in notes)


def merged(working: Sequence[SoepNote], drafted: Sequence[SoepNote], start: int) -> tuple[SoepNote, ...]:
    """The working notes after a new draft.

    Lines that the GP wrote or touched, and notes that are approved, stay as they are; other lines are those of the
    new draft, note by note in their order.  ``start`` is the first free id.
    """
    kept = [note for note in working if note.approved_at is not None]
    open_notes = [note for note in working if note.approved_at is None]
    fresh = numbered([_without_ids(note) for note in drafted], start)
    found = [_merged(old, new) for old, new in zip(open_notes, fresh, strict=False)]
    found += fresh[len(open_notes) :]
    found += [_only_touched(old) for old in open_notes[len(fresh) :] if _has_touched(old)]
    return (*kept, *found)


def _merged(old: SoepNote, new: SoepNote) -> SoepNote:
    lines = {name: (*_touched(old.lines(name)), *_not_said(old, new.lines(name))) for name in FIELDS}
    title = old.problem if _is_the_gps(old.problem) else new.problem
    return replace(
        new,
        id=old.id,
        problem=title,
        icpc_s=old.icpc_s,
        icpc_e=old.icpc_e,
        **lines,  # type: ignore[arg-type]
    )


def _not_said(old: SoepNote, lines: Sequence[NoteLine]) -> list[NoteLine]:
    """The lines without those whose text a touched line has."""
    known = {line.text for _, line in old.every_line() if _is_the_gps(line)}
    return [line for line in lines if line.text not in known]


def _only_touched(note: SoepNote) -> SoepNote:
    lines = {name: _touched(note.lines(name)) for name in FIELDS}
    return replace(note, **lines)  # type: ignore[arg-type]


def _has_touched(note: SoepNote) -> bool:
    return any(_is_the_gps(line) for _, line in note.every_line())


def _touched(lines: Sequence[NoteLine]) -> tuple[NoteLine, ...]:
    return tuple(line for line in lines if _is_the_gps(line))


def _is_the_gps(line: NoteLine) -> bool:
    return line.touched or line.origin is Origin.HUISARTS


def _without_ids(note: SoepNote) -> SoepNote:
    def bare(lines: Sequence[NoteLine]) -> tuple[NoteLine, ...]:
        return tuple(replace(line, id=0) for line in lines)

    return replace(
        note, id=0, problem=replace(note.problem, id=0), S=bare(note.S), O=bare(note.O), E=bare(note.E), P=bare(note.P)
    )


def _numbered(note: SoepNote, ids: Iterator[int]) -> SoepNote:
    def given(lines: Sequence[NoteLine]) -> tuple[NoteLine, ...]:
        return tuple(line if line.id else replace(line, id=next(ids)) for line in lines)

    title = note.problem if note.problem.id else replace(note.problem, id=next(ids))
    return replace(
        note,
        problem=title,
        S=given(note.S),
        O=given(note.O),
        E=given(note.E),
        P=given(note.P),
        id=note.id or next(ids),
    )

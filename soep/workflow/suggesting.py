"""Where something that stands in no line belongs in the note, when the GP asks for it with one key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soep.types import FieldName, SoepNote, Unsaid, UnsaidKind

_FIELDS: Mapping[UnsaidKind, FieldName] = {
    UnsaidKind.MEASUREMENT: "O",
    UnsaidKind.FINDING: "O",
    UnsaidKind.SUICIDALITY: "O",
    UnsaidKind.CONCLUSION: "E",
    UnsaidKind.MEDICINE: "P",
    UnsaidKind.DOSE: "P",
    UnsaidKind.SAFETY_NET: "P",
    UnsaidKind.PLAN: "P",
    UnsaidKind.FOLLOW_UP: "P",
}


def field_of(item: Unsaid) -> FieldName:
    """The field that the drafter had in mind, or the one where its kind is usually noted (what was told: S)."""
    return item.field or _FIELDS.get(item.kind, "S")


def note_of(item: Unsaid, notes: Sequence[SoepNote]) -> SoepNote | None:
    """The problem that was talked about at that moment, of those that can still be edited; None without any."""
    candidates = [note for note in notes if note.approved_at is None]
    return min(candidates, key=lambda note: _distance(item, note), default=None)


def _distance(item: Unsaid, note: SoepNote) -> float:
    """How many utterances lie between an item and the nearest line of a note."""
    heard = {number for _field, line in note.title_and_lines() for number in line.evidence}
    return min((abs(one - other) for one in item.evidence for other in heard), default=float("inf"))

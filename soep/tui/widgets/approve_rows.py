"""The rows of the screen that approves: each problem with its lines, and under a line why it must be looked at."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content

from soep.i18n import _
from soep.tui.widgets.rows import Row
from soep.types import FIELDS, FieldName, NoteLine, SoepNote
from soep.wording import flag_sentence

GUTTER = 5
MUST_LOOK = "!!"


@dataclass(frozen=True, slots=True)
class Place:
    """What a row stands for: a problem with its title, or a line of one of its fields."""

    note: SoepNote
    field: FieldName | None
    line: NoteLine

    @property
    def is_waiting(self) -> bool:
        """Whether it must be looked at before the problem can be approved."""
        return self.note.approved_at is None and any(flag.critical for flag in self.line.flags)


def places(notes: Sequence[SoepNote]) -> dict[Hashable, Place]:
    """What each row stands for, in order."""
    found: dict[Hashable, Place] = {}
    for note in notes:
        found[note.problem.id] = Place(note, None, note.problem)
        found |= {line.id: Place(note, field, line) for field, line in note.every_line()}
    return found


def rows(notes: Sequence[SoepNote]) -> Iterator[Row]:
    """The rows, with an empty one between problems."""
    for number, note in enumerate(notes, start=1):
        if number > 1:
            yield Row(("gap", note.id), Content(""), selectable=False)
        yield _title(Place(note, None, note.problem), str(number) if len(notes) > 1 else "")
        for field in FIELDS:
            for count, line in enumerate(note.lines(field)):
                yield _row(Place(note, field, line), field if count == 0 else "")


def _title(place: Place, number: str) -> Row:
    note = place.note
    codes = [f"{name} {code}" for name, code in (("S", note.icpc_s), ("E", note.icpc_e)) if code]
    if note.approved_at is not None:
        moment = note.approved_at.astimezone()
        state = ("   ✓ " + _("goedgekeurd") + f" {moment:%H:%M}", "bold $text-success")
    else:
        state = ("   ○ " + _("nog niet goedgekeurd"), "$foreground-muted")
    text = Content.assemble(
        (note.problem.text or _("(geen titel)"), "bold $text-primary"),
        (f"   ICPC {', '.join(codes)}" if codes else "", "$text-secondary"),
        state,
        *_reasons(place),
    )
    return Row(note.problem.id, text, _gutter(number, place))


def _row(place: Place, label: str) -> Row:
    return Row(place.line.id, Content.assemble(place.line.text, *_reasons(place)), _gutter(label, place))


def _gutter(label: str, place: Place) -> Content:
    mark = MUST_LOOK if place.is_waiting else ""
    return Content.assemble((label.ljust(2), "bold"), (mark.ljust(GUTTER - 2), "bold $text-error" if mark else ""))


def _reasons(place: Place) -> list[tuple[str, str]]:
    """Why it must be looked at; what need not be is no matter here any more."""
    if not place.is_waiting:
        return []
    return [(f"\n↳ {flag_sentence(flag)}", "bold $text-error") for flag in place.line.flags if flag.critical]

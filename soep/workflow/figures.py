"""What the GP changed in a draft, as times and counts without content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from soep.types import Consult, NoteLine, Origin, SoepNote

LONGEST_PAUSE_S = 60.0
"""Between two edits; a longer one is counted so far, since somebody did something else meanwhile."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Of all approvals: medians and shares, None where there are none."""

    consults: int
    edit_s: float | None
    kept: float | None
    changed: float | None
    removed: float | None
    added: float | None
    flags: float | None


def counts(consult: Consult, moments: Sequence[datetime], approved_at: datetime) -> dict[str, float]:
    """The counts of one approval: edit seconds; lines drafted, kept, changed, removed, added; flags in the draft."""
    steps = [*moments, approved_at]
    pauses = ((after - before).total_seconds() for before, after in pairwise(steps))
    drafted = {line.id: line for line in _lines(consult.draft)}
    final = {line.id: line for line in _lines(consult.working)}
    return {
        "edit_s": sum(min(max(0.0, pause), LONGEST_PAUSE_S) for pause in pauses),
        "drafted": len(drafted),
        "kept": sum(one in final and final[one].text == line.text for one, line in drafted.items()),
        "changed": sum(one in final and final[one].text != line.text for one, line in drafted.items()),
        "removed": sum(one not in final for one in drafted),
        "added": sum(line.origin is Origin.HUISARTS and one not in drafted for one, line in final.items()),
        "flags": sum(len(line.flags) for line in drafted.values()),
    }


def summary(rows: Iterable[dict[str, float]]) -> Summary:
    """All approvals together; shares are of the lines drafted."""
    found = list(rows)
    if not found:
        return Summary(0, None, None, None, None, None, None)
    drafted = sum(row["drafted"] for row in found)

    def share(name: str) -> float | None:
        return sum(row[name] for row in found) / drafted if drafted else None

    return Summary(
        len(found),
        median(row["edit_s"] for row in found),
        share("kept"),
        share("changed"),
        share("removed"),
        share("added"),
        sum(row["flags"] for row in found) / len(found),
    )


def _lines(notes: Sequence[SoepNote]) -> list[NoteLine]:
    return [line for note in notes for _, line in note.every_line()]

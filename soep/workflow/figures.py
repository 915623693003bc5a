"""What the GP changed in a draft, as times and counts without content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from soep.i18n import _, ngettext
from soep.types import Consult, NoteLine, Origin, SoepNote

LONGEST_PAUSE_S = 60.0
"""Between two looks or edits; a longer one is counted so far, since somebody did something else meanwhile."""

FEW = 10
"""Consults, below which figures say little."""
MUCH_CHANGED = 0.5
"""When less than this share of the lines is kept, drafting saves little."""
_NONE = "–"


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
    """The counts of one approval: seconds of checking; lines drafted, kept, changed, removed, added; flags before.

    Args:
        consult: with its draft and the notes that were approved.
        moments: when the draft was opened or changed, in any order.
        approved_at: the end of checking.
    """
    steps = [*sorted(moments), approved_at]
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


def rows(found: Summary) -> list[tuple[str, str]]:
    """Each figure by its name, as it is shown."""
    return [
        (_("goedgekeurde consulten"), f"{found.consults}"),
        (_("seconden nakijken (mediaan)"), _NONE if found.edit_s is None else f"{found.edit_s:.0f}"),
        (_("regels ongewijzigd"), _share(found.kept)),
        (_("regels gewijzigd"), _share(found.changed)),
        (_("regels verwijderd"), _share(found.removed)),
        (_("regels toegevoegd"), _share(found.added)),
        (_("markeringen per consult"), _NONE if found.flags is None else f"{found.flags:.1f}"),
    ]


def meaning(found: Summary) -> str:
    """What the figures say, in plain words."""
    if found.edit_s is None or found.kept is None:
        return _("Er is nog niets goedgekeurd: cijfers komen er vanzelf bij.")
    said = _("Nakijken kost u meestal {time}; van elke tien regels laat u er {kept} staan zoals ze zijn.").format(
        time=_duration(found.edit_s), kept=round(10 * found.kept)
    )
    if found.consults < FEW:
        return f"{said} " + _("Dat is over weinig consulten: er is nog niet veel uit af te leiden.")
    if found.kept < MUCH_CHANGED:
        return f"{said} " + _("U wijzigt veel. Een ander model, eigen woorden of een betere microfoon kan schelen.")
    return said


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return ngettext("{count} seconde", "{count} seconden", round(seconds)).format(count=round(seconds))
    minutes = round(seconds / 60.0)
    return ngettext("{count} minuut", "{count} minuten", minutes).format(count=minutes)


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.0%}"


def _lines(notes: Sequence[SoepNote]) -> list[NoteLine]:
    return [line for note in notes for _field, line in note.every_line()]

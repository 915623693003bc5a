"""Drafters side by side on a folder of labelled consults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from soep.errors import InputError
from soep.evaluation.notes import MeanScores, NoteScores, mean, score
from soep.i18n import _
from soep.types import FIELDS, Consult, Flag, SoepNote

LENGTH_BOUNDS = (0.7, 1.5)
"""A draft is of a useful length when it has this share of the words of the GP's own note."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One consult by one drafter."""

    id: str
    scores: NoteScores
    said_or_listed: float
    """Share of the safety-relevant facts in the draft or in the unsaid list."""
    unflagged_violations: int
    """Violations that stand when the flagged lines are left out."""
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class DraftScores:
    """One drafter over a folder."""

    drafter: str
    mean: MeanScores
    said_or_listed: float
    unflagged_violations: float
    within_length: float
    elapsed_s: float
    consults: tuple[DraftRow, ...]

    def as_dict(self) -> dict[str, object]:
        """The scores as ``soep eval draft --json`` prints them."""
        return asdict(self)


def labelled_consults(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The labelled consults of a folder, in order of name.

    Raises:
        InputError: there are none.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            consult = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue  # not a consult: a folder may hold other files
        if isinstance(consult, dict) and {"utterances", "notes", "checks"} <= consult.keys():
            found.append((path, consult))
    if not found:
        raise InputError(
            _("In {folder} staan geen gelabelde consulten.").format(folder=folder),
            _("Een gelabeld consult is een JSON-bestand met utterances, notes en checks."),
        )
    return found


def evaluate_drafts(
    folder: Path,
    drafter: str,
    draft: Callable[[Path], Consult],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> DraftScores:
    """Score what ``draft`` makes of each labelled consult.

    Raises:
        InputError: the folder has no labelled consults.
    """
    labelled = labelled_consults(folder)
    rows = []
    for number, (path, consult) in enumerate(labelled):
        progress(number, len(labelled))
        started_s = time.perf_counter()
        rows.append(_row(consult, draft(path), started_s))
    progress(len(labelled), len(labelled))
    low, high = LENGTH_BOUNDS
    return DraftScores(
        drafter,
        mean(row.scores for row in rows),
        _mean([row.said_or_listed for row in rows]),
        _mean([row.unflagged_violations for row in rows]),
        _mean([low <= row.scores.length <= high for row in rows]),
        _mean([row.elapsed_s for row in rows]),
        tuple(rows),
    )


def _row(labelled: dict[str, Any], drafted: Consult, started_s: float) -> DraftRow:
    notes = [_plain(note) for note in drafted.notes]
    listed = [{"S": [{"text": item.text, "evidence": list(item.evidence)} for item in drafted.unsaid]}]
    unflagged = [_plain(note, unflagged_only=True) for note in drafted.notes]
    return DraftRow(
        id=labelled["id"],
        scores=score(labelled, notes),
        said_or_listed=score(labelled, [*notes, *listed]).critical,
        unflagged_violations=score(labelled, unflagged).violations,
        elapsed_s=time.perf_counter() - started_s,
    )


def _plain(note: SoepNote, *, unflagged_only: bool = False) -> dict[str, Any]:
    """A note in the shape of the labelled consults; flagged lines and a flagged title can be left out."""

    def kept(flags: Sequence[Flag]) -> bool:
        return not (unflagged_only and flags)

    fields: dict[str, Any] = {
        name: [{"text": line.text, "evidence": list(line.evidence)} for line in note.lines(name) if kept(line.flags)]
        for name in FIELDS
    }
    return {"problem": note.problem.text if kept(note.problem.flags) else "", **fields}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

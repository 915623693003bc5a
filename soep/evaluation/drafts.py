"""Drafters side by side on a folder of labelled consults."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from soep.errors import CancelledError, InputError, SoepError
from soep.evaluation.invented import Invented, invented
from soep.evaluation.kinds import FactKind, kind_of
from soep.evaluation.labelled import labelled_consult
from soep.evaluation.notes import Fact, MeanScores, NoteScores, mean, score, wanted_facts
from soep.events import Stage
from soep.i18n import _
from soep.types import FIELDS, Consult, Flag, SoepNote
from soep.wording import RemarkCode

_LAST_STEP = {Stage.DRAFT.value, Stage.CHECK.value}
LENGTH_BOUNDS = (0.7, 1.5)
"""A draft is of a useful length when it has this share of the words of the GP's own note."""


@dataclass(frozen=True, slots=True)
class WantedFact:
    """A fact that a note should hold, with its kind, and whether the draft lacks it."""

    fact: str
    field: str
    kind: FactKind
    weight: float
    missed: bool


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One consult by one drafter."""

    id: str
    scores: NoteScores
    said_or_listed: float
    """Share of the safety-relevant facts in the draft or in the unsaid list."""
    unflagged_violations: int
    """Violations that stand when the flagged lines are left out."""
    invented: tuple[Invented, ...]
    """Numbers and medicines in lines and titles that were said nowhere."""
    unsaid: int
    """Items in the list of what was said and stands in no line."""
    elapsed_s: float
    last_step_s: float
    """Of drafting and checking alone; drafted along the way, of what is left when the last word has been said."""
    facts: tuple[WantedFact, ...]
    failure: str = ""
    """Why there is no draft of this drafter; such a consult has found nothing."""


@dataclass(frozen=True, slots=True)
class MissedShare:
    """How many facts of a kind or a field were wanted and missed over all consults."""

    name: str
    wanted: int
    missed: int
    share: float


@dataclass(frozen=True, slots=True)
class DraftScores:
    """One drafter over a folder."""

    drafter: str
    spoken: bool
    """Drafted from the sound: its utterances are not those of the label, so that sources cannot be compared."""
    along: bool
    failed: int
    """Consults without a draft of this drafter."""
    mean: MeanScores
    said_or_listed: float
    unflagged_violations: float
    invented: int
    """Over all consults."""
    within_length: float
    unsaid: float
    elapsed_s: float
    last_step_s: float
    missed_by_kind: tuple[MissedShare, ...]
    missed_by_field: tuple[MissedShare, ...]
    consults: tuple[DraftRow, ...]
    peak_memory_bytes: int | None = None

    def as_dict(self) -> dict[str, object]:
        """The scores as ``soep eval draft --json`` prints them; what was not measured is null."""
        found: dict[str, Any] = asdict(self)
        for scores in (found["mean"], *(row["scores"] for row in found["consults"])) if self.spoken else ():
            scores.update(evidence=None, grounded=None)
        if not self.along:
            found["last_step_s"] = None
            for row in found["consults"]:
                row["last_step_s"] = None
        return found


def labelled_consults(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The labelled consults of a folder, in order of name.

    Raises:
        InputError: there are none, or one of them cannot be measured against.
    """
    files = ((path, labelled_consult(path)) for path in sorted(folder.glob("*.json")))
    found = [(path, consult) for path, consult in files if consult is not None]
    if not found:
        raise InputError(
            _("In {folder} staan geen gelabelde consulten.").format(folder=folder),
            _("Een gelabeld consult is een JSON-bestand met utterances, notes en checks."),
        )
    return found


def evaluate_drafts(  # noqa: PLR0913 - what is measured, and how
    labelled: Sequence[tuple[Path, dict[str, Any]]],
    drafter: str,
    draft: Callable[[Path], Consult],
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    spoken: bool = False,
    along: bool = False,
) -> DraftScores:
    """Score what ``draft`` makes of each labelled consult; one that it cannot draft has found nothing.

    Args:
        labelled: consults, as ``labelled_consults`` gives them.
        drafter: what the scores are shown under.
        draft: makes a draft of the consult in a file.
        progress: told how many are done, of how many.
        spoken: ``draft`` works from sound.
        along: ``draft`` works in steps, as the consult would be said.
    """
    rows = []
    for number, (path, consult) in enumerate(labelled):
        progress(number, len(labelled))
        started_s = time.perf_counter()
        drafted, failure = _attempt(draft, path)
        rows.append(_row(consult, drafted, failure, time.perf_counter() - started_s))
    progress(len(labelled), len(labelled))
    low, high = LENGTH_BOUNDS
    facts = [fact for row in rows for fact in row.facts]
    return DraftScores(
        drafter=drafter,
        spoken=spoken,
        along=along,
        failed=sum(bool(row.failure) for row in rows),
        mean=mean(row.scores for row in rows),
        said_or_listed=_mean([row.said_or_listed for row in rows]),
        unflagged_violations=_mean([row.unflagged_violations for row in rows]),
        invented=sum(len(row.invented) for row in rows),
        within_length=_mean([low <= row.scores.length <= high for row in rows]),
        unsaid=_mean([row.unsaid for row in rows]),
        elapsed_s=_mean([row.elapsed_s for row in rows]),
        last_step_s=_mean([row.last_step_s for row in rows]),
        missed_by_kind=_shares(((fact.kind.value, fact.missed) for fact in facts), FactKind),
        missed_by_field=_shares(((fact.field, fact.missed) for fact in facts), (*FIELDS, "*")),
        consults=tuple(rows),
    )


def _attempt(draft: Callable[[Path], Consult], path: Path) -> tuple[Consult | None, str]:
    """The draft of a consult, or None with the reason: what another drafter wrote in its stead does not count."""
    try:
        drafted = draft(path)
    except CancelledError:
        raise
    except SoepError as error:
        return None, str(error)
    if any(remark.code == RemarkCode.DRAFTER_FAILED for remark in drafted.warnings):
        return None, RemarkCode.DRAFTER_FAILED.value
    if not any(note.word_count for note in drafted.notes):
        return drafted, next((remark.code for remark in drafted.warnings), RemarkCode.NOTHING_TO_NOTE.value)
    return drafted, ""


def _row(labelled: dict[str, Any], drafted: Consult | None, failure: str, elapsed_s: float) -> DraftRow:
    made = drafted.notes if drafted else ()
    omissions = drafted.unsaid if drafted else ()
    notes = [_plain(note) for note in made]
    listed = [{"S": [{"text": item.text, "evidence": list(item.evidence)} for item in omissions]}]
    unflagged = [_plain(note, unflagged_only=True) for note in made]
    lines = [text for note in made for text in (note.problem.text, *(line.text for _name, line in note.every_line()))]
    return DraftRow(
        id=labelled["id"],
        scores=score(labelled, notes),
        said_or_listed=score(labelled, [*notes, *listed]).critical,
        unflagged_violations=score(labelled, unflagged).violations,
        invented=tuple(invented(lines, [utterance["text"] for utterance in labelled["utterances"]])),
        unsaid=len(omissions),
        elapsed_s=elapsed_s,
        last_step_s=sum(run.elapsed_s for run in drafted.runs if run.stage in _LAST_STEP) if drafted else 0.0,
        facts=tuple(map(_with_kind, wanted_facts(labelled, notes))),
        failure=failure,
    )


def _with_kind(fact: Fact) -> WantedFact:
    return WantedFact(fact.name, fact.field, kind_of(fact.name, fact.field), fact.weight, not fact.present)


def _shares(facts: Iterable[tuple[str, bool]], order: Iterable[str]) -> tuple[MissedShare, ...]:
    wanted: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for name, is_missed in facts:
        wanted[name] += 1
        missed[name] += is_missed
    return tuple(
        MissedShare(str(name), wanted[name], missed[name], missed[name] / wanted[name])
        for name in order
        if wanted[name]
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

"""How good a drafted note is: measured against facts that a safe note holds and claims that it must not make.

A labelled consult is the JSON object of ``benchmarks/consults_dev``: numbered utterances, a GP's own notes, and checks,
each a regular expression over a field of the note. Shares are fractions from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from soep.types import FIELDS

Notes = Sequence[Mapping[str, Any]]
SAFETY_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class NoteScores:
    """The measures of one consult's draft.

    Attributes:
        recall: Weighted share of the wanted facts that stand anywhere in the note.
        placed: Weighted share that stand on their own line (S, O, E or P).
        critical: Share of the safety-relevant facts that stand anywhere; 1 where a consult has none.
        violations: Number of claims made that must not be made.
        evidence: Share of lines with at least one utterance id, all of them existing.
        grounded: Share of lines that name an utterance on which a line of the GP's own note rests too.
        length: Words in the draft over words in the GP's own note.
        misses: The wanted facts that are not there.
        violated: The claims made that must not be.
    """

    recall: float
    placed: float
    critical: float
    violations: int
    evidence: float
    grounded: float
    length: float
    misses: tuple[str, ...] = ()
    violated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeanScores:
    """Plain means over consults; a consult without a draft counts with its zeros."""

    recall: float
    placed: float
    critical: float
    violations: float
    evidence: float
    grounded: float
    length: float


@dataclass(frozen=True, slots=True)
class Fact:
    """A wanted fact, the field that it belongs in, and whether the note holds it there or anywhere."""

    name: str
    field: str
    weight: float
    placed: bool
    present: bool


def score(consult: Mapping[str, Any], notes: Notes) -> NoteScores:
    """Score drafted notes against a labelled consult.

    Args:
        consult: A labelled consult with ``utterances``, ``notes`` and ``checks``.
        notes: The draft, in the shape of the consult's own ``notes``; empty where there is none.

    Raises:
        KeyError: If the consult lacks a part.
        ZeroDivisionError: If it wants no fact, or its own notes have no words.
    """
    facts = wanted_facts(consult, notes)
    critical = [fact for fact in facts if fact.weight == SAFETY_WEIGHT]
    weights = sum(fact.weight for fact in facts)
    violated = tuple(check["fact"] for check in consult["checks"]["must_not"] if _is_claimed(check, notes))
    evidence, grounded = _evidence_shares(consult, list(_lines(notes)))
    return NoteScores(
        recall=sum(fact.weight for fact in facts if fact.present) / weights,
        placed=sum(fact.weight for fact in facts if fact.placed) / weights,
        critical=_share(fact.present for fact in critical) if critical else 1.0,
        violations=len(violated),
        evidence=evidence,
        grounded=grounded,
        length=_word_count(notes) / _word_count(consult["notes"]),
        misses=tuple(fact.name for fact in facts if not fact.present),
        violated=violated,
    )


def wanted_facts(consult: Mapping[str, Any], notes: Notes) -> list[Fact]:
    """The facts that a safe note of this consult holds, each looked up in the draft."""
    return [_look_up(check, notes) for check in consult["checks"]["must"]]


def mean(scores: Iterable[NoteScores]) -> MeanScores:
    """Average the measures over consults.

    Raises:
        ValueError: If there are no scores.
    """
    rows = list(scores)
    if not rows:
        raise ValueError("no scores to average")
    return MeanScores(*(sum(getattr(row, measure.name) for row in rows) / len(rows) for measure in fields(MeanScores)))


def _look_up(check: Mapping[str, Any], notes: Notes) -> Fact:
    pattern = re.compile(check["regex"], re.IGNORECASE)
    placed = pattern.search(_text(notes, check["field"])) is not None
    present = placed or pattern.search(_text(notes)) is not None
    return Fact(check["fact"], check["field"], check.get("weight", 1), placed, present)


def _is_claimed(check: Mapping[str, Any], notes: Notes) -> bool:
    """Whether a field, or a problem's title, claims what it must not."""
    searched = _text(notes, check["field"]) + "\n" + "\n".join(map(_title, notes))
    return re.search(check["regex"], searched, re.IGNORECASE) is not None


def _evidence_shares(consult: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> tuple[float, float]:
    """The shares of lines with existing evidence, and with evidence that the GP's own note uses."""
    known = {utterance["i"] for utterance in consult["utterances"]}
    gold = {number for line in _lines(consult["notes"]) for number in line["evidence"]}
    cited = [set(line.get("evidence") or ()) for line in lines]
    return _share(bool(numbers) and numbers <= known for numbers in cited), _share(
        bool(numbers & gold) for numbers in cited
    )


def _lines(notes: Notes, field: str = "*") -> Iterator[Mapping[str, Any]]:
    """The lines of one field, or of all four, over all notes."""
    for note in notes:
        for name in FIELDS if field == "*" else (field,):
            yield from note.get(name) or ()


def _text(notes: Notes, field: str = "*") -> str:
    return "\n".join(line["text"] for line in _lines(notes, field))


def _title(note: Mapping[str, Any]) -> str:
    """The problem's title, which may be plain text or a line."""
    problem = note.get("problem") or ""
    return problem if isinstance(problem, str) else str(problem["text"])


def _word_count(notes: Notes) -> int:
    return len(_text(notes).split())


def _share(outcomes: Iterable[bool]) -> float:
    """The share of true outcomes; 0 where there are none."""
    found = list(outcomes)
    return sum(found) / len(found) if found else 0.0

"""From proposed lines to notes: doubles merged, corrections applied, GP's order, a word budget, and line ids.

Any drafter may use it: what a line is worth is taken from its text unless the drafter says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from soep.drafting.choosing import SAFETY_NET, chosen, importance
from soep.drafting.drafter import Draft, ProposedLine
from soep.drafting.merging import Entry, merged
from soep.types import FieldName, NoteLine, SoepNote

_STOP_AND_GO = re.compile(r"((?:Stop|Staken)\b[^,;.]+)[,;.] (\S+ (?:door|doorgaan|blijft|blijven|gaat door)\b.*)")
_VITAL_WORDS = re.compile(r"\b(?:RR|T|sat|pols|ademfrequentie|gewicht)\b[^.]{0,12}\d", re.IGNORECASE)
# The order within a field: the first pattern that a line matches gives its rank; no match stands at the rank named "".
_ORDER: Mapping[FieldName, tuple[tuple[str, re.Pattern[str] | None], ...]] = {
    "S": (
        ("", None),
        (
            "tried",
            re.compile(r"\b(?:geprobeerd|genomen|geslikt|gesmeerd|hielp|zonder effect|paracetamol|ibuprofen)\b", re.I),
        ),
        ("denied", re.compile(r"^(?:hetero\W+)?(?:geen|niet|nooit|niets)\b", re.IGNORECASE)),
        ("history", re.compile(r"^(?:VG|med|allergie|fam|werk|alcohol)\b|\brookt\b|\ballergi", re.IGNORECASE)),
        ("question", re.compile(r"^(?:hulpvraag|denkt zelf|zorg|bang|wil )", re.IGNORECASE)),
    ),
    "O": (("vitals", _VITAL_WORDS), ("", None)),
    "E": (("", None),),
    "P": (
        ("", None),
        (
            "tests",
            re.compile(
                r"\b(?:lab|bloed ?prikken|bloedonderzoek|urine|foto|echo|ECG|hartfilmpje|kweek)\b", re.IGNORECASE
            ),
        ),
        (
            "referral",
            re.compile(
                r"\b(?:verwij\w+|fysio\w*|insturen|SEH|cardioloog|dermatoloog|neuroloog|\w+oloog)\b", re.IGNORECASE
            ),
        ),
        ("safety net", SAFETY_NET),
        ("follow-up", re.compile(r"\b(?:controle|terug\w*|over \d+ \w+|zie ik|afspraak)\b", re.IGNORECASE)),
    ),
}


def assemble(
    proposed: Iterable[ProposedLine],
    titles: Mapping[int, NoteLine],
    *,
    word_budget: int,
    worths: Sequence[float] | None = None,
    corrections: Collection[int] = (),
) -> Draft:
    """Put lines together into notes, one a problem.

    Args:
        proposed: lines in the order in which they became known.
        titles: the title of each problem, by its number.
        word_budget: words that the fields of a consult with one problem should not exceed (``choosing.budget``).
        worths: what each line is worth; by default ``importance`` of its text.
        corrections: ids of utterances in which somebody takes something back (``merging.taken_back``).

    Returns:
        The notes that hold at least one line; every line has its own id, from 1.
    """
    lines = list(proposed)
    values = [importance(line) for line in lines] if worths is None else list(worths)
    entries = [
        Entry(part, worth)
        for line, worth in zip(lines, values, strict=True)
        if line.line.text
        for part in _stops_apart(line)
    ]
    problems = sorted({entry.proposed.problem for entry in entries})
    whole = [
        entry
        for problem in problems
        for entry in merged([entry for entry in entries if entry.proposed.problem == problem], corrections)
    ]
    kept = chosen(whole, word_budget)
    notes = [
        _note([entry for entry in kept if entry.proposed.problem == problem], titles.get(problem, NoteLine("")))
        for problem in problems
    ]
    return Draft(_numbered(notes), tuple(entry.proposed for entry in whole if entry not in kept))


def _stops_apart(proposed: ProposedLine) -> list[ProposedLine]:
    """What stops and what goes on as lines of their own: "Stop HCT, amlodipine door" can be read as two that stop."""
    found = _STOP_AND_GO.match(proposed.line.text) if proposed.field == "P" else None
    if found is None:
        return [proposed]
    stops, goes_on = f"{found[1].rstrip()}.", found[2][0].upper() + found[2][1:]
    return [replace(proposed, line=replace(proposed.line, text=text)) for text in (stops, goes_on)]


def _rank(field: FieldName, text: str) -> int:
    order = _ORDER[field]
    matched = (rank for rank, (_, pattern) in enumerate(order) if pattern is not None and pattern.search(text))
    return next(matched, next(rank for rank, (name, _) in enumerate(order) if not name))


def _note(entries: list[Entry], title: NoteLine) -> SoepNote:
    def ordered(field: FieldName) -> tuple[NoteLine, ...]:
        lines = [entry.proposed.line for entry in entries if entry.proposed.field == field]
        return tuple(sorted(lines, key=lambda line: (_rank(field, line.text), line.evidence)))

    return SoepNote(title, ordered("S"), ordered("O"), ordered("E"), ordered("P"))


def _numbered(notes: list[SoepNote]) -> tuple[SoepNote, ...]:
    ids = count(1)

    def numbered(line: NoteLine) -> NoteLine:
        return replace(line, id=next(ids)) if line.text else line

    return tuple(
        SoepNote(
            numbered(note.problem),
            tuple(map(numbered, note.S)),
            tuple(map(numbered, note.O)),
            tuple(map(numbered, note.E)),
            tuple(map(numbered, note.P)),
        )
        for note in notes
    )

"""From proposed lines to notes: doubles merged, corrections applied, GP's order, a word budget, and line ids.

Any drafter may use it: what a line is worth is taken from its text unless the drafter says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from soep.clinical import medicines, negation, numbers, sides
from soep.drafting.drafter import ProposedLine
from soep.types import FIELDS, FieldName, NoteLine, SoepNote

_WORD = re.compile(r"[^\W\d_]{3,}|\d+(?:[,/]\d+)?")
_STEM = 6
_SAME_SHARE = 0.8
SAFETY_WORTH = 0.7
SAFETY_STRETCH = 1.6
"""A line worth ``SAFETY_WORTH`` is kept up to this many times the budget: leaving it out costs more than reading it."""
_SAFETY_NET = re.compile(r"\b(?:vangnet|bel(?:t|len)?|112|spoed|huisartsenpost|contact)\b", re.IGNORECASE)
_DANGER = re.compile(
    r"allerg|overgevoelig|zwanger|suïcid|suicid|zelfmoord|dood\s+(?:wil|wens)|niet\s+meer\s+leven", re.IGNORECASE
)
_VITALS = {
    numbers.Kind.TEMPERATURE,
    numbers.Kind.BLOOD_PRESSURE,
    numbers.Kind.PERCENT,
    numbers.Kind.RATE,
    numbers.Kind.WEIGHT,
}
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
        ("safety net", _SAFETY_NET),
        ("follow-up", re.compile(r"\b(?:controle|terug\w*|over \d+ \w+|zie ik|afspraak)\b", re.IGNORECASE)),
    ),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    proposed: ProposedLine
    worth: float

    @property
    def text(self) -> str:
        return self.proposed.line.text

    @property
    def words(self) -> int:
        return len(self.text.split())


def importance(proposed: ProposedLine) -> float:
    """What a line is worth when not all fit: safety first, then what a GP acts on (0 to 2)."""
    text = proposed.line.text
    worth = 0.5
    if _DANGER.search(text):
        worth += 0.8
    named = [mention for mention in medicines.find(text) if mention.kind is not medicines.Kind.CLASS]
    found = numbers.find(text)
    if proposed.field == "P":
        worth += 0.4 * bool(named) + 0.5 * bool(_SAFETY_NET.search(text)) + 0.2 * bool(found)
    if proposed.field == "O":
        worth += 0.4 * any(quantity.kind in _VITALS for quantity in found) + 0.1 * bool(sides.find(text))
    if proposed.field == "E":
        worth += 0.4
    if proposed.field == "S":
        worth += 0.2 * bool(named) + 0.1 * bool(found)
    return worth


def assemble(
    proposed: Iterable[ProposedLine],
    titles: Mapping[int, NoteLine],
    *,
    word_budget: int,
    worths: Sequence[float] | None = None,
) -> tuple[SoepNote, ...]:
    """Put lines together into notes, one a problem.

    Args:
        proposed: lines in the order in which they became known.
        titles: the title of each problem, by its number.
        word_budget: words that the four fields of one note should not exceed.
        worths: what each line is worth; by default ``importance`` of its text.

    Returns:
        The notes that hold at least one line; every line has its own id, from 1.
    """
    lines = list(proposed)
    values = [importance(line) for line in lines] if worths is None else list(worths)
    entries = [_Entry(line, worth) for line, worth in zip(lines, values, strict=True) if line.line.text]
    notes: list[SoepNote] = []
    for problem in sorted({entry.proposed.problem for entry in entries}):
        own = _merged([entry for entry in entries if entry.proposed.problem == problem])
        notes.append(_note(_chosen(own, word_budget), titles.get(problem, NoteLine(""))))
    return _numbered(notes)


def _merged(entries: list[_Entry]) -> list[_Entry]:
    """Doubles as one line with the evidence of both; a dose that was changed later replaces the earlier one."""
    kept: list[_Entry] = []
    for entry in entries:
        double = next((index for index, other in enumerate(kept) if _same(other, entry)), None)
        if double is not None:
            kept[double] = _joined(kept[double], entry)
            continue
        kept = [other for other in kept if not _replaces(entry, other)]
        kept.append(entry)
    return kept


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower())}


def _same(left: _Entry, right: _Entry) -> bool:
    """Whether two lines of a field say the same: one's words are nearly all in the other, and denials agree."""
    if left.proposed.field != right.proposed.field:
        return False
    first, second = _stems(left.text), _stems(right.text)
    smaller = min(len(first), len(second))
    if not smaller or bool(negation.scope(left.text)) != bool(negation.scope(right.text)):
        return False
    numbers_agree = {q.key for q in numbers.find(left.text)} <= {q.key for q in numbers.find(right.text)} or {
        q.key for q in numbers.find(right.text)
    } <= {q.key for q in numbers.find(left.text)}
    return numbers_agree and len(first & second) >= _SAME_SHARE * smaller


def _joined(left: _Entry, right: _Entry) -> _Entry:
    longer = max(left, right, key=lambda entry: len(_stems(entry.text)))
    evidence = tuple(sorted({*left.proposed.line.evidence, *right.proposed.line.evidence}))
    line = replace(longer.proposed.line, evidence=evidence)
    return _Entry(replace(longer.proposed, line=line), max(left.worth, right.worth))


def _replaces(later: _Entry, earlier: _Entry) -> bool:
    """Whether a plan for a medicine takes the place of an earlier one: another dose or frequency of the same."""
    if later.proposed.field != "P" or earlier.proposed.field != "P":
        return False
    names = [
        {m.name for m in medicines.find(entry.text) if m.kind is not medicines.Kind.CLASS} for entry in (later, earlier)
    ]
    if len(names[0]) != 1 or names[0] != names[1] or negation.scope(later.text) or negation.scope(earlier.text):
        return False
    new, old = (_amounts(entry.text) for entry in (later, earlier))
    return bool(old) and set(old) <= set(new) and any(old[kind] != new[kind] for kind in old)


def _amounts(text: str) -> dict[tuple[numbers.Kind, str], str]:
    wanted = {numbers.Kind.DOSE, numbers.Kind.FREQUENCY}
    return {
        (quantity.kind, quantity.unit): quantity.value for quantity in numbers.find(text) if quantity.kind in wanted
    }


def _chosen(entries: list[_Entry], budget: int) -> list[_Entry]:
    """The most worth within the budget; what is safety-relevant may stretch it, and each field keeps its best line."""
    best = {
        field: max((e for e in entries if e.proposed.field == field), key=lambda e: e.worth, default=None)
        for field in FIELDS
    }
    kept = [entry for entry in best.values() if entry is not None]
    words = sum(entry.words for entry in kept)
    for entry in sorted(entries, key=lambda entry: -entry.worth / max(4, entry.words) ** 0.35):
        limit = budget * (SAFETY_STRETCH if entry.worth >= SAFETY_WORTH else 1.0)
        if entry not in kept and words + entry.words <= limit:
            kept.append(entry)
            words += entry.words
    return [entry for entry in entries if entry in kept]


def _rank(field: FieldName, text: str) -> int:
    order = _ORDER[field]
    matched = (rank for rank, (_, pattern) in enumerate(order) if pattern is not None and pattern.search(text))
    return next(matched, next(rank for rank, (name, _) in enumerate(order) if not name))


def _note(entries: list[_Entry], title: NoteLine) -> SoepNote:
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

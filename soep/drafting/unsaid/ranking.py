"""From facts to a list that can be read at a glance: no doubles, few lines, the most important kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from soep.clinical.style import lowered, tidy
from soep.drafting.checks.drugs import same
from soep.drafting.unsaid.facts import LONGEST_TEXT, Fact, opposed
from soep.types import Unsaid, UnsaidKind

MOST_ITEMS = 15
ORDER = (
    UnsaidKind.ALLERGY,
    UnsaidKind.SUICIDALITY,
    UnsaidKind.MEDICINE,
    UnsaidKind.DOSE,
    UnsaidKind.SAFETY_NET,
    UnsaidKind.CONCLUSION,
    UnsaidKind.DENIED,
    UnsaidKind.SYMPTOM,
    UnsaidKind.SIDE,
    UnsaidKind.MEASUREMENT,
    UnsaidKind.FINDING,
    UnsaidKind.PLAN,
    UnsaidKind.FOLLOW_UP,
    UnsaidKind.HISTORY,
    UnsaidKind.WORRY,
)
_REACH = {UnsaidKind.DENIED: 40, UnsaidKind.MEASUREMENT: 12, UnsaidKind.FINDING: 8}
_REACH_OF_OTHERS = 3
_MOST_JOINED = 4
_REPEATED = 0.7
_APART = {UnsaidKind.SAFETY_NET, UnsaidKind.ALLERGY}


def listed(facts: Iterable[Fact]) -> tuple[Unsaid, ...]:
    """The items, by kind and within a kind in the order in which things were said; the least important go first."""
    joined = _joined(_once(facts))
    kept = sorted(joined, key=lambda fact: -fact.worth)[:MOST_ITEMS]
    kept.sort(key=lambda fact: (ORDER.index(fact.kind), fact.place))
    return tuple(Unsaid(fact.kind, _capital(fact.text), fact.evidence, field=fact.field) for fact in kept)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts without those that a more important one says too."""
    kept: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: (-fact.worth, fact.place)):
        known_side = fact.kind is UnsaidKind.SIDE and any(other.kind is UnsaidKind.SIDE for other in kept)
        if not known_side and not any(_repeats(fact, other) for other in kept):
            kept.append(fact)
    return sorted(kept, key=lambda fact: fact.place)


def _repeats(fact: Fact, other: Fact) -> bool:
    """Whether ``other`` says all that ``fact`` says."""
    if not set(fact.numbers) <= set(other.numbers) or fact.strict_share(other.said) < _REPEATED:
        return False
    return not opposed(fact.polarities, other.polarities) and all(
        same(mention, other.medicines) for mention in fact.medicines
    )


def _joined(facts: Sequence[Fact]) -> list[Fact]:
    """Facts of a kind that were said close together, as one line while it stays short."""
    lines: list[tuple[Fact, int]] = []
    for fact in facts:
        at = next((at for at in range(len(lines) - 1, -1, -1) if lines[at][0].kind is fact.kind), None)
        if at is not None and _fits(*lines[at], fact):
            lines[at] = (_together(lines[at][0], fact), lines[at][1] + 1)
        else:
            lines.append((fact, 1))
    return [replace(fact, text=_cut(fact.text)) for fact, _ in lines]


def _fits(line: Fact, count: int, fact: Fact) -> bool:
    reach = _REACH.get(fact.kind, _REACH_OF_OTHERS)
    return (
        fact.kind not in _APART
        and fact.field == line.field
        and count < _MOST_JOINED
        and fact.place - line.place <= reach
        and len(line.text) + len(fact.text) + 2 <= LONGEST_TEXT
    )


def _together(line: Fact, fact: Fact) -> Fact:
    text = f"{line.text}, {lowered(fact.text)}"
    evidence = tuple(dict.fromkeys((*line.evidence, *fact.evidence)))
    return replace(line, text=text, evidence=evidence, worth=max(line.worth, fact.worth) + 0.05, place=fact.place)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    short = text[: LONGEST_TEXT - 2]
    comma = short.rfind(",")
    return f"{tidy(short[:comma] if comma > LONGEST_TEXT // 2 else short.rsplit(' ', 1)[0])} …"


def _capital(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if any(letter.isupper() for letter in first[1:]) else text[:1].upper() + text[1:]

"""Which lines a note keeps when not all fit, and how long it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from soep.clinical import medicines, numbers, sides
from soep.drafting.drafter import ProposedLine
from soep.drafting.merging import Entry
from soep.types import Utterance

SAFETY_WORTH = 0.7
SAFETY_STRETCH = 1.25
"""A line worth ``SAFETY_WORTH`` is kept up to this many times the budget: leaving it out costs more than reading it."""
NORMAL_BUDGET = 90
"""The budget that the lengths below are for; a GP who wants shorter or longer notes scales them."""
MORE_PROBLEMS = 0.15
"""How much longer the notes of a consult are together for each problem after the first."""
SAFETY_NET = re.compile(r"\b(?:vangnet|bel(?:t|len)?|112|spoed|huisartsenpost|contact)\b", re.IGNORECASE)
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


def budget(word_budget: int, utterances: Iterable[Utterance], *, dictation: bool) -> int:
    """Words for the notes of a consult, for one problem: a rich consult has a longer note than a brief one.

    Fitted by least squares on the words of GPs' own notes against the words spoken, in the labelled consults for
    development and the training corpus (`docs/evaluation.md`): 50 + 0.1 a spoken word in a conversation, 42 + 0.29 in
    a dictation.  Every consult of the development set then lies within 0.7 to 1.5 times its own note.
    """
    spoken = sum(len(utterance.text.split()) for utterance in utterances)
    normal = 42 + 0.29 * spoken if dictation else 50 + 0.1 * spoken
    return round(normal * word_budget / NORMAL_BUDGET)


def importance(proposed: ProposedLine) -> float:
    """What a line is worth when not all fit: safety first, then what a GP acts on (0 to 2)."""
    text = proposed.line.text
    worth = 0.5
    if _DANGER.search(text):
        worth += 0.8
    named = [mention for mention in medicines.find(text) if mention.kind is not medicines.Kind.CLASS]
    found = numbers.find(text)
    if proposed.field == "P":
        worth += 0.4 * bool(named) + 0.5 * bool(SAFETY_NET.search(text)) + 0.2 * bool(found)
    if proposed.field == "O":
        worth += 0.4 * any(quantity.kind in _VITALS for quantity in found) + 0.1 * bool(sides.find(text))
    if proposed.field == "E":
        worth += 0.4
    if proposed.field == "S":
        worth += 0.2 * bool(named) + 0.1 * bool(found)
    return worth


def chosen(entries: Sequence[Entry], words: int) -> list[Entry]:
    """The most worth within a number of words, in their order.

    Each field of each problem keeps its best line, and what is safety-relevant may stretch the length.
    """
    problems = {entry.proposed.problem for entry in entries}
    room = words * (1.0 + MORE_PROBLEMS * (len(problems) - 1))
    kept = _best_of_each_field(entries)
    used = sum(entries[index].words for index in kept)
    by_worth = sorted(
        range(len(entries)), key=lambda index: -entries[index].worth / max(4, entries[index].words) ** 0.35
    )
    for index in by_worth:
        entry = entries[index]
        limit = room * (SAFETY_STRETCH if entry.worth >= SAFETY_WORTH else 1.0)
        if index not in kept and used + entry.words <= limit:
            kept.add(index)
            used += entry.words
    return [entry for index, entry in enumerate(entries) if index in kept]


def _best_of_each_field(entries: Sequence[Entry]) -> set[int]:
    best: dict[tuple[int, str], int] = {}
    for index, entry in enumerate(entries):
        place = (entry.proposed.problem, entry.proposed.field)
        if place not in best or entry.worth > entries[best[place]].worth:
            best[place] = index
    return set(best.values())

"""The conversation read as facts: each piece of it that could stand in a note, as a line with its kind and worth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from soep.clinical import exchanges, relevance, sections, style
from soep.clinical.exchanges import Unit
from soep.clinical.numbers import Kind
from soep.clinical.numbers import find as quantities_in
from soep.drafting.checks.drugs import named
from soep.drafting.unsaid import kinds
from soep.drafting.unsaid.context import Context
from soep.drafting.unsaid.facts import LONGEST_TEXT, Fact
from soep.drafting.unsaid.facts import folded as fold
from soep.drafting.unsaid.lines import line, worded
from soep.drafting.unsaid.worth import worth
from soep.types import FIELDS, Source, UnsaidKind, Utterance

_SMALL_TALK = re.compile(
    r"\b(?:trein|file|parkeer\w*|parkeren|wachtkamer|weer mee|(?:mooi|slecht|lekker) weer|regent|voetbal\w*|sorry"
    r"|bedankt|dank\s?(?:u|je)|gefeliciteerd|vakantiegeld|tot ziens|beterschap|goed weekend|fijne dag)\b"
)
_POINTING_QUESTION = re.compile(
    r"\W*(?:en )?(?:welke (?:kant|zijde|knie|arm|been|oor|oog)|links of rechts|waar(?: precies)?|hoe ?veel|hoe vaak"
    r"|hoe lang(?: al)?|sinds wanneer)\W*"
)
_SENTENCE = re.compile(r"\b(?:ik|u|je|jij|hij|ze|zij|we|het|dat|die|er|ja|nee|niet|geen)\b|\?")
_ALONE = {UnsaidKind.SAFETY_NET, UnsaidKind.ALLERGY, UnsaidKind.SUICIDALITY}
_DOSED = {Kind.DOSE, Kind.FREQUENCY}
_FRAGMENT_WORDS = 4
_SHORTEST_TEXT = 6
_CROWD = 2


def read(utterances: Sequence[Utterance], *, dictation: bool) -> list[Fact]:
    """All that was said and could stand in a note, in the order in which it was said."""
    plain = [
        replace(one, text=sections.spoken_marks(one.text)) if dictation or one.source is Source.DICTAAT else one
        for one in utterances
    ]
    units = exchanges.units(plain, dictation=dictation)
    breaths = Counter(unit.ids[-1] for unit in units)
    return [replace(fact, crowded=breaths[fact.evidence[-1]] > _CROWD) for fact in _facts(units)]


def _facts(units: Sequence[Unit]) -> Iterator[Fact]:
    context = Context()
    last: Fact | None = None
    for unit in units:
        if unit.dictated:
            unit = replace(unit, text=sections.heading(unit.text)[1])  # noqa: PLW2901
        fact = _fact(unit, context)
        context.hear(unit)
        if fact is None:
            continue
        if last is not None and _leans(unit, fact, last):
            last = _added(last, fact)
            continue
        if last is not None:
            yield last
        last = fact
    if last is not None:
        yield last


def _leans(unit: Unit, fact: Fact, last: Fact) -> bool:
    """Whether a unit only completes what was said just before: “In m'n borst.”, “Welke kant?” “Links.”."""
    if unit.place - last.place > 1 + bool(unit.question) or last.by_doctor is not unit.by_doctor or last.kind in _ALONE:
        return False
    if unit.question:
        return _POINTING_QUESTION.fullmatch(fold(unit.question)) is not None
    if unit.by_doctor:
        return unit.ids == last.evidence[-len(unit.ids) :] and fact.text[:1].isdigit() and not fact.medicines
    few = len(unit.text.split()) <= _FRAGMENT_WORDS
    return few and _SENTENCE.search(fold(unit.text)) is None


def _added(fact: Fact, more: Fact) -> Fact:
    text = f"{fact.text}, {style.lowered(more.text)}"
    if len(text) > LONGEST_TEXT:
        return fact
    evidence = tuple(dict.fromkeys((*fact.evidence, *more.evidence)))
    return replace(fact, text=text, evidence=evidence, worth=max(fact.worth, more.worth), place=more.place)


def _fact(unit: Unit, context: Context) -> Fact | None:
    if _is_empty(unit):
        return None
    relevant = relevance.scores(unit)
    field = max(FIELDS, key=lambda name: relevant[name]) if unit.by_doctor else FIELDS[0]
    text = line(unit, field, context)
    if not _has_content(text):
        return None
    kind = kinds.kind_of(unit, text, field)
    if unit.by_doctor and kind is not UnsaidKind.SAFETY_NET and _only_supposed(unit.text):
        return None
    if text == "geen allergie" and kind is not UnsaidKind.ALLERGY:
        return None  # asked was for a medicine against it
    evidence = tuple(dict.fromkeys(unit.ids))
    field = "P" if unit.by_doctor and text.endswith(" stop") else field
    value = worth(unit, kind, text, relevant)
    field = "P" if kind is UnsaidKind.SAFETY_NET else field
    return Fact(kind, field, worded(unit, kind, text), evidence, value, unit.place, unit.by_doctor)


def _only_supposed(text: str) -> bool:
    """Whether it begins with a condition; but "bij pijn mag u paracetamol, twee van 500" is a plan."""
    return kinds.is_conditional(text) and not (named(text) and any(one.kind in _DOSED for one in quantities_in(text)))


def _is_empty(unit: Unit) -> bool:
    """Whether it is a patient's question, or small talk."""
    if unit.question:
        return False
    return (not unit.by_doctor and exchanges.is_question(unit.text)) or _SMALL_TALK.search(fold(unit.text)) is not None


def _has_content(text: str) -> bool:
    return (
        len(text.split()) > 1
        or any(letter.isdigit() for letter in text)
        or bool(named(text) or len(text) >= _SHORTEST_TEXT)
    )

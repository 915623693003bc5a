"""A line whose number or medicine was said in one other place gets that place as evidence too.

The drafter saw it said and cited too little.  Only where exactly one utterance gives it together with another word of
the same clause is there nothing to guess; else the line stays as it is and the checker flags it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from soep.drafting.checks.drugs import all_named, named, same
from soep.drafting.checks.quantities import Written, supported, written
from soep.drafting.checks.readings import all_readings, family, readings
from soep.drafting.checks.speech import Speech
from soep.drafting.checks.text import STOP_WORDS, fold, joined, said, supports_strictly, words
from soep.types import NoteLine, Utterance

_CLAUSE = re.compile(r"(?:[^.;:(),+]|[.,](?=\d))+")
_SHORTEST = 4
_REACH = 12


def ground(line: NoteLine, speech: Speech) -> NoteLine:
    """The line with the utterances added in which its uncited numbers and medicines were said.

    Args:
        line: with evidence; without any it is returned as it is.
        speech: the consult.

    Returns:
        The same line when nothing is missing, or when no place or more than one fits.
    """
    cited = speech.known(line.evidence)
    if not cited or not _rests_there(line, cited):
        return line
    found = {place.id for place in (*_numbers(line, cited, speech), *_medicines(line, cited, speech))}
    added = found - set(line.evidence)
    return replace(line, evidence=tuple(sorted({*line.evidence, *added}))) if added else line


def _rests_there(line: NoteLine, cited: list[Utterance]) -> bool:
    """Whether the evidence has half of the words of the line, so that only a part was said elsewhere."""
    content = [word for word in words(line.text) if _counts(word) and not named(word)]
    heard = joined(said(utterance.text) for utterance in cited)
    return 2 * sum(supports_strictly(heard, word) for word in content) >= len(content)


def _counts(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in STOP_WORDS and word[0].isalpha()


def _numbers(line: NoteLine, cited: list[Utterance], speech: Speech) -> Iterator[Utterance]:
    spoken = " ".join(utterance.text for utterance in cited)
    heard = all_readings(utterance.text for utterance in cited)
    near = {utterance.id for utterance in speech.window(line.evidence, _REACH)}
    for number in written(line.text):
        if not supported(number, heard, spoken):
            beside = _beside(line.text, number)
            places = _only([one for one in speech.utterances if _says(one, number) and _names(one, beside)])
            yield from (one for one in places if one.id in near)


def _says(utterance: Utterance, number: Written) -> bool:
    """Whether an utterance gives the number in so many words, as the same sort of thing."""
    heard = readings(utterance.text)
    sort = family(number.quantity)
    return number.value in heard.literal and (not sort or (number.value, sort) in heard.bound)


def _names(utterance: Utterance, beside: list[str]) -> bool:
    """Whether an utterance has two of the words, or the only one: one of many is too often a chance."""
    return sum(supports_strictly(said(utterance.text), word) for word in beside) >= max(1, min(2, len(beside)))


def _beside(line: str, number: Written) -> list[str]:
    """The words of the number's clause; the medicine alone where there is one."""
    clause = next((one.group() for one in _CLAUSE.finditer(line) if one.start() <= number.at < one.end()), line)
    medicines = [fold(mention.text) for mention in named(clause)]
    return medicines or [word for word in words(clause) if _counts(word)]


def _medicines(line: NoteLine, cited: list[Utterance], speech: Speech) -> Iterator[Utterance]:
    heard = all_named(cited)
    if heard:
        return  # another medicine is named there: which of the two is meant cannot be told
    near = {utterance.id for utterance in speech.window(line.evidence, _REACH)}
    for mention in named(line.text):
        places = _only([one for one in speech.utterances if same(mention, named(one.text))])
        yield from (one for one in places if one.id in near)


def _only(places: list[Utterance]) -> list[Utterance]:
    return places if len(places) == 1 else []

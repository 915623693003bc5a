"""Check: every number, dose, unit, frequency, duration and clock time of a line was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from soep.clinical.medicines import Mention
from soep.clinical.numbers import Kind, Quantity
from soep.drafting.checks.drugs import named, same
from soep.drafting.checks.quantities import Written, heard_at_all, supported, taken_back, written
from soep.drafting.checks.readings import Readings, all_readings, family, readings
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import words
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Utterance
from soep.wording import FlagCode

_TIMES = {"sec", "min", "uur", "dag", "wk", "mnd", "jr"}
_AMOUNTS = {"mg", "mcg", "ml", "g", "l", "IE", "mmol"}
_ALL_DAY = ("ochtend", "avond", "nacht", "middag")
_CLAUSE = re.compile(r"(?:[^.;:(),+]|[.,](?=\d))+")
_BRIEF = 3
_TOGETHER = 2


def check_amounts(claim: Claim) -> Iterator[Verdict]:
    """Each number of the line against the evidence, then against the whole consult."""
    numbers = written(claim.line.text)
    if not numbers:
        return
    evidence = all_readings(utterance.text for utterance in claim.evidence)
    objected = False
    for number in numbers:
        for verdict in _check_number(claim, number, evidence):
            objected = True
            yield verdict
    for quantity in {number.quantity for number in numbers if number.quantity}:
        other = _other_unit(quantity, evidence, claim.spoken)
        if other is not None:
            objected = True
            yield objection(FlagCode.UNIT_DIFFERS, written=quantity.text, said=other)
    if not objected:
        yield from _check_mixed(claim, numbers)


def _check_number(claim: Claim, number: Written, evidence: Readings) -> Iterator[Verdict]:
    if supported(number, evidence, claim.spoken):
        if _only_taken_back(claim, number):
            yield objection(FlagCode.NUMBER_TAKEN_BACK, number=number.shown)
        return
    other = next((one for one in evidence.quantities if number.value in _values(one) and family(one)), None)
    if other is not None and number.quantity is not None:
        yield objection(FlagCode.UNIT_DIFFERS, written=number.quantity.text, said=other.text)
    elif supported(number, all_readings(utterance.text for utterance in claim.window), claim.spoken):
        yield objection(FlagCode.NUMBER_ELSEWHERE, critical=False, number=number.shown)
    elif said_anywhere(number, claim.speech.utterances):
        yield objection(FlagCode.NUMBER_ELSEWHERE, number=number.shown)
    else:
        yield objection(FlagCode.NUMBER_NOT_SAID, number=number.shown, certain=True)


def said_anywhere(number: Written, utterances: Sequence[Utterance]) -> bool:
    """Whether somebody says this number anywhere, in one breath or in a few that follow each other.

    Numbers from opposite ends of a consult are not put together: nearly any number is the product of two others.
    """
    for at in range(len(utterances)):
        near = utterances[at : at + _TOGETHER]
        if heard_at_all(number, all_readings(one.text for one in near), " ".join(one.text for one in near)):
            return True
    return False


def _only_taken_back(claim: Claim, number: Written) -> bool:
    """Whether each utterance of the evidence that gives the number also takes it back."""
    texts = [utterance.text for utterance in claim.evidence]
    giving = [text for text in texts if number.quantity and _gives(number, text)]
    giving = giving or [text for text in texts if number.value in readings(text).literal]
    giving = giving or [text for text in texts if number.value in readings(text).numbers]
    keys = {(number.value, number.unit), (number.value, "")}
    return bool(giving) and all(keys & taken_back(text) for text in giving)


def _gives(number: Written, text: str) -> bool:
    """Whether a text gives the number with its very unit."""
    return any(one.unit == number.unit != "" and number.value in _values(one) for one in readings(text).quantities)


def _values(quantity: Quantity) -> set[str]:
    return set(quantity.value.split("-"))


def _other_unit(quantity: Quantity, evidence: Readings, spoken: str) -> str | None:
    """The quantity that was said, when it has the number of the line with another unit, or another frequency."""
    sort = next((units for units in (_TIMES, _AMOUNTS) if quantity.unit in units), None)
    if quantity.kind is Kind.FREQUENCY and quantity.unit == "dd":
        if any(word in spoken.lower() for word in _ALL_DAY) or quantity.value in {"0,5"}:
            return None
        daily = [other for other in evidence.quantities if other.kind is Kind.FREQUENCY and other.unit == "dd"]
        hours = any(other.unit in {"per uur", "uur"} for other in evidence.quantities)
        counted = [other for other in evidence.quantities if other.kind in {Kind.FREQUENCY, Kind.COUNT}]
        if hours or not daily or any(_values(other) & _values(quantity) for other in counted):
            return None
        return daily[0].text
    if sort is None or quantity.kind not in {Kind.DURATION, Kind.DOSE}:
        return None
    same = [other for other in evidence.quantities if other.unit in sort and _values(other) & _values(quantity)]
    if not same or any(other.unit == quantity.unit for other in same):
        return None
    return same[0].text


def _check_mixed(claim: Claim, numbers: tuple[Written, ...]) -> Iterator[Verdict]:
    """A dose that was said, but of another medicine: each sentence that gives it names that one and not this."""
    spoken = [(readings(text), named(text)) for text in _exchanges(claim)]
    for number in numbers:
        own = _medicine_beside(claim.line.text, number)
        if number.quantity is None or family(number.quantity) != "amount" or own is None:
            continue
        giving = [heard for said, heard in spoken if (number.value, "amount") in said.bound]
        theirs = [
            one.text for said, heard in spoken if same(own, heard) for one in said.quantities if one.unit == number.unit
        ]
        if giving and theirs and all(heard and not same(own, heard) for heard in giving):
            yield objection(FlagCode.NUMBER_MIXED, word=own.text, written=number.quantity.text, said=theirs[0])
            return


def _exchanges(claim: Claim) -> Iterator[str]:
    """The sentences of the evidence, a question with what was said right after it."""
    sentences = claim.sentences()
    for at, sentence in enumerate(sentences):
        following = sentences[at + 1].text if at + 1 < len(sentences) else ""
        brief = sentence.question or len(words(sentence.text)) <= _BRIEF
        yield f"{sentence.text} {following}" if brief and not named(following) else sentence.text


def _medicine_beside(line: str, number: Written) -> Mention | None:
    """The one medicine in the clause of a number."""
    for clause in _CLAUSE.finditer(line):
        if clause.start() <= number.at < clause.end():
            found = named(clause.group())
            return found[0] if len(found) == 1 else None
    return None

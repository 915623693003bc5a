"""Check: every number, dose, unit, frequency, duration and clock time of a line was said."""

from __future__ import annotations

from collections.abc import Iterator

from soep.clinical.numbers import Kind, Quantity
from soep.drafting.checks.quantities import Readings, Written, all_readings, supported, taken_back, written
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_TIMES = {"sec", "min", "uur", "dag", "wk", "mnd", "jr"}
_AMOUNTS = {"mg", "mcg", "ml", "g", "l", "IE", "mmol"}
_ALL_DAY = (
    "ochtend",
    "avond",
    "nacht",
    "middag",
    "elke",
    "iedere",
    "dagelijks",
    "per dag",
    "slapen",
    "maaltijd",
    "eten",
)


def check_amounts(claim: Claim) -> Iterator[Verdict]:
    """Each number of the line against the evidence, then against the whole consult."""
    numbers = written(claim.line.text)
    if not numbers:
        return
    evidence = all_readings(utterance.text for utterance in claim.evidence)
    for number in numbers:
        yield from _check_number(claim, number, evidence)
    for quantity in {number.quantity for number in numbers if number.quantity}:
        said = _other_unit(quantity, evidence, claim.spoken)
        if said is not None:
            yield objection(FlagCode.UNIT_DIFFERS, written=quantity.text, said=said)


def _check_number(claim: Claim, number: Written, evidence: Readings) -> Iterator[Verdict]:
    if supported(number, evidence):
        if _only_taken_back(claim, number):
            yield objection(FlagCode.NUMBER_TAKEN_BACK, number=number.shown)
        return
    if supported(number, all_readings(utterance.text for utterance in claim.window)):
        yield objection(FlagCode.NUMBER_ELSEWHERE, critical=False, number=number.shown)
    elif supported(number, all_readings(utterance.text for utterance in claim.speech.utterances)):
        yield objection(FlagCode.NUMBER_ELSEWHERE, number=number.shown)
    else:
        yield objection(FlagCode.NUMBER_NOT_SAID, number=number.shown, certain=True)


def _only_taken_back(claim: Claim, number: Written) -> bool:
    """Whether each utterance of the evidence that gives the number also takes it back."""
    giving = [utterance.text for utterance in claim.evidence if number.value in all_readings([utterance.text]).numbers]
    return bool(giving) and all(number.value in taken_back(text) for text in giving)


def _values(quantity: Quantity) -> set[str]:
    return set(quantity.value.split("-"))


def _other_unit(quantity: Quantity, evidence: Readings, spoken: str) -> str | None:
    """The quantity that was said, when it has the number of the line with another unit, or another frequency."""
    family = next((units for units in (_TIMES, _AMOUNTS) if quantity.unit in units), None)
    if quantity.kind is Kind.FREQUENCY and quantity.unit == "dd":
        if any(word in spoken.lower() for word in _ALL_DAY[:4]) or quantity.value in {"0,5"}:
            return None
        daily = [other for other in evidence.quantities if other.kind is Kind.FREQUENCY and other.unit == "dd"]
        hours = any(other.unit in {"per uur", "uur"} for other in evidence.quantities)
        counted = [other for other in evidence.quantities if other.kind in {Kind.FREQUENCY, Kind.COUNT}]
        if hours or not daily or any(_values(other) & _values(quantity) for other in counted):
            return None
        return daily[0].text
    if family is None or quantity.kind not in {Kind.DURATION, Kind.DOSE}:
        return None
    same = [other for other in evidence.quantities if other.unit in family and _values(other) & _values(quantity)]
    if not same or any(other.unit == quantity.unit for other in same):
        return None
    return same[0].text

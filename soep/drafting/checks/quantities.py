"""Numbers of a line against the numbers that were said (``readings.py``), converted and counted where speech needs it.

A number of a line has support when *one* reading gives it.  What no reading in the whole consult gives was not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.numbers import Kind, Quantity, find
from soep.drafting.checks.readings import NUMBER, Readings, family, readings, spellings
from soep.drafting.checks.text import fold

__all__ = ["Written", "heard_at_all", "spellings", "supported", "taken_back", "written"]

_DIGITS_IN_NAME = re.compile(
    r"\b(?:hba1c|covid-?19|sars-?cov-?2|h2|b12|b6|b11|t[34]|ft4|c[1-7]|th\d+|l[1-5]|s[12]|mtp-?\d|pip-?\d|"
    r"dip-?\d|dig(?:itus)? ?\d|d[1-5]|"
    r"mt-?\d|(?<=\d)/10|\de graads|fev1|spo2|o2|co2|vitamine [bd]\d*|n\d\b|type [12]|dm ?[12]|"
    r"ca ?125|4dkl|24-?uurs|2e lijn|phq-?9|tsh2|omega 3)\b"
)
_HALF_SIGN = re.compile(r"(?<=\d)\s?½")
_TIME_FACTORS = {
    ("dag", "wk"): 7,
    ("wk", "mnd"): 4,
    ("mnd", "jr"): 12,
    ("min", "uur"): 60,
    ("uur", "dag"): 24,
    ("dag", "mnd"): 30,
    ("wk", "jr"): 52,
    ("sec", "min"): 60,
}
_UNITS_THAT_MULTIPLY = {"mg", "g", "ml", "mcg", "l"}
_MOST_MULTIPLES = 8
_LEAST_PRODUCT = 50
_MOST_DAYS, _MOST_OTHER = 10, 12
_DAILY = re.compile(r"ochtend|avond|morgen|dag|elke|iedere|nacht|slapen|naar bed")
_TWICE_A_DAY = (re.compile(r"ochtend|morgen|ontbijt"), re.compile(r"avond|nacht|slapen|bed"))
_PIECES = re.compile(r"\bvan\b|tablet|stuks|pil|caps|zet|zakje|half|halv|dubbel|\bgram\b|spuit|lepel")
_PRESSURE = re.compile(r"\brr\b[^a-z]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A number of a line: in one spelling, as it stands there, and the quantity that it belongs to."""

    value: str
    shown: str
    quantity: Quantity | None
    at: int = 0
    pressure: bool = False
    """Whether "RR" stands before it, so that it may be one half of a blood pressure."""

    @property
    def unit(self) -> str:
        """The unit it stands with, empty for none."""
        return self.quantity.unit if self.quantity else ""


@lru_cache(maxsize=4096)
def written(text: str) -> tuple[Written, ...]:
    """The numbers of a line, without those that are part of a name ("HbA1c", "type 2")."""
    text = _HALF_SIGN.sub(",5", text).replace("½", "0,5")
    low = fold(text)
    blank = _DIGITS_IN_NAME.sub(lambda match: re.sub(r"\d", "_", match.group()), low)
    if len(low) != len(text):  # accents in decomposed form: positions cannot be carried over
        text = low
    quantities = find(text)
    found = []
    for match in NUMBER.finditer(blank):
        at = match.start()
        own = next((quantity for quantity in quantities if quantity.span[0] <= at < quantity.span[1]), None)
        pressure = bool(_PRESSURE.search(blank, 0, at))
        found.append(Written(spellings(match.group()), match.group(), own, at, pressure))
    return tuple(found)


def supported(number: Written, said: Readings, spoken: str = "") -> bool:
    """Whether one reading of the speech gives this number as the sort of thing that the line counts.

    Units of time are converted, and what a GP counts together is allowed; ``spoken`` is the speech itself.
    """
    sort = family(number.quantity)
    if number.value in said.free or (number.value, number.unit) in said.typed:
        return True
    if any(value == number.value and _fits(number, sort, other) for value, other in said.bound):
        return True
    return _derived(number, said, spoken)


def _fits(number: Written, sort: str, said: str) -> bool:
    """Whether a number of one sort may stand for one that was said as another: a bare one for all but a pressure."""
    return sort == said or (not sort and (said != Kind.BLOOD_PRESSURE.value or number.pressure))


def heard_at_all(number: Written, said: Readings, spoken: str = "") -> bool:
    """Whether the speech gives this number at all, be it as another sort of thing."""
    return supported(number, said, spoken) or any(value == number.value for value, _ in said.bound)


def _derived(number: Written, said: Readings, spoken: str) -> bool:
    whole, _, minutes = number.value.partition(",")
    if minutes == "00" and whole in said.numbers:
        return True
    if _as_clock(number) & said.numbers:
        return True
    quantity = number.quantity
    if quantity is None or quantity.kind is Kind.PLAIN:
        large = _as_float(number.value) >= _LEAST_PRODUCT
        return large and bool(_PIECES.search(fold(spoken))) and _multiplied(number.value, said)
    if quantity.kind is Kind.CLOCK:
        return False
    timed = family(quantity) == "time" or quantity.kind in {Kind.FREQUENCY, Kind.RATE}
    if timed and _no_other(quantity, said) and (_converted(number, quantity, said) or _calendar(number, said)):
        return True
    if quantity.kind is Kind.FREQUENCY:
        return _no_other(quantity, said) and _times_a_day(number.value, said, spoken)
    multiplies = quantity.kind is Kind.DOSE and quantity.unit in _UNITS_THAT_MULTIPLY
    return multiplies and bool(_PIECES.search(fold(spoken))) and _multiplied(number.value, said)


def _as_clock(number: Written) -> frozenset[str]:
    """The same time in the other half of the day ("zes uur" is 18 uur)."""
    hour = number.value.split(",")[0]
    timed = number.quantity is not None and number.quantity.kind is Kind.CLOCK
    timed = timed or bool(re.fullmatch(r"\d\d\.\d\d", number.shown))
    if not timed or not hour.isdigit() or int(hour) > 24:
        return frozenset()
    return frozenset({f"{(int(hour) + 12) % 24}{number.value[len(hour) :]}"})


def _no_other(quantity: Quantity, said: Readings) -> bool:
    """Whether the speech gives nothing in this unit, so that the GP may have counted or converted it."""
    return not any(other.kind is quantity.kind and other.unit == quantity.unit for other in said.quantities)


def _calendar(number: Written, said: Readings) -> bool:
    """Whether a GP may have counted this from a day or a month that was named."""
    value = _as_float(number.value)
    return (said.weekday and number.unit in {"dag", "uur"} and value <= _MOST_DAYS) or (
        said.season and number.unit in {"dag", "wk", "mnd", "jr"} and value <= _MOST_OTHER
    )


def _converted(number: Written, quantity: Quantity, said: Readings) -> bool:
    units = {quantity.unit} | ({"dag"} if quantity.kind is Kind.FREQUENCY else set())
    mine = _as_float(number.value)
    for other in said.quantities:
        values = [_as_float(part) for part in other.value.split("-") if _is_number(part)]
        for (small, large), factor in _TIME_FACTORS.items():
            if small in units and other.unit == large and any(abs(mine - value * factor) <= value for value in values):
                return True
            if large in units and other.unit == small and any(abs(mine * factor - value) <= mine for value in values):
                return True
    return False


def _times_a_day(value: str, said: Readings, spoken: str) -> bool:
    """As in "Om de zes uur" is four times a day; morning and evening are two times."""
    hours = {quantity.value for quantity in said.quantities if quantity.unit in {"per uur", "uur"}}
    mine = _as_float(value)
    if any(_is_number(hour) and mine * _as_float(hour) == 24 for hour in hours):
        return True
    low = fold(spoken)
    return (mine <= 1 and bool(_DAILY.search(low))) or (mine == 2 and all(part.search(low) for part in _TWICE_A_DAY))


def _multiplied(value: str, said: Readings) -> bool:
    """As in "Twee tabletten van vijfhonderd" is 1000 mg, "een gram" too."""
    mine = _as_float(value)
    amounts = {_as_float(number) for number in said.literal | ({"0,5"} & said.free) if _is_number(number)}
    counts = {count for count in amounts if count <= _MOST_MULTIPLES and count not in {0, 1}}
    return any(count * amount == mine for count in counts for amount in amounts if amount != mine) or any(
        mine in {amount * 1000, amount / 1000} for amount in amounts if amount
    )


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:,\d+)?", text))


def _as_float(text: str) -> float:
    return float(text.replace(",", ".")) if _is_number(text) else float("inf")


@lru_cache(maxsize=2048)
def taken_back(text: str) -> frozenset[tuple[str, str]]:
    """Numbers that the speaker took back ("veertig, eh nee, twintig"), each with its unit, or "" for any."""
    meant = resolve(text)
    if meant == text:
        return frozenset()
    before, after = readings(text), readings(meant)
    kinds = {quantity.kind for quantity in after.quantities}
    replaced = [quantity for quantity in before.quantities if quantity.kind in kinds]
    still = {(value, quantity.unit) for quantity in after.quantities for value in _parts(quantity)}
    gone = {(value, quantity.unit) for quantity in replaced for value in _parts(quantity)} - still
    return frozenset(gone | {(value, "") for value, _ in gone if value not in after.literal})


def _parts(quantity: Quantity) -> list[str]:
    return [spellings(value) for value in NUMBER.findall(quantity.value)]

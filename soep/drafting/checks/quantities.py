"""Numbers of a line against the numbers that were said, in every reading that speech allows.

"Achtendertig vijf" can be 38,5 or 38 and 5; "een half uur" is 0,5 hour and 30 minutes; "half tien" is 9.30.  A number
of a line has support when *one* reading gives it.  What no reading in the whole consult gives was not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from soep.clinical.cardinals import digitise
from soep.clinical.corrections import resolve
from soep.clinical.numbers import Kind, Quantity, find
from soep.drafting.checks.lexicon import table
from soep.drafting.checks.text import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGITS_IN_NAME = re.compile(
    r"\b(?:hba1c|covid-?19|sars-?cov-?2|h2|b12|b6|b11|t[34]|ft4|c[1-7]|th\d+|l[1-5]|s[12]|mtp-?\d|pip-?\d|"
    r"dip-?\d|dig(?:itus)? ?\d|d[1-5]|"
    r"mt-?\d|(?<=\d)/10|\de graads|fev1|spo2|o2|co2|vitamine [bd]\d*|factor \d+|n\d\b|type [12]|dm ?[12]|"
    r"ca ?125|4dkl|24-?uurs|2e lijn|phq-?9|tsh2|omega 3)\b"
)
_PHRASE_VALUES = {"om de ": "1", "en een halve": "1,5", "een en een half": "1,5", "paar keer": "2", "om de dag": "2"}
_ONE_MORE = re.compile(r"\b(?:nog een|weer een|een gisteren|eentje|een keer)\b")
_WEEKDAY = re.compile(
    r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*|\bweekend\b|\b(?:januari|februari|maart|april|mei|"
    r"juni|juli|augustus|"
    r"september|oktober|november|december|kerst|pasen|pinksteren|zomer|winter|herfst|voorjaar|vakantie|verjaardag)\b"
)
_NUMBER_ENDINGS = [
    "daags",
    "daagse",
    "jarig",
    "jarige",
    "wekelijks",
    "wekelijkse",
    "voudig",
    "tal",
    "tjes",
    "ste",
    "de",
    "en",
    "er",
    "uurs",
    "uur",
    "erlei",
    "graads",
    "weekse",
    "mg",
    "keer",
]
_AND_A_HALF = re.compile(r"\b([a-z]+?)(?:en)?een?hal(?:f|ve)\b|\b(\d+) (?:en )?(?:een )?hal(?:f|ve)\b")
_EMERGENCY = re.compile(r"\b1\W+1\W+2\b")
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


def spellings(number: str) -> str:
    """A number in one spelling: decimal comma, no leading or trailing zeros."""
    grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number)
    plain = number.replace(".", "" if grouped else ",")
    if "," in plain:
        plain = plain.rstrip("0").rstrip(",")
    return plain.lstrip("0") or "0" if not plain.startswith("0,") else plain


@cache
def _word_values() -> dict[str, tuple[str, ...]]:
    """What words can stand for beside the number words ("eergisteren" 2, "kwartier" 15)."""
    found: dict[str, tuple[str, ...]] = {}
    for value, *spellers in (line.split() for line in table("number_words.txt")):
        for word in spellers:
            found[word] = (*found.get(word, ()), value)
    return found


@dataclass(frozen=True, slots=True)
class Readings:
    """The numbers that a text can be heard to say, and the quantities with their kinds."""

    numbers: frozenset[str]
    quantities: tuple[Quantity, ...]
    calendar: bool
    """Whether a weekday, month or feast is named, from which a GP counts days."""

    def __or__(self, other: Readings) -> Readings:
        return Readings(
            self.numbers | other.numbers, self.quantities + other.quantities, self.calendar or other.calendar
        )


NOTHING_READ = Readings(frozenset(), (), calendar=False)


@lru_cache(maxsize=2048)
def readings(text: str) -> Readings:
    """Every number that ``text`` can be heard to say."""
    digits = fold(digitise(text).text)
    found = {spellings(number) for number in _NUMBER.findall(digits)}
    quantities = tuple(find(text))
    for quantity in quantities:
        found |= {spellings(number) for number in _NUMBER.findall(quantity.value)}
    found |= set(_from_words(digits)) | set(_joined(digits)) | set(_clock(quantities))
    return Readings(frozenset(found), quantities, bool(_WEEKDAY.search(digits)))


def all_readings(texts: Iterable[str]) -> Readings:
    """What several texts can be heard to say, the numbers that run from one into the next included."""
    total = NOTHING_READ
    for text in texts:
        total = total | readings(text)
    return total


def _from_words(digits: str) -> Iterator[str]:
    for word in re.findall(r"[a-z]+", digits.replace("'", "")):
        yield from _word_values().get(word, ())
        if word not in _word_values():
            for ending in _NUMBER_ENDINGS:
                if word.endswith(ending):
                    yield from _whole_number(word[: -len(ending)])
                    yield from _word_values().get(word[: -len(ending)], ())
    yield from (value for phrase, value in _PHRASE_VALUES.items() if phrase in digits)
    for word, digit in _AND_A_HALF.findall(digits):
        for number in [digit] if digit else _whole_number(word):
            yield f"{number},5"


def _whole_number(word: str) -> list[str]:
    """A word that is wholly a number, in digits."""
    return _NUMBER.findall(digitise(word).text) if digitise(word).text.isdigit() else []


def _joined(digits: str) -> Iterator[str]:
    """Numbers said one after the other: "38 5" is 38,5, "20 14" is 2014, "1 1 2" is 112."""
    places = list(_NUMBER.finditer(digits))
    for one, two in pairwise(places):
        between = digits[one.end() : two.start()].strip()
        left, right = one.group(), two.group()
        if (
            "," in left
            or "," in right
            or between
            not in {
                "",
                "komma",
                "punt",
                "en",
                ".",
                "...",
                "…",
                ",",
                "-",
                "graden",
                "over",
                "op",
                "uur",
                "kilo",
                "kilo en",
                "kg",
                "meter",
                "liter",
            }
        ):
            continue
        yield f"{left},{right}".rstrip("0").rstrip(",") if set(right) != {"0"} else left
        yield left + right
        yield left + right.zfill(2)
        yield str(int(left) + int(right))
        if int(left) < 100:
            yield str(int(left) * 100 + int(right))
            yield str(int(left) * 60 + int(right))
        if right in {"100", "1000"}:
            yield str(int(left) * int(right))
    ones = sum(place.group() == "1" for place in places) + len(_ONE_MORE.findall(digits))
    yield from (str(count) for count in range(2, ones + 1))
    if _EMERGENCY.search(digits):
        yield "112"
    for number in {place.group() for place in places}:
        if len(number) == 2 and number.isdigit():
            yield from (f"19{number}", f"20{number}")
        if re.fullmatch(r"\d,5", number):
            for factor in (12, 60):  # years and hours with a half, in months and minutes
                yield spellings(f"{float(number.replace(',', '.')) * factor:g}".replace(".", ","))


def _clock(quantities: Iterable[Quantity]) -> Iterator[str]:
    """A clock time in either half of the day, in the spellings of its hour."""
    for quantity in quantities:
        if quantity.kind is Kind.CLOCK:
            hour, minute = quantity.value.split(".")
            for value in {int(hour) % 24, (int(hour) + 12) % 24}:
                yield from (
                    spellings(f"{value}.{minute}"),
                    str(value),
                    f"{value:02d},{minute}",
                    spellings(f"{value},{minute}"),
                )


@dataclass(frozen=True, slots=True)
class Written:
    """A number of a line: in one spelling, as it stands there, and the quantity that it belongs to."""

    value: str
    shown: str
    quantity: Quantity | None


def written(text: str) -> list[Written]:
    """The numbers of a line, without those that are part of a name ("HbA1c", "type 2")."""
    text = text.replace("½", "0,5")
    low = fold(text)
    blank = _DIGITS_IN_NAME.sub(lambda match: re.sub(r"\d", "_", match.group()), low)
    if len(low) != len(text):  # accents in decomposed form: positions cannot be carried over
        text = low
    quantities = find(text)
    found = []
    for match in _NUMBER.finditer(blank):
        at = match.start()
        own = next((quantity for quantity in quantities if quantity.span[0] <= at < quantity.span[1]), None)
        found.append(Written(spellings(match.group()), match.group(), own))
    return found


def supported(number: Written, said: Readings) -> bool:
    """Whether one reading of the speech gives this number, converted between units of time or counted if need be."""
    if number.value in said.numbers:
        return True
    if (
        re.fullmatch(r"\d{1,2},\d\d", number.value)
        and number.value.split(",")[0] in said.numbers
        and number.value.endswith(",00")
    ):
        return True
    quantity = number.quantity
    if _as_clock(number) & said.numbers:
        return True
    if quantity is None or quantity.kind in {Kind.PLAIN, Kind.CLOCK}:
        return False
    if quantity.kind in {Kind.DURATION, Kind.AGE, Kind.FREQUENCY, Kind.RATE} and _converted(number, quantity, said):
        return True
    if quantity.kind is Kind.FREQUENCY:
        return _times_a_day(number.value, said)
    return quantity.kind is Kind.DOSE and quantity.unit in _UNITS_THAT_MULTIPLY and _multiplied(number.value, said)


def _as_clock(number: Written) -> frozenset[str]:
    """The same time in the other half of the day ("zes uur" is 18 uur)."""
    hour = number.value.split(",")[0]
    timed = number.quantity is not None and (number.quantity.unit == "uur" or number.quantity.kind is Kind.CLOCK)
    if not timed or not hour.isdigit() or int(hour) > 24:
        return frozenset()
    return frozenset({f"{(int(hour) + 12) % 24}{number.value[len(hour) :]}"})


def _converted(number: Written, quantity: Quantity, said: Readings) -> bool:
    if said.calendar and quantity.unit in {"dag", "wk", "mnd", "jr"} and _as_float(number.value) <= 12:
        return True
    units = {quantity.unit} | ({"dag"} if quantity.kind is Kind.FREQUENCY else set())
    for other in said.quantities:
        for (small, large), factor in _TIME_FACTORS.items():
            values = [_as_float(part) for part in other.value.split("-") if _is_number(part)]
            mine = _as_float(number.value)
            if small in units and other.unit == large and any(abs(mine - value * factor) <= value for value in values):
                return True
            if large in units and other.unit == small and any(abs(mine * factor - value) <= mine for value in values):
                return True
    return False


def _times_a_day(value: str, said: Readings) -> bool:
    """As in "Om de zes uur" is four times a day; morning and evening are two times."""
    hours = {quantity.value for quantity in said.quantities if quantity.unit in {"per uur", "uur"}}
    mine = _as_float(value)
    return any(_is_number(hour) and mine * _as_float(hour) == 24 for hour in hours) or mine <= 2


def _multiplied(value: str, said: Readings) -> bool:
    """As in "Twee tabletten van vijfhonderd" is 1000 mg, "een gram" too."""
    mine = _as_float(value)
    amounts = {_as_float(number) for number in said.numbers if _is_number(number)}
    return any(
        (count * amount == mine)
        for count in amounts
        if count <= _MOST_MULTIPLES
        for amount in amounts
        if amount != mine
    ) or any(mine in {amount * 1000, amount / 1000} for amount in amounts)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:,\d+)?", text))


def _as_float(text: str) -> float:
    return float(text.replace(",", ".")) if _is_number(text) else float("inf")


@lru_cache(maxsize=2048)
def taken_back(text: str) -> frozenset[str]:
    """Numbers that the speaker took back ("veertig, eh nee, twintig")."""
    meant = resolve(text)
    if meant == text:
        return frozenset()
    before, after = readings(text), readings(meant)
    kinds = {quantity.kind for quantity in after.quantities}
    replaced = {
        value for quantity in before.quantities if quantity.kind in kinds for value in quantity.value.split("-")
    }
    return (before.numbers - after.numbers) & {spellings(value) for value in replaced if value[0].isdigit()}

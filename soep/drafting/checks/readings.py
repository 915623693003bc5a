"""The numbers that a stretch of speech can be heard to say, in every reading that speech allows.

"Achtendertig vijf" can be 38,5 or 38 and 5; "een half uur" is 0,5 hour and 30 minutes; "half tien" is 9.30.
A number that was said with a unit stands for a number of that sort only: "drie tabletten" is not 3 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from soep.clinical.cardinals import cardinal, digitise
from soep.clinical.numbers import Kind, Quantity, find
from soep.drafting.checks.lexicon import table
from soep.drafting.checks.text import fold

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PHRASE_VALUES = {"om de ": "1", "en een halve": "1,5", "een en een half": "1,5", "paar keer": "2", "om de dag": "2"}
_ONE_MORE = re.compile(r"\b(?:nog een|weer een|een gisteren|eentje|een keer)\b")
_WEEKDAY = re.compile(
    r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*|\bweekend\b|\bvannacht\b|\bgister\w*|\beergister\w*"
)
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_SEASON = re.compile(
    rf"\b(?:{_MONTHS}|kerst\w*|pasen|pinksteren|oud en nieuw|zomer\w*|winter\w*|herfst\w*|voorjaar|vakantie\w*|"
    r"verjaardag|bevalling|geboorte)\b"
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
    "s",
]
_AND_A_HALF = re.compile(r"\b([a-z]+?)(?:en)?een?hal(?:f|ve)\b|\b(\d+) (?:en )?(?:een )?hal(?:f|ve)\b")
_EMERGENCY = re.compile(r"\b1\W+1\W+([23])\b")
_HALF_PAST = re.compile(r"\bhalf ?([a-z]+)\b|\bhalf (\d{1,2})\b")
_BETWEEN = {"", "komma", "punt", "en", ".", "...", "…", ",", "-", "graden", "over", "op", "uur", "kilo", "kilo en"} | {
    "kg",
    "meter",
    "liter",
}
_AMOUNT_UNITS = {"mg", "mcg", "ml", "g", "l", "IE", "mmol"}
_TIME_UNITS = {"sec", "min", "uur", "dag", "wk", "mnd", "jr", "per uur"}


def spellings(number: str) -> str:
    """A number in one spelling: decimal comma, no leading or trailing zeros."""
    grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number)
    plain = number.replace(".", "" if grouped else ",")
    if "," in plain:
        plain = plain.rstrip("0").rstrip(",")
    return plain.lstrip("0") or "0" if not plain.startswith("0,") else plain


def family(quantity: Quantity | None) -> str:
    """What sort of thing a quantity counts; empty for a bare number, which may count anything."""
    if quantity is None or quantity.kind in {Kind.PLAIN, Kind.DATE}:
        return ""
    if quantity.unit in _TIME_UNITS or quantity.kind in {Kind.AGE, Kind.CLOCK}:
        return "time"
    if quantity.kind is Kind.DOSE:
        return "amount" if quantity.unit in _AMOUNT_UNITS else "count"
    return "count" if quantity.kind in {Kind.FREQUENCY, Kind.COUNT} else quantity.kind.value


@cache
def _word_values() -> dict[str, tuple[tuple[str, str], ...]]:
    """What words can stand for beside the number words, each with the unit it is bound to, if any."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry, *spellers in (line.split() for line in table("number_words.txt")):
        value, _, unit = entry.partition(":")
        for word in spellers:
            found[word] = (*found.get(word, ()), (value, unit))
    return found


@dataclass(frozen=True, slots=True)
class Readings:
    """The numbers that a text can be heard to say, and the quantities with their kinds.

    ``free`` may count anything, ``bound`` are numbers with the family they were said in, ``typed`` with the one unit
    that a word gives them.  ``numbers`` are all of them: what is not in it was not said.
    """

    free: frozenset[str]
    bound: frozenset[tuple[str, str]]
    typed: frozenset[tuple[str, str]]
    literal: frozenset[str]
    quantities: tuple[Quantity, ...]
    weekday: bool
    """Whether a day is named, from which a GP counts days."""
    season: bool
    """Whether a month or feast is named, from which a GP counts weeks and months."""

    @property
    def numbers(self) -> frozenset[str]:
        """Every value of every reading."""
        return self.free | {value for value, _ in self.bound | self.typed}

    def __or__(self, other: Readings) -> Readings:
        return Readings(
            self.free | other.free,
            self.bound | other.bound,
            self.typed | other.typed,
            self.literal | other.literal,
            self.quantities + other.quantities,
            self.weekday or other.weekday,
            self.season or other.season,
        )


NOTHING_READ = Readings(frozenset(), frozenset(), frozenset(), frozenset(), (), weekday=False, season=False)


@lru_cache(maxsize=2048)
def readings(text: str) -> Readings:
    """Every number that ``text`` can be heard to say."""
    digits = fold(digitise(text).text)
    literal = [spellings(number) for number in NUMBER.findall(digits)]
    quantities = tuple(find(text))
    bound: set[tuple[str, str]] = set()
    free: set[str] = set()
    for quantity in quantities:
        values = {spellings(number) for number in NUMBER.findall(quantity.value)}
        if family(quantity):
            bound |= {(value, family(quantity)) for value in values}
        else:
            free |= values
    free |= {value for value in literal if literal.count(value) > sum(value in _values(one) for one in quantities)}
    free |= set(_joined(digits)) | set(_months(digits))
    typed = {("", "")}
    for value, unit in [*_from_words(digits), *_clock(quantities), *_from_halves(literal), *_counted(digits)]:
        if unit:
            typed.add((value, unit))
        else:
            free.add(value)
    return Readings(
        frozenset(free),
        frozenset(bound),
        frozenset(typed - {("", "")}),
        frozenset(literal),
        quantities,
        bool(_WEEKDAY.search(digits)),
        bool(_SEASON.search(digits)),
    )


def _values(quantity: Quantity) -> set[str]:
    return {spellings(number) for number in NUMBER.findall(quantity.value)}


def all_readings(texts: Iterable[str]) -> Readings:
    """What several texts can be heard to say."""
    total = NOTHING_READ
    for text in texts:
        total = total | readings(text)
    return total


def _from_words(digits: str) -> Iterator[tuple[str, str]]:
    for word in re.findall(r"[a-z]+", digits.replace("'", "")):
        yield from _word_values().get(word, ())
        if word not in _word_values():
            yield from _compound(word)
    yield from ((value, "") for phrase, value in _PHRASE_VALUES.items() if phrase in digits)
    for word, digit in _AND_A_HALF.findall(digits):
        for number in [digit] if digit else whole_number(word):
            yield f"{number},5", ""
    for word, digit in _HALF_PAST.findall(digits):
        for number in [digit] if digit else whole_number(word):
            if 1 <= int(number) <= 12:
                yield from ((f"{hour},3", "uur") for hour in (int(number) - 1, (int(number) + 11) % 24))


@lru_cache(maxsize=8192)
def _compound(word: str) -> tuple[tuple[str, str], ...]:
    """The number in "vijfjarig" and "tiende", and the year in "negentienvierentachtig"."""
    return tuple(_parts(word))


def _parts(word: str) -> Iterator[tuple[str, str]]:
    for ending in _NUMBER_ENDINGS:
        if word.endswith(ending):
            yield from ((number, "") for number in whole_number(word[: -len(ending)]))
            yield from (one for one in _word_values().get(word[: -len(ending)], ()) if not one[1])
    for century in ("negentien", "twintig"):
        year = cardinal(word.removeprefix(century)) if word.startswith(century) else None
        if year is not None and year < 100:
            yield f"{cardinal(century)}{year:02d}", ""


def whole_number(word: str) -> list[str]:
    """A word that is wholly a number, in digits."""
    return NUMBER.findall(digitise(word).text) if word and digitise(word).text.isdigit() else []


def _joined(digits: str) -> Iterator[str]:
    """Numbers said one after the other: "38 5" is 38,5, "20 14" is 2014, "1 1 2" is 112."""
    places = list(NUMBER.finditer(digits))
    for one, two in pairwise(places):
        between = digits[one.end() : two.start()].strip()
        left, right = one.group(), two.group()
        if "," in left or "," in right or between not in _BETWEEN:
            continue
        yield f"{left},{right}".rstrip("0").rstrip(",") if set(right) != {"0"} else left
        yield left + right
        yield left + right.zfill(2)
        if between in {"", "en"} and int(left) % 10 == 0 and int(right) < int(left):
            yield str(int(left) + int(right))
        if len(left) == len(right) == 2:
            yield str(int(left) * 100 + int(right))
        if between == "uur":
            yield str(int(left) * 60 + int(right))
        if right in {"100", "1000"}:
            yield str(int(left) * int(right))
    yield from (f"11{last}" for last in _EMERGENCY.findall(digits))
    for number in {place.group() for place in places}:
        if len(number) == 2:
            yield from (f"19{number}", f"20{number}")


def _months(digits: str) -> Iterator[str]:
    yield from (str(at) for at, month in enumerate(_MONTHS.split("|"), 1) if re.search(rf"\b{month}\b", digits))


def _counted(digits: str) -> Iterator[tuple[str, str]]:
    """One and one more make two: "één gisteren, één vanmorgen"."""
    ones = len(re.findall(r"(?<![\d,])1(?![\d,])", digits)) + len(_ONE_MORE.findall(digits))
    for count in range(2, ones + 1):
        yield from ((str(count), unit) for unit in ("x", "dd", "tabl", "zetpil", "puf"))


def _from_halves(literal: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Years and hours with a half, in months and minutes."""
    for number in literal:
        if re.fullmatch(r"\d,5", number):
            for factor, unit in ((12, "mnd"), (60, "min")):
                yield spellings(f"{float(number.replace(',', '.')) * factor:g}".replace(".", ",")), unit


def _clock(quantities: Iterable[Quantity]) -> Iterator[tuple[str, str]]:
    """A clock time in either half of the day, in the spellings of its hour."""
    for quantity in quantities:
        if quantity.kind is Kind.CLOCK:
            hour, minute = quantity.value.split(".")
            for value in {int(hour) % 24, (int(hour) + 12) % 24}:
                for spelled in (f"{value}.{minute}", str(value), f"{value:02d},{minute}", f"{value},{minute}"):
                    yield spellings(spelled), "uur"

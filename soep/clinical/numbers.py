"""Quantities in Dutch GP speech and notes: found, compared, and written in digits.

>>> to_digits("vier keer per dag duizend milligram")
'4 dd 1000 mg'
>>> [quantity.text for quantity in find("achtendertig vijf, tensie honderdveertig over vijfentachtig")]
['38,5', '140/85']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from soep.clinical.cardinals import Digitised, digitise


class Kind(StrEnum):
    """What a quantity measures."""

    TEMPERATURE = "temperature"
    BLOOD_PRESSURE = "blood_pressure"
    DOSE = "dose"
    FREQUENCY = "frequency"
    COUNT = "count"
    DURATION = "duration"
    AGE = "age"
    WEIGHT = "weight"
    LENGTH = "length"
    RATE = "rate"
    PERCENT = "percent"
    CLOCK = "clock"
    DATE = "date"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    ``value`` is in Dutch digits ("38,5", "140/85", "2-3"), ``unit`` one spelling a unit ("mg", "wk", "" for none),
    ``span`` the characters in the text searched, and ``text`` how a note writes it ("4 dd", "5 dgn").
    Two quantities mean the same when their ``key`` is equal.
    """

    kind: Kind
    value: str
    unit: str
    span: tuple[int, int]
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """Value and unit: what must agree between a note and its evidence."""
        return self.value, self.unit


# One spelling for each unit, and the ways in which it is said or written.
_DOSE_UNITS = {
    "mg": r"milligramm?(?:en)?|mg",
    "mcg": r"microgramm?(?:en)?|mcg|µg|ug",
    "ml": r"milliliter|ml|cc",
    "IE": r"(?:internationale\s+)?eenhe(?:id|den)|i\.?e\.?",
    "g": r"gram|gr?",
    "l": r"liters?|l",
    "tabl": r"tablet(?:ten|jes?)?|tabl?|pil(?:len|letjes?)?",
    "caps": r"capsules?|caps",
    "puf": r"puf(?:s|jes?|fen)?|inhalaties?",
    "druppel": r"druppel(?:s|tjes?)?|gtt",
    "zakje": r"zakjes?|sachets?",
    "zetpil": r"zetpil(?:len)?|supp",
    "mmol": r"(?:milli)?mmol(?:/l)?|millimol(?:\s+per\s+liter)?",
}
_TIME_UNITS = {
    "sec": r"seconden?|secs?|sec",
    "min": r"minuut(?:je)?|minuten|min",
    "uur": r"uur(?:tje)?|uren|u",
    "dag": r"dag(?:en)?|dgn?|d",
    "wk": r"weken|week(?:je)?|wkn?|w",
    "mnd": r"maand(?:en)?|mnd(?:en)?",
    "jr": r"jaar(?:tje)?|jaren|jr",
}
_PLURALS = {"dag": "dgn", "wk": "wkn"}
_LENGTH_UNITS = {"mm": r"millimeters?|mm", "cm": r"centimeters?|cm", "m": r"meters?"}
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"


def _either(units: dict[str, str]) -> str:
    return "|".join(units.values())


def _canonical(units: dict[str, str], word: str) -> str:
    return next(unit for unit, pattern in units.items() if re.fullmatch(pattern, word, re.IGNORECASE))


_NUMBER = r"(?:\d+(?:,\d+)?|½|hal(?:f|ve))"
_RANGE = rf"(?:een\s+)?(?P<low>{_NUMBER})(?:\s*(?:à|á|a|tot|of|-|–|,)\s*(?P<high>\d+(?:,\d+)?))?"
_PER_DAY = r"(?:per|op\s+een|op|aan|in\s+de|/)\s*(?:dag|d|24\s+uur)\b|daags|dd\b"
_TIMES = r"(?:keer|maal|x|×)"


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w,/])(?:{body})", re.IGNORECASE)


_Found = tuple[Kind, str, str, str] | None
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], _Found]]


def _value(match: re.Match[str]) -> str:
    low, high = match["low"].lower(), match["high"]
    return _half(low) if high is None else f"{_half(low)}-{high}"


def _half(number: str) -> str:
    return "0,5" if number in {"half", "halve", "½"} else number


def _shown(match: re.Match[str]) -> str:
    value = _value(match)
    return "half" if value == "0,5" and not match["low"][0].isdigit() else value


def _is_range(match: re.Match[str]) -> bool:
    """A range climbs; "20 of 30, 5 dagen" is none, and a comma joins only neighbours ("drie, vier dagen")."""
    if match["high"] is None:
        return True
    low = float(_half(match["low"].lower()).replace(",", "."))
    high = float(match["high"].replace(",", "."))
    joint = match.string[match.end("low") : match.start("high")].strip()
    return high == low + 1 if joint == "," else low < high <= max(4 * low, low + 3)


def _clock(hour: int, minute: int, context: str) -> str:
    if minute < 0:
        hour, minute = hour - 1, minute + 60
    if (hour < 12 and re.search(r"middag|avond", context)) or (
        hour < 5 and "nacht" not in context and "middag" in context
    ):
        hour += 12
    return f"{hour % 24:02d}.{minute:02d}"


def _around(match: re.Match[str]) -> str:
    """The words beside a clock time that tell the half of the day."""
    return match.string[max(0, match.start() - 14) : match.end() + 16].lower()


def _spoken_clock(match: re.Match[str]) -> _Found:
    hour = int(match["hour"])
    if not 1 <= hour <= 12:
        return None
    shift = {"kwart": 15, None: 0}.get(match["shift"].lower() if match["shift"] else None)
    minutes = int(match["shift"]) if shift is None else shift
    minutes = -minutes if (match["joint"] or "").lower() == "voor" else minutes
    if match["half"]:
        minutes -= 30
    value = _clock(hour, minutes, _around(match))
    return Kind.CLOCK, value, "uur", f"{value} uur"


def _written_clock(match: re.Match[str]) -> _Found:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 24 or minute > 59:
        return None
    value = _clock(hour, minute, "" if match["minute"] else _around(match))
    return Kind.CLOCK, value, "uur", f"{match['lead'] or ''}{value} uur"


def _pressure(match: re.Match[str]) -> _Found:
    high, low = int(match["systolic"]), int(match["diastolic"])
    if not (60 <= high <= 280 and 30 <= low <= 160 and low < high):
        return None
    return Kind.BLOOD_PRESSURE, f"{high}/{low}", "", f"{high}/{low}"


def _temperature(match: re.Match[str]) -> _Found:
    value = match["degrees"] + (f",{match['tenth']}" if match["tenth"] else "")
    return Kind.TEMPERATURE, value, "", value


def _frequency(match: re.Match[str]) -> _Found:
    return (Kind.FREQUENCY, _value(match), "dd", f"{_shown(match)} dd") if _is_range(match) else None


def _per_period(match: re.Match[str]) -> _Found:
    unit = _canonical(_TIME_UNITS, match["unit"])
    return (Kind.FREQUENCY, _value(match), f"x/{unit}", f"{_shown(match)}x/{unit}") if _is_range(match) else None


def _count(match: re.Match[str]) -> _Found:
    return (Kind.COUNT, _value(match), "x", f"{_shown(match)}x") if _is_range(match) else None


def _dose(match: re.Match[str]) -> _Found:
    unit = _canonical(_DOSE_UNITS, match["unit"])
    return (Kind.DOSE, _value(match), unit, f"{_shown(match)} {unit}") if _is_range(match) else None


def _duration(match: re.Match[str]) -> _Found:
    if not _is_range(match):
        return None
    unit, value = _canonical(_TIME_UNITS, match["unit"]), _value(match)
    if unit == "jr" and match["old"]:
        return Kind.AGE, value, "jr", f"{value} jr"
    plural = unit if value in {"1", "0,5"} else _PLURALS.get(unit, unit)
    return Kind.DURATION, value, unit, f"{_shown(match)} {plural}"


def _about(match: re.Match[str]) -> _Found:
    """“Een jaar of vijf”, “een keer of drie”: about that many."""
    if match["unit"].lower() == "keer":
        return Kind.COUNT, match["count"], "x", f"ca {match['count']}x"
    if match["unit"].lower() == "uur":  # "rond een uur of elf" is a time of day
        value = _clock(int(match["count"]), 0, _around(match))
        return Kind.CLOCK, value, "uur", f"ca {value} uur"
    unit = _canonical(_TIME_UNITS, match["unit"])
    return Kind.DURATION, match["count"], unit, f"ca {match['count']} {_PLURALS.get(unit, unit)}"


def _simple(kind: Kind, unit: str, shown: str) -> Callable[[re.Match[str]], _Found]:
    def build(match: re.Match[str]) -> _Found:
        return (kind, _value(match), unit, shown.format(_value(match))) if _is_range(match) else None

    return build


def _length(match: re.Match[str]) -> _Found:
    unit = _canonical(_LENGTH_UNITS, match["unit"])
    return (Kind.LENGTH, _value(match), unit, f"{_shown(match)} {unit}") if _is_range(match) else None


def _date(match: re.Match[str]) -> _Found:
    return Kind.DATE, f"{match['day']} {match['month'].lower()}", "", f"{match['day']} {match['month'].lower()}"


def _plain(match: re.Match[str]) -> _Found:
    return Kind.PLAIN, match.group(), "", match.group()


_NOT_COUNTED = rf"(?!\s*(?:{_TIMES}|{_either(_DOSE_UNITS)}|{_either(_TIME_UNITS)}|procent|%|kilo|kg)\b)(?!\w|,\d|\s*%)"
_RULES: tuple[_Rule, ...] = (
    (
        _pattern(r"(?P<lead>(?:om|rond|tegen)\s+)(?P<hour>\d{1,2})(?:[.:,](?P<minute>\d\d))?\s*(?:uur|u)\b"),
        _written_clock,
    ),
    (_pattern(r"(?P<lead>)(?P<hour>\d{1,2})[.:](?P<minute>\d\d)(?:\s*uur)?\b"), _written_clock),
    (
        _pattern(
            r"(?:(?P<shift>kwart|[1-9]|10|1\d|20)\s+(?P<joint>over|voor)\s+)?(?P<half>half)\s+(?P<hour>\d{1,2})\b"
            r"(?!\s*(?:,\d|tab|mg|milli|dag|uur|week))"
        ),
        _spoken_clock,
    ),
    (
        _pattern(
            r"(?P<shift>kwart|5|10|20)\s+(?P<joint>over|voor)\s+(?P<half>)(?P<hour>\d{1,2})(?:\s+uur)?\b(?!\s*\d)"
        ),
        _spoken_clock,
    ),
    (
        _pattern(
            r"(?P<systolic>\d{2,3})\s*(?:over|op|/)\s*(?P<diastolic>\d{2,3})(?!\d|,\d|\s*/)"
            rf"(?!\s*(?:{_either(_DOSE_UNITS)}|{_either(_TIME_UNITS)})\b)"
        ),
        _pressure,
    ),
    (_pattern(r"(?:een|1)\s+(?P<unit>keer|dag|week|maand|jaar|uur|minuut)\s+of\s+(?P<count>\d+)(?!\d|,\d)"), _about),
    (_pattern(r"om\s+de\s+(?P<low>\d+)(?P<high>(?!))?\s+uur"), _simple(Kind.FREQUENCY, "per uur", "om de {} uur")),
    (_pattern(rf"{_RANGE}\s*{_TIMES}?\s*(?:{_PER_DAY})"), _frequency),
    (
        _pattern(
            rf"{_RANGE}\s*{_TIMES}\s*(?:per|in\s+de|in\s+een|/)\s*(?P<unit>week|wk|maand|mnd|jaar|jr|uur|nacht)\b"
        ),
        lambda match: None if match["unit"] == "nacht" else _per_period(match),
    ),
    (_pattern(rf"{_RANGE}\s*(?:slagen\s+)?(?:per\s+minuut|/\s*min(?:uut)?)\b"), _simple(Kind.RATE, "/min", "{}/min")),
    (
        _pattern(
            rf"(?P<degrees>3[4-9]|4[0-2])(?:\s*graden)?(?:\s*,\s*|\s+)(?P<tenth>\d){_NOT_COUNTED}"
            r"(?:\s*graden(?:\s+celsius)?)?"
        ),
        _temperature,
    ),
    (_pattern(r"(?P<degrees>3[4-9]|4[0-2])(?P<tenth>(?!))?\s*graden(?:\s+celsius)?"), _temperature),
    (_pattern(rf"{_RANGE}\s*(?:%|procent\b)"), _simple(Kind.PERCENT, "%", "{}%")),
    (_pattern(rf"{_RANGE}\s*(?:kilo(?:gram)?|kg)\b"), _simple(Kind.WEIGHT, "kg", "{} kg")),
    (_pattern(rf"{_RANGE}\s*(?P<unit>{_either(_LENGTH_UNITS)})\b"), _length),
    (_pattern(rf"{_RANGE}\s*(?P<unit>{_either(_DOSE_UNITS)})\b"), _dose),
    (_pattern(rf"{_RANGE}[\s-]*(?P<unit>{_either(_TIME_UNITS)})\b(?P<old>\s+oud\b)?"), _duration),
    (
        _pattern(rf"{_RANGE}-?(?P<unit>jarige)\b"),
        lambda match: (Kind.AGE, _value(match), "jr", f"{_value(match)}-jarige"),
    ),
    (_pattern(rf"{_RANGE}\s*{_TIMES}(?![^\W\d])"), _count),
    (_pattern(rf"(?P<day>\d{{1,2}})\s+(?P<month>{_MONTHS})\b"), _date),
    (_pattern(r"(?P<low>\d+)\s*(?:à|á|a|-|–|tot)\s*(?P<high>\d+)(?!\d|,\d|/)"), _simple(Kind.PLAIN, "", "{}")),
    (_pattern(r"\d+(?:,\d+)?(?![\d/])"), _plain),
)
_HAS_NUMBER = re.compile(r"\d|½|hal(?:f|ve)\b", re.IGNORECASE)


def find(text: str) -> list[Quantity]:
    """All quantities in ``text``, in order, not overlapping; spans are in ``text`` as given."""
    return list(_found(text))


@lru_cache(maxsize=2048)
def _found(text: str) -> tuple[Quantity, ...]:
    """Kept for a while: the same sentence is asked about by many rules."""
    return tuple(_quantities(digitise(text)))


def to_digits(text: str) -> str:
    """``text`` with every quantity as a note writes it; all else stays as it is."""
    parts: list[str] = []
    at = 0
    for quantity in find(text):
        start, end = quantity.span
        parts += [text[at:start], quantity.text]
        at = end
    return "".join([*parts, text[at:]])


def _quantities(digits: Digitised) -> Iterator[Quantity]:
    at = 0
    while (start := _HAS_NUMBER.search(digits.text, at)) is not None:
        found = _earliest(digits.text, at, start.start())
        if found is None:
            at = start.end()
            continue
        match, (kind, value, unit, shown) = found
        yield Quantity(kind, value, unit, digits.source(*match.span()), shown)
        at = match.end()


def _earliest(text: str, at: int, number: int) -> tuple[re.Match[str], tuple[Kind, str, str, str]] | None:
    """The first rule that matches a stretch holding the number at ``number``; rules stand in order of preference."""
    for pattern, build in _RULES:
        for match in pattern.finditer(text, max(at, number - 24), min(len(text), number + 60)):
            if match.start() > number:
                break
            if match.end() > number and (found := build(match)) is not None:
                return match, found
    return None

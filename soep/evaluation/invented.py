"""Numbers and medicines in a note that nobody said: counted apart from the checker, so that it can be measured by it.

What was said is looked for in the whole transcript, in any spelling.  Products of numbers and sums of amounts that were
said close together count as said ("twee tabletten van vijfhonderd" is 1000), and so does what words of time imply
("elke avond" is 1 dd).  In the corpus's own notes it still finds one such thing in every 30 consults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

from soep.clinical import medicines
from soep.clinical.cardinals import digitise
from soep.clinical.medicines import Kind
from soep.clinical.numbers import find as quantities_in

_NUMBER = re.compile(r"(?<![^\W\d_])(?<![\d,.-])\d+(?:[.,]\d+)*")
"""Not the number in a name: "HbA1c", "B12", "L5"."""
_LARGEST_FACTOR = 12
_IMPLIED = (
    (0, re.compile(r"\b(?:geen|niks|niets|nul)\b", re.IGNORECASE)),
    (500, re.compile(r"\bhalve liter", re.IGNORECASE)),
    (
        1,
        re.compile(
            r"dag(?:elijks)?\b|\belke\b|\biedere\b|\b(?:een|één|eerste|eenmaal|enkele|volgende)\b|'s (?:och|av|na)",
            re.I,
        ),
    ),
    (
        2,
        re.compile(
            r"\b(?:allebei|beide|twee(?:de|ling)?|dubbel|verdubbel\w*|paar|ochtend\w* en\b.*avond|om de dag)\b", re.I
        ),
    ),
    (3, re.compile(r"\b(?:derde|drie)\b|\bpaar\b|ochtend.*middag.*avond|\bbij (?:elke|iedere) maaltijd", re.I)),
    (7, re.compile(r"\b(?:week|weken|zeven)\b", re.I)),
)
_NOON = Decimal(12)
_FIRST_YEAR, _LAST_YEAR = 1930, 2029
_CALLED = tuple(
    (re.compile(rf"\b(?:een|één|1)[ -]+(?:een|één|1)[ -]+(?:{last})\b", re.IGNORECASE), number)
    for last, number in (("twee|2", "112"), ("drie|3", "113"))
)
_MINUTES = tuple(
    (re.compile(words, re.IGNORECASE), minutes)
    for words, minutes in (
        (r"\bdrie kwartier", 45),
        (r"\bkwartier", 15),
        (r"\bhalf ?uur", 30),
        (r"\banderhalf uur", 90),
    )
)
_AND_A_HALF = re.compile(r"\b([^\W\d_]+?)(?:en)?eenhal(?:f|ve)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b([^\W\d_]{3,}?)(?:ste|de)\b")
_HOURLY = re.compile(r"\bom de (\d+) uur")


@dataclass(frozen=True, slots=True)
class Invented:
    """A number or medicine that stands in a line and was said nowhere."""

    what: str
    line: str


def invented(lines: Iterable[str], said: Sequence[str]) -> list[Invented]:
    """What the lines hold and nobody said.

    Args:
        lines: of the note, titles included.
        said: the text of each utterance, in order.
    """
    spoken = [_in_cardinals(text) for text in said]
    numbers = _numbers_said(spoken)
    names = {mention.name for text in said for mention in medicines.find(text)}
    words = set(re.findall(r"[^\W\d_]{4,}", " ".join(said).lower()))
    return [
        Invented(what, line)
        for line in lines
        for what in (
            *(str(number) for number in _numbers(line) if not _is_said(number, numbers)),
            *(name for name in _medicines(line) if name not in names and not _is_shortened(name, words)),
        )
    ]


def _is_said(number: Decimal, said: set[Decimal]) -> bool:
    """As it stands, in the other half of the day, or as a year without its century."""
    return (
        number in said
        or (_NOON < number <= 2 * _NOON and number - _NOON in said)
        or (_FIRST_YEAR <= number <= _LAST_YEAR and number % 100 in said)
    )


def _is_shortened(name: str, words: set[str]) -> bool:
    """“Doxy” for doxycycline, “prednisonkuren” for prednison."""
    return any(name.startswith(word) or word.startswith(name) for word in words)


def _in_cardinals(text: str) -> str:
    """Ordinals and other words of number as the number that they hold."""
    plain = text
    for words, number in _CALLED:
        plain = words.sub(number, plain)
    for words, minutes in _MINUTES:
        plain = words.sub(lambda match, minutes=minutes: f"{match.group()} {minutes} ", plain)  # type: ignore[misc]
    plain = _AND_A_HALF.sub(r"\1 en een half", plain)
    return _ORDINAL.sub(lambda match: match[1] if digitise(match[1]).text.isdigit() else match.group(), plain)


def _medicines(text: str) -> Iterator[str]:
    """The medicines named for certain; a class ("pijnstiller") is no medicine."""
    for mention in medicines.find(text):
        if mention.exact and mention.kind is not Kind.CLASS:
            yield mention.name


def _numbers(text: str) -> list[Decimal]:
    """The numbers in a line, each once; a clock time as one ("09.15")."""
    digits = digitise(text).text
    return list(dict.fromkeys(_decimal(match.group()) for match in _NUMBER.finditer(digits)))


def _decimal(digits: str) -> Decimal:
    """A number as it stands; "1.000" is a thousand, "9.15" and "9,15" are alike."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        return Decimal(digits.replace(".", ""))
    whole, *rest = re.split(r"[.,]", digits)
    return Decimal(f"{whole}.{''.join(rest)}" if rest else whole).normalize() + 0


def _numbers_said(said: Sequence[str]) -> set[Decimal]:
    everything = " ".join(said)
    found = {Decimal(number) for number, words in _IMPLIED if words.search(everything)}
    found |= {Decimal(24) / int(hours) for hours in _HOURLY.findall(digitise(everything.lower()).text) if int(hours)}
    each = [_in_utterance(text) for text in said]
    for numbers in each:
        found |= numbers
    for before, after in pairwise([set[Decimal](), *each]):
        found |= set(_products(before | after))
    for first, second in pairwise(["", *said]):
        found |= set(_sums(f"{first} {second}"))
    return found


def _in_utterance(text: str) -> set[Decimal]:
    """The numbers of an utterance, also as two that were said after each other make one: "38" "5", "19" "98"."""
    digits = digitise(text).text
    matches = list(_NUMBER.finditer(digits))
    found = {_decimal(match.group()) for match in matches}
    found |= {
        _decimal(part) for q in quantities_in(text) for part in re.findall(r"\d+(?:[.,]\d+)?", f"{q.value} {q.text}")
    }
    for left, right in pairwise(matches):
        between = digits[left.end() : right.start()].strip(" ,.").lower()
        if (
            between in {"", "komma", "punt", "graden", "kilo", "meter"}
            and left.group().isdigit()
            and right.group().isdigit()
        ):
            found |= {_decimal(f"{left.group()},{right.group()}"), Decimal(left.group() + right.group())}
        if between == "keer" and left.group().isdigit():
            found.add(_decimal(left.group()))
    if re.search(r"\bhal(?:f|ve)\b", text, re.IGNORECASE):
        found |= {Decimal("0.5"), *(number + Decimal("0.5") for number in list(found))}
        found |= {number - Decimal("0.5") for number in list(found) if number >= 1}
    return found


def _products(numbers: set[Decimal]) -> Iterator[Decimal]:
    """Two numbers that were said close together, times each other."""
    for factor in numbers:
        if 1 < factor <= _LARGEST_FACTOR:
            yield from (number * factor for number in numbers)


def _sums(text: str) -> Iterator[Decimal]:
    """Sums and differences of amounts in one unit that were said close together."""
    amounts = {
        (q.unit, _decimal(q.value)) for q in quantities_in(text) if q.unit and q.value.replace(",", "").isdigit()
    }
    for (unit, left), (other, right) in combinations(sorted(amounts), 2):
        if unit == other:
            yield from (left + right, right - left)

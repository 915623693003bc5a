"""Dutch cardinal numbers in words: "honderdvijfentachtig", "nul komma vijftien", "anderhalf".

Speech gives numbers as words, as digits, or half and half ("honderd 20").  ``digitise`` writes all of them as digits
with a decimal comma and remembers where each character came from, so that patterns can be matched on digits only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

# fmt: off
_SMALL = [
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
    "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
]
# fmt: on
_TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
_BELOW_HUNDRED = {word: value for value, word in enumerate(_SMALL)} | {
    (f"{_SMALL[unit]}en" if unit else "") + word: 20 + 10 * index + unit
    for index, word in enumerate(_TENS)
    for unit in range(10)
}
_HALVES = {"anderhalf": "1,5", "anderhalve": "1,5"} | {
    f"{_SMALL[n]}en{joint}hal{ending}": f"{n},5"
    for n in range(2, 13)
    for joint in ("", "een")
    for ending in ("f", "ve")
}
_PLAIN_LETTERS = str.maketrans("ëéèïöü", "eeeiou")
_HUNDREDS = re.compile(r"(?P<head>[a-z]*?)honderd(?:en)?(?P<tail>[a-z]*)")
_THOUSANDS = re.compile(r"(?P<head>[a-z]*?)duizend(?:en)?(?P<tail>[a-z]*)")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?!\d)|[^\W\d_]+")
_COUNTED = re.compile(r"\s*(?:keer|maal|x|dd)\b", re.IGNORECASE)
_UNIT_AFTER_EEN = re.compile(
    r"\s+(?!\w+\s+of\b)(?:week|maand|jaar|uur|dag|tablet\w*|pil\w*|pufje|capsule|zakje"
    r"|druppel\w*|zetpil|gram|milligram|kilo|(?:keer|maal)\s+(?:per|daags|in de|daal?gs))\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def cardinal(word: str) -> int | None:
    """The value of one Dutch number word from 0 to 999 999, or None; "een" counts only as "één".

    The article cannot be told from the number by the word alone: ``digitise`` looks at what follows it.
    """
    low = word.lower()
    if low == "een":
        return None
    return _value(low.translate(_PLAIN_LETTERS))


def _value(word: str) -> int | None:
    if word in _BELOW_HUNDRED:
        return _BELOW_HUNDRED[word]
    for pattern, unit in ((_THOUSANDS, 1000), (_HUNDREDS, 100)):
        match = pattern.fullmatch(word)
        if match:
            head = _value(match["head"]) if match["head"] else 1
            tail = _value(match["tail"]) if match["tail"] else 0
            return None if head is None or tail is None or tail >= unit else head * unit + tail
    return None


@dataclass(frozen=True, slots=True)
class Digitised:
    """Text with its numbers as digits; ``source(start, end)`` gives the span in the text it came from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span in the source of ``text[start:end]`` (not empty)."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    digits: str
    spoken: bool


_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
"""A thousand as it is printed: 1.000."""


def digitise(text: str) -> Digitised:
    """Write the numbers in ``text`` as digits with a decimal comma."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for number in _joined(text, list(_numbers(text))):
        parts += [text[at : number.start], number.digits]
        starts += range(at, number.start)
        ends += range(at + 1, number.start + 1)
        if number.digits == text[number.start : number.end]:  # as it was: each character is its own source
            starts += range(number.start, number.end)
            ends += range(number.start + 1, number.end + 1)
        else:
            starts += [number.start] * len(number.digits)
            ends += [number.end] * len(number.digits)
        at = number.end
    parts.append(text[at:])
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return Digitised("".join(parts), starts, ends)


def _numbers(text: str) -> Iterator[_Number]:
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0].isdigit():
            decimal = re.fullmatch(r"(\d+)\.(\d{1,2})", token)
            digits = token.replace(".", "") if _GROUPED.fullmatch(token) else token
            if decimal and not text[match.end() :].startswith(" uur"):
                digits = f"{decimal[1]},{decimal[2]}"
            yield _Number(match.start(), match.end(), digits, spoken=False)
            continue
        low = token.lower().translate(_PLAIN_LETTERS)
        times = re.fullmatch(r"(.+)maal", low)
        value = cardinal(token)
        if times and (value := _value(times[1])) is not None:
            yield _Number(match.start(), match.end() - len("maal"), str(value), spoken=True)
        elif low in _HALVES:
            yield _Number(match.start(), match.end(), _HALVES[low], spoken=True)
        elif value is not None:
            yield _Number(match.start(), match.end(), str(value), spoken=True)
        elif low == "een" and _UNIT_AFTER_EEN.match(text, match.end()):
            yield _Number(match.start(), match.end(), "1", spoken=True)


def _joined(text: str, numbers: list[_Number]) -> Iterator[_Number]:
    """Join "honderd veertig" and "nul komma vijftien", which are said as several words."""
    at = 0
    while at < len(numbers):
        first = numbers[at]
        rest = numbers[at + 1 :]
        if [number.digits for number in numbers[at : at + 3]] == ["1", "1", "2"] and _between(
            text, first, rest[0]
        ) == "":
            yield _Number(first.start, rest[1].end, "112", spoken=True)
            at += 3
        elif rest and _between(text, first, rest[0]) in {"komma", "punt"} and first.digits.isdigit():
            tail = list(takewhile(lambda number: number.spoken and len(number.digits) == 1, rest[1:2]))
            if not (rest[0].digits == "0" and tail and _between(text, rest[0], tail[0]) == ""):
                tail = []
            decimals = rest[0].digits + "".join(number.digits for number in tail)
            yield _Number(first.start, (tail or rest[:1])[-1].end, f"{first.digits},{decimals}", spoken=True)
            at += 2 + len(tail)
        elif rest and _adds(text, first, rest[0]):
            total = int(first.digits) + int(rest[0].digits)
            yield _Number(first.start, rest[0].end, str(total), spoken=True)
            at += 2
        else:
            yield first
            at += 1


def _between(text: str, left: _Number, right: _Number) -> str:
    return text[left.end : right.start].strip().lower()


def _adds(text: str, left: _Number, right: _Number) -> bool:
    """Whether "honderd" and "veertig" are one number; "honderd twee keer" are two."""
    if not (left.spoken and left.digits.isdigit() and right.digits.isdigit()):
        return False
    if text[left.end : right.start].strip().lower() not in {"", "en"} or _COUNTED.match(text, right.end):
        return False
    large, small = int(left.digits), int(right.digits)
    return (large >= 1000 and large % 1000 == 0 and small < 1000) or (
        large >= 100 and large % 100 == 0 and large % 1000 != 0 and 9 < small < 100
    )

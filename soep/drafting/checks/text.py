"""Words of a note and words that were said, made comparable: folded, stemmed, in groups of meaning.

The stem is a light one, made for *comparing*: it strips inflection and folds the spelling ("benen" and "been",
"gebraakt" and "braken"), and is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from soep.drafting.checks.lexicon import groups, table

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_WITHOUT_SIDE = re.compile(r"^(?:linker|rechter)(?=[a-z]{3})")
_DOUBLE = re.compile(r"([a-z])\1+")
_DIMINUTIVE = re.compile(r"(?:etje|tje|pje|je)s?$")
_ENDING = re.compile(r"(?:heden|heid|end|en|er|st|te|t|de|e|d|s)$")
_LAST = str.maketrans({"v": "f", "z": "s", "y": "i"})
_SHORTEST_STEM = 3
_SHORTEST_PART = 4
LONGEST_PHRASE = 5

STOP_WORDS = frozenset(word for line in table("stop_words.txt") for word in line.split())
"""Words that say too little by themselves to need support."""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case without accents and with a straight apostrophe; the length may change."""
    low = text.lower().replace("’", "'")
    if low.isascii():
        return low
    low = unicodedata.normalize("NFKD", low)
    return "".join(letter for letter in low if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order."""
    return _TOKEN.findall(fold(text))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The comparable stem of a folded word."""
    short = word.replace("'", "")
    if len(short) > 6 and short.startswith("ge") and short[-1] in "tdn":
        short = short[2:]
    if len(short) > 5:
        short = _DIMINUTIVE.sub("", short)
    for _ in range(2):
        cut = _ENDING.sub("", short)
        if len(cut) < _SHORTEST_STEM:
            break
        short = cut
    return _DOUBLE.sub(r"\1", short).translate(_LAST)


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], frozenset[int]]:
    found: dict[tuple[str, ...], set[int]] = {}
    for form, numbers in groups().items():
        key = tuple(stem(word) for word in words(form))
        found.setdefault(key, set()).update(numbers)
    return {key: frozenset(numbers) for key, numbers in found.items()}


@lru_cache(maxsize=16384)
def groups_of(word: str) -> frozenset[int]:
    """The groups of meaning that one folded word stands in."""
    return _phrases().get((stem(word),), frozenset())


@dataclass(frozen=True, slots=True)
class Said:
    """What a stretch of speech supports: its stems and its groups of meaning."""

    stems: frozenset[str]
    groups: frozenset[int]

    def __or__(self, other: Said) -> Said:
        return Said(self.stems | other.stems, self.groups | other.groups)


NOTHING = Said(frozenset(), frozenset())


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """What one utterance or clause supports."""
    return said_words(words(text))


def said_words(tokens: Sequence[str]) -> Said:
    """What a list of folded words supports, phrases of several words included."""
    stems = [stem(token) for token in tokens]
    phrases = _phrases()
    meanings: set[int] = set()
    for at in range(len(stems)):
        for size in range(1, LONGEST_PHRASE + 1):
            meanings |= phrases.get(tuple(stems[at : at + size]), frozenset())
    return Said(
        frozenset(stems) | {stem(part) for token in tokens if (part := _WITHOUT_SIDE.sub("", token)) != token},
        frozenset(meanings),
    )


def joined(parts: Iterable[Said]) -> Said:
    """What several stretches support together."""
    total = NOTHING
    for part in parts:
        total = total | part
    return total


def supports(spoken: Said, word: str) -> bool:
    """Whether a folded word of a note has support: itself, a form of it, a synonym, or a part of the compound."""
    root = stem(word)
    if root in spoken.stems or groups_of(word) & spoken.groups:
        return True
    return any(_alike(root, other) for other in spoken.stems)


def supports_strictly(spoken: Said, word: str) -> bool:
    """Like ``supports``, by the stem or a synonym only."""
    return stem(word) in spoken.stems or bool(groups_of(word) & spoken.groups)


@lru_cache(maxsize=65536)
def _alike(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    if len(short) < _SHORTEST_PART:
        return False
    if long.startswith(short) or long.endswith(short):
        return True
    common = next((at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), len(short))
    return common >= _SHORTEST_PART and common >= 0.6 * len(short)

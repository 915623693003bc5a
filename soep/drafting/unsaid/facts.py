"""One thing said, as a line that could stand in the note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from soep.clinical.medicines import Mention
from soep.clinical.numbers import Kind
from soep.clinical.numbers import find as quantities_in
from soep.clinical.sides import Side
from soep.clinical.sides import find as find_sides
from soep.drafting.checks.drugs import named
from soep.drafting.checks.findings import line_mentions
from soep.drafting.checks.text import STOP_WORDS, Said, fold, said, supports_strictly, words
from soep.types import FieldName, UnsaidKind

_NUMBER = re.compile(r"\d+(?:,\d+)?")
_SHORTEST_WORD = 3
_DOSING = {Kind.DOSE, Kind.FREQUENCY, Kind.COUNT, Kind.DURATION}
_BODY = re.compile(
    r"\b(?:oor|oren|oog|ogen|arm|been|knie|heup|schouder|elleboog|pols|hand|voet|enkel|teen|vinger|duim|kuit|zij|flank|long"
    r"|borst|lies|nier|wang|bil|hiel|hak|rug|kant|buik|testikel|bal|kaak|sleutelbeen|rib|nek|hals|neus)\w*"
)
_LIGHT = frozenset(
    "geleden sinds paar beetje iets half halve allebei zegt noem denk steeds gehad geweest gezien gekregen"  # noqa: SIM905
    " dokter laatste verder altijd soms vaak wel meet meer maar eerlijk gezegd eerste".split()
)
"""Words beside the stop words that a GP leaves out of a note without leaving out a fact."""
_AMOUNTS = {
    Kind.DOSE,
    Kind.FREQUENCY,
    Kind.TEMPERATURE,
    Kind.BLOOD_PRESSURE,
    Kind.PERCENT,
    Kind.RATE,
    Kind.WEIGHT,
}
LONGEST_TEXT = 110


@dataclass(frozen=True)
class Fact:
    """What a note line could say: ``place`` counts utterances, ``worth`` is how much a GP would miss it (about 0–1)."""

    kind: UnsaidKind
    field: FieldName
    text: str
    evidence: tuple[int, ...]
    worth: float
    place: int
    by_doctor: bool = False
    crowded: bool = False
    """Said in one breath with more than one other thing: a line that rests on the utterance may be about those."""

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The folded words that carry the meaning, each once; numbers are apart."""
        return content_words(self.text)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers, as written."""
        return tuple(dict.fromkeys(_NUMBER.findall(self.text)))

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The numbers that must not be left out: doses, how often, and what was measured."""
        found = (one for one in quantities_in(self.text) if self._counts(one.kind))
        return tuple(part for one in found for part in _NUMBER.findall(one.value))

    def _counts(self, kind: Kind) -> bool:
        long = kind is Kind.DURATION and self.field == "P"
        return kind in _AMOUNTS or long or self.kind is UnsaidKind.MEASUREMENT

    @property
    def dose(self) -> str:
        """How much, how often and how long, as a note writes it."""
        return " ".join(one.text for one in quantities_in(self.text) if one.kind in _DOSING)

    @property
    def names_body(self) -> bool:
        """Whether a part of the body is named."""
        return _BODY.search(folded(self.text)) is not None

    @cached_property
    def sides(self) -> frozenset[Side]:
        """Left, right, or both."""
        return frozenset(mention.side for mention in find_sides(self.text))

    @cached_property
    def medicines(self) -> tuple[Mention, ...]:
        """The medicines by name."""
        return named(self.text)

    @cached_property
    def said(self) -> Said:
        """What the text supports."""
        return said(self.text)

    @cached_property
    def polarities(self) -> dict[str, set[bool]]:
        """Per finding whether the text has it as present, as absent, or both."""
        return polarities_of(self.text)

    def strict_share(self, spoken: Said) -> float:
        """The share of the content words that a text supports by the word itself or a synonym."""
        if not self.content:
            return 0.0
        return sum(supports_strictly(spoken, word) for word in self.content) / len(self.content)


def polarities_of(text: str) -> dict[str, set[bool]]:
    """Per finding that ``text`` names whether it is there, denied, or both."""
    found: dict[str, set[bool]] = {}
    for mention in line_mentions(text):
        found.setdefault(mention.finding, set()).add(mention.present)
    return found


def opposed(one: dict[str, set[bool]], other: dict[str, set[bool]]) -> bool:
    """Whether two texts share a finding that one has as present and the other as absent."""
    return any(finding in other and not polarity & other[finding] for finding, polarity in one.items())


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """``fold``, kept for a while: many rules look at the same sentence."""
    return text.lower() if text.isascii() else fold(text)


def content_words(text: str) -> tuple[str, ...]:
    """The folded words of ``text`` that carry meaning, in order, each once."""
    found = (word for word in words(text) if word[0].isalpha() and len(word) >= _SHORTEST_WORD)
    return tuple(dict.fromkeys(word for word in found if word not in STOP_WORDS and word not in _LIGHT))

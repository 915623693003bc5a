"""What the note holds already: asked for each thing that was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from soep.clinical.medicines import Mention
from soep.clinical.numbers import find as quantities_in
from soep.clinical.sides import Side
from soep.clinical.sides import find as find_sides
from soep.drafting.checks.drugs import named, same
from soep.drafting.checks.quantities import spellings
from soep.drafting.checks.text import Said, fold, groups_of, joined, said, supports
from soep.drafting.unsaid.facts import Fact, opposed, polarities_of
from soep.types import SoepNote, UnsaidKind

_MOST_MULTIPLES = 8
_NEAR = 0.4
_NEAR_NET = 0.25
_FEW = 4
_FAR = 0.6
_ANYWHERE = 0.8
_TOPICS = {
    UnsaidKind.ALLERGY: re.compile(
        r"\b(?:\w*allerg\w*|overgevoelig\w*|cave|verdraagt|verdragen|reactie op|bijwerking\w*)\b"
    ),
    UnsaidKind.SUICIDALITY: re.compile(
        r"sui[cz]id|doodsgedacht|doodswens|zelfmoord|zelfdoding|gedachten? aan (?:de )?dood|niet meer (?:te )?leven"
        r"|er niet meer zijn|wakker worden"
    ),
}
"""Where a line that rests on the same utterance speaks of it in any words, it is held."""
_CALL_LINE = re.compile(r"\b(?:bel\w*|terug\w*|retour|112|113|hap|seh|spoed|contact|vangnet|direct|eerder)\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class _Line:
    text: str
    evidence: frozenset[int]

    @cached_property
    def said(self) -> Said:
        return said(self.text)

    @cached_property
    def polarities(self) -> dict[str, set[bool]]:
        return polarities_of(self.text)

    @cached_property
    def sides(self) -> frozenset[Side]:
        return frozenset(mention.side for mention in find_sides(self.text))


class Held:
    """The lines of all notes of a consult, asked what they hold.

    A line that rests on the same utterance needs to share less of the words: it says the same thing in a GP's words.
    """

    def __init__(self, notes: Sequence[SoepNote]) -> None:
        lines = [line for note in notes for _, line in note.every_line()] + [note.problem for note in notes]
        self._lines = [_Line(line.text, frozenset(line.evidence)) for line in lines if line.text]

    @cached_property
    def text(self) -> str:
        """All lines."""
        return " . ".join(line.text for line in self._lines)

    @cached_property
    def medicines(self) -> tuple[Mention, ...]:
        """The medicines that the lines name."""
        return named(self.text)

    @cached_property
    def _said(self) -> Said:
        return joined(line.said for line in self._lines)

    @cached_property
    def _polarities(self) -> dict[str, set[bool]]:
        return polarities_of(self.text)

    @cached_property
    def sides(self) -> frozenset[Side]:
        """The sides that the lines name."""
        return frozenset(side for line in self._lines for side in line.sides)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        found = {spellings(number) for number in _NUMBER.findall(fold(self.text))}
        for quantity in quantities_in(self.text):
            found |= {spellings(part) for part in re.findall(r"\d+(?:,\d+)?", quantity.value)}
        return frozenset(found)

    def has_number(self, value: str) -> bool:
        """Whether a number stands in a line, or a multiple of it ("2 tabl van 500" as 1000 mg)."""
        if spellings(value) in self._numbers:
            return True
        return value.isdigit() and any(str(int(value) * times) in self._numbers for times in range(2, _MOST_MULTIPLES))

    def cites(self, fact: Fact) -> bool:
        """Whether a line rests on an utterance of it."""
        return bool(self._near(fact))

    def holds(self, fact: Fact) -> bool:
        """Whether a line says it already."""
        if fact.kind is not UnsaidKind.DENIED and not all(map(self.has_medicine, fact.medicines)):
            return False
        if not all(map(self.has_number, fact.amounts)):
            return False
        if fact.kind is UnsaidKind.DENIED and fact.polarities.keys() - self._polarities.keys():
            return False
        return self._held_near(fact) or self._held_far(fact)

    def has_medicine(self, mention: Mention) -> bool:
        """Whether a line names the medicine, or what it is one of ("geen NSAID" for naproxen)."""
        return bool(same(mention, self.medicines) or groups_of(fold(mention.text)) & self._said.groups)

    def _near(self, fact: Fact) -> list[_Line]:
        return [line for line in self._lines if line.evidence & set(fact.evidence)]

    def _held_near(self, fact: Fact) -> bool:
        """Whether the lines that rest on it share enough of its words, and its side."""
        near = self._near(fact)
        topic = _TOPICS.get(fact.kind)
        if topic is not None and any(topic.search(fold(line.text)) for line in near):
            return True
        if not near or any(opposed(fact.polarities, line.polarities) for line in near):
            return False
        if not fact.sides <= frozenset(side for line in near for side in line.sides):
            return False
        spoken = joined(line.said for line in near)
        words = sum(supports(spoken, word) for word in fact.content) + sum(map(self.has_number, fact.numbers))
        total = len(fact.content) + len(fact.numbers)
        if fact.kind is UnsaidKind.SAFETY_NET and any(_CALL_LINE.search(fold(line.text)) for line in near):
            return words >= _NEAR_NET * total
        return words > total / 2 if total <= _FEW else words >= _NEAR * total

    def _held_far(self, fact: Fact) -> bool:
        """Whether other lines hold nearly all of it."""
        if opposed(fact.polarities, self._polarities) or not all(map(self.has_number, fact.numbers)):
            return False
        if not fact.content:
            return True
        best = max((fact.strict_share(line.said) for line in self._lines if fact.sides <= line.sides), default=0.0)
        return best >= _FAR or (fact.strict_share(self._said) >= _ANYWHERE and fact.sides <= self.sides)

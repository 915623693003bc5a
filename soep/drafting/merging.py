"""Doubles become one line, and what was said later in place of something else replaces it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from soep.clinical import medicines, negation, numbers, sides
from soep.drafting.drafter import ProposedLine
from soep.types import Utterance

_WORD = re.compile(r"[^\W\d_]{3,}|\d+(?:[,/]\d+)?")
_NUMBER = re.compile(r"^\d")
_STEM = 6
_SAME_SHARE = 0.8
_CORRECTED_SHARE = 0.6
_TAKEN_BACK = re.compile(
    r"\b(?:sorry|pardon|ik\s+bedoel|correctie|vergis\w*|verkeerd|klopt\s+niet|gelijk|toch\s+niet|eigenlijk)\b"
    r"|^\W*(?:o|oh|eh+m?|ja|of)?\W*nee\b(?!\W*$)|\bnee\W+(?:wacht|sorry|het\s+is|toch)\b|\bof\s+nee\b",
    re.IGNORECASE,
)
_CHANGING_KINDS = frozenset({numbers.Kind.DURATION, numbers.Kind.DOSE, numbers.Kind.FREQUENCY})


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposed line and what it is worth when not all fit."""

    proposed: ProposedLine
    worth: float

    @property
    def text(self) -> str:
        """What the line says."""
        return self.proposed.line.text

    @property
    def words(self) -> int:
        """Its length."""
        return len(self.text.split())


def taken_back(utterances: Iterable[Utterance]) -> frozenset[int]:
    """The ids of utterances in which somebody takes something back: "o nee, rechts", "sorry, tien weken"."""
    return frozenset(utterance.id for utterance in utterances if _TAKEN_BACK.search(utterance.text))


def merged(entries: Sequence[Entry], corrections: Collection[int] = ()) -> list[Entry]:
    """Doubles as one line with the evidence of both; the later version of what was corrected alone.

    Args:
        entries: the lines of one problem in the order in which they became known.
        corrections: ids of utterances in which somebody takes something back (``taken_back``).
    """
    kept: list[Entry] = []
    for entry in entries:
        double = next((index for index, other in enumerate(kept) if _same(other, entry)), None)
        if double is not None:
            kept[double] = _joined(kept[double], entry)
            continue
        kept = [other for other in kept if not (_changes_plan(entry, other) or _corrects(entry, other, corrections))]
        kept.append(entry)
    return kept


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower())}


def _same(left: Entry, right: Entry) -> bool:
    """Whether two lines of a field say the same: one's words are nearly all in the other, and denials agree."""
    if left.proposed.field != right.proposed.field:
        return False
    first, second = _stems(left.text), _stems(right.text)
    smaller = min(len(first), len(second))
    if not smaller or bool(negation.scope(left.text)) != bool(negation.scope(right.text)):
        return False
    if _sides(left) and _sides(right) and _sides(left) != _sides(right):
        return False
    said = [{quantity.key for quantity in numbers.find(entry.text)} for entry in (left, right)]
    agree = said[0] <= said[1] or said[1] <= said[0]
    return agree and len(first & second) >= _SAME_SHARE * smaller


def _joined(left: Entry, right: Entry) -> Entry:
    longer = max(left, right, key=lambda entry: len(_stems(entry.text)))
    evidence = tuple(sorted({*left.proposed.line.evidence, *right.proposed.line.evidence}))
    line = replace(longer.proposed.line, evidence=evidence)
    return Entry(replace(longer.proposed, line=line), max(left.worth, right.worth))


def _changes_plan(later: Entry, earlier: Entry) -> bool:
    """Whether a plan for a medicine takes the place of an earlier one: another dose or frequency of the same."""
    if later.proposed.field != "P" or earlier.proposed.field != "P":
        return False
    names = [
        {m.name for m in medicines.find(entry.text) if m.kind is not medicines.Kind.CLASS} for entry in (later, earlier)
    ]
    if len(names[0]) != 1 or names[0] != names[1] or negation.scope(later.text) or negation.scope(earlier.text):
        return False
    new, old = (_amounts(entry.text) for entry in (later, earlier))
    return bool(old) and set(old) <= set(new) and any(old[kind] != new[kind] for kind in old)


def _amounts(text: str) -> dict[tuple[numbers.Kind, str], str]:
    wanted = {numbers.Kind.DOSE, numbers.Kind.FREQUENCY}
    return {
        (quantity.kind, quantity.unit): quantity.value for quantity in numbers.find(text) if quantity.kind in wanted
    }


def _corrects(later: Entry, earlier: Entry, corrections: Collection[int]) -> bool:
    """Whether a line is what was said in place of an earlier one: the same with another side or number, taken back.

    Findings are left alone: both ears may be looked at, and a pressure taken twice.
    """
    if later.proposed.field != earlier.proposed.field or later.proposed.field == "O":
        return False
    if not set(later.proposed.line.evidence) & set(corrections):
        return False
    new, old = ({stem for stem in _stems(entry.text) if not _NUMBER.match(stem)} for entry in (later, earlier))
    alike = len(new & old) >= max(1.0, _CORRECTED_SHARE * min(len(new), len(old)))
    return alike and (_other_side(later, earlier) or _other_amount(later, earlier))


def _sides(entry: Entry) -> set[sides.Side]:
    return {mention.side for mention in sides.find(entry.text)}


def _other_side(later: Entry, earlier: Entry) -> bool:
    new, old = _sides(later), _sides(earlier)
    return len(new) == len(old) == 1 and new != old


def _other_amount(later: Entry, earlier: Entry) -> bool:
    new, old = (
        {quantity.kind: quantity.value for quantity in numbers.find(entry.text) if quantity.kind in _CHANGING_KINDS}
        for entry in (later, earlier)
    )
    return any(kind in old and old[kind] != value for kind, value in new.items())

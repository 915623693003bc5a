"""Check: what was found on one side, or more on one side, is not written of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.clinical.corrections import resolve
from soep.clinical.sides import Side, find
from soep.drafting.checks.quantities import written
from soep.drafting.checks.readings import Readings, readings
from soep.drafting.checks.speech import Claim, sentences_of
from soep.drafting.checks.text import STOP_WORDS, Said, fold, said, supports_strictly
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_CLAUSE = re.compile(r"(?:[^.;,()/]|[.,](?=\d))+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SPOKEN_CLAUSE = re.compile(r"(?:[^,:]|,(?=\d))+")
_MORE = r"(?:meer|meest|het meest|erger|slechter|harder|dikker|groter|vooral|ernstiger|duidelijker|veel)"
_AFTER = re.compile(rf"\s*(?:>|(?:(?:\w+ ){{0,2}}){_MORE}\b)")
_BEFORE = re.compile(r"\b(?:meer|vooral|erger|voornamelijk|met name|meest|hoofdzakelijk)\s+(?:\w+\s+){0,2}$")
_LESS = re.compile(r"\s*(?:<|(?:\w+ ){0,2}minder\b)")
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def check_mixed(claim: Claim) -> Iterator[Verdict]:
    """Words and figures that the line gives to one side and the speech only to the other."""
    stretches = list(_stretches(claim))
    for side, clause in _with_side(claim.line.text):
        yield from _one_side(side, clause, stretches)


def check_compared(claim: Claim) -> Iterator[Verdict]:
    """The worse side of a line is the side that was called so."""
    heard = {side for utterance in claim.evidence for side in _worse(resolve(utterance.text))}
    for side in _worse(claim.line.text):
        if heard == {_OTHER[side]}:
            yield objection(FlagCode.SIDE_DIFFERS, written=f"{side.value} >", said=f"{_OTHER[side].value} >")
            return


_Stretch = tuple[Said, Readings, Side | None]


def _one_side(side: Side, clause: str, stretches: list[_Stretch]) -> Iterator[Verdict]:
    other = _OTHER[side]
    facts = [
        (number.shown, [where for _, heard, where in stretches if number.value in heard.literal])
        for number in written(clause)
    ] + [
        (word, [where for spoken, _, where in stretches if supports_strictly(spoken, word)])
        for word in map(fold, _WORD.findall(clause))
        if word not in STOP_WORDS and not find(word)
    ]
    for shown, naming in facts:
        if naming and all(where is other for where in naming):
            yield objection(FlagCode.SIDE_MIXED, word=shown, written=side.value, said=other.value)
            return


def _stretches(claim: Claim) -> Iterator[_Stretch]:
    """The clauses of the evidence, each with the one side that it is about: its own, or the last one named."""
    for utterance in claim.evidence:
        current: Side | None = None
        for sentence in sentences_of(resolve(utterance.text)):
            sides = {mention.side for mention in find(sentence)}
            if len(sides) == 1:
                current = next(iter(sides))
            for part in _SPOKEN_CLAUSE.findall(sentence) if len(sides) > 1 else [sentence]:
                own = {mention.side for mention in find(part)}
                current = next(iter(own)) if len(own) == 1 else None if own else current
                yield said(part), readings(part), current if current is not Side.BOTH else None


def _worse(text: str) -> list[Side]:
    """The sides that a text calls the worse one: "li > re", "rechts het meest", "meer links dan rechts"."""
    low = fold(text)
    found: list[Side] = []
    for mention in find(low):
        if mention.side is Side.BOTH:
            continue
        if low.endswith("dan ", 0, mention.span[0]):
            continue  # the second of "meer links dan rechts"
        if _BEFORE.search(low, 0, mention.span[0]) or _AFTER.match(low, mention.span[1]):
            found.append(mention.side)
        elif _LESS.match(low, mention.span[1]):
            found.append(_OTHER[mention.side])
    return found


def _with_side(line: str) -> Iterator[tuple[Side, str]]:
    """The clauses of a line that name one side."""
    for clause in _CLAUSE.findall(line):
        sides = {mention.side for mention in find(clause)}
        if len(sides) == 1 and sides <= {Side.LEFT, Side.RIGHT} and not re.search(r"[<>]", clause):
            yield next(iter(sides)), clause

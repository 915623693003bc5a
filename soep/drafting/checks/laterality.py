"""Check: the side of a line is the side that was said, after what the speaker took back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.sides import Side, SideMention, find
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import STOP_WORDS, fold, said, stem, supports_strictly
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_BOTH = re.compile(r"\b(?:beide|beiden|allebei|allebeide|twee kanten|weerszijden|tweezijdig|dubbelzijdig)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[^.;:?!…]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_HEALTHY = re.compile(r"\b(?:gewoon|ander\w*|ook|net als|gezond\w*|goed\w*)\b")


@lru_cache(maxsize=4096)
def mentioned(text: str) -> frozenset[Side]:
    """The sides that a stretch of speech names, what was taken back left out."""
    meant = resolve(text) if len(find(text)) > 1 else text
    found = {mention.side for mention in find(meant)}
    return frozenset(found | {Side.BOTH}) if _BOTH.search(meant) else frozenset(found)


def sides_of(texts: Iterable[str]) -> frozenset[Side]:
    """The sides that several stretches of speech name."""
    return frozenset(side for text in texts for side in mentioned(text))


def agrees(side: Side, heard: frozenset[Side]) -> bool:
    """Whether a side has support: itself, "both" for one of them, or left and right for "both"."""
    if side is Side.BOTH:
        return Side.BOTH in heard or {Side.LEFT, Side.RIGHT} <= heard
    return side in heard or Side.BOTH in heard


def check_sides(claim: Claim) -> Iterator[Verdict]:
    """Each side of the line against the evidence, its neighbours, and the whole consult."""
    written = find(claim.line.text)
    if not written:
        return
    texts = [utterance.text for utterance in claim.evidence]
    heard = sides_of([*texts, " ".join(texts)])
    for side, mention in {mention.side: mention for mention in written}.items():
        shown = claim.line.text[slice(*mention.span)]
        if not agrees(side, heard):
            yield from _check_elsewhere(claim, side, shown, heard)
    if heard >= {Side.LEFT, Side.RIGHT}:
        yield from _check_mixed(claim)


def _check_elsewhere(claim: Claim, side: Side, shown: str, heard: frozenset[Side]) -> Iterator[Verdict]:
    near = sides_of(utterance.text for utterance in claim.window)
    everywhere = sides_of(utterance.text for utterance in claim.speech.utterances)
    if heard:
        said = _shown(heard)
        contradicted = side is not Side.BOTH and not agrees(side, near)
        yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=said, certain=contradicted)
    elif agrees(side, near):
        return
    elif agrees(side, everywhere):
        yield objection(FlagCode.SIDE_NOT_SAID, critical=bool(near), written=shown)
    elif everywhere and side is not Side.BOTH:
        yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=_shown(everywhere), certain=True)
    else:
        yield objection(FlagCode.SIDE_NOT_SAID, written=shown)


def _shown(sides: Iterable[Side]) -> str:
    return "/".join(sorted(side.value for side in sides))


def _check_mixed(claim: Claim) -> Iterator[Verdict]:
    """Findings that the line gives to one side and the speech only to the other."""
    spoken = _by_side(utterance.text for utterance in claim.evidence)
    for side, other in ((Side.LEFT, Side.RIGHT), (Side.RIGHT, Side.LEFT)):
        mine, theirs = said(" ".join(spoken[side])), said(" ".join(spoken[other]))
        for word in _by_side([claim.line.text]).get(side, []):
            if supports_strictly(theirs, word) and not supports_strictly(mine, word) and stem(word) in theirs.stems:
                yield objection(FlagCode.SIDE_MIXED, word=word, written=side.value, said=other.value)
                return


def _by_side(texts: Iterable[str]) -> dict[Side, list[str]]:
    """The words that belong to each side: those from its mention up to the next one, within a sentence."""
    found: dict[Side, list[str]] = defaultdict(list)
    for text in texts:
        meant = resolve(text)
        current: Side | None = None
        for clause in _CLAUSE.findall(meant):
            sides = find(clause)
            for word, at in ((match.group(), match.start()) for match in _WORD.finditer(clause)):
                current = _side_at(sides, at) or current
                if current in {Side.LEFT, Side.RIGHT} and (low := fold(word)) not in STOP_WORDS and not find(word):
                    found[current].append(low)
    return found


def _side_at(sides: list[SideMention], at: int) -> Side | None:
    before = [mention.side for mention in sides if mention.span[0] <= at]
    if before:
        return before[-1]
    return sides[0].side if len({mention.side for mention in sides}) == 1 else None

"""Check: the side of a line is the side that was said, after what the speaker took back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.sides import Side, SideMention, find
from soep.drafting.checks.speech import Claim, sentences_of
from soep.drafting.checks.text import STOP_WORDS, fold, said, supports_strictly
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_BOTH = re.compile(
    r"\b(?:beide|beiden|allebei|allebeide|elk oor|elk oog|ieder oog|elke kant|per neusgat|aan weerszijden|"
    r"twee kanten|weerszijden|tweezijdig|dubbelzijdig)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^.;,()]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_JOINED = {
    Side.LEFT: re.compile(r"\blinks(?:onder|boven|achter|voor)\b"),
    Side.RIGHT: re.compile(r"\brechts(?:onder|boven|achter|voor)\b"),
}
_WEEKS = re.compile(r"\s*:?\s*\d")
_COMPARED = re.compile(r"[<>]\s*$|^\s*[<>]")


@lru_cache(maxsize=4096)
def mentioned(text: str) -> frozenset[Side]:
    """The sides that a stretch of speech names, what was taken back left out."""
    meant = resolve(text) if len(find(text)) > 1 else text
    found = {mention.side for mention in find(meant)}
    found |= {side for side, pattern in _JOINED.items() if pattern.search(fold(meant))}
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
    written = [mention for mention in find(claim.line.text) if not _is_compared(claim.line.text, mention)]
    if not written:
        return
    texts = [utterance.text for utterance in claim.evidence]
    heard = sides_of([*texts, " ".join(texts)])
    for side, mention in {mention.side: mention for mention in written}.items():
        shown = claim.line.text[slice(*mention.span)]
        if not agrees(side, heard) and not _implied(side, written, heard, claim):
            yield from _check_elsewhere(claim, side, shown, heard)
    if heard >= {Side.LEFT, Side.RIGHT}:
        yield from _check_mixed(claim)


def _is_compared(line: str, mention: SideMention) -> bool:
    """In "re > li" the second is what the first is compared with; "AD 9 wkn" is no ear but the time since menses."""
    before, after = line[: mention.span[0]], line[mention.span[1] :]
    return bool(_COMPARED.search(before) or _COMPARED.search(after) or (mention.organ and _WEEKS.match(after)))


def _implied(side: Side, written: Sequence[SideMention], heard: frozenset[Side], claim: Claim) -> bool:
    """A line with both sides, of which the doctor named only the one for comparison."""
    both = {mention.side for mention in written} >= {Side.LEFT, Side.RIGHT}
    return both and bool(heard) and agrees(side, sides_of(one.text for one in claim.speech.utterances))


def _check_elsewhere(claim: Claim, side: Side, shown: str, heard: frozenset[Side]) -> Iterator[Verdict]:
    near = sides_of(utterance.text for utterance in claim.window)
    everywhere = sides_of(utterance.text for utterance in claim.speech.utterances)
    if heard:
        said = _shown(heard)
        contradicted = side is not Side.BOTH and not agrees(side, near)
        yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=said, certain=contradicted)
    elif agrees(side, near) or everywhere == {side}:
        return
    elif near and side is not Side.BOTH:
        yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=_shown(near))
    elif agrees(side, everywhere):
        yield objection(FlagCode.SIDE_NOT_SAID, critical=bool(near), written=shown)
    elif everywhere and side is not Side.BOTH:
        yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=_shown(everywhere), certain=True)
    else:
        yield objection(FlagCode.SIDE_NOT_SAID, written=shown)


def _shown(sides: Iterable[Side]) -> str:
    return "/".join(sorted(side.value for side in sides))


def _check_mixed(claim: Claim) -> Iterator[Verdict]:
    """Findings that the line gives to one side and every sentence that has them to the other."""
    sentences = [
        (said(part), frozenset(mention.side for mention in find(part)))
        for utterance in claim.evidence
        for sentence in sentences_of(resolve(utterance.text))
        for part in _parts(sentence)
    ]
    for side, word in _with_side(claim.line.text):
        other = Side.LEFT if side is Side.RIGHT else Side.RIGHT
        naming = [sides for spoken, sides in sentences if supports_strictly(spoken, word)]
        if naming and all(sides == {other} for sides in naming):
            yield objection(FlagCode.SIDE_MIXED, word=word, written=side.value, said=other.value)
            return


def _parts(sentence: str) -> list[str]:
    """A sentence, or its clauses when it speaks of more than one side."""
    return sentence.split(",") if len({mention.side for mention in find(sentence)}) > 1 else [sentence]


def _with_side(line: str) -> Iterator[tuple[Side, str]]:
    """The words of a line that stand beside one side, in the same clause."""
    for clause in _CLAUSE.findall(line):
        sides = {mention.side for mention in find(clause)}
        if len(sides) == 1 and sides <= {Side.LEFT, Side.RIGHT}:
            side = next(iter(sides))
            for word in map(fold, _WORD.findall(clause)):
                if word not in STOP_WORDS and not find(word):
                    yield side, word

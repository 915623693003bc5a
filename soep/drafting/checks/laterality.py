"""Check: the side of a line is the side that was said, after what the speaker took back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.sides import Side, SideMention, find
from soep.drafting.checks.side_facts import check_compared, check_mixed
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import fold
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_BOTH = re.compile(
    r"\b(?:beide|beiden|allebei|allebeide|elk oor|elk oog|ieder oog|elke kant|per neusgat|aan weerszijden|"
    r"twee kanten|weerszijden|tweezijdig|dubbelzijdig)\b",
    re.IGNORECASE,
)
_JOINED = {
    Side.LEFT: re.compile(r"\blinks(?:onder|boven|achter|voor)\b"),
    Side.RIGHT: re.compile(r"\brechts(?:onder|boven|achter|voor)\b"),
}
_WEEKS = re.compile(r"\s*:?\s*\d")
_OF_THE_COMPLAINT = {"S", "E", "P", ""}
_WHICH = re.compile(
    r"\bwelke? (?:kant|oog|oor|been|arm|knie|voet|enkel|schouder|hand|heup|pols|zij|elleboog|been)\b|^welke\?"
)
_SETTLED = re.compile(r"\s*(?:dus\b|, (?:ja|dus)\s*[.!,])")
_PATIENTS = {Role.PATIENT, Role.BEGELEIDER}
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
    yield from check_compared(claim)
    if not written:
        return
    texts = [utterance.text for utterance in claim.evidence]
    heard = sides_of([*texts, " ".join(texts)])
    for side, mention in {mention.side: mention for mention in written}.items():
        shown = claim.line.text[slice(*mention.span)]
        if not agrees(side, heard) and not _implied(side, written, heard, claim):
            yield from _check_elsewhere(claim, side, shown, heard)
    if heard >= {Side.LEFT, Side.RIGHT}:
        mixed = list(check_mixed(claim))
        yield from mixed or _check_complaint(claim, {mention.side: mention for mention in written})


def _is_compared(line: str, mention: SideMention) -> bool:
    """In "re > li" the second is what the first is compared with; "AD 9 wkn" is no ear but the time since menses."""
    before, after = line[: mention.span[0]], line[mention.span[1] :]
    return bool(_COMPARED.search(before) or _COMPARED.search(after) or (mention.organ and _WEEKS.match(after)))


def _implied(side: Side, written: Sequence[SideMention], heard: frozenset[Side], claim: Claim) -> bool:
    """A line with both sides, of which the doctor named only the one for comparison."""
    both = {mention.side for mention in written} >= {Side.LEFT, Side.RIGHT}
    taken_back = any(
        side in {one.side for one in find(utterance.text)} - mentioned(utterance.text) for utterance in claim.evidence
    )
    return (
        both and not taken_back and bool(heard) and agrees(side, sides_of(one.text for one in claim.speech.utterances))
    )


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


def _check_complaint(claim: Claim, written: dict[Side, SideMention]) -> Iterator[Verdict]:
    """A line of one side where the patient, who knows which side it is, only ever names the other."""
    if len(written) != 1 or claim.field not in _OF_THE_COMPLAINT or claim.speech.dictation:
        return
    side, mention = next(iter(written.items()))
    theirs = sides_of(one.text for one in claim.speech.utterances if claim.speech.role(one) in _PATIENTS)
    confirmed = {side for one in claim.evidence for side in _confirmed(one.text)} | _answered(claim)
    for known in (theirs, frozenset(confirmed)):
        if side is not Side.BOTH and known and not agrees(side, known):
            shown = claim.line.text[slice(*mention.span)]
            yield objection(FlagCode.SIDE_DIFFERS, written=shown, said=_shown(known))
            return


def _answered(claim: Claim) -> set[Side]:
    """The side that answers a question such as "welk oor?"."""
    sentences = claim.sentences()
    for at, sentence in enumerate(sentences):
        if sentence.question and _WHICH.search(sentence.text):
            for reply in sentences[at + 1 : at + 3]:
                sides = {mention.side for mention in find(reply.text)}
                if sides and reply.role is not sentence.role:
                    return sides if len(sides) == 1 else set()
    return set()


def _confirmed(text: str) -> set[Side]:
    """The side that somebody settles on: "rechts dus", "dat is links, ja"."""
    low = fold(resolve(text))
    return {mention.side for mention in find(low) if _SETTLED.match(low, mention.span[1])}

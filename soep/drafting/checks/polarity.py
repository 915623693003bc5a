"""Check: what a line has as present was not denied, what it denies was not present, and neither was only supposed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from soep.drafting.checks.findings import Heard, Mention, heard, line_mentions, uncertain
from soep.drafting.checks.findings import mentions as mentions_in
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import STOP_WORDS, fold, joined, said, supports, supports_strictly, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_MOMENTS = re.compile(
    r"\b(?:nu|eerst|toen|meer|weer|daarna|gisteren|vanmorgen|aanvankelijk|inmiddels|eerder|geleden|vorige?)\b"
)
_DENIES = re.compile(r"\b(?:niet|geen|nee|nooit|zonder|normaal|vrij)\b")
_CLEARS = re.compile(
    r"\b(?:ni?et|geen|nee|neen|nooit|niks|niets|nergens|zonder|noch|niemand|normaal|gewoon|goed|schoon|vrij|rustig|"
    r"soepel|mooi|weg|over|prima|gaaf|gezond|glad|stil|neg\w*|gain|nait|gien|nait|klopt|zelfde)\b"
)
_BY_NAME = {
    "koorts",
    "hoesten",
    "keelpijn",
    "oorpijn",
    "hoofdpijn",
    "buikpijn",
    "misselijkheid",
    "diarree",
    "jeuk",
    "duizeligheid",
    "hartkloppingen",
}
"""Complaints that people ask and tell by their own name, where "geen hemoptoë" may have been "bloed opgehoest?"."""
_LISTED = {"klieren", "uitslag", "pus", "allergie"}
"""Findings whose places are listed before what is said of them: "klieren hals, oksel, lies niet vergroot"."""
_FELT = re.compile(r"\W*(?:ja|au\w*|daar|hier)\b")
_SIDE = re.compile(r"\b(links|rechts)\b")
_BOTH_SIDES = re.compile(r"\b(?:de andere|dan rechts|dan links)\b")
_FACTS = {"S", "O", ""}
_OF_A_PLACE = {
    "drukpijn",
    "zwelling",
    "roodheid",
    "uitstraling",
    "pus",
    "jeuk",
    "klieren",
    "uitslag",
    "perforatie",
    "oedeem",
    "tintelingen",
    "krachtsverlies",
    "trauma",
    "bloedverlies",
    "roken",
    "allergie",
    "uitval",
    "trombose",
    "astma",
    "diabetes",
    "fractuur",
}
"""Findings of one place, or of a relative: here and not there, so never certain from the word alone."""


def check_polarity(claim: Claim) -> Iterator[Verdict]:
    """Each finding of the line that has one polarity there, against what the evidence says of it."""
    mentions = line_mentions(claim.line.text)
    if not mentions:
        return
    near = heard(claim.sentences())
    everywhere: dict[str, Heard] | None = None
    for finding in dict.fromkeys(mention.finding for mention in mentions):
        own = [mention for mention in mentions if mention.finding == finding]
        if finding not in near:
            yield from _denied_by_nobody(claim, own)
            continue
        if everywhere is None:
            everywhere = heard(
                sentence for utterance in claim.speech.utterances for sentence in claim.speech.sentences(utterance)
            )
        for mention in {mention.present: mention for mention in own}.values():
            yield from _compare(claim, mention, near[finding], everywhere[finding])


def _told_as_present(claim: Claim, mention: Mention, near: Heard) -> bool:
    """Whether the evidence has a finding as present and nothing of it denied, doubted or only supposed."""
    if near.refuted or near.supposed or near.doubted:
        return False
    if mention.finding in _OF_A_PLACE:
        return near.present and not near.asked and not _names_and_denies(claim, mention.finding)
    return near.present or (near.told and not near.asked)


def _names_and_denies(claim: Claim, finding: str) -> bool:
    """Whether a clause that names a finding denies anything: of another place, or how it is ("niet vergroot")."""
    return any(
        _DENIES.search(clause)
        for sentence in claim.sentences()
        for clause in ([sentence.text] if finding in _LISTED else sentence.text.split(","))
        if any(mention.finding == finding for mention in mentions_in(clause))
    )


def _felt(claim: Claim) -> bool:
    """Whether somebody felt it where the doctor pressed, or two sides were compared: then here is not there."""
    return any(
        (one.role is not Role.ARTS and _FELT.match(one.text)) or _BOTH_SIDES.search(one.text)
        for one in claim.sentences()
    ) or {side for one in claim.sentences() for side in _SIDE.findall(one.text)} >= {"links", "rechts"}


def _of_elsewhere(claim: Claim, mention: Mention) -> bool:
    """Whether each clause that denies a finding names a place that the line does not: "rug geen drukpijn"."""
    own = joined([said(claim.line.text)])
    for sentence in claim.sentences():
        for clause in sentence.text.split(","):
            if any(one.finding == mention.finding and not one.present for one in mentions_in(clause)):
                places = [word for word in words(clause) if len(word) > 2 and word not in STOP_WORDS]
                others = [word for word in places if not mentions_in(word)]
                if not others or any(supports_strictly(own, word) for word in others):
                    return False
    return True


def _denied_by_nobody(claim: Claim, own: Sequence[Mention]) -> Iterator[Verdict]:
    """A finding that the line denies, on evidence that denies nothing at all, or that never names it."""
    denied = claim.field in _FACTS and not any(mention.present for mention in own)
    named = own[0].finding not in _BY_NAME or supports(
        joined(said(one.text) for one in claim.evidence), own[0].word.split()[0]
    )
    if denied and (not named or not _CLEARS.search(fold(claim.spoken))):
        yield objection(FlagCode.AFFIRMED, word=own[0].word)


def _may_have_changed(claim: Claim) -> bool:
    """Whether the line tells of more than one moment, or of a fear: then a finding can be there and not there."""
    line = fold(claim.line.text)
    return uncertain(line) or bool(_MOMENTS.search(line))


def _compare(claim: Claim, mention: Mention, near: Heard, everywhere: Heard) -> Iterator[Verdict]:
    if mention.present:
        if near.doubted and not (near.present or near.absent or near.supposed or near.asked) and claim.field in _FACTS:
            yield objection(FlagCode.DENIED, word=mention.word)
        elif mention.finding in _OF_A_PLACE and claim.field == "O" and _felt(claim) and _of_elsewhere(claim, mention):
            return
        elif near.absent and not near.present and not near.supposed and not near.asked and claim.field != "P":
            certain = (
                mention.finding not in _OF_A_PLACE
                and not everywhere.present
                and not everywhere.asked
                and not _may_have_changed(claim)
            )
            yield objection(FlagCode.DENIED, word=mention.word, certain=certain)
        elif near.supposed and not (near.present or near.absent or near.asked) and claim.field in _FACTS:
            yield objection(FlagCode.HYPOTHETICAL, word=mention.word, certain=not everywhere.present)
    elif _told_as_present(claim, mention, near) and claim.field != "P":
        certain = (
            near.present
            and not near.asked
            and mention.finding not in _OF_A_PLACE
            and not everywhere.absent
            and not everywhere.asked
            and not _may_have_changed(claim)
        )
        yield objection(FlagCode.AFFIRMED, word=mention.word, certain=certain)

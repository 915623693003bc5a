"""Check: what a line has as present was not denied, what it denies was not present, and neither was only supposed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.drafting.checks.findings import Heard, Mention, heard, line_mentions, uncertain
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import fold
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_MOMENTS = re.compile(
    r"\b(?:nu|eerst|toen|meer|weer|daarna|gisteren|vanmorgen|aanvankelijk|inmiddels|eerder|geleden|vorige?)\b"
)
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
            continue
        if everywhere is None:
            everywhere = heard(
                sentence for utterance in claim.speech.utterances for sentence in claim.speech.sentences(utterance)
            )
        for mention in {mention.present: mention for mention in own}.values():
            yield from _compare(claim, mention, near[finding], everywhere[finding])


def _may_have_changed(claim: Claim) -> bool:
    """Whether the line tells of more than one moment, or of a fear: then a finding can be there and not there."""
    line = fold(claim.line.text)
    return uncertain(line) or bool(_MOMENTS.search(line))


def _compare(claim: Claim, mention: Mention, near: Heard, everywhere: Heard) -> Iterator[Verdict]:
    if mention.present:
        if near.doubted and not (near.present or near.absent or near.supposed or near.asked) and claim.field in _FACTS:
            yield objection(FlagCode.DENIED, word=mention.word)
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
    elif near.present and not near.absent and not near.asked and not near.supposed and claim.field != "P":
        certain = (
            mention.finding not in _OF_A_PLACE
            and not everywhere.absent
            and not everywhere.asked
            and not _may_have_changed(claim)
        )
        yield objection(FlagCode.AFFIRMED, word=mention.word, certain=certain)

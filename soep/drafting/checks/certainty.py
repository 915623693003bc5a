"""Check: a line is no surer than the doctor was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.drafting.checks.speech import Claim, sentences_of
from soep.drafting.checks.text import STOP_WORDS, fold, said, supports_strictly, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_EXCLUDED = re.compile(r"(?<!niet )\b(?:uitgesloten|uitsluit\w*|sluit\w* uit)\b")
_EXCLUDES = re.compile(
    r"\b(?:uitgesloten|uitsluiten|uit te sluiten|sluit\w*\b.{0,40}\buit|weten we zeker|is het niet|"
    r"niet dus|dus geen|zeker geen|kan niet zijn)\b"
)
_DOUBT = re.compile(
    r"\b(?:mogelijk|misschien|zou kunnen|zou het kunnen|kan het zijn|wellicht|vermoed\w*|verdenking|"
    r"verdacht|niet zeker|"
    r"weet (?:ik )?(?:het )?niet zeker|waarschijnlijk|hoogstwaarschijnlijk|vermoedelijk|twijfel\w*|"
    r"lijkt (?:op|het|me)|denk ik aan|kan passen)\b"
)
_RESERVED = re.compile(
    r"\b(?:wrs|wsch|wschl|ws|waarschijnlijk\w*|hoogstwaarschijnlijk|mogelijk\w*|mgl|misschien|verdenking|"
    r"verdacht|susp\w*|dd|vermoed\w*|"
    r"past|passend|lijkt|denkt|denk|evt|eventueel|aanwijzing\w*|tekenen|onzeker|onduidelijk|eci|nog|niet|"
    r"geen|te|ivm|werkdiagnose|beeld|uitsluiten|risico|gb|klacht\w*)\b|\?|>"
)


def check_certainty(claim: Claim) -> Iterator[Verdict]:
    """As in "Uitgesloten" where that was not said, and a firm diagnosis that was said with a reservation."""
    line = fold(claim.line.text)
    spoken = fold(claim.spoken)
    if _EXCLUDED.search(line) and not _EXCLUDES.search(spoken):
        yield objection(FlagCode.NOT_EXCLUDED, word=claim.line.text.rstrip("."))
    if claim.field == "E":
        for part in sentences_of(claim.line.text):
            if not _RESERVED.search(part):
                yield from _check_firm(claim, part)


def _check_firm(claim: Claim, part: str) -> Iterator[Verdict]:
    content = [word for word in words(part) if word not in STOP_WORDS and len(word) > 3]
    sentences = [one for one in claim.sentences() if one.role in {Role.ARTS, Role.ONBEKEND} and not one.question]
    for word in content:
        naming = [one for one in sentences if supports_strictly(said(one.text), word)]
        doubts = [found for one in naming if (found := _DOUBT.search(one.text))]
        if naming and len(doubts) == len(naming):
            yield objection(FlagCode.TOO_CERTAIN, critical=False, word=word, said=doubts[0].group())
            return

"""Check: a line says nothing that has no support at all in what was said."""

from __future__ import annotations

from collections.abc import Iterator

from soep.drafting.checks.drugs import named
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import STOP_WORDS, joined, said, supports, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_SHORTEST = 4
_MOST_UNSAID = 0.75
_FEWEST_WORDS = 2
_SHOWN = 3


def check_support(claim: Claim) -> Iterator[Verdict]:
    """Words of the line that nothing nearby supports, when they are most of it; and findings that nobody named."""
    spoken = joined(said(utterance.text) for utterance in claim.window)
    content = [word for word in dict.fromkeys(words(claim.line.text)) if _counts(word)]
    missing = [word for word in content if not supports(spoken, word)]
    nowhere = [word for word in missing if not supports(claim.speech.said, word)]
    if len(nowhere) >= _FEWEST_WORDS and len(missing) >= _MOST_UNSAID * len(content):
        shown = ", ".join(f"“{word}”" for word in nowhere[:_SHOWN])
        yield objection(FlagCode.NOT_SAID, critical=False, words=shown)


def _counts(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in STOP_WORDS and word[0].isalpha() and not named(word)

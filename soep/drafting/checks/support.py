"""Check: a line says nothing that has no support at all in what was said."""

from __future__ import annotations

from collections.abc import Iterator

from soep.drafting.checks.drugs import named
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import STOP_WORDS, joined, said, supports, supports_strictly, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

_SHORTEST = 4
_FEW, _SEVERAL = 2, 3
_MOST, _NEARLY_ALL = 2 / 3, 3 / 4
_SHOWN = 3


def check_support(claim: Claim) -> Iterator[Verdict]:
    """Words of the line that were not said: all of them in its evidence, or most of them anywhere near."""
    content = [word for word in dict.fromkeys(words(claim.line.text)) if _counts(word)]
    if len(content) < _FEW:
        return
    spoken = joined(said(utterance.text) for utterance in claim.evidence)
    near = joined(said(utterance.text) for utterance in claim.window)
    far = [word for word in content if not supports_strictly(near, word)]
    nowhere = [word for word in far if not supports(claim.speech.said, word)]
    if (
        not any(supports(spoken, word) for word in content)
        or (len(content) >= _SEVERAL and len(far) >= _NEARLY_ALL * len(content))
        or (len(nowhere) >= _FEW and len(far) >= _MOST * len(content))
    ):
        shown = ", ".join(f"“{word}”" for word in (nowhere or far or content)[:_SHOWN])
        yield objection(FlagCode.NOT_SAID, critical=False, words=shown)


def _counts(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in STOP_WORDS and word[0].isalpha() and not named(word)

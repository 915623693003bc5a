"""Which of the recogniser's segments were said, and which it made up.

Whisper writes fluent text on noise and music, repeats itself when it loses the thread, and knows the credits of
subtitled television by heart.  Its own measures of doubt, set a little stricter than its defaults, find the first
two; the credits come with confidence, and are recognised by their wording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from soep.types import Word


@dataclass(frozen=True, slots=True)
class Confidence:
    """Whisper's own measures for a segment."""

    no_speech_prob: float
    avg_logprob: float
    compression_ratio: float


_MOST_COMPRESSION = 2.4
_DOUBTS = ((0.6, -0.7), (0.3, -1.0), (0.0, -1.5))
"""Probability of no speech from which, and log probability of the text below which, a segment goes: what is surely
speech is kept though it was hard to hear, with the low probability of its words to show for it."""
_LEAST_WORD_PROBABILITY = 0.25
_REPEATS = 3
_LONGEST_PHRASE = 8
_CREDITS = re.compile(
    r"""ondertitel(ing|d|s)\b.*\b(door|amara|nos|npo|tt ?888|ingediend|:)
      | \btt\W?888\b | \bamara\.org\b | ^\W*(ondertiteling|tv\ gelderland)\b.{0,40}$
      | (bedankt|dank\ (u|je|jullie))\s(wel\s)?voor\s(het|uw|jullie)\s(kijken|luisteren\snaar\sdeze\svideo)
      | (abonneer|vergeet\sniet\ste\sabonneren)\b | \bsubtitles?\sby\b | \bthanks?\s(you\s)?for\swatching\b
      | \bcopyright\b.*\b(20|19)\d\d\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_plausible(words: Sequence[Word], confidence: Confidence) -> bool:
    """Whether a segment was really said."""
    text = " ".join(word.text for word in words)
    if not any(character.isalnum() for character in text) or _CREDITS.search(text):
        return False
    if confidence.compression_ratio > _MOST_COMPRESSION:
        return False
    if any(confidence.no_speech_prob >= silent and confidence.avg_logprob < likely for silent, likely in _DOUBTS):
        return False
    return sum(word.probability for word in words) / len(words) >= _LEAST_WORD_PROBABILITY


def without_loops(words: Sequence[Word]) -> list[Word]:
    """The words with a phrase that is said over and over kept once.

    Up to three in a row stay, and four of one or two words ("nee nee nee"): people say that.
    """
    kept: list[Word] = []
    place = 0
    while place < len(words):
        length, repeats = _loop_at(words, place)
        kept.extend(words[place : place + length])
        place += length * repeats
    return kept


def _loop_at(words: Sequence[Word], place: int) -> tuple[int, int]:
    """Length in words of the phrase that is repeated from here, and how often; (1, 1) when there is none."""
    for length in range(1, _LONGEST_PHRASE + 1):
        phrase = _bare(words[place : place + length])
        repeats = 1
        while _bare(words[place + repeats * length : place + (repeats + 1) * length]) == phrase:
            repeats += 1
        if repeats > _REPEATS + (length <= 2):
            return length, repeats
    return 1, 1


def _bare(words: Sequence[Word]) -> list[str]:
    return [re.sub(r"\W", "", word.text).lower() for word in words]

"""What recognition and diarization do to speech, imitated on text: so that the drafter meets it in training.

Rates are rough, after what whisper-base and the diarizer did on this project's spoken dialogues: a sixth of the words
wrong, most of them small; sentence marks lost; now and then a word or an utterance with the wrong speaker.
Words that carry facts (numbers, medicines) are garbled too, but a target line keeps the right word: only noise that
leaves a fact readable is wanted, so short words are dropped and letters are changed rather than words swapped.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from soep.types import Role, Source, Utterance

DROP_SMALL_WORD = 0.06
CHANGE_LETTER = 0.03
LOSE_PUNCTUATION = 0.35
LOWER_CASE = 0.3
WRONG_SPEAKER = 0.03
_SMALL = frozenset(
    [
        "de",
        "het",
        "een",
        "en",
        "of",
        "dus",
        "nou",
        "ja",
        "hè",
        "eh",
        "wel",
        "ook",
        "even",
        "maar",
        "dan",
        "er",
        "te",
        "toch",
        "zo",
    ]
)
_SOUNDS_ALIKE = (
    ("ij", "ei"),
    ("ei", "ij"),
    ("ou", "au"),
    ("au", "ou"),
    ("v", "f"),
    ("z", "s"),
    ("d", "t"),
    ("g", "ch"),
)


def as_recognised(utterances: Sequence[Utterance], rng: random.Random) -> tuple[Utterance, ...]:
    """The utterances as recognition and diarization might give them; ids and order stay."""
    unpunctuated = rng.random() < LOSE_PUNCTUATION
    roles = {u.role for u in utterances} - {Role.ONBEKEND}
    return tuple(_heard(u, rng, roles, unpunctuated) for u in utterances)


def _heard(utterance: Utterance, rng: random.Random, roles: set[Role], unpunctuated: bool) -> Utterance:
    words = [_word(word, rng) for word in utterance.text.split()]
    text = " ".join(word for word in words if word)
    if unpunctuated:
        text = re.sub(r"[.,!?…]+", "", text)
    if rng.random() < LOWER_CASE:
        text = text.lower()
    others = sorted(roles - {utterance.role})
    swapped = utterance.source is Source.GESPREK and others and rng.random() < WRONG_SPEAKER
    return replace(utterance, text=text or utterance.text, role=rng.choice(others) if swapped else utterance.role)


def _word(word: str, rng: random.Random) -> str:
    plain = word.strip(".,!?…").lower()
    if plain in _SMALL and rng.random() < DROP_SMALL_WORD:
        return ""
    if len(plain) > 4 and rng.random() < CHANGE_LETTER:
        said, heard = rng.choice(_SOUNDS_ALIKE)
        return word.replace(said, heard, 1)
    return word

"""How well the voices are understood: word error rate of faster-whisper on sentences that are in no sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from maker.conversation import pitched
from maker.files import SOUND_RATE_HZ
from maker.phonemes import BEST, FIRST_GUESS, Replacements
from maker.script import Voice
from maker.sound import resampled
from maker.voice import RATE_HZ, Voices
from soep.evaluation.asr import WordErrors, word_errors

BATCH = 8
"""Sentences that are recognised as one recording, as in speech by one person."""


def print_table(voices: Voices, models: Path, casts: Mapping[str, Voice], sentences: Path, threads: int) -> None:
    """Print the word error rate of every voice, with the first guess of the mapping and with the one in use."""
    recogniser = WhisperModel(str(models / "faster-whisper-base"), compute_type="int8", cpu_threads=threads)
    texts = sentences.read_text("utf-8").splitlines()
    for name, cast in casts.items():
        rates = [_errors(voices, recogniser, cast, texts, mapping).rate for mapping in (FIRST_GUESS, BEST)]
        print(f"{name:12} first guess {rates[0]:6.1%}   in use {rates[1]:6.1%}", flush=True)


def _errors(
    voices: Voices, recogniser: WhisperModel, cast: Voice, texts: Sequence[str], mapping: Replacements
) -> WordErrors:
    style, pause = voices.style(cast.mix), np.zeros(RATE_HZ // 2, np.float32)
    total = WordErrors(0, 0)
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        spoken = [voices.say(text, style, speed=cast.speed, replacements=mapping) for text in batch]
        sound = pitched(np.concatenate([part for one in spoken for part in (one, pause)]), cast.pitch)
        sound = resampled(sound, from_hz=RATE_HZ, to_hz=SOUND_RATE_HZ)
        total += word_errors(" ".join(batch), _recognised(recogniser, sound))
    return total


def _recognised(recogniser: WhisperModel, sound: NDArray[np.float32]) -> str:
    options = {"language": "nl", "beam_size": 5, "vad_filter": True, "condition_on_previous_text": False}
    segments, _ = recogniser.transcribe(sound, **options)
    return " ".join(segment.text for segment in segments)

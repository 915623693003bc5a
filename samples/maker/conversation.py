"""Turns of speech laid out in time, as people in one room speak them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maker import room
from maker.script import LABELS, Consult, Line
from maker.script import Voice as Casting
from maker.sound import resampled
from maker.voice import RATE_HZ, Voices

Samples = NDArray[np.float32]

LEAD_S, TRAIL_S = 0.4, 0.6
TURN_GAP_S = (0.25, 0.70)
SENTENCE_GAP_S = (0.25, 0.45)
MIN_SENTENCE = 24
"""Shorter sentences are spoken in one breath with the next: alone, the model mumbles them."""


@dataclass(frozen=True)
class Segment:
    """Who said what and when; ``number`` is the turn's number in the script, from 1."""

    number: int
    start_s: float
    end_s: float
    role: str
    text: str

    @property
    def speaker(self) -> str:
        """The label that stands in the RTTM file."""
        return LABELS[self.role]


class Cache:
    """Spoken sentences on disk, so that a changed sentence costs only itself."""

    def __init__(self, voices: Voices, folder: Path) -> None:
        self._voices = voices
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, casting: Casting) -> Samples:
        """One sentence, without silence around it, at an even loudness."""
        key = repr((self._voices.phonemes(text), sorted(casting.mix.items()), casting.speed))
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npy"
        if not path.is_file():
            spoken = self._voices.say(text, self._voices.style(casting.mix), speed=casting.speed)
            np.save(path, _levelled(_trimmed(spoken)))
        return pitched(np.load(path), casting.pitch)


def sentences(text: str) -> list[str]:
    """The text cut after full stops and the like; short sentences stay with the next."""
    found: list[str] = []
    for part in re.split(r"(?<=[.?!]) ", text):
        if found and len(found[-1]) < MIN_SENTENCE:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def pitched(sound: Samples, factor: float) -> Samples:
    """All frequencies times a factor, as a tape that runs slower or faster."""
    if factor == 1.0:
        return sound
    return resampled(sound, from_hz=round(RATE_HZ * factor), to_hz=RATE_HZ)


def perform(consult: Consult, cache: Cache) -> tuple[Samples, list[Segment]]:
    """The conversation as sound at 24 kHz and the segments in it, in order of their start."""
    rng = np.random.default_rng(consult.seed)
    spoken = [_turn(line, consult.cast[line.role], cache, rng) for line in consult.lines]
    segments = _laid_out(consult, [len(sound) / RATE_HZ for sound in spoken], rng)
    total = int((max(s.end_s for s in segments) + TRAIL_S) * RATE_HZ)
    mixed = room.noise(total, RATE_HZ, rng)
    for role, casting in consult.cast.items():
        own = [(s, sound) for s, sound in zip(segments, spoken, strict=True) if s.role == role]
        mixed += room.seated(_alone(own, total), casting.distance_m, RATE_HZ, rng)[:total]
    mixed *= room.PEAK / np.abs(mixed).max()
    return mixed, sorted(segments, key=lambda segment: segment.start_s)


def _turn(line: Line, casting: Casting, cache: Cache, rng: np.random.Generator) -> Samples:
    parts: list[Samples] = []
    for sentence in sentences(line.text):
        if parts:
            parts.append(np.zeros(int(rng.uniform(*SENTENCE_GAP_S) * RATE_HZ), np.float32))
        parts.append(cache.say(sentence, casting))
    return np.concatenate(parts)


def _laid_out(consult: Consult, lengths_s: list[float], rng: np.random.Generator) -> list[Segment]:
    segments: list[Segment] = []
    free_s = LEAD_S
    for number, (line, length_s) in enumerate(zip(consult.lines, lengths_s, strict=True), 1):
        drawn_s = 0.0 if number == 1 else rng.uniform(*TURN_GAP_S)
        start_s = free_s + consult.gaps_s.get(number, drawn_s)
        segments.append(Segment(number, round(start_s, 3), round(start_s + length_s, 3), line.role, line.text))
        free_s = max(free_s, start_s + length_s)
    return segments


def _alone(parts: list[tuple[Segment, Samples]], total: int) -> Samples:
    """What one speaker says, at its times, in silence."""
    dry = np.zeros(total, np.float32)
    for segment, sound in parts:
        start = int(segment.start_s * RATE_HZ)
        dry[start : start + len(sound)] += sound
    return dry


def _trimmed(sound: Samples) -> Samples:
    """Without the silence around it: frames of 10 ms that are 40 dB under the loudest, 30 ms kept on each side."""
    frame = RATE_HZ // 100
    rms = np.sqrt(np.mean(sound[: len(sound) // frame * frame].reshape(-1, frame) ** 2, axis=1))
    loud = np.flatnonzero(rms > 0.01 * rms.max())
    return sound[max(0, loud[0] - 3) * frame : (loud[-1] + 4) * frame]


def _levelled(sound: Samples) -> Samples:
    return np.asarray(sound * (0.08 / np.sqrt(np.mean(sound**2))), np.float32)

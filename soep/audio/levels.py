"""How loud the sound of a microphone is, and for how long nobody has spoken: plain arithmetic, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from soep.audio.samples import SAMPLE_RATE_HZ, Samples

QUIETEST_DBFS = -90.0
"""What digital silence counts as; the steps of 16 bits go no lower."""
DEAD_DBFS = -70.0
"""No room is so quiet: the microphone is muted, or it is not the one that hears."""
SPEECH_DBFS = -50.0
OVER_NOISE_DB = 9.0
"""What speech has over the noise of the room, in a quarter of a second."""
NOISE_RISES_DB_S = 0.5
"""A fan that was switched on is known as noise after so long; speech has pauses and is not."""
CLIPPED = 0.985
CLIPPING_SHARE = 0.001
CLIPPING_SHOWN_S = 2.0


@dataclass(frozen=True, slots=True)
class Level:
    """The loudness of the newest sound, and what led up to it; decibels are relative to full scale."""

    rms_dbfs: float = QUIETEST_DBFS
    peak_dbfs: float = QUIETEST_DBFS
    clipped_share: float = 0.0
    """Of the samples of the newest sound."""
    noise_dbfs: float = SPEECH_DBFS - OVER_NOISE_DB
    """What the room makes by itself."""
    silent_s: float = 0.0
    """How long nothing has come over that."""
    dead_s: float = 0.0
    """How long there has been no sound at all."""
    clipped_s: float = CLIPPING_SHOWN_S
    """How long ago it was too loud."""

    @property
    def is_clipping(self) -> bool:
        """Whether it was too loud just now."""
        return self.clipped_s < CLIPPING_SHOWN_S


def measured(samples: Samples, before: Level | None = None) -> Level:
    """The level of a piece of sound that follows on others.

    Args:
        samples: float32 at 16 kHz, shape (samples,), at least one.
        before: the level so far.
    """
    known = before or Level()
    length_s = len(samples) / SAMPLE_RATE_HZ
    loudness = np.abs(samples)
    rms_dbfs = decibels(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))))
    clipped_share = float(np.mean(loudness >= CLIPPED))
    noise_dbfs = min(rms_dbfs, known.noise_dbfs + NOISE_RISES_DB_S * length_s)
    speaks = rms_dbfs > max(SPEECH_DBFS, noise_dbfs + OVER_NOISE_DB)
    return Level(
        rms_dbfs,
        decibels(float(np.max(loudness))),
        clipped_share,
        noise_dbfs,
        0.0 if speaks else known.silent_s + length_s,
        0.0 if rms_dbfs > DEAD_DBFS else known.dead_s + length_s,
        0.0 if clipped_share >= CLIPPING_SHARE else known.clipped_s + length_s,
    )


def decibels(amplitude: float) -> float:
    """An amplitude from 0 to 1 in dBFS."""
    return max(QUIETEST_DBFS, 20.0 * log10(amplitude)) if amplitude > 0.0 else QUIETEST_DBFS


def share_of_scale(dbfs: float, lowest_dbfs: float = -60.0) -> float:
    """Where a level stands on a meter from ``lowest_dbfs`` to full scale, from 0 to 1."""
    return min(1.0, max(0.0, 1.0 - dbfs / lowest_dbfs))

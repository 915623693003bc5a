"""A consulting room, made with numpy alone: short reverberation for each seat, and quiet noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

REVERBERATION_S = 0.28
"""Time in which the sound falls by 60 dB: a small furnished room."""
NOISE_DBFS = -62.0
PEAK = 0.7


def seated(dry: Samples, distance_m: float, rate_hz: int, rng: np.random.Generator) -> Samples:
    """The sound as a microphone on the desk hears it from a seat; same length plus the reverberation's tail."""
    response = _response(distance_m, rate_hz, rng)
    size = len(dry) + len(response) - 1
    power = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(dry, power) * np.fft.rfft(response, power)
    return np.asarray(np.fft.irfft(spectrum, power)[:size], np.float32)


def _response(distance_m: float, rate_hz: int, rng: np.random.Generator) -> Samples:
    """Direct sound, then decaying noise whose share grows with the distance."""
    count = int(REVERBERATION_S * rate_hz)
    time_s = np.arange(count) / rate_hz
    tail = rng.standard_normal(count) * 10 ** (-3 * time_s / REVERBERATION_S)
    tail = np.convolve(tail, np.hanning(9) / np.hanning(9).sum(), mode="same")  # walls swallow the high tones
    tail[: int(0.004 * rate_hz)] = 0.0  # the first wall is more than a metre away
    tail *= 0.22 * distance_m / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def noise(count: int, rate_hz: int, rng: np.random.Generator) -> Samples:
    """Noise of a room: falling by 3 dB an octave, like ventilation and a street far away."""
    spectrum = rng.standard_normal(count // 2 + 1) + 1j * rng.standard_normal(count // 2 + 1)
    frequency = np.fft.rfftfreq(count, 1 / rate_hz)
    spectrum /= np.sqrt(np.maximum(frequency, 40.0))
    sound = np.fft.irfft(spectrum, count)
    level = 10 ** (NOISE_DBFS / 20) / np.sqrt(np.mean(sound**2))
    return np.asarray(sound * level, np.float32)

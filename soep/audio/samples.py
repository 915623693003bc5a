"""The form in which sound travels: float32, mono, 16 kHz, shape ``(samples,)``, in the range -1 to 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
OTHER_RATES_HZ = (48_000, 44_100, 32_000)
"""What devices do that do not do ours."""
Samples = NDArray[np.float32]


def resampler(from_hz: int, to_hz: int) -> Callable[[Samples], Samples]:
    """From one rate to another, a piece at a time."""
    if from_hz == to_hz:
        return lambda piece: piece
    from scipy.signal import resample_poly  # noqa: PLC0415 - only where a device cannot do 16 kHz

    step = int(np.gcd(from_hz, to_hz))
    return lambda piece: resample_poly(piece, to_hz // step, from_hz // step).astype(np.float32)

"""Another sample rate, by the resampler of ffmpeg."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def resampled(sound: Samples, *, from_hz: int, to_hz: int) -> Samples:
    """Mono sound, shape ``(samples,)``, at another rate."""
    frame = av.AudioFrame.from_ndarray(sound[None, :], format="flt", layout="mono")
    frame.sample_rate = from_hz
    resampler = av.AudioResampler(format="flt", layout="mono", rate=to_hz)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts])

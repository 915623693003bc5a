"""The form in which sound travels: float32, mono, 16 kHz, shape ``(samples,)``, in the range -1 to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
Samples = NDArray[np.float32]

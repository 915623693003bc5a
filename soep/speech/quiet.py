"""Where to cut speech that the segmentation model took for one stretch: at its quietest moments.

With voices that are alike the model misses changes of speaker, and it bridges the short pauses between them.  People
change over in those pauses, so a stretch is cut where it is quietest until every part is short, and at every clear dip.
No threshold on the level as such is needed, so that distance and noise of the room hardly matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soep.speech.interfaces import SAMPLE_RATE_HZ, Samples

_HOP_S = 0.01
_HOP_SAMPLES = round(_HOP_S * SAMPLE_RATE_HZ)
_SMOOTHING_HOPS = 20
_FLOOR = 1e-10


@dataclass(frozen=True, slots=True)
class QuietRules:
    """How far stretches are cut; chosen by how pure the parts are on labelled recordings (docs/evaluation.md)."""

    max_part_s: float = 3.0
    """A longer part is cut at its quietest moment."""
    min_part_s: float = 0.4
    """No part is shorter: its voice could not be told."""
    dip_db: float = 25.0
    """A part is also cut where it is so much quieter than its loud quarter."""


def quiet_cuts(samples: Samples, rules: QuietRules | None = None) -> list[float]:
    """Moments, in seconds from the start of the samples, at which to cut them; sorted."""
    rules = rules or QuietRules()
    level_db = _smoothed_level_db(samples)
    return [hop * _HOP_S for hop in _cuts(level_db, 0, len(level_db), rules)]


def _cuts(level_db: NDArray[np.float64], start: int, end: int, rules: QuietRules) -> Iterator[int]:
    edge = round(rules.min_part_s / _HOP_S)
    if end - start <= 2 * edge:
        return
    at = start + edge + int(level_db[start + edge : end - edge].argmin())
    is_long = (end - start) * _HOP_S > rules.max_part_s
    if not is_long and np.percentile(level_db[start:end], 75) - level_db[at] < rules.dip_db:
        return
    yield from _cuts(level_db, start, at, rules)
    yield at
    yield from _cuts(level_db, at, end, rules)


def _smoothed_level_db(samples: Samples) -> NDArray[np.float64]:
    """Level at each hop of 10 ms, over the fifth of a second around it."""
    hops = len(samples) // _HOP_SAMPLES
    frames = samples[: hops * _HOP_SAMPLES].reshape(hops, _HOP_SAMPLES).astype(np.float64)
    sums = np.concatenate([[0.0], np.cumsum((frames**2).mean(axis=1))])
    middle = np.arange(hops)
    left = np.maximum(middle - _SMOOTHING_HOPS // 2, 0)
    right = np.minimum(middle + _SMOOTHING_HOPS // 2, hops)
    power: NDArray[np.float64] = (sums[right] - sums[left]) / np.maximum(right - left, 1)
    return 10 * np.log10(np.maximum(power, 0.0) + _FLOOR)

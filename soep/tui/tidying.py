"""When unused objects are collected: while nobody presses a key.

Python's collector looks at every object there is, and nothing else happens meanwhile: 80 ms with an open consult
(`python benchmarks/keys.py` showed it as one key in three that took twice as long).  What has been looked at in a
quiet moment is left alone until the next one, so that what Python does by itself in between is short.
"""

from __future__ import annotations

import gc
import time

QUIET_S = 2.0
THRESHOLDS = (700, 10, 200)
"""Python looks at new objects as often as usual, and at old ones by itself twenty times as rarely."""


class Tidying:
    """Knows when a key was pressed last."""

    def __init__(self) -> None:
        self._touched_s = time.monotonic()
        self._is_tidy = False

    def touched(self) -> None:
        """Somebody is busy."""
        self._touched_s = time.monotonic()
        self._is_tidy = False

    def look(self) -> None:
        """Called now and then: tidies once in each quiet moment."""
        if not self._is_tidy and time.monotonic() - self._touched_s >= QUIET_S:
            self.tidy()

    def tidy(self) -> None:
        """Collect, and leave alone what there is now."""
        self._is_tidy = True
        gc.unfreeze()
        gc.collect()
        self.leave_alone()

    def leave_alone(self) -> None:
        """What there is now is not looked at before the next quiet moment."""
        gc.set_threshold(*THRESHOLDS)
        gc.freeze()

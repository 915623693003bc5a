"""When unused objects are collected: while nobody presses a key.

Python's collector looks at every object there is, and nothing else happens meanwhile: 80 ms with an open consult
(`python benchmarks/keys.py` showed it as one key in three that took twice as long).  So what there is in a quiet moment
is left alone from then on; all of it is looked at when nobody has been there for a while.
"""

from __future__ import annotations

import gc
import time

QUIET_S = 2.0
AWAY_S = 30.0
THRESHOLDS = (700, 10, 200)
"""Python looks at new objects as often as usual, and at old ones by itself twenty times as rarely."""


class Tidying:
    """Knows when a key was pressed last."""

    def __init__(self) -> None:
        self._touched_s = time.monotonic()
        self._is_tidy = self._is_clean = False

    def touched(self) -> None:
        """Somebody is busy."""
        self._touched_s = time.monotonic()
        self._is_tidy = self._is_clean = False

    def look(self) -> None:
        """Called now and then: tidies once in each quiet moment, and everything once in each long one."""
        quiet_s = time.monotonic() - self._touched_s
        if not self._is_clean and quiet_s >= AWAY_S:
            self._is_tidy = self._is_clean = True
            gc.unfreeze()
        elif not self._is_tidy and quiet_s >= QUIET_S:
            self._is_tidy = True
        else:
            return
        gc.collect()
        self.leave_alone()

    def leave_alone(self) -> None:
        """What there is now is not looked at before nobody is there."""
        gc.set_threshold(*THRESHOLDS)
        gc.freeze()

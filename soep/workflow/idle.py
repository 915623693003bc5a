"""When a store that nobody looks at locks itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soep.config import StoreSettings
from soep.workflow.desk import Desk

_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""That goes on while the computer sleeps, as ``time.monotonic`` does not on Linux and macOS."""


def _seconds() -> float:
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


class IdleLock:
    """Locks the store after so long without a key pressed; a recording is never stopped by it.

    The application calls ``touch`` for every key, ``tick`` now and then, and works within ``busy`` while it records.

    Args:
        desk: whose store is closed.
        settings: how long.
        clock: seconds that only go forward.
    """

    def __init__(self, desk: Desk, settings: StoreSettings, clock: Callable[[], float] = _seconds) -> None:
        self._desk = desk
        self._after_s = settings.lock_after_min * 60.0
        self._clock = clock
        self._touched_s = clock()
        self._busy = 0
        self.locked = False

    @property
    def is_busy(self) -> bool:
        """Whether sound comes in or is worked on."""
        return self._busy > 0

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_s = self._clock()

    def tick(self, closing: Callable[[], None] = lambda: None) -> bool:
        """Lock when it is time, after ``closing`` was called; gives whether the store is locked."""
        if not self.locked and not self._busy and self._clock() - self._touched_s >= self._after_s:
            closing()
            self._desk.store.close()
            self.locked = True
        return self.locked

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While sound comes in or is worked on; the time begins anew after it."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self.touch()

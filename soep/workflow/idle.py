"""When a store that nobody looks at locks itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soep.config import StoreSettings
from soep.workflow.desk import Desk


class IdleLock:
    """Locks the store after so long without a key pressed; a recording is never stopped by it.

    The application calls ``touch`` for every key, ``tick`` now and then, and works within ``busy`` while it records.

    Args:
        desk: whose store is closed.
        settings: how long.
        clock: seconds that only go forward.
    """

    def __init__(self, desk: Desk, settings: StoreSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._after_s = settings.lock_after_min * 60.0
        self._clock = clock
        self._touched_s = clock()
        self._busy = 0
        self.locked = False

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_s = self._clock()

    def tick(self) -> bool:
        """Lock when it is time; gives whether the store is locked."""
        if not self.locked and not self._busy and self._clock() - self._touched_s >= self._after_s:
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

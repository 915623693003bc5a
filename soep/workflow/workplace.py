"""What an open application works with: the desk, the engine, the work in the background, and the lock."""

from __future__ import annotations

from collections.abc import Callable

from soep.engine.supervisor import Engine
from soep.workflow import erasing
from soep.workflow.desk import Desk
from soep.workflow.idle import IdleLock
from soep.workflow.worklist import Worklist


class Workplace:
    """An unlocked store with everything that works on it; one for as long as it stays unlocked.

    Args:
        desk: from ``opening.open_desk``.
        engine: stays warm when the workplace is locked and made again.
        changed: called with a consult's id when it changed in the background, on any thread.
    """

    def __init__(self, desk: Desk, engine: Engine, changed: Callable[[str], None]) -> None:
        self.desk = desk
        self.engine = engine
        self.idle = IdleLock(desk, desk.settings.store)
        self.worklist = Worklist(desk, engine, changed)

    def tick(self) -> bool:
        """Now and then: lock when nobody is there and nothing runs; gives whether it is locked."""
        if self.worklist.is_busy:
            self.idle.touch()
        return self.idle.tick()

    def sweep(self) -> int:
        """Erase what has been kept long enough; gives how many consults that touched."""
        return erasing.sweep(self.desk)

    def close(self) -> None:
        """Stop what runs and close the store; the engine stays."""
        self.worklist.stop()
        self.desk.store.close()

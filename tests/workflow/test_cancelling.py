"""Cancelling what the engine does, also when it takes nothing any more."""

from __future__ import annotations

import time
from pathlib import Path

from soep.engine.supervisor import KILL_AFTER_S, Engine, Task
from tests.stores import office


def test_whoever_waits_for_a_full_pipe_does_not_hold_up_the_cancelling(tmp_path: Path) -> None:
    with Engine(office(tmp_path / "soep").desk.settings) as engine:
        child = engine._running()
        task = Task(1, engine)
        with child._sending:  # as somebody who sends sound to an engine that hangs
            began_s = time.monotonic()
            task.cancel()
            assert time.monotonic() - began_s < 3 * KILL_AFTER_S
        assert engine.pid is None
        assert not child._process.is_alive()

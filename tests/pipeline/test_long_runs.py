"""Kill and soak runs of the engine (`make test-long`)."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from soep.config import Settings
from soep.engine.protocol import ProcessJob
from soep.engine.supervisor import Engine
from soep.errors import SoepError

pytestmark = pytest.mark.long

KILLS = 12
ROUNDS = 8
GROWTH_ALLOWED_BYTES = 100e6


def test_an_engine_that_is_killed_at_any_moment_says_so_and_starts_again(
    settings: Settings, dictation_sound: Path
) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no SIGKILL")
    moments = random.Random(5)
    with Engine(settings) as engine:
        for _each in range(KILLS):
            task = engine.submit(ProcessJob(dictation_sound))
            time.sleep(moments.uniform(0.05, 8.0))
            assert engine.pid is not None
            os.kill(engine.pid, signal.SIGKILL)
            with pytest.raises(SoepError):
                task.result()
            engine.kill()
        assert engine.submit(ProcessJob(dictation_sound)).result().consult.draft


def test_memory_does_not_grow_from_consult_to_consult(settings: Settings, dictation_sound: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    with Engine(settings) as engine:
        used = []
        for _each in range(ROUNDS):
            engine.submit(ProcessJob(dictation_sound)).result()
            used.append(_resident_bytes(engine.pid))
    assert used[-1] - used[2] < GROWTH_ALLOWED_BYTES


def _resident_bytes(pid: int | None) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

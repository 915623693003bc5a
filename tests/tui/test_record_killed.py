"""An application that is killed, or whose terminal closes, while it records: nothing is lost but the last second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot

from soep.tui.screens.today import TodayScreen
from soep.types import Status
from soep.wording import RemarkCode
from soep.workflow import intake
from tests.stores import office
from tests.tui.driving import application, drive, practice_settings, until
from tests.tui.microphones import HearingEngine

REPOSITORY = Path(__file__).parent.parent.parent
SIGNALS = [signal.SIGTERM] if sys.platform == "win32" else [signal.SIGKILL, signal.SIGHUP]


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_what_was_recorded_is_there_when_it_opens_again(tmp_path: Path, how: signal.Signals) -> None:
    home = tmp_path / "soep"
    office(home).desk.store.close()
    command = [sys.executable, "-m", "tests.tui.recording_worker", str(home)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        told_s = 0.0
        for line in worker.stdout:
            told_s = float(line)
            if told_s >= 3.5:
                os.kill(worker.pid, how)
                break
        worker.stdout.read()
    assert worker.returncode == -how.value or sys.platform == "win32"
    assert told_s >= 3.5
    app = application(practice_settings(home), HearingEngine())

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        desk = app.workplace.desk
        (row,) = desk.find()
        assert intake.sound_s(desk, row.id) >= told_s - 1.0
        await until(pilot, lambda: desk.peek(row.id).status is Status.DRAFT)  # it went on by itself
        assert RemarkCode.INTERRUPTED in [one.code for one in desk.peek(row.id).warnings]

    drive(app, scenario)

"""Hot keys and pedals: `soep ctl` against an application that is open."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from soep.cli import main
from soep.errors import WorkflowError
from soep.tui import remote
from soep.tui.screens.approve import ApproveScreen
from soep.tui.screens.consent import ConsentScreen
from soep.tui.screens.dictate import DictateScreen
from soep.tui.screens.record import RecordScreen
from soep.tui.screens.unlock import UnlockScreen
from soep.types import ConsentBy, Status
from soep.workflow import approval
from soep.workflow.live import Plan
from tests.clipboards import FakeClipboard
from tests.stores import AGREED, drafted
from tests.tui.driving import until
from tests.tui.recording import Room, shows, state


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    made = Room(tmp_path)
    monkeypatch.setenv("SOEP_HOME", str(made.office.folder))
    return made


async def ctl(pilot: Pilot[None], command: str) -> int:
    """Run the command beside the application; gives its exit code."""
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main.run(["ctl", command])))
    thread.start()
    await until(pilot, lambda: not thread.is_alive())
    return codes[0]


def test_a_consult_from_start_to_the_next_without_touching_the_window(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        assert await ctl(pilot, "stop") == 2
        assert await ctl(pilot, "start") == 0
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        assert await ctl(pilot, "start") == 2  # a key that bounces
        assert shows(pilot, ConsentScreen)
        monkeypatch.setattr(remote, "ASKED_WITHIN_S", 0.0)
        await pilot.press("down")
        assert room.desk.find() == []
        assert await ctl(pilot, "start") == 0
        await until(pilot, lambda: shows(pilot, RecordScreen) and "Opname" in state(pilot))
        assert await ctl(pilot, "start") == 2
        assert room.only().consent.given_by is ConsentBy.PARENTS  # type: ignore[union-attr] # who was chosen
        await room.hear(pilot, 1.0)
        assert await ctl(pilot, "pauze") == 0
        await until(pilot, lambda: "Pauze" in state(pilot))
        assert await ctl(pilot, "pauze") == 0
        await until(pilot, lambda: "Opname" in state(pilot))
        assert await ctl(pilot, "volgende") == 0
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await until(pilot, lambda: [row.status for row in room.desk.find()] == [Status.DRAFT])
        assert await ctl(pilot, "start") == 0
        await until(pilot, lambda: shows(pilot, RecordScreen) and "Opname" in state(pilot))
        await room.hear(pilot, 1.0)
        assert await ctl(pilot, "stop") == 0
        await until(pilot, lambda: [row.status for row in room.desk.find()] == [Status.DRAFT] * 2)

    room.drive(scenario)


def test_no_consult_begins_while_one_dictates_to_another(room: Room) -> None:
    consult_id = drafted(room.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(DictateScreen(consult_id))
        await until(pilot, lambda: room.devices.opened)
        for refused in ("start", "volgende", "pauze"):
            assert await ctl(pilot, refused) == 2
        with pytest.raises(WorkflowError, match="dictaat"):
            pilot.app.workplace.record(Plan(AGREED), room.devices.open)  # type: ignore[attr-defined]
        assert len(room.devices.opened) == 1
        assert await ctl(pilot, "stop") == 0
        await until(pilot, lambda: room.devices.sound.closed and not shows(pilot, DictateScreen))

    room.drive(scenario)


def test_a_command_that_fails_is_refused_and_the_next_is_heard(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        with monkeypatch.context() as failing:
            failing.setattr(remote.Remote, "_start", lambda _self: 1 / 0)
            assert await ctl(pilot, "start") == 2
        assert await ctl(pilot, "start") == 0

    room.drive(scenario)


async def typed(command: str) -> tuple[int, str]:
    """The same as a process of its own; gives its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "soep", "ctl", command, stderr=asyncio.subprocess.PIPE
    )
    _out, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode("utf-8")


def test_the_next_field_needs_a_note(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        code, said = await typed("veld")
        assert code == 2
        assert "Open eerst het goedgekeurde verslag." in said

    room.drive(scenario)


def test_the_next_field_is_answered_when_it_was_copied(room: Room) -> None:
    clipboard = FakeClipboard()

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.copies.use(clipboard)  # type: ignore[attr-defined]
        consult_id = drafted(room.desk)
        pilot.app.push_screen(ApproveScreen(consult_id))
        await until(pilot, lambda: shows(pilot, ApproveScreen) and pilot.app.screen.consult)  # type: ignore[attr-defined]
        assert await ctl(pilot, "veld") == 2
        approval.approve(room.desk, consult_id)
        pilot.app.screen.reload()  # type: ignore[attr-defined]
        assert await ctl(pilot, "veld") == 0
        assert clipboard.text == "5 dgn keelpijn."

    room.drive(scenario)


def test_a_locked_application_does_not_listen(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: shows(pilot, UnlockScreen))
        code, said = await typed("start")
        assert code == 2
        assert "vergrendeld" in said

    room.drive(scenario)
    assert main.run(["ctl", "stop"]) == 2

"""Who works on a consult, and what happens when that cannot be found out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from soep.engine.supervisor import Engine
from soep.errors import DeviceError
from soep.workflow import processing
from soep.workflow.owners import is_owned, owned
from soep.workflow.worklist import Worklist
from tests.stores import office, recorded


def until(so: Callable[[], object]) -> None:
    ends_s = time.monotonic() + 10.0
    while not so():
        assert time.monotonic() < ends_s
        time.sleep(0.01)


def test_a_folder_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with owned(tmp_path, "a"):
        assert is_owned(tmp_path, "a")

    def refuse(_lock: FileLock, timeout: float) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(DeviceError, match="niet geschreven"):
        is_owned(tmp_path, "a")
    with pytest.raises(DeviceError, match="niet geschreven"), owned(tmp_path, "a"):
        pass


def test_what_nobody_foresaw_leaves_the_other_consults_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office(tmp_path / "soep")
    first, second = recorded(made.desk, 1), recorded(made.desk, 1)
    asked: list[str] = []

    def fail(_desk: object, consult_id: str, _engine: object) -> None:
        asked.append(consult_id)
        raise ZeroDivisionError

    monkeypatch.setattr(processing, "begun", fail)
    worklist = Worklist(made.desk, Engine(made.desk.settings), lambda _consult_id: None)
    until(lambda: sorted(asked) == sorted([first, second]) and not worklist.is_busy)
    trouble = worklist.trouble(first)
    assert trouble is not None
    assert "ZeroDivisionError" in trouble.message
    assert worklist.was_stopped(second)
    worklist.stop()

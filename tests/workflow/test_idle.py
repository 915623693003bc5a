"""A store that nobody looks at locks itself, and never while a recording runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from soep.errors import StoreLockedError
from soep.workflow import intake
from soep.workflow.idle import IdleLock
from tests.stores import AGREED, Office, office, second


class Seconds:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep", store={"lock_after_min": 15})


def test_it_locks_after_the_set_time_without_a_key(made: Office) -> None:
    lock = IdleLock(made.desk, made.desk.settings.store, clock := Seconds())
    clock.now_s = 14 * 60
    lock.touch()
    clock.now_s = 28 * 60
    assert not lock.tick()
    clock.now_s = 29 * 60
    assert lock.tick()
    with pytest.raises(StoreLockedError, match="vergrendeld"):
        made.desk.find()
    assert made.again().find() == []


def test_a_recording_goes_on(made: Office) -> None:
    lock = IdleLock(made.desk, made.desk.settings.store, clock := Seconds())
    consult_id = intake.begin(made.desk, AGREED)
    with lock.busy():
        for minute in range(60):
            clock.now_s = minute * 60
            assert not lock.tick()
            intake.add_sound(made.desk, consult_id, second())
    assert intake.sound_s(made.desk, consult_id) == 60.0
    assert not lock.tick()
    clock.now_s += 15 * 60
    assert lock.tick()

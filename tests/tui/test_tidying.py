from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from soep.tui import tidying
from soep.tui.tidying import AWAY_S, QUIET_S, Tidying


class Knot:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which stands still."""
    now = [100.0]
    monkeypatch.setattr(tidying.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def usual_collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_nobody_uses_goes_once_nobody_types(at: list[float]) -> None:
    tidy = Tidying()
    left = weakref.ref(Knot())
    tidy.touched()
    at[0] += QUIET_S / 2
    tidy.look()
    assert left() is not None
    at[0] += QUIET_S / 2
    tidy.look()
    assert left() is None
    assert gc.get_freeze_count()


def test_what_was_left_alone_goes_once_nobody_is_there(at: list[float]) -> None:
    knot = Knot()
    left = weakref.ref(knot)
    tidy = Tidying()
    tidy.leave_alone()
    del knot
    at[0] += QUIET_S
    tidy.look()
    assert left() is not None
    at[0] += AWAY_S
    tidy.look()
    assert left() is None


def test_it_is_done_once_in_each_quiet_moment(at: list[float]) -> None:
    tidy = Tidying()
    at[0] += QUIET_S
    tidy.look()
    left = weakref.ref(Knot())
    at[0] += QUIET_S
    tidy.look()
    assert left() is not None
    tidy.touched()
    at[0] += QUIET_S
    tidy.look()
    assert left() is None

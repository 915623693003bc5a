"""Stretches of a recording, by the time at which they are heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from soep.errors import InputError, WorkflowError
from soep.types import Unsaid, UnsaidKind
from soep.workflow import Desk, erasing, intake, suggesting
from soep.workflow.erasing import Stretch
from tests.factories import line
from tests.stores import AGREED, office, throat


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return office(tmp_path / "soep").desk


def counted(desk: Desk, *seconds: float) -> str:
    """A recording whose chunks say their number."""
    consult_id = intake.begin(desk, AGREED)
    for number, length_s in enumerate(seconds):
        intake.add_sound(desk, consult_id, np.full(round(length_s * 16_000), number / 100, np.float32))
    intake.end_of_sound(desk, consult_id)
    return consult_id


def heard(desk: Desk, consult_id: str, start_s: float, end_s: float) -> list[tuple[int, float]]:
    """The chunks that are heard, each with how long."""
    pieces = intake.stretch_of_sound(desk, consult_id, start_s, end_s)
    return [(round(float(piece[0]) * 100), len(piece) / 16_000) for piece in pieces]


def test_just_that_stretch_is_heard(desk: Desk) -> None:
    consult_id = counted(desk, 1, 1, 1, 1)
    assert heard(desk, consult_id, 1.25, 3.0) == [(1, 0.75), (2, 1.0)]
    assert heard(desk, consult_id, 3.5, 99.0) == [(3, 0.5)]
    with pytest.raises(WorkflowError, match="geen geluid"):
        heard(desk, consult_id, 4.0, 5.0)


def test_a_pause_makes_a_short_second(desk: Desk) -> None:
    assert heard(desk, counted(desk, 1, 0.5, 1), 1.25, 2.0) == [(1, 0.25), (2, 0.5)]


def test_two_tracks_are_heard_as_one(desk: Desk) -> None:
    consult_id = intake.begin(desk, AGREED)
    both = np.stack([np.full(16_000, 0.2, np.float32), np.full(16_000, 0.4, np.float32)])
    intake.add_sound(desk, consult_id, both)
    [piece] = intake.stretch_of_sound(desk, consult_id, 0.0, 1.0)
    assert piece.shape == (16_000,)
    assert piece[0] == pytest.approx(0.3, abs=1e-3)


def test_what_is_erased_after_an_earlier_stretch_is_what_was_pointed_at(desk: Desk) -> None:
    consult_id = counted(desk, 1, 1, 1, 1, 1, 1)
    erasing.erase_sound(desk, consult_id, Stretch(1.0, 3.0))
    assert heard(desk, consult_id, 0.0, 9.0) == [(0, 1.0), (3, 1.0), (4, 1.0), (5, 1.0)]
    erasing.erase_sound(desk, consult_id, Stretch(1.0, 2.0))
    assert heard(desk, consult_id, 0.0, 9.0) == [(0, 1.0), (4, 1.0), (5, 1.0)]
    other = erasing.move_sound(desk, consult_id, Stretch(1.0, 2.0), consent=AGREED)
    assert heard(desk, other, 0.0, 9.0) == [(4, 1.0)]
    with pytest.raises(InputError, match="geen geluid"):
        erasing.erase_sound(desk, consult_id, Stretch(7.0, 8.0))


def test_an_omission_goes_to_the_problem_that_was_talked_about() -> None:
    throat_, knee = throat(id=1), throat(id=2, problem=line("Knie", 20), S=(), P=())
    item = Unsaid(UnsaidKind.MEASUREMENT, "38,5", (18,))
    assert suggesting.note_of(item, [throat_, knee]) == knee
    assert suggesting.note_of(item, []) is None
    assert suggesting.field_of(item) == "O"
    assert suggesting.field_of(Unsaid(UnsaidKind.SYMPTOM, "hoest")) == "S"
    assert suggesting.field_of(Unsaid(UnsaidKind.SYMPTOM, "hoest", field="P")) == "P"

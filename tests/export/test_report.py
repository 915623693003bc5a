"""Where a line comes from, in the words of a report."""

from __future__ import annotations

import pytest

from soep.export.report import clock, report_of
from soep.types import Role, SoepNote
from tests.factories import consult, line, transcript

SAID = [(Role.PATIENT, "Ja.")] * 14


@pytest.mark.parametrize(
    ("time_s", "expected"), [(0.0, "0:00"), (42.9, "0:42"), (70, "1:10"), (3599.99, "59:59"), (3723, "1:02:03")]
)
def test_clock(time_s: float, expected: str) -> None:
    assert clock(time_s) == expected


@pytest.mark.parametrize(
    ("evidence", "times", "numbers"),
    [
        ((), "", ""),
        ((2,), "0:10", "uiting 2"),
        ((3, 2), "0:10, 0:15", "uiting 2, 3"),
        ((2, 3, 4), "0:10–0:20", "uiting 2–4"),
        ((1, 4, 5, 6, 7, 13), "0:05, 0:20–0:35, 1:05", "uiting 1, 4–7, 13"),
        ((2, 99), "0:10, uiting 99", "uiting 2, 99"),
    ],
)
def test_source(evidence: tuple[int, ...], times: str, numbers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)
    note = SoepNote(S=(line("Hoest.", *evidence),))
    for timed, expected in ((True, times), (False, numbers)):
        report = report_of(consult(note, transcript=transcript(*SAID, timed=timed)))
        assert report.problems[0].fields[0][1][0].source == expected

"""Where a line comes from, in the words of a report."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.pofile import read_po

from soep.config import Settings
from soep.export.exporter import load_exporter
from soep.export.report import clock, report_of
from soep.i18n import LOCALE_DIR
from soep.types import Flag, Role, SoepNote
from tests.conftest import REPOSITORY
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


# The manual quotes what the program prints ----------------------------------------

MANUAL = (REPOSITORY / "docs" / "handleiding.md").read_text("utf-8")


def test_every_message_in_the_manual_is_one_of_the_program() -> None:
    catalogue = read_po(io.BytesIO((LOCALE_DIR / "en" / "LC_MESSAGES" / "soep.po").read_bytes()))
    printed = {re.sub(r"\{\w+\}", "…", message.id) for message in catalogue if isinstance(message.id, str)}
    table = MANUAL.split("| melding |")[1].split("\n\n")[0]
    quoted = [row.split(" | ")[0].removeprefix("| ") for row in table.splitlines()[2:]]
    assert len(quoted) > 3
    assert set(quoted) <= printed


def test_the_lines_in_the_manual_look_as_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)
    flag = Flag("number_not_said", {"number": "1000"})
    note = SoepNote(P=(line("Pcm 4 dd 1000 mg zn.", 1, flags=(flag,)),))
    printed = load_exporter("txt", Settings()).render(consult(note)).decode("utf-8")
    for row in MANUAL.split("```\nS: ")[1].split("\n```")[0].splitlines()[1:]:
        assert row.split(" [")[0] in printed

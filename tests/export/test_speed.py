"""A GP who presses a key does not wait: each way out takes less than 300 ms of the processor, after its import."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from soep.config import Settings
from soep.errors import ExportError
from soep.export.exporter import exporter_names, load_exporter
from soep.export.letter import Letter, render
from soep.types import Status
from tests.factories import MOMENT, rich_consult

MOST_S = 0.3
drafted = rich_consult()
CONSULT = replace(drafted, final=drafted.draft, status=Status.APPROVED, approved_at=MOMENT)


@pytest.mark.parametrize("name", exporter_names())
def test_an_export(name: str) -> None:
    try:
        exporter = load_exporter(name, Settings())
        exporter.render(CONSULT)
    except ExportError as error:  # it needs an optional package that is not here
        pytest.skip(str(error))
    began_s = time.process_time()
    exporter.render(CONSULT)
    assert time.process_time() - began_s < MOST_S


def test_a_letter() -> None:
    letter = Letter(frozenset(), "oor", "hoe")
    render(CONSULT, letter, Settings())
    began_s = time.process_time()
    render(CONSULT, letter, Settings())
    assert time.process_time() - began_s < MOST_S

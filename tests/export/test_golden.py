"""The reports as they are, byte for byte; ``SOEP_UPDATE_GOLDEN=1`` writes them anew for review."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from soep import __version__
from soep.config import PracticeSettings, Settings
from soep.export.exporter import load_exporter
from soep.formats.consult_json import from_json
from soep.types import Consult, Role, SoepNote, Status
from tests.factories import MOMENT, consult, line, rich_consult, transcript

GOLDEN = Path(__file__).parent / "golden"


def approved() -> Consult:
    drafted = rich_consult()
    return replace(drafted, final=drafted.draft, status=Status.APPROVED)


def untimed() -> Consult:
    spoken = transcript((Role.ARTS, "Waar kan ik mee helpen?"), (Role.PATIENT, "Ik hoest al een week. Niet benauwd."))
    note = SoepNote(S=(line("Sinds 1 wk hoest.", 2), line("Geen dyspnoe.", 2, 7)))
    return consult(note, transcript=spoken)


CONSULTS = {"concept": rich_consult, "goedgekeurd": approved, "zonder-tijden": untimed, "leeg": consult}


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("SOEP_LANG", raising=False)
    if not hasattr(time, "tzset"):
        pytest.skip("this system has one clock for all processes")
    with monkeypatch.context() as clock:
        clock.setenv("TZ", "Europe/Amsterdam")
        time.tzset()
        yield
    time.tzset()


def render(name: str, consult: Consult) -> bytes:
    return load_exporter(name, Settings()).render(consult)


def compare(name: str, text: str) -> None:
    text = text.replace(f"soep {__version__}", "soep VERSIE")
    path = GOLDEN / name
    if os.environ.get("SOEP_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CONSULTS)
def test_text(case: str) -> None:
    compare(f"{case}.txt", render("txt", CONSULTS[case]()).decode("utf-8"))


@pytest.mark.parametrize("case", CONSULTS)
def test_json(case: str) -> None:
    compare(f"{case}.json", render("json", CONSULTS[case]()).decode("utf-8"))


@pytest.mark.parametrize("case", ["concept", "goedgekeurd"])
def test_document(case: str) -> None:
    with zipfile.ZipFile(io.BytesIO(render("docx", CONSULTS[case]()))) as package:
        margins = sorted(name for name in package.namelist() if re.match(r"word/(header|footer)", name))
        names = ["word/document.xml", "docProps/core.xml", *margins]
        parts = [etree.fromstring(package.read(name)) for name in names]
    body = [etree.tostring(part, pretty_print=True, encoding="unicode") for part in parts]
    compare(f"{case}.docx.xml", "\n".join(body))


def test_fhir() -> None:
    drafted = rich_consult()
    final = tuple(replace(note, approved_at=MOMENT) for note in drafted.draft)
    practice = PracticeSettings(name="Huisartsenpraktijk De Linde", responsible="J. de Wit", ura="00003333")
    exporter = load_exporter("fhir", Settings(practice=practice))
    known = replace(drafted, final=final, patient_ref="bsn:999911120", contact_type="03")
    compare("goedgekeurd.fhir.json", exporter.render(known).decode("utf-8"))


# The text of every line, back out of each format ----------------------------------------


def expected(consult: Consult) -> list[tuple[str, str]]:
    return [(field, each.text) for note in consult.notes for field, each in note.every_line()]


def test_lines_out_of_text() -> None:
    found: list[tuple[str, str]] = []
    field = ""
    for row in render("txt", rich_consult()).decode("utf-8").splitlines():
        if row.startswith("      "):
            continue
        if match := re.match(r"([SOEP]):(?: (.*))?$", row):
            field, text = match[1], match[2]
        else:
            text = row[3:] if row.startswith("   ") else None
        if text:
            found.append((field, re.sub(r" \[[^\]]*\]$", "", text)))
    assert found == expected(rich_consult())


def test_lines_out_of_a_document() -> None:
    document = Document(io.BytesIO(render("docx", rich_consult())))
    found = [
        (row.cells[0].text, paragraph.runs[0].text)
        for table in document.tables
        for row in table.rows
        for paragraph in row.cells[1].paragraphs
        if paragraph.runs and paragraph.style.name == "Normal"
    ]
    assert found == expected(rich_consult())


def test_lines_out_of_json() -> None:
    assert expected(from_json(render("json", rich_consult()).decode("utf-8"))) == expected(rich_consult())


# What a report keeps to itself ----------------------------------------


def test_the_label_of_the_worklist_is_not_in_a_report() -> None:
    labelled = replace(rich_consult(), label="jansen-opname-0312.m4a")
    assert render("txt", labelled) == render("txt", rich_consult())
    assert render("docx", labelled) == render("docx", rich_consult())


def test_a_document_is_a4_and_dated_as_the_consult() -> None:
    document = Document(io.BytesIO(render("docx", rich_consult())))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert document.core_properties.created.isoformat() == "2026-03-12T08:41:00+00:00"
    assert document.core_properties.author == "soep"
    assert document.core_properties.comments == ""

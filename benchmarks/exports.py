"""Whether exports are valid, keep every line and are quick: 300 varied approved consults through FHIR and Word.

    python benchmarks/exports.py [--consults 300]

Lines come from the notes of ``consults_dev``; among them stand empty lines, characters that XML and terminals refuse,
and lines of many thousands of characters.  A line comes back when it is the approved one without invisible characters
and with single spaces (``soep.formats.plain_text.one_line``), as every export of soep writes it; empty ones are left
out.  The first export also builds the models of FHIR and is shown apart.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from docx import Document

from soep.config import PracticeSettings, Settings
from soep.export.exporter import Exporter, load_exporter
from soep.formats.plain_text import one_line
from soep.types import FIELDS, Consult, FieldName, NoteLine, SoepNote, Status

REPOSITORY = Path(__file__).parent.parent
ODD = (
    "",
    "  \t ",
    "RR <120/80> & pols 60; “x”",
    "\x00a\x1b[31mb\x0b",
    "\u202eomgekeerd\u2028regel",
    "\ud800half 😀 e\u0301",
)
CONTACTS = (None, "01", "02", "03", "04", "05", "06", "08", "09", "11", "12", "3", "e-consult", "spreekuur")
PATIENTS = (None, "20481", "999911120", "bsn:999911120", "PAT-<77>")
CODES = (None, "R74", "L03", "K86.01", "A97")
PRACTICE = PracticeSettings(name="De Linde & co", responsible="J. de Wit", ura="00003333", responsible_uzi="000001111")
MOMENT = datetime(2026, 3, 12, 9, 41, tzinfo=timezone(timedelta(hours=1)))

Lines = list[list[tuple[str, str]]]


def texts() -> list[str]:
    """Every line of the notes of ``consults_dev``."""
    files = sorted((REPOSITORY / "benchmarks" / "consults_dev").glob("*.json"))
    notes = (note for file in files for note in json.loads(file.read_text("utf-8"))["notes"])
    return [
        line["text"] if isinstance(line, dict) else line for note in notes for name in FIELDS for line in note[name]
    ]


def varied_consults(count: int) -> Iterator[Consult]:
    """Approved consults, the same ones each time."""
    chance = random.Random(2017)
    real = texts()

    def text() -> str:
        kind = chance.random()
        if kind < 0.1:
            return chance.choice(ODD)
        return chance.choice(real) * (chance.randint(50, 400) if kind < 0.12 else 1)

    def note(number: int) -> SoepNote:
        lines = {name: tuple(NoteLine(text()) for _line in range(chance.randint(0, 5))) for name in FIELDS}
        return SoepNote(
            problem=NoteLine(text()),
            **lines,
            icpc_s=chance.choice(CODES),
            icpc_e=chance.choice(CODES),
            id=number,
            approved_at=MOMENT + timedelta(minutes=chance.randint(1, 600)),
        )

    for number in range(count):
        yield Consult(
            id=f"c{number}",
            created_at=MOMENT + timedelta(days=number),
            final=tuple(note(each) for each in range(1, chance.randint(1, 4) + 1)),
            status=Status.APPROVED,
            patient_ref=chance.choice(PATIENTS),
            contact_type=CONTACTS[number % len(CONTACTS)],
            author=chance.choice((None, "J. de Wit", "A. <Assistent>")),
        )


def approved_lines(consult: Consult) -> Lines:
    """What must come back."""
    return [
        [(name, one_line(line.text)) for name, line in note.every_line() if one_line(line.text)]
        for note in consult.final
    ]


def document_lines(content: bytes) -> Lines:
    """Field and text of every line in a Word document, a list for each problem."""
    names: tuple[FieldName, ...] = FIELDS
    return [
        [
            (row.cells[0].text, paragraph.runs[0].text)
            for row in table.rows
            if row.cells[0].text in names
            for paragraph in row.cells[1].paragraphs
            if paragraph.runs and paragraph.runs[0].text and paragraph.style.name == "Normal"
        ]
        for table in Document(io.BytesIO(content)).tables
    ]


def timed(exporter: Exporter, consult: Consult) -> tuple[bytes, float, float]:
    """What is made, with the milliseconds that passed and those of the processor."""
    began, began_cpu = time.perf_counter(), time.process_time()
    content = exporter.render(consult)
    return content, (time.perf_counter() - began) * 1000, (time.process_time() - began_cpu) * 1000


def share(found: Sequence[bool]) -> str:
    return f"{sum(found)} of {len(found)} ({100 * sum(found) / len(found):.1f} %)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consults", type=int, default=300)
    consults = list(varied_consults(parser.parse_args().consults))
    settings = Settings(practice=PRACTICE)
    began = time.perf_counter()
    fhir, word = load_exporter("fhir", settings), load_exporter("docx", settings)
    print(f"loading the exporters: {(time.perf_counter() - began) * 1000:.0f} ms")

    sys.path.insert(0, str(REPOSITORY))
    from fhir.resources.STU3.bundle import Bundle

    from soep.export.fhir.reading import parse_resource
    from soep.export.fhir.validator import validate
    from tests.export.bundles import lines_of

    bundles, documents = ([timed(exporter, each) for each in consults] for exporter in (fhir, word))
    read = [parse_resource(content) for content, *_ms in bundles]
    wanted = [approved_lines(consult) for consult in consults]
    print(f"{len(consults)} consults, {sum(len(note) for each in wanted for note in each)} lines that are not empty")
    print(f"valid by fhir.resources: {share([Bundle.model_validate(each) is not None for each in read])}")
    print(f"valid by the profiles: {share([validate(each) == [] for each in read])}")
    print(f"every line out of FHIR: {share([lines_of(b) == w for b, w in zip(read, wanted, strict=True)])}")
    back = [document_lines(content) for content, *_ms in documents]
    print(f"every line out of Word: {share([b == w for b, w in zip(back, wanted, strict=True)])}")
    for name, made in (("FHIR", bundles), ("Word", documents)):
        for clock, column in (("passed", 1), ("of the processor", 2)):
            first, *later = [each[column] for each in made]
            figures = f"first {first:.0f}, then median {median(later):.0f}, slowest {max(later):.0f}"
            print(f"one {name} export, ms {clock}: {figures}")


if __name__ == "__main__":
    main()

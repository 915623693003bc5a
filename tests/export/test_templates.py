"""The practice's own documents: filled wherever a placeholder stands, or refused with a sentence."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn

from soep.config import ExportSettings, PracticeSettings, Settings
from soep.errors import ExportError
from soep.export.exporter import load_exporter
from soep.export.letter import Letter, render
from soep.types import FIELDS, Consult, SoepNote, Status
from tests.factories import MOMENT, rich_consult

PRACTICE = PracticeSettings(user="jansen", name="Huisartsenpraktijk De Linde")


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)


def approved() -> Consult:
    """The rich consult as approved, its lines numbered from 1."""
    ids = count(1)
    drafted = rich_consult()

    def final(note: SoepNote) -> SoepNote:
        lines = {name: tuple(replace(line, id=next(ids), flags=()) for line in note.lines(name)) for name in FIELDS}
        return replace(note, approved_at=MOMENT, **lines)  # type: ignore[arg-type]

    return replace(drafted, final=tuple(map(final, drafted.draft)), status=Status.APPROVED, approved_at=MOMENT)


def text_of(document: DocumentObject) -> list[str]:
    """Every paragraph of body, tables, text boxes and headers."""
    parts = [part for part in document.part.package.iter_parts() if str(part.partname).startswith("/word/")]
    found = [paragraph for part in parts if hasattr(part, "element") for paragraph in part.element.iter(qn("w:p"))]
    return ["".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in found]


def filled(tmp_path: Path, template: DocumentObject, consult: Consult | None = None) -> DocumentObject:
    file = tmp_path / "sjabloon.docx"
    template.save(str(file))
    settings = Settings(practice=PRACTICE, export=ExportSettings(docx_template=file))
    return Document(io.BytesIO(load_exporter("docx", settings).render(consult or approved())))


def test_placeholders_wherever_they_stand(tmp_path: Path) -> None:
    template = Document()
    template.sections[0].header.paragraphs[0].text = "{{praktijk}}"
    template.sections[0].footer.paragraphs[0].text = "{{huisarts}} – {{contact}}"
    cell = template.add_table(rows=1, cols=2).cell(0, 1)
    for piece in ("Patiënt {", "{pat", "ient", " }}", ", {{Datum}}"):
        cell.paragraphs[0].add_run(piece)
    template.add_paragraph("{{ondertekening}}")
    found = text_of(filled(tmp_path, template))
    assert "Huisartsenpraktijk De Linde" in found
    assert "J. de Wit – spreekuur" in found
    assert "Patiënt 20481, 12-03-2026" in found
    assert [line for line in found if line.startswith("J. de Wit, huisarts; goedgekeurd op 12-03-2026")]


def test_the_report_takes_the_look_of_its_placeholder(tmp_path: Path) -> None:
    template = Document()
    paragraph = template.add_paragraph("{{verslag}}", style="Quote")
    paragraph.runs[0].underline = True
    template.add_paragraph("Einde")
    document = filled(tmp_path, template)
    lines = [(paragraph.text, paragraph.style.name if paragraph.style else "") for paragraph in document.paragraphs]
    assert lines[0] == ("Keelpijn ICPC S R21, E R74", "Quote")
    assert lines[1] == ("S\tSinds 5 dgn keelpijn en hoest.", "Quote")
    assert lines[2] == ("\tEergisteren T 38,5, nu -.", "Quote")
    assert lines[-1] == ("Einde", "Normal")
    assert all(run.underline for run in document.paragraphs[1].runs)


def test_a_report_alone_in_a_cell_leaves_a_document_that_opens(tmp_path: Path) -> None:
    template = Document()
    template.add_table(rows=1, cols=1).cell(0, 0).text = "{{verslag}}"
    document = filled(tmp_path, template)
    assert document.tables[0].cell(0, 0).paragraphs[0].text.startswith("Keelpijn")


def test_a_concept_says_so_in_any_template(tmp_path: Path) -> None:
    document = filled(tmp_path, Document(), rich_consult())
    assert document.paragraphs[0].text == "CONCEPT"


def test_the_same_consult_gives_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "sjabloon.docx"
    template = Document()
    template.add_paragraph("{{verslag}}")
    template.save(str(file))
    exporter = load_exporter("docx", Settings(practice=PRACTICE, export=ExportSettings(docx_template=file)))
    assert exporter.render(approved()) == exporter.render(approved())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Beste {{naam}},", ("sjabloon.docx", "naam", "praktijk")),
        ("{{praktijk", ("niet af",)),
        ("datum}}", ("niet af",)),
    ],
)
def test_what_is_no_placeholder_of_ours_is_told(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    template = Document()
    template.add_paragraph(text)
    with pytest.raises(ExportError) as told:
        filled(tmp_path, template)
    assert all(word in str(told.value) for word in words)


@pytest.mark.parametrize("content", [None, b"", b"geen zip", b"PK\x03\x04 kapot"])
def test_a_broken_template_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "stuk.docx"
    if content is not None:
        file.write_bytes(content)
    settings = Settings(export=ExportSettings(docx_template=file))
    with pytest.raises(ExportError, match=r"stuk\.docx"):
        load_exporter("docx", settings).render(approved())


def test_a_template_with_damage_inside_is_told(tmp_path: Path) -> None:
    import zipfile

    good, file = tmp_path / "goed.docx", tmp_path / "stuk.docx"
    Document().save(str(good))
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<w:document" if name == "word/document.xml" else source.read(name))
    with pytest.raises(ExportError, match=r"stuk\.docx"):
        load_exporter("docx", Settings(export=ExportSettings(docx_template=file))).render(approved())


def test_without_a_template_the_practice_and_a_place_to_sign_are_there() -> None:
    document = Document(io.BytesIO(load_exporter("docx", Settings(practice=PRACTICE)).render(approved())))
    assert (
        document.sections[0].first_page_header.paragraphs[0].text.startswith("Huisartsenpraktijk De Linde\t12-03-2026")
    )
    assert document.paragraphs[-1].text.startswith("J. de Wit, huisarts; goedgekeurd op")


LETTER = Letter(frozenset({1, 4}), "Aanhoudende keelpijn", "Graag uw beoordeling.")


def test_a_letter_holds_what_was_chosen_and_nothing_else() -> None:
    document = Document(io.BytesIO(render(approved(), LETTER, Settings(practice=PRACTICE))))
    found = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert found == [
        "Huisartsenpraktijk De Linde",
        "12-03-2026",
        "Verwijsbrief",
        "Patiënt: 20481",
        "Reden van verwijzing: Aanhoudende keelpijn",
        "Anamnese",
        "\tSinds 5 dgn keelpijn en hoest.",
        "Evaluatie",
        "\tBLWI.",
        "Vraag: Graag uw beoordeling.",
        "Met collegiale groet,",
        "J. de Wit, huisarts",
    ]


def test_a_letter_of_the_practice_itself(tmp_path: Path) -> None:
    template = Document()
    template.add_paragraph("{{reden}} / {{vraag}}")
    template.add_paragraph("{{S}}")
    template.add_paragraph("{{O}}")
    template.add_paragraph("Conclusie: {{E}}")
    file = tmp_path / "brief.docx"
    template.save(str(file))
    settings = Settings(export=ExportSettings(letter_template=file))
    document = Document(io.BytesIO(render(approved(), LETTER, settings)))
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "Aanhoudende keelpijn / Graag uw beoordeling.",
        "Sinds 5 dgn keelpijn en hoest.",
        "Conclusie: BLWI.",
    ]


def test_no_letter_of_a_concept() -> None:
    with pytest.raises(ExportError, match="goedgekeurd"):
        render(rich_consult(), LETTER, Settings())

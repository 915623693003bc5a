"""A referral letter: a reason, lines of the approved note that the GP chose, and a question.  Nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from docx import Document
from docx.document import Document as DocumentObject
from docx.shared import Mm, Pt

from soep.config import Settings
from soep.errors import ExportError
from soep.export import template
from soep.export.docx_parts import common_values, doctor, line_entries, packed, set_moment
from soep.export.template import Entry, Value
from soep.formats.plain_text import one_line
from soep.i18n import _, mark
from soep.types import FIELDS, Consult, FieldName, NoteLine

_HEADINGS: dict[FieldName, str] = {
    "S": mark("Anamnese"),
    "O": mark("Onderzoek"),
    "E": mark("Evaluatie"),
    "P": mark("Beleid tot nu toe"),
}
_LINES: dict[FieldName, str] = {"S": "s", "O": "o", "E": "e", "P": "p"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What the GP chose and typed: the ids of lines, and two texts."""

    lines: frozenset[int]
    reason: str
    question: str


def render(consult: Consult, letter: Letter, settings: Settings) -> bytes:
    """The letter as a Word document.

    Args:
        consult: whose notes are approved.
        letter: what goes into it.
        settings: whose template and practice.

    Raises:
        ExportError: nothing is approved, or the practice's template cannot be used.
    """
    if not consult.final:
        raise ExportError(_("Een brief kan alleen uit een goedgekeurd verslag."), _("Keur het verslag eerst goed."))
    own = settings.export.letter_template
    document = _own_template() if own is None else template.opened(own)
    template.fill(document, _values(consult, letter, settings), own.name if own is not None else "")
    set_moment(document, consult, _("Verwijsbrief"))
    return packed(document)


def _values(consult: Consult, letter: Letter, settings: Settings) -> dict[str, Value]:
    chosen = {name: _chosen(consult, name, letter.lines) for name in FIELDS}
    fields: dict[str, Value] = {_LINES[name]: [Entry(line.text) for line in lines] for name, lines in chosen.items()}
    return {
        **common_values(consult, settings),
        **fields,
        "ondertekening": _("{name}, huisarts").format(name=doctor(consult, settings)),
        "reden": one_line(letter.reason),
        "vraag": one_line(letter.question),
        "regels": [entry for name, lines in chosen.items() for entry in _section(name, lines)],
    }


def _chosen(consult: Consult, name: FieldName, lines: Collection[int]) -> list[NoteLine]:
    return [line for note in consult.final for line in note.lines(name) if line.id in lines]


def _section(name: FieldName, lines: list[NoteLine]) -> Iterator[Entry]:
    if lines:
        yield Entry(_(_HEADINGS[name]), is_heading=True)
        yield from line_entries(lines, "")


def _own_template() -> DocumentObject:
    """The letter of a practice that has no template of its own, with the same placeholders."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(2)
    head = document.add_paragraph()
    head.add_run("{{praktijk}}").bold = True
    document.add_paragraph("{{datum}}")
    title = document.add_paragraph()
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(12)
    run = title.add_run(_("Verwijsbrief"))
    run.bold, run.font.size = True, Pt(16)
    for caption, placeholder in ((_("Patiënt"), "patient"), (_("Reden van verwijzing"), "reden")):
        _add(document, caption, placeholder)
    document.add_paragraph("{{regels}}")
    _add(document, _("Vraag"), "vraag")
    closing = document.add_paragraph(_("Met collegiale groet,"))
    closing.paragraph_format.space_before = Pt(18)
    signed = document.add_paragraph("{{ondertekening}}")
    signed.paragraph_format.space_before = Pt(42)
    return document


def _add(document: DocumentObject, caption: str, placeholder: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.add_run(f"{caption}: ").bold = True
    paragraph.add_run(f"{{{{{placeholder}}}}}")

"""The note as a Word document: one quiet page that a GP reads, prints or sends.

The same consult gives the same bytes: times inside the file are the consult's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from soep.config import Settings
from soep.export import template
from soep.export.docx_parts import common_values, note_entries, packed, set_moment, signature
from soep.export.report import Problem, Report, ReportLine, report_of
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import Consult

_INK = RGBColor(0x1F, 0x29, 0x37)
_ACCENT = RGBColor(0x1D, 0x4E, 0x6B)
_QUIET = RGBColor(0x6B, 0x72, 0x80)
_ALERT = RGBColor(0x9A, 0x34, 0x12)
_ALERT_FILL = "FDF3E7"
_RULE = "D5DAE0"
_FONT = "Calibri"
_TEXT_WIDTH = Mm(170)
_LETTER_WIDTH = Mm(10)
_CONTENT_WIDTH = Mm(160)
_SOURCE = "Soep Source"
_FLAG = "Soep Flag"
_NOTICE = "Soep Notice"
_ABOUT = "Soep About"
_SIGNATURE = "Soep Signature"
_HEAD = "Soep Head"
_SIGNATURE_WIDTH = Mm(110)


@dataclass(frozen=True, slots=True)
class _Look:
    size_pt: float
    colour: RGBColor = _INK
    bold: bool = False
    before_pt: float = 0.0
    after_pt: float = 0.0


_LOOKS = {
    "Normal": _Look(10.5, after_pt=2),
    "Title": _Look(22, bold=True),
    "Heading 1": _Look(13.5, _ACCENT, bold=True, before_pt=14, after_pt=4),
    "Heading 2": _Look(11, _ACCENT, bold=True, before_pt=14, after_pt=3),
    "List Bullet": _Look(10, after_pt=2),
    "Header": _Look(9, _ALERT, bold=True),
    "Footer": _Look(8.5, _QUIET),
    _ABOUT: _Look(10.5, _QUIET, after_pt=8),
    _NOTICE: _Look(10, _ALERT, after_pt=4),
    _FLAG: _Look(9, _ALERT, after_pt=3),
    _HEAD: _Look(9.5, _QUIET),
    _SIGNATURE: _Look(10, before_pt=48),
}


class DocxExporter:
    """Office Open XML on A4, with named styles so that a practice can restyle it; or the practice's own template."""

    suffix = ".docx"
    is_text = False
    takes_drafts = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def render(self, consult: Consult) -> bytes:
        """The report as a document.

        Raises:
            ExportError: the practice's template cannot be used; the message says why.
        """
        report = report_of(consult)
        own = self._settings.export.docx_template
        document = Document() if own is None else template.opened(own)
        if own is None:
            _set_page(document)
            _set_styles(document)
            _add_margins(document, report, self._settings.practice.name)
            _add_body(document, report)
            if consult.final:
                _add_signature(document, signature(consult, self._settings))
        else:
            values = common_values(consult, self._settings) | {"verslag": note_entries(consult.notes)}
            template.fill(document, values, own.name)
            if report.mark:
                _mark(document, report.mark)
        set_moment(document, consult, report.title)
        return packed(document)


def _mark(document: DocumentObject, mark: str) -> None:
    """A concept says so first, whatever the template."""
    body = document.element.body
    body.insert(0, document.add_paragraph(mark)._p)


def _add_signature(document: DocumentObject, text: str) -> None:
    paragraph = document.add_paragraph(text, style=_SIGNATURE)
    paragraph.paragraph_format.right_indent = _TEXT_WIDTH - _SIGNATURE_WIDTH
    rule = _element("w:pBdr")
    rule.append(_element("w:top", {"w:val": "single", "w:sz": "4", "w:space": "4", "w:color": str(_QUIET)}))
    paragraph._p.get_or_add_pPr().insert_element_before(rule, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _add_body(document: DocumentObject, report: Report) -> None:
    title = document.add_paragraph(style="Title")
    title.add_run(report.name)
    if report.mark:
        title.add_run(f" – {report.mark}").font.color.rgb = _ALERT
    document.add_paragraph(" · ".join(report.about), style=_ABOUT)
    if report.notice:
        document.add_paragraph(report.notice, style=_NOTICE)
    for problem in report.problems:
        _add_problem(document, problem)
    _add_list(document, _("Gezegd, niet in het concept"), report.unsaid)
    _add_list(document, _("Opmerkingen"), [ReportLine(remark) for remark in report.remarks])


def _add_problem(document: DocumentObject, problem: Problem) -> None:
    heading = document.add_paragraph(style="Heading 1")
    _fill(heading, ReportLine(problem.heading.text or _("Probleem"), problem.heading.source))
    if problem.icpc:
        heading.add_run(f"   ICPC {problem.icpc}", style=_SOURCE)
    for flag in problem.heading.flags:
        _flag(document.add_paragraph(style=_FLAG), flag).paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    for column, width in zip(table.columns, (_LETTER_WIDTH, _CONTENT_WIDTH), strict=True):
        column.width = width
    _rule_rows(table._tbl.tblPr)
    for name, lines in problem.fields:
        letter, content = table.add_row().cells
        letter.width, content.width = _LETTER_WIDTH, _CONTENT_WIDTH
        run = letter.paragraphs[0].add_run(name)
        run.bold, run.font.color.rgb = True, _ACCENT
        _add_lines(content, lines)


def _add_lines(cell: _Cell, lines: Sequence[ReportLine]) -> None:
    paragraph = cell.paragraphs[0]
    for number, line in enumerate(lines):
        _fill(paragraph if number == 0 else cell.add_paragraph(), line)
        for flag in line.flags:
            _flag(cell.add_paragraph(style=_FLAG), flag)


def _add_list(document: DocumentObject, heading: str, lines: Sequence[ReportLine]) -> None:
    if lines:
        document.add_paragraph(heading, style="Heading 2")
    for line in lines:
        _fill(document.add_paragraph(style="List Bullet"), line)


def _fill(paragraph: Paragraph, line: ReportLine) -> None:
    paragraph.add_run(line.text)
    if line.source:
        paragraph.add_run(f"  {line.source}", style=_SOURCE)


def _flag(paragraph: Paragraph, flag: str) -> Paragraph:
    paragraph.add_run(_("let op: {remark}").format(remark=flag))
    return paragraph


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _add_margins(document: DocumentObject, report: Report, practice: str) -> None:
    """The practice and the date, CONCEPT also on later pages, and on every page what made this and which page it is."""
    section = document.sections[0]
    section.header.paragraphs[0].add_run(report.title)
    if name := one_line(practice):
        head = section.first_page_header.paragraphs[0]
        head.style = document.styles[_HEAD]
        head.add_run(f"{name}\t{report.about[0]}")
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.add_run(f"{report.made_with}\t" + _("pagina") + " ")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(" " + _("van") + " ")
        _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Paragraph, code: str) -> None:
    field = _element("w:fldSimple", {"w:instr": code})
    run = _element("w:r")
    text = _element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _set_styles(document: DocumentObject) -> None:
    for name, look in _LOOKS.items():
        _set_look(document, name, look)
    normal = document.styles["Normal"]
    normal.element.get_or_add_rPr().append(_element("w:lang", {"w:val": "nl-NL"}))
    normal.paragraph_format.line_spacing = 1.1
    _drop(document.styles["Title"], "w:pBdr")
    for name in ("Footer", _HEAD):
        stops = document.styles[name].paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    document.styles[_FLAG].paragraph_format.left_indent = Mm(4)
    document.styles[_NOTICE].paragraph_format.left_indent = Mm(3)
    _shade(document.styles[_NOTICE])
    source = document.styles.add_style(_SOURCE, WD_STYLE_TYPE.CHARACTER)
    _set_font(source, Pt(8), _QUIET, bold=False)


def _set_look(document: DocumentObject, name: str, look: _Look) -> None:
    """Set a paragraph style, which is made when the template does not have it."""
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _set_font(style, Pt(look.size_pt), look.colour, bold=look.bold)
    style.paragraph_format.space_before = Pt(look.before_pt)
    style.paragraph_format.space_after = Pt(look.after_pt)


def _set_font(style: CharacterStyle, size: Pt, colour: RGBColor, *, bold: bool) -> None:
    font = style.font
    font.name, font.size, font.bold, font.color.rgb = _FONT, size, bold, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)


def _shade(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    border = _element("w:pBdr")
    border.append(_element("w:left", {"w:val": "single", "w:sz": "24", "w:space": "6", "w:color": str(_ALERT)}))
    fill = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _ALERT_FILL})
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    properties.insert_element_before(fill, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _drop(style: ParagraphStyle, tag: str) -> None:
    properties = style.element.get_or_add_pPr()
    for child in properties.findall(qn(tag)):
        properties.remove(child)


def _rule_rows(properties: BaseOxmlElement) -> None:
    """Thin lines between the rows, room inside the cells, no other borders."""
    borders = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _RULE}))
    margins = _element("w:tblCellMar")
    for side, width in (("top", "60"), ("left", "60"), ("bottom", "40"), ("right", "60")):
        margins.append(_element(f"w:{side}", {"w:w": width, "w:type": "dxa"}))
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")


def _element(tag: str, attributes: dict[str, str] | None = None) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        element.set(qn(name), value)
    return element

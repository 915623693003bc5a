"""A Word document of the practice's own, with placeholders that are filled: ``{{praktijk}}`` and the like.

They may stand anywhere in a paragraph of the body, a table, a text box, a header or a footer, also where Word cut one
into pieces.  One that stands for several lines becomes as many paragraphs, each with the look of its own.
"""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from soep.errors import ExportError
from soep.formats.plain_text import one_line
from soep.i18n import _

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")
_HALF = re.compile(r"\{\{|\}\}")
_HANG_TWIPS = 567
_MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph: a bold label in the margin where there is one, and text; a heading is bold itself."""

    text: str
    label: str = ""
    is_heading: bool = False
    hangs: bool = False


Value = str | Sequence[Entry]


def opened(file: Path) -> DocumentObject:
    """The practice's template.

    Raises:
        ExportError: it is not there, too large, or no Word document.
    """
    name = {"file": file.name}
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise ExportError(_("Het sjabloon {file} is te groot.").format(**name))
        return Document(str(file))
    except (OpcError, OSError, ValueError, KeyError, SyntaxError, zipfile.BadZipFile) as error:
        raise ExportError(
            _("Het sjabloon {file} is niet te openen als Word-document (.docx).").format(**name),
            _("Controleer het bestand bij Instellingen, of maak het veld leeg."),
        ) from error


def fill(document: DocumentObject, values: Mapping[str, Value], name: str) -> None:
    """Fill every placeholder, in place.

    Args:
        document: the template.
        values: what each placeholder stands for.
        name: of the template, for messages.

    Raises:
        ExportError: a placeholder is not known, or has no end.
    """
    for paragraph in list(_paragraphs(document)):
        texts = _texts(paragraph)
        whole = "".join(text.text or "" for text in texts)
        found = list(_PLACEHOLDER.finditer(whole))
        _check(found, whole, values, name)
        only = values[found[0][1].lower()] if len(found) == 1 and whole.strip() == found[0][0] else None
        if only is not None and not isinstance(only, str):
            _expand(paragraph, only)
        elif only == "" and _may_go(paragraph):
            paragraph.getparent().remove(paragraph)
        else:
            for match in reversed(found):
                _put(texts, match.span(), _inline(values[match[1].lower()]))


def _check(found: Sequence[re.Match[str]], whole: str, values: Mapping[str, Value], name: str) -> None:
    unknown = next((match[1] for match in found if match[1].lower() not in values), None)
    if unknown is not None:
        raise ExportError(
            _("In het sjabloon {file} staat {{{{{name}}}}}, dat soep niet kent.").format(file=name, name=unknown),
            _("Kies uit: {names}.").format(names=", ".join(f"{{{{{each}}}}}" for each in sorted(values))),
        )
    if _HALF.search(_PLACEHOLDER.sub("", whole)):
        raise ExportError(
            _("In het sjabloon {file} is een invulveld niet af: {text}").format(file=name, text=one_line(whole)[:60]),
            _("Een invulveld begint met {{ en eindigt met }}, in één alinea."),
        )


def _paragraphs(document: DocumentObject) -> Iterator[BaseOxmlElement]:
    """Every paragraph of the body, the headers and the footers, also inside tables and text boxes."""
    for part in document.part.package.iter_parts():
        if re.match(r"/word/(document|header\d*|footer\d*)\.xml$", str(part.partname)):
            yield from part.element.iter(qn("w:p"))


def _texts(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The pieces of text of a paragraph, without those of a text box that is anchored in it."""
    return [text for text in paragraph.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is paragraph]


def _put(texts: Sequence[BaseOxmlElement], span: tuple[int, int], value: str) -> None:
    """Put a value in place of a stretch of the joined text; its look is that of where the stretch begins."""
    start, end, at = *span, 0
    for text in texts:
        known = text.text or ""
        first, last = max(0, start - at), min(len(known), end - at)
        if first < last:
            text.text = known[:first] + (value if start >= at else "") + known[last:]
            text.set(qn("xml:space"), "preserve")
        at += len(known)


def _expand(paragraph: BaseOxmlElement, entries: Sequence[Entry]) -> None:
    for entry in entries:
        paragraph.addprevious(_paragraph(paragraph, entry))
    if _may_go(paragraph):
        paragraph.getparent().remove(paragraph)
    else:
        for text in _texts(paragraph):
            text.text = ""


def _may_go(paragraph: BaseOxmlElement) -> bool:
    """A cell must keep a paragraph at its end, and a header or footer one at all."""
    after, parent = paragraph.getnext(), paragraph.getparent()
    siblings = len(parent.findall(qn("w:p"))) > 1
    return siblings and (parent.tag != qn("w:tc") or after is not None)


def _paragraph(like: BaseOxmlElement, entry: Entry) -> BaseOxmlElement:
    made = OxmlElement("w:p")
    properties = copy.deepcopy(like.find(qn("w:pPr")))
    if properties is not None:
        for section in properties.findall(qn("w:sectPr")):
            properties.remove(section)
        made.append(properties)
    if entry.hangs:
        indent = made.get_or_add_pPr().get_or_add_ind()
        left = int(indent.get(qn("w:left"), "0"))
        indent.set(qn("w:left"), str(left + _HANG_TWIPS))
        indent.set(qn("w:hanging"), str(_HANG_TWIPS))
    if entry.is_heading:
        made.get_or_add_pPr().get_or_add_keepNext()
    look = next((run.find(qn("w:rPr")) for run in like.iter(qn("w:r"))), None)
    if entry.hangs:
        made.append(_run(look, entry.label, bold=True, tab=True))
    made.append(_run(look, entry.text, bold=entry.is_heading))
    return made


def _run(look: BaseOxmlElement | None, text: str, *, bold: bool, tab: bool = False) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    if look is not None:
        run.append(copy.deepcopy(look))
    if bold:
        run.get_or_add_rPr().get_or_add_b()
    element = OxmlElement("w:t")
    element.text = one_line(text)
    element.set(qn("xml:space"), "preserve")
    run.append(element)
    if tab:
        run.append(OxmlElement("w:tab"))
    return run


def _inline(value: Value) -> str:
    return one_line(value if isinstance(value, str) else " ".join(entry.text for entry in value))

"""What every Word document of soep has: who and when in words, for templates, and bytes without the time of packing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC

from docx.document import Document as DocumentObject

from soep.config import Settings
from soep.export.template import Entry, Value
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import FIELDS, Consult, FieldName, NoteLine, SoepNote

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def common_values(consult: Consult, settings: Settings) -> dict[str, Value]:
    """The placeholders that every template may use."""
    began = consult.created_at.astimezone()
    return {
        "praktijk": one_line(settings.practice.name),
        "datum": began.strftime(_("%d-%m-%Y")),
        "tijd": began.strftime(_("%H.%M uur")),
        "patient": one_line(consult.patient_ref or ""),
        "contact": one_line(consult.contact_type or ""),
        "huisarts": doctor(consult, settings),
        "ondertekening": signature(consult, settings),
    }


def doctor(consult: Consult, settings: Settings) -> str:
    """Whose note it is."""
    return one_line(consult.author or settings.practice.responsible_name)


def signature(consult: Consult, settings: Settings) -> str:
    """Who approved it, and when; of a concept that nobody did."""
    if not consult.final:
        return _("CONCEPT, niet goedgekeurd")
    moments = [note.approved_at for note in consult.final if note.approved_at is not None]
    name = doctor(consult, settings)
    if not moments:
        return _("{name}, huisarts").format(name=name)
    moment = max(moments).astimezone().strftime(_("%d-%m-%Y, %H.%M uur"))
    return _("{name}, huisarts; goedgekeurd op {moment}").format(name=name, moment=moment)


def note_entries(notes: Sequence[SoepNote]) -> list[Entry]:
    """The notes as paragraphs: a title, and the lines of each field behind its letter."""
    return [entry for note in notes for entry in _note(note)]


def line_entries(lines: Sequence[NoteLine], label: str) -> Iterator[Entry]:
    """Lines under each other, the first behind its label."""
    for number, line in enumerate(lines):
        yield Entry(line.text, label if number == 0 else "", hangs=True)


def packed(document: DocumentObject) -> bytes:
    """The document as bytes: the same consult gives the same."""
    written, target_bytes = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(target_bytes, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return target_bytes.getvalue()


def set_moment(document: DocumentObject, consult: Consult, title: str) -> None:
    """What the file says of itself: times of the consult, and no name of a patient."""
    properties = document.core_properties
    moment = consult.created_at.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    properties.title = title
    properties.author = properties.last_modified_by = "soep"
    properties.comments = ""
    properties.language = "nl-NL"


def _note(note: SoepNote) -> Iterator[Entry]:
    codes: list[tuple[FieldName, str | None]] = [("S", note.icpc_s), ("E", note.icpc_e)]
    shown = ", ".join(f"{name} {one_line(code)}" for name, code in codes if code)
    title = note.problem.text or _("Probleem")
    yield Entry(f"{title}   ICPC {shown}" if shown else title, is_heading=True)
    for name in FIELDS:
        yield from line_entries(note.lines(name), name)

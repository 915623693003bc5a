"""A note as the EHR takes it: field by field, or as one text, in the form that the practice set.

The clipboard, the next-field key and the exporter ``tekst`` all take it from here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from soep.config import FieldTextSettings, Settings
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import Consult, FieldName, SoepNote

_SEPARATORS = {"regel": "\n", "spatie": " ", "puntkomma": "; "}


@dataclass(frozen=True, slots=True)
class FieldText:
    """One thing to paste: ``name`` is that of a field, or ``ICPC S`` and ``ICPC E``."""

    name: str
    text: str


def fields(note: SoepNote, profile: FieldTextSettings) -> list[FieldText]:
    """What there is to paste of a note, in the order of the profile; empty fields are not among it."""
    found: list[FieldText] = []
    for name in dict.fromkeys(profile.order):
        label = profile.labels.get(name, "") if profile.labelled_fields else ""
        if text := _field(note, name, profile):
            found.append(FieldText(name, _broken(label + text, profile)))
        if profile.icpc == "apart" and (code := _code(note, name)):
            found.append(FieldText(f"ICPC {name}", code))
    return found


def codes(note: SoepNote) -> str:
    """The ICPC codes to paste by themselves: that of E, or else of S, as an EHR takes one for a problem."""
    return _code(note, "E") or _code(note, "S")


def note_text(note: SoepNote, profile: FieldTextSettings) -> str:
    """A whole note as one text, each field with its label."""
    return "\n".join(_rows(note, profile))


class FieldTextExporter:
    """The text that the clipboard would hold, for an EHR that reads a file."""

    suffix = ".txt"
    is_text = True
    takes_drafts = True

    def __init__(self, settings: Settings) -> None:
        self._profile = settings.export.text

    def render(self, consult: Consult) -> bytes:
        """The notes one under another; a concept says so first."""
        parts = [] if consult.final else [_("CONCEPT")]
        parts += [note_text(note, self._profile) for note in consult.notes]
        return ("\n\n".join(parts) + "\n").encode()


def _rows(note: SoepNote, profile: FieldTextSettings) -> Iterator[str]:
    if profile.title and (title := one_line(note.problem.text)):
        yield _broken(title, profile)
    for name in dict.fromkeys(profile.order):
        if text := _field(note, name, profile):
            yield _broken(profile.labels.get(name, "") + text, profile)
        if profile.icpc == "apart" and (code := _code(note, name)):
            yield f"ICPC {name}: {code}"


def _field(note: SoepNote, name: FieldName, profile: FieldTextSettings) -> str:
    texts = [text for line in note.lines(name) if (text := one_line(line.text))]
    if profile.separator == "puntkomma":
        texts = [text.removesuffix(".") for text in texts[:-1]] + texts[-1:]
    text = _SEPARATORS[profile.separator].join(texts)
    code = _code(note, name) if profile.icpc == "achter" else ""
    return f"{text} ({code})".strip() if code else text


def _code(note: SoepNote, name: FieldName) -> str:
    return one_line({"S": note.icpc_s, "E": note.icpc_e}.get(name) or "")


def _broken(text: str, profile: FieldTextSettings) -> str:
    """Lines no longer than the EHR takes; a word that is longer stays whole."""
    if not profile.line_length:
        return text
    return "\n".join(
        textwrap.fill(line, profile.line_length, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )

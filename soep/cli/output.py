"""Formats and file names of what the command line writes."""

from __future__ import annotations

from pathlib import Path

from soep.config import Settings
from soep.errors import InputError
from soep.export.exporter import load_exporter
from soep.i18n import _
from soep.types import Consult

FORMATS_HELP = _(
    "json, txt of docx; meer dan een met komma’s ertussen. Standaard json op het scherm, alle drie in een map."
)


def parse_formats(given: str | None, settings: Settings, *, to_stdout: bool, inputs: int) -> list[str]:
    """The formats asked for, checked before any work is done.

    Raises:
        InputError: an unknown format, or output that the screen cannot take.
    """
    names = (
        [name.strip().lower() for name in given.split(",")]
        if given
        else ["json"]
        if to_stdout
        else ["json", "txt", "docx"]
    )
    exporters = [load_exporter(name, settings) for name in names]
    if not to_stdout:
        return names
    if inputs > 1:
        raise InputError(_("Meer dan een opname kan niet naar het scherm."), _("Geef met -o een map voor de uitvoer."))
    if len(names) > 1 or not exporters[0].is_text:
        raise InputError(
            _("Naar het scherm kan alleen één tekstformaat: json of txt."), _("Geef met -o een map voor de uitvoer.")
        )
    return names


def render(consult: Consult, name: str, settings: Settings) -> bytes:
    """The consult in one format."""
    return load_exporter(name, settings).render(consult)


def targets(consult: Consult, folder: Path, stem: str, formats: list[str], settings: Settings) -> dict[Path, bytes]:
    """File names and contents of one consult in several formats."""
    exporters = [load_exporter(name, settings) for name in formats]
    return {folder / f"{stem}{exporter.suffix}": exporter.render(consult) for exporter in exporters}

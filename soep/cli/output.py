"""Where the command line writes its drafts and in which formats; what can go wrong is looked at before the work."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from soep.cli.console import print_out
from soep.config import Settings
from soep.errors import InputError
from soep.export.exporter import Exporter, load_exporter
from soep.export.write import check_replaceable, check_writable, write_files
from soep.i18n import _
from soep.types import Consult
from soep.wording import WHY_NO_NOTE, remark_sentence

FOLDER_FORMATS = "json,txt,docx"
SCREEN_FORMATS = "json"

_OPTIONS = (
    click.option(
        "-o",
        "--output",
        "folder",
        metavar=_("MAP"),
        type=click.Path(path_type=Path, file_okay=False),
        help=_("Map voor de uitvoer."),
    ),
    click.option(
        "--format",
        "formats",
        metavar=_("SOORT"),
        help=_(
            "json, txt of docx; meer dan een met komma’s ertussen. Standaard json op het scherm, alle drie in een map."
        ),
    ),
    click.option("--force", is_flag=True, help=_("Vervang uitvoer die er al staat.")),
)


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``folder``, ``formats`` and ``force``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Output:
    """A folder with formats, or the screen with one."""

    folder: Path | None
    exporters: tuple[Exporter, ...]

    def write(self, consult: Consult, source: Path) -> None:
        """Write the consult that was made of a file.

        Raises:
            DeviceError: the disk refuses.
            ExportError: a format cannot express the consult.
        """
        if self.folder is None:
            print_out(self.exporters[0].render(consult))
        else:
            contents = [exporter.render(consult) for exporter in self.exporters]
            write_files(dict(zip(self.targets(source), contents, strict=True)))
        _tell_why_no_note(consult, source)

    def targets(self, source: Path) -> list[Path]:
        """The files that come of one source; none on the screen."""
        if self.folder is None:
            return []
        return [self.folder / f"{source.stem}{exporter.suffix}" for exporter in self.exporters]


def prepare_output(
    sources: Sequence[Path], folder: Path | None, formats: str | None, settings: Settings, *, force: bool
) -> Output:
    """Choose the formats, and refuse what would go wrong at the end.

    Raises:
        InputError: an unknown format, output that the screen cannot take, two sources with one name, or a file that
            would be lost.
        DeviceError: the folder cannot be written to, or a file to replace is in use.
    """
    asked = formats or (SCREEN_FORMATS if folder is None else FOLDER_FORMATS)
    names = dict.fromkeys(name.strip().lower() for name in asked.split(","))
    output = Output(folder, tuple(_for_drafts(name, settings) for name in names))
    if folder is None:
        _check_screen(output, len(sources))
        return output
    _check_names(output, sources)
    for target in [target for source in sources for target in output.targets(source) if target.exists()]:
        _check_existing(target, sources, force=force)
    check_writable(folder)
    return output


def _for_drafts(name: str, settings: Settings) -> Exporter:
    exporter = load_exporter(name, settings)
    if not exporter.takes_drafts:
        raise InputError(
            _("Het formaat “{name}” is er alleen van een goedgekeurd verslag.").format(name=name),
            _("Keur het verslag in de opslag goed, en exporteer het dan met soep export."),
        )
    return exporter


def _tell_why_no_note(consult: Consult, source: Path) -> None:
    """Output without a note must not pass for a draft that came out short."""
    for remark in consult.warnings:
        if remark.code in WHY_NO_NOTE:
            reason = remark_sentence(remark)
            click.echo(_("Geen concept van {file}. {reason}").format(file=source.name, reason=reason), err=True)


def _check_screen(output: Output, sources: int) -> None:
    advice = _("Geef met -o een map voor de uitvoer.")
    if sources > 1:
        raise InputError(_("Meer dan een opname kan niet naar het scherm."), advice)
    if len(output.exporters) > 1 or not output.exporters[0].is_text:
        raise InputError(_("Naar het scherm kan alleen één tekstformaat: json of txt."), advice)


def _check_names(output: Output, sources: Sequence[Path]) -> None:
    """Two sources must not share a target, also where a disk sees no difference between ``A`` and ``a``."""
    seen: dict[str, Path] = {}
    for source in sources:
        key = unicodedata.normalize("NFC", source.stem).casefold()
        if key in seen:
            raise InputError(
                _("De uitvoer van {first} en {second} zou dezelfde naam krijgen.").format(
                    first=seen[key], second=source
                ),
                _("Geef de opnamen verschillende namen, of verwerk ze apart met elk een eigen map."),
            )
        seen[key] = source


def _check_existing(target: Path, sources: Sequence[Path], *, force: bool) -> None:
    if any(source.exists() and target.samefile(source) for source in sources):
        raise InputError(
            _("De uitvoer zou het bestand {file} overschrijven, waar het concept van gemaakt wordt.").format(
                file=target
            ),
            _("Kies met -o een andere map."),
        )
    if not force:
        raise InputError(
            _("{file} bestaat al en wordt niet zomaar vervangen.").format(file=target),
            _("Kies met -o een andere map, of geef --force om het te vervangen."),
        )
    check_replaceable(target)

"""`soep process`: recordings to drafts, one-shot, without the store."""

from __future__ import annotations

from pathlib import Path

import click

from soep.cli.console import announce_drafter, run_job
from soep.cli.output import output_options, prepare_output
from soep.config import load_settings
from soep.engine.protocol import ProcessJob
from soep.engine.supervisor import Engine
from soep.errors import BatchError, CancelledError, DeviceError, InputError, SoepError
from soep.i18n import _
from soep.jobs import DUTCH, SessionOptions


@click.command(help=_("Maak van een of meer opnamen een SOEP-concept. Elke uitvoer zegt CONCEPT."))
@click.argument("sounds", metavar=_("OPNAME…"), nargs=-1, required=True, type=click.Path(path_type=Path))
@output_options
@click.option(
    "--speakers", type=click.IntRange(1, 4), metavar="N", help=_("Aantal sprekers; anders wordt het bepaald.")
)
@click.option(
    "--channels",
    type=click.Choice(["apart"]),
    help=_("Elke spreker heeft een eigen kanaal (telefoon, twee microfoons)."),
)
@click.option(
    "--language", metavar=_("TAAL"), help=_("Taal van het gesprek als ISO-code; alleen Nederlands geeft een concept.")
)
@click.option(
    "--drafter", metavar=_("NAAM"), help=_("Welke conceptschrijver: extractive, local_llm, transformers_llm of server.")
)
def process(  # noqa: PLR0913 - one parameter an option
    sounds: tuple[Path, ...],
    folder: Path | None,
    formats: str | None,
    speakers: int | None,
    channels: str | None,
    language: str | None,
    drafter: str | None,
    *,
    force: bool,
) -> int:
    """Process the recordings one after another in one warm engine; a failure does not stop the rest."""
    settings = load_settings()
    output = prepare_output(sounds, folder, formats, settings, force=force)
    options = SessionOptions(
        language=_language(language), speakers=speakers, channels_apart=channels == "apart", drafter=drafter
    )
    if (options.language or settings.speech.language) == DUTCH:  # else no draft is made, and none of it is needed
        announce_drafter(drafter, settings)
    failures: list[SoepError] = []
    with Engine(settings) as engine:
        for number, sound in enumerate(sounds, start=1):
            title = _("Opname {number} van {total}").format(number=number, total=len(sounds)) if len(sounds) > 1 else ""
            try:
                output.write(run_job(engine, ProcessJob(sound, options), title).consult, sound)
            except (CancelledError, DeviceError):
                raise  # the user stopped, or the disk is full: the rest would fare no better
            except SoepError as error:
                if len(sounds) == 1:
                    raise
                failures.append(error)
                click.echo(f"{sound}: {error}", err=True)
    return _exit_code(failures, len(sounds))


def _language(code: str | None) -> str | None:
    if code is None or (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
        return code.lower() if code else None
    raise InputError(
        _("“{code}” is geen taalcode.").format(code=code), _("Gebruik een ISO-code, zoals nl, en, de of fr.")
    )


def _exit_code(failures: list[SoepError], total: int) -> int:
    if not failures:
        return 0
    codes = {failure.exit_code for failure in failures}
    return codes.pop() if len(failures) == total and len(codes) == 1 else BatchError.exit_code

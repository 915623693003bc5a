"""`soep draft`: a transcript to a draft."""

from __future__ import annotations

from pathlib import Path

import click

from soep.cli.console import print_out, run_job
from soep.cli.output import FORMATS_HELP, parse_formats, render, targets
from soep.config import load_settings
from soep.engine.protocol import DraftJob
from soep.engine.supervisor import Engine
from soep.export.write import write_files
from soep.formats.transcripts import read_transcript
from soep.i18n import _
from soep.jobs import SessionOptions


@click.command(help=_("Maak van een transcript (json, txt met ARTS: en PATIENT:, vtt of srt) een SOEP-concept."))
@click.argument("transcript", metavar=_("TRANSCRIPT"), type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", metavar=_("MAP"), type=click.Path(path_type=Path, file_okay=False), help=_("Map voor de uitvoer.")
)
@click.option("--format", "formats", default=None, metavar=_("SOORT"), help=FORMATS_HELP)
@click.option("--drafter", metavar=_("NAAM"), help=_("Welke conceptschrijver: extractive of local_llm."))
def draft(transcript: Path, output: Path | None, formats: str | None, drafter: str | None) -> None:
    """Draft one transcript; ids of utterances stay those of the file."""
    settings = load_settings()
    chosen = parse_formats(formats, settings, to_stdout=output is None, inputs=1)
    read = read_transcript(transcript, settings.limits)
    with Engine(settings) as engine:
        consult = run_job(engine, DraftJob(read, SessionOptions(drafter=drafter))).consult
    if output is None:
        print_out(render(consult, chosen[0], settings))
    else:
        write_files(targets(consult, output, transcript.stem, chosen, settings))

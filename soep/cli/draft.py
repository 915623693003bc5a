"""`soep draft`: a transcript to a draft."""

from __future__ import annotations

from pathlib import Path

import click

from soep.cli.console import announce_drafter, run_job
from soep.cli.output import output_options, prepare_output
from soep.config import load_settings
from soep.engine.protocol import DraftJob
from soep.engine.supervisor import Engine
from soep.formats.transcripts import read_transcript
from soep.i18n import _
from soep.jobs import SessionOptions


@click.command(help=_("Maak van een transcript (json, txt met ARTS: en PATIENT:, vtt of srt) een SOEP-concept."))
@click.argument("transcript", metavar=_("TRANSCRIPT"), type=click.Path(path_type=Path))
@output_options
@click.option(
    "--drafter", metavar=_("NAAM"), help=_("Welke conceptschrijver: extractive, local_llm, transformers_llm of server.")
)
def draft(transcript: Path, folder: Path | None, formats: str | None, drafter: str | None, *, force: bool) -> None:
    """Draft one transcript; ids of utterances stay those of the file."""
    settings = load_settings()
    output = prepare_output([transcript], folder, formats, settings, force=force)
    read = read_transcript(transcript, settings.limits)
    announce_drafter(drafter, settings)
    with Engine(settings) as engine:
        consult = run_job(engine, DraftJob(read, SessionOptions(drafter=drafter))).consult
    output.write(consult, transcript)

"""`soep demo`: a shipped sample from sound to a printed draft."""

from __future__ import annotations

import time

import click

from soep.cli.console import announce_drafter, print_out, run_job
from soep.config import load_settings
from soep.engine.protocol import ProcessJob
from soep.engine.supervisor import Engine
from soep.errors import InputError
from soep.export.exporter import load_exporter
from soep.i18n import _
from soep.jobs import SessionOptions
from soep.resources import resource
from soep.workflow.practice import FIRST_SAMPLE, sample_names


@click.command(help=_("Draai een meegeleverd voorbeeldconsult, van geluid tot concept."))
@click.argument("name", metavar=_("[VOORBEELD]"), default=FIRST_SAMPLE)
@click.option(
    "--drafter", metavar=_("NAAM"), help=_("Welke conceptschrijver: extractive, local_llm, transformers_llm of server.")
)
def demo(name: str, drafter: str | None) -> None:
    """Process a sample as any recording is, and print its draft."""
    if name not in sample_names():
        raise InputError(
            _("Er is geen voorbeeld “{name}”.").format(name=name),
            _("Kies uit: {names}.").format(names=", ".join(sample_names())),
        )
    settings = load_settings()
    announce_drafter(drafter, settings)
    sound = resource("samples", f"{name}.ogg")
    started_s = time.monotonic()
    with Engine(settings) as engine:
        title = _("Voorbeeldconsult “{name}”: de stemmen zijn kunstmatig, de patiënt bestaat niet.").format(name=name)
        consult = run_job(engine, ProcessJob(sound, SessionOptions(drafter=drafter)), title).consult
    print_out(load_exporter("txt", settings).render(consult))
    length_s = consult.audio.duration_s if consult.audio is not None else 0.0
    click.echo(
        _("Klaar in {elapsed:.0f} s, voor {length:.0f} s geluid. Luister zelf: {file}").format(
            elapsed=time.monotonic() - started_s, length=length_s, file=sound
        ),
        err=True,
    )

"""`soep ctl`: a hot key or pedal asks the running application for something."""

from __future__ import annotations

import click

from soep.config import load_settings
from soep.errors import InputError
from soep.i18n import _
from soep.workflow.control import Command, ask


@click.command(
    help=_(
        "Bedien soep terwijl een ander programma voor staat, met een sneltoets of pedaal. start vraagt op het scherm "
        "om toestemming; nogmaals start legt vast dat de patiënt akkoord is. veld zet het volgende veld van een "
        "goedgekeurd verslag op het klembord."
    )
)
@click.argument("command", metavar="start|stop|pauze|volgende|veld", type=click.Choice([one.value for one in Command]))
def ctl(command: str) -> None:
    """Ask, and say what came of it."""
    answer = ask(load_settings().home, Command(command))
    if not answer.done:
        raise InputError(answer.text)
    click.echo(answer.text, err=True)

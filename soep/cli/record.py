"""`soep record`: the microphone into the store, headless, and a draft at the end."""

from __future__ import annotations

from functools import partial

import click

from soep.audio.record import InputDevices
from soep.cli.console import StageDisplay, announce_drafter
from soep.cli.stored import about, consent, consent_options, opened
from soep.config import load_settings
from soep.engine.supervisor import Engine
from soep.errors import SoepError
from soep.i18n import _
from soep.workflow.live import Live, Phase, Plan
from soep.workflow.processing import process

_SHOW_EVERY_S = 1.0


@click.command(help=_("Neem een consult op en maak er een concept van. Ctrl-C stopt de opname en bewaart haar."))
@click.option("--device", metavar=_("NAAM"), help=_("Microfoon, met (een deel van) de naam."))
@consent_options
def record(device: str | None, who: str, age: int | None, *, others: bool, ask_about: bool) -> None:
    """Record until the user stops it; the sound is in the store as it comes."""
    settings = load_settings()
    plan = Plan(consent(who, age, others=others), about(ask_about=ask_about))
    announce_drafter(None, settings)
    name = device or settings.interface.microphone
    with opened(settings, make=True) as desk, Engine(settings) as engine:
        live = Live(desk, engine, plan, partial(InputDevices().open, name))
        live.start()
        _listen(live)
        click.echo(_("Opgenomen: {id}").format(id=live.consult_id), err=True)
        live.wait()
        if live.phase is Phase.WAITING:
            with StageDisplay() as display:
                process(desk, live.consult_id, engine, display.show)
        elif live.trouble is not None and live.phase is Phase.FAILED:
            raise live.trouble
    click.echo(live.consult_id)


def _listen(live: Live) -> None:
    """Show the time and what is wrong, until Ctrl-C."""
    click.echo(_("De opname loopt. Ctrl-C stopt."), err=True)
    told: SoepError | None = None
    try:
        while not live.wait(_SHOW_EVERY_S):
            minutes, seconds = divmod(int(live.elapsed_s), 60)
            if live.trouble is not told:
                told = live.trouble
                click.echo(f"\n{told}" if told else "", err=True)
            click.echo(f"\r{minutes}:{seconds:02}", nl=False, err=True)
    except KeyboardInterrupt:
        live.stop()
    click.echo("", err=True)

"""`soep import`: recordings on disk into the store, and a draft of each."""

from __future__ import annotations

from pathlib import Path

import click

from soep.cli.console import StageDisplay, announce_drafter
from soep.cli.stored import about, consent, consent_options, opened
from soep.config import load_settings
from soep.engine.supervisor import Engine
from soep.errors import BatchError, CancelledError, DeviceError, SoepError
from soep.i18n import _
from soep.jobs import SessionOptions
from soep.workflow import Desk
from soep.workflow.importing import Import, Wanted, erase_source
from soep.workflow.processing import process, waiting


@click.command("import", help=_("Lees opnamen in de opslag en maak er concepten van."))
@click.argument("sounds", metavar=_("OPNAME…"), nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--channels",
    type=click.Choice(["apart"]),
    help=_("Elke spreker heeft een eigen kanaal (telefoon, twee microfoons)."),
)
@click.option("--wis-bron", "erase", is_flag=True, help=_("Wis elk bestand zodra het in de opslag staat."))
@consent_options
def import_(  # noqa: PLR0913 - one parameter an option
    sounds: tuple[Path, ...],
    channels: str | None,
    who: str,
    age: int | None,
    *,
    others: bool,
    ask_about: bool,
    erase: bool,
) -> int:
    """Import one after another; a failure does not stop the rest."""
    settings = load_settings()
    agreed = consent(who, age, others=others)
    named = about(ask_about=ask_about)
    announce_drafter(None, settings)
    failures: list[SoepError] = []
    options = SessionOptions(channels_apart=channels == "apart")
    with opened(settings, make=True) as desk, Engine(settings) as engine:
        wanted = [Wanted(sound, agreed, named, options.channels_apart) for sound in sounds]
        for outcome in Import(desk, engine).read_all(wanted):
            if outcome.error is not None:
                failures.append(outcome.error)
                click.echo(f"{outcome.sound}: {outcome.error}", err=True)
                continue
            if erase:
                erase_source(outcome.sound)
            else:
                click.echo(_("Het bestand zelf staat er nog; --wis-bron wist het na het inlezen."), err=True)
            click.echo(outcome.consult_id)
        failures += process_waiting(desk, engine, options)
    if len(failures) == 1 == len(sounds):
        raise failures[0]
    return BatchError.exit_code if failures else 0


def process_waiting(desk: Desk, engine: Engine, options: SessionOptions) -> list[SoepError]:
    """Draft every consult that waits, also those of an earlier time; gives the failures."""
    failures = []
    for consult_id in waiting(desk):
        try:
            with StageDisplay(consult_id) as display:
                process(desk, consult_id, engine, display.show, options)
        except (CancelledError, DeviceError):
            raise
        except SoepError as error:
            failures.append(error)
            click.echo(f"{consult_id}: {error}", err=True)
    return failures

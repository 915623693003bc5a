"""`soep record`: the microphone into the store, headless, and a draft at the end."""

from __future__ import annotations

import time

import click

from soep.audio.record import Microphone
from soep.cli.console import StageDisplay, announce_drafter
from soep.cli.stored import about, consent, consent_options, opened
from soep.config import load_settings
from soep.engine.protocol import LiveJob
from soep.engine.supervisor import Engine
from soep.errors import DeviceError
from soep.i18n import _
from soep.types import Remark
from soep.wording import RemarkCode
from soep.workflow import intake
from soep.workflow.owners import owned
from soep.workflow.processing import finish
from soep.workflow.recording import Recorder

_SHOW_EVERY_S = 1.0


@click.command(help=_("Neem een consult op en maak er een concept van. Ctrl-C stopt de opname en bewaart haar."))
@click.option("--device", metavar=_("NAAM"), help=_("Microfoon, met (een deel van) de naam."))
@consent_options
def record(device: str | None, who: str, age: int | None, *, others: bool, ask_about: bool) -> None:
    """Record until the user stops it; the sound is in the store as it comes."""
    settings = load_settings()
    agreed = consent(who, age, others=others)
    named = about(ask_about=ask_about)
    announce_drafter(None, settings)
    with opened(settings, make=True) as desk, Engine(settings) as engine:
        microphone = Microphone(device)
        consult_id = intake.begin(desk, agreed, named)
        with owned(desk.store.folder, consult_id):
            task = engine.submit(LiveJob())
            recorder = Recorder(desk, consult_id, task)
            recorder.finish(_listen(microphone, recorder))
            click.echo(_("Opgenomen: {id}").format(id=consult_id), err=True)
            with StageDisplay() as display:
                finish(desk, consult_id, task, display.show)
    click.echo(consult_id)


def _listen(microphone: Microphone, recorder: Recorder) -> list[Remark]:
    """Record until Ctrl-C, or until the device is gone, which gives a remark."""
    shown_s = started_s = time.monotonic()
    click.echo(_("De opname loopt. Ctrl-C stopt."), err=True)
    try:
        for piece in microphone.pieces():
            recorder.feed(piece)
            if time.monotonic() - shown_s >= _SHOW_EVERY_S:
                shown_s = time.monotonic()
                minutes, seconds = divmod(int(shown_s - started_s), 60)
                trouble = f"  {recorder.trouble.message}" if recorder.trouble else ""
                click.echo(f"\r{minutes}:{seconds:02}{trouble}", nl=False, err=True)
    except KeyboardInterrupt:
        click.echo("", err=True)
    except DeviceError as error:
        click.echo(f"\n{error}", err=True)
        return [Remark(RemarkCode.MICROPHONE_LOST)]
    finally:
        microphone.close()
    return []

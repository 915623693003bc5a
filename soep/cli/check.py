"""`soep check`: what works on this computer, and what to do about what does not."""

from __future__ import annotations

import click

from soep.config import config_file, load_settings
from soep.i18n import _
from soep.workflow import state
from soep.workflow.state import Finding


@click.command(
    help=_("Controleer microfoon, modellen, opslag en schijf: wat werkt, en wat te doen aan wat niet werkt.")
)
def check() -> int:
    """Look at each part; the exit code is that of the first part that stops the main job."""
    settings = load_settings()
    findings = [
        *state.weights(settings),
        *state.drafter(settings),
        state.disk(settings),
        state.store(settings),
        state.microphone(settings.interface.microphone),
        _settings(),
    ]
    for finding in findings:
        mark = click.style("✓", fg="green") if finding.works else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.subject}: {finding.found}")
        if finding.advice:
            click.echo(f"  {finding.advice}")
    return next((finding.exit_code for finding in findings if finding.exit_code), 0)


def _settings() -> Finding:
    file = config_file()
    return Finding(_("Instellingen"), True, str(file) if file.exists() else _("standaard"))

"""`soep approve`: a note is approved, after reading it; what must be looked at first is named."""

from __future__ import annotations

import click

from soep.cli.stored import opened
from soep.config import load_settings
from soep.errors import WorkflowError
from soep.export.fields import note_text
from soep.i18n import _, ngettext
from soep.types import Consult, SoepNote
from soep.wording import flag_sentence
from soep.workflow import approval, editing, rules


@click.command(help=_("Keur een verslag goed, per probleem na een vraag of alles tegelijk."))
@click.argument("consult", metavar=_("NUMMER"))
@click.option("--alles", "everything", is_flag=True, help=_("Alle problemen, zonder vraag."))
def approve(consult: str, *, everything: bool) -> None:
    """Show the notes and approve them; lines with a critical flag are looked at in the application first."""
    settings = load_settings()
    with opened(settings) as desk:
        consult_id = desk.resolve(consult)
        found = desk.view(consult_id)
        desk.must_allow(rules.Act.APPROVE, consult_id)
        waiting = [note for note in editing.notes_to_edit(found) if note.approved_at is None]
        _say_whose(found)
        _refuse_critical(waiting)
        for note in waiting:
            click.echo(note_text(note, settings.export.text) + "\n", err=True)
        chosen = [note.id for note in waiting if everything or _wanted(note)]
        if chosen:
            approval.approve(desk, consult_id, chosen)
    click.echo(
        ngettext("{count} probleem goedgekeurd.", "{count} problemen goedgekeurd.", len(chosen)).format(
            count=len(chosen)
        ),
        err=True,
    )


def _say_whose(consult: Consult) -> None:
    number = consult.patient_ref or _("geen patiëntnummer")
    moment = consult.created_at.astimezone().strftime("%d-%m-%Y %H:%M")
    click.echo(f"{moment} · {number} · {consult.label}".rstrip(" ·") + "\n", err=True)


def _refuse_critical(notes: list[SoepNote]) -> None:
    """Name each line that must be looked at, with the reason.

    Raises:
        WorkflowError: there are such lines.
    """
    lines = [line for note in notes for _field, line in rules.critical_lines(note)]
    for line in lines:
        reasons = " ".join(flag_sentence(flag) for flag in line.flags if flag.critical)
        click.echo(f"!! {line.text}\n   {reasons}", err=True)
    if lines:
        raise WorkflowError(
            rules.not_looked_at(len(lines)),
            _("Accepteer of verbeter ze eerst, in de toepassing: soep."),
        )


def _wanted(note: SoepNote) -> bool:
    title = note.problem.text or _("(geen titel)")
    return click.confirm(_("“{title}” goedkeuren?").format(title=title), err=True)

"""`soep backup`, `restore`, `passphrase`, `audit` and `stats`: the store as a whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from soep.cli.console import print_out
from soep.cli.stored import ask, opened
from soep.config import load_settings
from soep.errors import StoreDamagedError
from soep.i18n import _, ngettext
from soep.workflow import figures, keeping
from soep.workflow.opening import change_passphrase


@click.command(help=_("Schrijf een versleutelde back-up, ook terwijl soep in gebruik is."))
@click.argument("file", metavar=_("BESTAND"), type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """One file, locked by a passphrase that is asked for."""
    settings = load_settings()
    with opened(settings) as desk:
        keeping.back_up(desk, file, keeping.passphrase(settings, ask, new=True))
    click.echo(_("Bewaard: {file}").format(file=file), err=True)


@click.command(help=_("Zet een back-up terug, in een lege opslag."))
@click.argument("file", metavar=_("BESTAND"), type=click.Path(path_type=Path, dir_okay=False))
def restore(file: Path) -> None:
    """Only where there is no store: nothing is overwritten."""
    settings = load_settings()
    count = keeping.restore(settings, file, keeping.passphrase(settings, ask))
    click.echo(
        ngettext("Teruggezet: {count} consult.", "Teruggezet: {count} consulten.", count).format(count=count), err=True
    )


@click.command(help=_("Wijzig het wachtwoord van de opslag."))
def passphrase() -> None:
    """Ask for the old one and twice for the new one."""
    change_passphrase(load_settings(), ask)
    click.echo(_("Het wachtwoord is gewijzigd."), err=True)


@click.command(help=_("Toon het logboek: wie deed wat, wanneer, met welk consult."))
@click.option("--verify", is_flag=True, help=_("Controleer of er niets in gewijzigd, weggelaten of teruggezet is."))
@click.option("--consult", default="", metavar=_("NUMMER"), help=_("Alleen dit consult."))
@click.option("--user", default="", metavar=_("NAAM"), help=_("Alleen deze gebruiker."))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar=_("DATUM"), help=_("Vanaf deze dag."))
@click.option("--json", "as_json", is_flag=True, help=_("Als JSON."))
def audit(consult: str, user: str, since: datetime | None, *, verify: bool, as_json: bool) -> None:
    """The access log in the sense of NEN 7513; it holds no content."""
    with opened(load_settings()) as desk:
        if verify:
            found = keeping.verify_log(desk)
            if found:
                raise StoreDamagedError(
                    _("Het logboek klopt niet: {findings}.").format(
                        findings=", ".join(f"{one.kind} ({one.number})" for one in found)
                    ),
                    _("Iemand heeft het gewijzigd, ingekort of teruggezet. Meld het aan wie de privacy bewaakt."),
                )
            click.echo(_("Het logboek klopt: {count} regels.").format(count=keeping.log_length(desk)))
            return
        entries = keeping.log(desk, consult=consult, user=user, since=since.astimezone() if since else None)
    if as_json:
        rows = [asdict(entry) for entry in entries]
        print_out((json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode())
        return
    for entry in entries:
        click.echo(
            f"{entry.at}  {entry.user}  {entry.action:14}  {entry.object:12}  {entry.patient or '–':16}"
            f"  {entry.result}  {entry.detail}".rstrip()
        )


@click.command(help=_("Toon cijfers over het nakijken: tijden en aantallen, nooit inhoud."))
@click.option("--json", "as_json", is_flag=True, help=_("Als JSON."))
def stats(*, as_json: bool) -> None:
    """Medians and shares over all approvals."""
    with opened(load_settings()) as desk:
        found = keeping.stats(desk)
    if as_json:
        print_out((json.dumps(asdict(found), indent=1) + "\n").encode())
        return
    for name, value in figures.rows(found):
        click.echo(f"{name:30}{value:>8}")
    click.echo(figures.meaning(found), err=True)

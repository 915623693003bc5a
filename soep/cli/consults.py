"""`soep list`, `show`, `export` and `delete`: the consults in the store."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from soep.cli.console import print_out
from soep.cli.stored import opened
from soep.config import Settings, load_settings
from soep.errors import ExportError
from soep.export.exporter import load_exporter
from soep.export.write import check_writable, write_files
from soep.i18n import _
from soep.store.consults import Row
from soep.wording import remark_sentence, status_name
from soep.workflow import delivery, erasing, leaving
from soep.workflow.leaving import Parcel


@click.command("list", help=_("Toon de consulten in de opslag, de nieuwste eerst."))
@click.option(
    "--zoek", "search", is_flag=True, help=_("Vraag naar woorden om op te zoeken; die horen niet op de opdrachtregel.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Als JSON."))
def list_(*, search: bool, as_json: bool) -> None:
    """All consults, or those that hold the words that are asked for."""
    words: str = click.prompt(_("Zoek"), err=True) if search else ""
    with opened(load_settings()) as desk:
        rows = desk.find(words)
    if as_json:
        print_out((json.dumps([_as_object(row) for row in rows], ensure_ascii=False, indent=1) + "\n").encode())
        return
    for row in rows:
        moment = row.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        length = f"{row.duration_s // 60:3.0f}:{row.duration_s % 60:02.0f}"
        click.echo(f"{row.id}  {moment}  {length}  {status_name(row.status):14}  {row.label or row.problem}")
    if not rows:
        click.echo(_("Er zijn geen consulten."), err=True)


def _as_object(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "created_at": row.created_at.isoformat(),
        "status": row.status.value,
        "label": row.label,
        "problem": row.problem,
        "duration_s": row.duration_s,
    }


@click.command(help=_("Toon een consult: het verslag zoals het nu is, en wat er nog mee moet."))
@click.argument("consult", metavar=_("NUMMER"))
@click.option("--format", "form", type=click.Choice(["txt", "json"]), default="txt", help=_("txt of json."))
def show(consult: str, form: str) -> None:
    """The note as it is now; what is no approved note says CONCEPT."""
    settings = load_settings()
    with opened(settings) as desk:
        found = desk.view(desk.resolve(consult))
    for remark in found.warnings:
        click.echo(remark_sentence(remark), err=True)
    print_out(load_exporter(form, settings).render(found))


@click.command(help=_("Exporteer een goedgekeurd verslag."))
@click.argument("consult", metavar=_("NUMMER"))
@click.option(
    "--to",
    "target",
    required=True,
    metavar=_("SOORT"),
    help=_("json, txt, tekst, docx, fhir of gedeidentificeerd; of map: de map die het HIS leest."),
)
@click.option(
    "-o", "--output", "file", metavar=_("BESTAND"), type=click.Path(path_type=Path, dir_okay=False), help=_("Bestand.")
)
def export(consult: str, target: str, file: Path | None) -> None:
    """Only approved notes leave the store; the log has where they went."""
    settings = load_settings()
    if target == delivery.TARGET:
        _to_folder(settings, consult)
        return
    exporter = load_exporter(target, settings)
    if file is None and not exporter.is_text:
        raise ExportError(_("Dit soort bestand past niet op het scherm."), _("Geef met -o een bestand."))
    if file is not None:
        check_writable(file.parent)
    with opened(settings) as desk:
        consult_id = desk.resolve(consult)
        deliver = print_out if file is None else partial(_write, file)
        leaving.leave(desk, consult_id, Parcel(target, exporter.render), deliver)


def _write(file: Path, content: bytes) -> None:
    write_files({file: content})


def _to_folder(settings: Settings, consult: str) -> None:
    with opened(settings) as desk:
        done = delivery.deliver(desk, desk.resolve(consult))
    text = _("Stond al in de map: {file}") if done.again else _("In de map gezet: {file}")
    click.echo(text.format(file=done.file.name), err=True)


@click.command(help=_("Wis een consult, met geluid, transcript en verslag."))
@click.argument("consult", metavar=_("NUMMER"))
@click.option("--ja", "sure", is_flag=True, help=_("Vraag niet of u het zeker weet."))
@click.option("--toestemming-ingetrokken", "withdrawn", is_flag=True, help=_("Omdat de patiënt de toestemming introk."))
def delete(consult: str, *, sure: bool, withdrawn: bool) -> None:
    """Erase for good; the log keeps that it was."""
    with opened(load_settings()) as desk:
        consult_id = desk.resolve(consult)
        if not sure and not click.confirm(_("Consult {id} voorgoed wissen?").format(id=consult_id), err=True):
            return
        if withdrawn:
            erasing.withdraw_consent(desk, consult_id)
        else:
            erasing.delete(desk, consult_id)
    click.echo(_("Gewist."), err=True)

"""``soep models``: list, install, verify and remove weights."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from soep.config import load_settings
from soep.errors import InputError, WeightsError
from soep.i18n import _
from soep.weights import installed
from soep.weights.fetch import install as install_models
from soep.weights.installed import State
from soep.weights.manifest import DEFAULT_PROFILE, Manifest, Model, load_manifest
from soep.weights.progress import InstallProgress, Listener, Step
from soep.weights.removal import remove as remove_models
from soep.weights.sources import source_name

if TYPE_CHECKING:
    from rich.table import Table

_MB = 1_000_000
_PIPE_WIDTH = 120
_LONG_STEP_BYTES = 50 * _MB
_NAMES = _("[PROFIEL|MODEL]...")


@click.group("models", help=_("Bekijk, installeer, controleer of verwijder de taal- en spraakmodellen."))
def models() -> None:
    """The group of commands about weights."""


@models.command("list", help=_("Toon alle modellen en profielen, en wat er geïnstalleerd is."))
@click.option("--json", "as_json", is_flag=True, help=_("Als JSON, voor andere programma's."))
def list_models(*, as_json: bool) -> None:
    """Print the manifest with the state of each model."""
    manifest, folder = load_manifest(), load_settings().models
    if as_json:
        click.echo(json.dumps(_as_json(manifest, folder), ensure_ascii=False, indent=2))
        return
    from rich.console import Console  # noqa: PLC0415  (keeps ``soep --help`` quick)

    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)
    console.print(_model_table(manifest, folder))
    for reason, names in _single_sources(manifest).items():
        console.print(_("† {models}: {reason}.").format(models=", ".join(names), reason=reason), highlight=False)
    console.print(_profile_table(manifest))
    console.print(_("Map: {folder}").format(folder=folder), highlight=False, soft_wrap=True)


@models.command(help=_("Haal modellen op, controleer ze en zet ze klaar. Zonder naam: wat soep standaard nodig heeft."))
@click.argument("names", nargs=-1, metavar=_NAMES)
@click.option("--all", "everything", is_flag=True, help=_("Alle modellen; dat zijn vele gigabytes."))
def install(names: tuple[str, ...], *, everything: bool) -> None:
    """Install models and profiles by name."""
    manifest, folder = load_manifest(), load_settings().models
    wanted = tuple(manifest.models) if everything else names or (DEFAULT_PROFILE,)
    _announce(manifest.choose(wanted), folder)
    with _progress_bar() as listener:
        done = install_models(wanted, folder, listener)
    if done:
        click.echo(_("Geïnstalleerd: {models}.").format(models=", ".join(done)), err=True)
    else:
        click.echo(_("Alles was al geïnstalleerd."), err=True)


@models.command(
    help=_("Lees de bestanden opnieuw en vergelijk hun controlesommen. Zonder naam: alles wat geïnstalleerd is.")
)
@click.argument("names", nargs=-1, metavar=_NAMES)
def verify(names: tuple[str, ...]) -> None:
    """Check every file of the chosen models, whatever was known of them."""
    manifest, folder = load_manifest(), load_settings().models
    chosen = manifest.choose(names) if names else _present(manifest, folder)
    failures = [error for model in chosen if (error := _verified(model, folder))]
    if not chosen:
        click.echo(_("Er zijn geen modellen geïnstalleerd."), err=True)
    if failures:
        raise WeightsError(" ".join(error.message for error in failures), failures[0].hint)


@models.command(help=_("Verwijder modellen van de schijf."))
@click.argument("names", nargs=-1, metavar=_NAMES)
@click.option("--all", "everything", is_flag=True, help=_("Alle modellen, en de resten van afgebroken installaties."))
def remove(names: tuple[str, ...], *, everything: bool) -> None:
    """Delete the chosen models."""
    if bool(names) == everything:
        raise InputError(_("Noem de modellen die weg mogen, of geef --all."), _("Bekijk ze met: soep models list"))
    manifest, folder = load_manifest(), load_settings().models
    chosen = manifest.choose(manifest.models if everything else names)
    removed = remove_models(chosen, folder, leftovers=everything)
    for model in chosen:
        if model.id in removed:
            click.echo(_("Verwijderd: {model}.").format(model=model.id), err=True)
        elif not everything:
            click.echo(_("{model} was niet geïnstalleerd.").format(model=model.id), err=True)


def _present(manifest: Manifest, folder: Path) -> tuple[Model, ...]:
    return tuple(model for model in manifest.models.values() if installed.state(model, folder) is not State.MISSING)


def _verified(model: Model, folder: Path) -> WeightsError | None:
    try:
        installed.check(model, folder, again=True)
    except WeightsError as error:
        click.echo(_("FOUT   {model}").format(model=model.id), err=True)
        return error
    click.echo(_("goed   {model}").format(model=model.id), err=True)
    return None


def _announce(chosen: tuple[Model, ...], folder: Path) -> None:
    """Say beforehand what was never tried here, and under which terms the maker gives it."""
    for model in chosen:
        if model.verified or installed.state(model, folder) is State.PRESENT:
            continue
        click.echo(
            _(
                "Let op: {model} is door dit project niet beproefd. Naam en controlesom komen uit openbare bronnen; "
                "bij een andere inhoud wordt het model geweigerd. Licentie: {licence}."
            ).format(model=model.id, licence=model.licence),
            err=True,
        )


def _state_word(state: State) -> str:
    return {State.MISSING: "–", State.DAMAGED: _("beschadigd"), State.PRESENT: _("aanwezig")}[state]


def _task_word(task: str) -> str:
    words = {
        "asr": _("spraak"),
        "segmentation": _("sprekers"),
        "embedding": _("sprekers"),
        "diarization": _("sprekers"),
        "drafting": _("verslag"),
        "tts": _("stem"),
    }
    return words[task]


def _model_table(manifest: Manifest, folder: Path) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), caption_justify="left")
    table.caption = _("Maten in MB. * = door dit project niet beproefd. † = op één plaats te krijgen.")
    table.add_column(_("Model"), no_wrap=True)
    table.add_column(_("Voor"))
    table.add_column(_("Schijf"), justify="right")
    table.add_column(_("RAM"), justify="right")
    table.add_column(_("Licentie"))
    table.add_column(_("Stand"))
    for model in manifest.models.values():
        table.add_row(
            _marked_id(model),
            _task_word(model.task),
            _megabytes(model.size_bytes),
            str(model.memory_mb),
            model.licence,
            _state_word(installed.state(model, folder)),
        )
    return table


def _marked_id(model: Model) -> str:
    return " ".join([model.id, *["*"] * (not model.verified), *["†"] * bool(model.only_source)])


def _single_sources(manifest: Manifest) -> dict[str, list[str]]:
    """Why models come from one place, and which."""
    reasons: dict[str, list[str]] = {}
    for model in manifest.models.values():
        if model.only_source:
            reasons.setdefault(model.only_source, []).append(model.id)
    return reasons


def _megabytes(size_bytes: int) -> str:
    return str(-(-size_bytes // _MB))


def _profile_table(manifest: Manifest) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_("Profiel"), no_wrap=True)
    table.add_column(_("Waarvoor"))
    table.add_column(_("Schijf"), justify="right")
    for profile in manifest.profiles.values():
        size_bytes = sum(model.size_bytes for model in manifest.choose([profile.name]))
        table.add_row(profile.name, profile.description, _megabytes(size_bytes))
    return table


def _as_json(manifest: Manifest, folder: Path) -> dict[str, object]:
    return {
        "folder": str(folder),
        "models": [
            {
                "id": model.id,
                "title": model.title,
                "task": model.task,
                "licence": model.licence,
                "languages": model.languages,
                "size_bytes": model.size_bytes,
                "memory_mb": model.memory_mb,
                "verified": model.verified,
                "state": installed.state(model, folder).value,
                "sources": [source_name(source) for source in model.sources],
                "only_source": model.only_source or None,
                "files": [{"name": f.name, "bytes": f.size_bytes, "sha256": f.sha256} for f in model.files],
            }
            for model in manifest.models.values()
        ],
        "profiles": {
            name: {"description": profile.description, "models": profile.models}
            for name, profile in manifest.profiles.items()
        },
    }


def _step_words(report: InstallProgress) -> str:
    if report.step is Step.WAIT:
        return _("Een andere installatie is bezig; even wachten")
    words = {Step.FETCH: _("ophalen"), Step.UNPACK: _("uitpakken"), Step.CHECK: _("controleren")}
    return f"({report.place}/{report.count}) {report.model_id}: {words[report.step]}"


@contextmanager
def _progress_bar() -> Iterator[Listener]:
    """A bar with megabytes and time left on stderr; lines of text where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield _line_listener()
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        words = ""

        def show(report: InstallProgress) -> None:
            nonlocal words
            if words != (words := _step_words(report)):
                bar.reset(task, total=report.total_bytes or None, description=words)
            bar.update(task, completed=report.done_bytes)

        yield show


def _line_listener() -> Listener:
    """For logs: a line when a step begins, and at every quarter of a long one."""
    last = ("", -1)

    def show(report: InstallProgress) -> None:
        nonlocal last
        quarter = 4 * report.done_bytes // report.total_bytes if report.total_bytes >= _LONG_STEP_BYTES else 0
        words = _step_words(report)
        if (words, quarter) == last:
            return
        last = (words, quarter)
        figures = _("{done} van {total} MB").format(done=report.done_bytes // _MB, total=report.total_bytes // _MB)
        click.echo(f"{words} {figures}" if report.total_bytes else words, err=True)

    return show

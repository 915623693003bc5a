"""`soep eval draft`: every drafter side by side on labelled consults, from their text and from sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from soep.cli.console import announce_drafter
from soep.cli.measures import FOLDER, JSON, counting, print_json, share, table_of
from soep.config import Settings, load_settings
from soep.drafting.drafter import destination_of, drafter_names, weights_of
from soep.engine.protocol import DraftJob, ProcessJob
from soep.engine.supervisor import Engine
from soep.errors import InputError, SoepError
from soep.evaluation.drafts import DraftScores, MissedShare, evaluate_drafts, labelled_consults
from soep.evaluation.kinds import FactKind
from soep.evaluation.memory import peak_memory_bytes
from soep.formats.transcripts import read_transcript
from soep.i18n import _, mark
from soep.jobs import DUTCH, SessionOptions
from soep.types import Consult

BASE = "basis"
"""After a drafter's name: its model as it came, without the adapter that was trained for it."""
SOUND_SUFFIXES = (".ogg", ".wav")
_NOT_MEASURED = "–"
_KINDS = {
    FactKind.ALLERGY: mark("allergie"),
    FactKind.SAFETY_NET: mark("vangnet"),
    FactKind.DIAGNOSIS: mark("diagnose"),
    FactKind.MEDICINE: mark("medicijn of dosering"),
    FactKind.FOLLOW_UP: mark("controle of vervolg"),
    FactKind.PLAN: mark("ander beleid"),
    FactKind.SIDE: mark("kant"),
    FactKind.FINDING: mark("meting of bevinding"),
    FactKind.DENIED: mark("ontkende klacht"),
    FactKind.HISTORY: mark("voorgeschiedenis of omstandigheid"),
    FactKind.PRESENT: mark("aanwezige klacht"),
    FactKind.OTHER: mark("overig"),
}
Labelled = Sequence[tuple[Path, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A drafter with the settings that it is measured with."""

    label: str
    name: str
    settings: Settings


@click.command("draft", help=_("Concepten van elke conceptschrijver over een map met gelabelde consulten."))
@FOLDER
@JSON
@click.option(
    "--drafter",
    "drafters",
    multiple=True,
    metavar=_("NAAM"),
    help=_("Alleen deze; mag vaker gegeven worden. local_llm:basis is het model zonder adapter."),
)
@click.option("--misses", is_flag=True, help=_("Noem ook wat ontbreekt, naar soort, en wat er ten onrechte staat."))
@click.option(
    "--along", is_flag=True, help=_("Schrijf tijdens het gesprek mee en meet wat er na het laatste woord nog komt.")
)
@click.option(
    "--spoken",
    metavar=_("GELUIDMAP"),
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=_("Ook uit geluid: een map met <id>.ogg of <id>.wav bij de consulten."),
)
def draft(  # noqa: PLR0913 - one parameter an option
    folder: Path, as_json: bool, drafters: tuple[str, ...], misses: bool, along: bool, spoken: Path | None
) -> None:
    """Facts found, placed and claimed wrongly, and what it costs, for each drafter side by side."""
    labelled = labelled_consults(folder)
    heard = _with_sound(labelled, spoken) if spoken else []
    found = []
    for contender in _ready(drafters, load_settings()):
        found.append(_from_text(contender, labelled, along=along))
        if spoken:
            found.append(_from_sound(contender, heard, spoken))
    if as_json:
        print_json({scores.drafter: scores.as_dict() for scores in found})
        return
    _print_scores(found)
    if misses:
        _print_missed(found)


def _ready(asked: Sequence[str], settings: Settings) -> list[Contender]:
    """The drafters that were asked for, or else all that can work here; what is left out is told.

    Raises:
        InputError: a drafter that was asked for is not installed or not set up.
        WeightsError: a drafter that was asked for has no weights.
    """
    if asked:
        contenders = [_contender(label, settings) for label in asked]
        for contender in contenders:
            announce_drafter(contender.name, contender.settings)
        return contenders
    ready = []
    for name in drafter_names():
        try:
            if destination_of(name, settings):
                continue  # it sends the texts to another process: only when it is asked to
            model = weights_of(name, settings)
        except SoepError as error:
            click.echo(_("{drafter} is overgeslagen: {reason}").format(drafter=name, reason=error), err=True)
            continue
        ready.append(Contender(name, name, settings))
        base = _contender(f"{name}:{BASE}", settings)
        if weights_of(name, base.settings) != model:
            ready.append(base)
    return ready


def _contender(label: str, settings: Settings) -> Contender:
    name, colon, variant = label.partition(":")
    if not colon:
        return Contender(label, name, settings)
    if variant != BASE:
        raise InputError(
            _("“{label}” is geen conceptschrijver.").format(label=label),
            _("Achter de dubbele punt kan alleen “{base}” staan: het model zonder adapter.").format(base=BASE),
        )
    drafting = settings.drafting.model_copy(update={"use_adapter": False})
    return Contender(label, name, settings.model_copy(update={"drafting": drafting}))


def _with_sound(labelled: Labelled, folder: Path) -> Labelled:
    heard = [(path, consult) for path, consult in labelled if _sound_of(path, folder) is not None]
    if not heard:
        raise InputError(
            _("In {folder} staat bij geen van de consulten geluid.").format(folder=folder),
            _("Het geluid van consult d001 heet d001.ogg of d001.wav."),
        )
    return heard


def _sound_of(path: Path, folder: Path) -> Path | None:
    candidates = (folder / f"{path.stem}{suffix}" for suffix in SOUND_SUFFIXES)
    return next((sound for sound in candidates if sound.is_file()), None)


def _from_text(contender: Contender, labelled: Labelled, *, along: bool) -> DraftScores:
    with Engine(contender.settings) as engine:

        def make(path: Path) -> Consult:
            transcript = read_transcript(path, contender.settings.limits)
            options = SessionOptions(drafter=contender.name, along=along)
            return engine.submit(DraftJob(transcript, options)).result().consult

        with counting(contender.label) as count:
            scores = evaluate_drafts(labelled, contender.label, make, count, along=along)
        return replace(scores, peak_memory_bytes=peak_memory_bytes(engine.pid))


def _from_sound(contender: Contender, labelled: Labelled, sounds: Path) -> DraftScores:
    label = _("{drafter} (gesproken)").format(drafter=contender.label)
    with Engine(contender.settings) as engine:

        def make(path: Path) -> Consult:
            sound = _sound_of(path, sounds)
            assert sound is not None
            options = SessionOptions(language=DUTCH, drafter=contender.name)
            return engine.submit(ProcessJob(sound, options)).result().consult

        with counting(label) as count:
            scores = evaluate_drafts(labelled, label, make, count, spoken=True)
        return replace(scores, peak_memory_bytes=peak_memory_bytes(engine.pid))


def _source(value: Callable[[DraftScores], float]) -> Callable[[DraftScores], str]:
    """A share of lines by their sources, which only a draft from the labelled text can have."""
    return lambda scores: _NOT_MEASURED if scores.spoken else share(value(scores))


_ROWS: tuple[tuple[str, Callable[[DraftScores], str]], ...] = (
    (mark("consulten"), lambda s: str(len(s.consults))),
    (mark("waarvan zonder concept"), lambda s: str(s.failed)),
    (mark("gevonden feiten"), lambda s: share(s.mean.recall)),
    (mark("op de eigen regel"), lambda s: share(s.mean.placed)),
    (mark("veiligheidsfeiten in het concept"), lambda s: share(s.mean.critical)),
    (
        mark("veiligheidsfeiten in concept of “gezegd, niet in het concept”"),
        lambda s: share(s.said_or_listed),
    ),
    (mark("onjuiste beweringen per consult"), lambda s: f"{s.mean.violations:.2f}"),
    (mark("waarvan zonder waarschuwing"), lambda s: f"{s.unflagged_violations:.2f}"),
    (mark("getallen en medicijnen die niemand noemde"), lambda s: str(s.invented)),
    (mark("regels met geldige bron"), _source(lambda s: s.mean.evidence)),
    (mark("regels op dezelfde bron als de huisarts"), _source(lambda s: s.mean.grounded)),
    (mark("lengte t.o.v. de huisarts"), lambda s: f"{s.mean.length:.2f}"),
    (mark("consulten met lengte 0,7 tot 1,5"), lambda s: share(s.within_length)),
    (mark("punten in “gezegd, niet in het concept” per consult"), lambda s: f"{s.unsaid:.1f}"),
    (mark("seconden per consult"), lambda s: f"{s.elapsed_s:.2f}"),
    (mark("seconden na het laatste woord"), lambda s: f"{s.last_step_s:.2f}" if s.along else _NOT_MEASURED),
    (
        mark("geheugen van het rekenproces op zijn hoogst"),
        lambda s: f"{s.peak_memory_bytes / 1024**3:.2f} GB" if s.peak_memory_bytes else _NOT_MEASURED,
    ),
)


def _print_scores(found: Sequence[DraftScores]) -> None:
    table = table_of("", *(scores.drafter for scores in found))
    for label, shown in _ROWS:
        table.add_row(_(label), *(shown(scores) for scores in found))
    Console().print(table)


def _print_missed(found: Sequence[DraftScores]) -> None:
    """The shares missed by kind and by field, then each fact."""
    table = table_of(_("gemist"), *(scores.drafter for scores in found))
    for kind in FactKind:
        _add_missed(table.add_row, _(_KINDS[kind]), kind.value, [scores.missed_by_kind for scores in found])
    table.add_section()
    for field in ("S", "O", "E", "P", "*"):
        _add_missed(table.add_row, field, field, [scores.missed_by_field for scores in found])
    click.echo()
    Console().print(table)
    for scores in found:
        for kind in FactKind:
            for row in scores.consults:
                for fact in row.facts:
                    if fact.missed and fact.kind is kind:
                        click.echo(f"{scores.drafter} {row.id} − {_(_KINDS[kind])}: {fact.fact}")
        for row in scores.consults:
            for claim in row.scores.violated:
                click.echo(f"{scores.drafter} {row.id} ! {claim}")
            for invention in row.invented:
                click.echo(f"{scores.drafter} {row.id} ? {invention.what}: {invention.line}")


def _add_missed(add: Callable[..., None], label: str, name: str, columns: Sequence[Sequence[MissedShare]]) -> None:
    cells = [next((one for one in column if one.name == name), None) for column in columns]
    if any(cells):
        add(label, *(f"{one.missed}/{one.wanted} {share(one.share)}" if one else _NOT_MEASURED for one in cells))

"""`soep eval`: the measures of docs/evaluation.md, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from soep.cli.console import print_out
from soep.config import Settings, load_settings
from soep.drafting.drafter import drafter_names, weights_of
from soep.engine.protocol import DraftJob, ProcessJob, WarmUpJob
from soep.engine.supervisor import Engine
from soep.errors import WeightsError
from soep.evaluation.asr import Recognition, evaluate_asr
from soep.evaluation.diarization import Diarized, evaluate_diarization
from soep.evaluation.drafts import DraftScores, evaluate_drafts
from soep.formats.transcripts import read_transcript
from soep.i18n import _
from soep.jobs import Result, SessionOptions
from soep.types import Consult

_FOLDER = click.argument("folder", metavar=_("MAP"), type=click.Path(path_type=Path, exists=True, file_okay=False))
_JSON = click.option("--json", "as_json", is_flag=True, help=_("Als één JSON-object in plaats van een tabel."))


@click.group("eval", help=_("Meet herkenning, sprekers en concepten aan gelabelde voorbeelden."))
def evaluate() -> None:
    """The group of measures."""


@evaluate.command(help=_("Woordfouten (WER, cpWER) over een map met <naam>.ogg en <naam>.json."))
@_FOLDER
@_JSON
def asr(folder: Path, as_json: bool) -> None:
    """Word error rates of the whole line up to the transcript; speed counts recognition alone."""
    with _warm_engine() as engine, _counting(_("Opnamen")) as count:

        def recognise(sound: Path) -> Recognition:
            consult = _transcribed(engine, sound).consult
            return Recognition(consult.transcript.utterances, _duration_s(consult), _elapsed_s(consult, "transcribe"))

        scores = evaluate_asr(folder, recognise, lambda done, total, _name: count(done, total))
    if as_json:
        _print_json(scores.as_dict())
        return
    table = _table(_("opname"), "WER", "cpWER", _("× duur"))
    for file in scores.files:
        table.add_row(file.id, _share(file.wer), _share(file.cpwer), f"{file.elapsed_s / file.duration_s:.3f}")
    table.add_section()
    table.add_row(_("samen"), _share(scores.wer), _share(scores.cpwer), f"{scores.real_time_factor:.3f}")
    Console().print(table)


@evaluate.command(help=_("Sprekersfouten (DER) en rollen over een map met <naam>.ogg, <naam>.rttm en <naam>.json."))
@_FOLDER
@_JSON
@click.option(
    "--speakers", type=click.IntRange(1, 4), metavar="N", help=_("Aantal sprekers; anders wordt het bepaald.")
)
def diarization(folder: Path, as_json: bool, speakers: int | None) -> None:
    """Diarization error, words given to the wrong speaker, and roles."""
    with _warm_engine() as engine, _counting(_("Opnamen")) as count:

        def diarize(sound: Path) -> Diarized:
            result = _transcribed(engine, sound, speakers)
            utterances, length_s = result.consult.transcript.utterances, _duration_s(result.consult)
            return Diarized(result.turns, utterances, length_s, _elapsed_s(result.consult, "diarize"))

        scores = evaluate_diarization(folder, diarize, progress=count)
    if as_json:
        _print_json(asdict(scores))
        return
    table = _table("", _("aandeel"))
    for label, share in (
        ("DER", scores.der),
        (_("verwisseld"), scores.confusion),
        (_("gemist"), scores.missed),
        (_("te veel"), scores.false_alarm),
        (_("woord bij ander"), scores.word_speaker_error),
        (_("rol goed"), scores.role_accuracy),
    ):
        table.add_row(label, "–" if share is None else _share(share))
    Console().print(table)
    click.echo(_("Snelheid: {factor:.3f} × de duur van het geluid.").format(factor=scores.real_time_factor))


@evaluate.command(help=_("Concepten van elke conceptschrijver over een map met gelabelde consulten."))
@_FOLDER
@_JSON
@click.option(
    "--drafter", "drafters", multiple=True, metavar=_("NAAM"), help=_("Alleen deze; mag vaker gegeven worden.")
)
@click.option("--misses", is_flag=True, help=_("Noem ook wat ontbreekt en wat er ten onrechte staat."))
def draft(folder: Path, as_json: bool, drafters: tuple[str, ...], misses: bool) -> None:
    """Facts found, placed and claimed wrongly, for each drafter side by side."""
    settings = load_settings()
    found = []
    with Engine(settings) as engine:
        for name in _ready(drafters, settings):
            with _counting(name) as count:

                def make(path: Path, name: str = name) -> Consult:
                    transcript = read_transcript(path, settings.limits)
                    return engine.submit(DraftJob(transcript, SessionOptions(drafter=name))).result().consult

                found.append(evaluate_drafts(folder, name, make, count))
    if as_json:
        _print_json({scores.drafter: scores.as_dict() for scores in found})
        return
    _print_drafts(found)
    if misses:
        _print_misses(found)


def _ready(asked: Sequence[str], settings: Settings) -> list[str]:
    """The drafters that were asked for, or else all that have their weights; what is left out is told.

    Raises:
        InputError: a drafter that was asked for is not installed.
        WeightsError: a drafter that was asked for has no weights.
    """
    ready = []
    for name in asked or drafter_names():
        try:
            weights_of(name, settings)
        except WeightsError as error:
            if asked:
                raise
            click.echo(_("{drafter} is overgeslagen: {reason}").format(drafter=name, reason=error), err=True)
        else:
            ready.append(name)
    return ready


def _print_drafts(found: Sequence[DraftScores]) -> None:
    table = _table("", *(scores.drafter for scores in found))
    rows: list[tuple[str, list[str]]] = [
        (_("gevonden feiten"), [_share(s.mean.recall) for s in found]),
        (_("op de eigen regel"), [_share(s.mean.placed) for s in found]),
        (_("veiligheidsfeiten in het concept"), [_share(s.mean.critical) for s in found]),
        (_("veiligheidsfeiten in concept of “gezegd, niet in het concept”"), [_share(s.said_or_listed) for s in found]),
        (_("onjuiste beweringen per consult"), [f"{s.mean.violations:.2f}" for s in found]),
        (_("waarvan zonder waarschuwing"), [f"{s.unflagged_violations:.2f}" for s in found]),
        (_("regels met geldige bron"), [_share(s.mean.evidence) for s in found]),
        (_("regels op dezelfde bron als de huisarts"), [_share(s.mean.grounded) for s in found]),
        (_("lengte t.o.v. de huisarts"), [f"{s.mean.length:.2f}" for s in found]),
        (_("consulten met lengte 0,7 tot 1,5"), [_share(s.within_length) for s in found]),
        (_("seconden per consult"), [f"{s.elapsed_s:.2f}" for s in found]),
    ]
    for label, values in rows:
        table.add_row(label, *values)
    Console().print(table)


def _print_misses(found: Sequence[DraftScores]) -> None:
    for scores in found:
        for row in scores.consults:
            for fact in row.scores.misses:
                click.echo(f"{scores.drafter} {row.id} − {fact}")
            for fact in row.scores.violated:
                click.echo(f"{scores.drafter} {row.id} ! {fact}")


@contextmanager
def _warm_engine() -> Iterator[Engine]:
    """An engine with its weights loaded, so that loading does not count in the speed."""
    with Engine(load_settings()) as engine:
        list(engine.submit(WarmUpJob()).events())
        yield engine


@contextmanager
def _counting(label: str) -> Iterator[Counter]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Counter(progress, label)


class Counter:
    """A bar that is told how many are done, of how many."""

    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=None)

    def __call__(self, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total)


def _transcribed(engine: Engine, sound: Path, speakers: int | None = None) -> Result:
    return engine.submit(ProcessJob(sound, SessionOptions(language="nl", speakers=speakers, draft=False))).result()


def _duration_s(consult: Consult) -> float:
    return consult.audio.duration_s if consult.audio is not None else 0.0


def _elapsed_s(consult: Consult, stage: str) -> float:
    return sum(run.elapsed_s for run in consult.runs if run.stage == stage)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def _share(value: float) -> str:
    return f"{value:.1%}"


def _print_json(scores: dict[str, object]) -> None:
    print_out((json.dumps(scores, ensure_ascii=False, indent=1) + "\n").encode())

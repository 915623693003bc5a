"""`soep eval`: the measures of docs/evaluation.md, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from soep.cli.evaluate_drafts import draft
from soep.cli.measures import FOLDER, JSON, counting, print_json, share, table_of
from soep.config import load_settings
from soep.engine.protocol import ProcessJob, WarmUpJob
from soep.engine.supervisor import Engine
from soep.evaluation.asr import Recognition, evaluate_asr
from soep.evaluation.diarization import Diarized, evaluate_diarization
from soep.i18n import _
from soep.jobs import Result, SessionOptions
from soep.types import Consult


@click.group("eval", help=_("Meet herkenning, sprekers en concepten aan gelabelde voorbeelden."))
def evaluate() -> None:
    """The group of measures."""


@evaluate.command(help=_("Woordfouten (WER, cpWER) over een map met <naam>.ogg en <naam>.json."))
@FOLDER
@JSON
def asr(folder: Path, as_json: bool) -> None:
    """Word error rates of the whole line up to the transcript; speed counts recognition alone."""
    with _warm_engine() as engine, counting(_("Opnamen")) as count:

        def recognise(sound: Path) -> Recognition:
            consult = _transcribed(engine, sound).consult
            return Recognition(consult.transcript.utterances, _duration_s(consult), _elapsed_s(consult, "transcribe"))

        scores = evaluate_asr(folder, recognise, lambda done, total, _name: count(done, total))
    if as_json:
        print_json(scores.as_dict())
        return
    table = table_of(_("opname"), "WER", "cpWER", _("× duur"))
    for file in scores.files:
        table.add_row(file.id, share(file.wer), share(file.cpwer), f"{file.elapsed_s / file.duration_s:.3f}")
    table.add_section()
    table.add_row(_("samen"), share(scores.wer), share(scores.cpwer), f"{scores.real_time_factor:.3f}")
    Console().print(table)


@evaluate.command(help=_("Sprekersfouten (DER) en rollen over een map met <naam>.ogg, <naam>.rttm en <naam>.json."))
@FOLDER
@JSON
@click.option(
    "--speakers", type=click.IntRange(1, 4), metavar="N", help=_("Aantal sprekers; anders wordt het bepaald.")
)
def diarization(folder: Path, as_json: bool, speakers: int | None) -> None:
    """Diarization error, words given to the wrong speaker, and roles."""
    with _warm_engine() as engine, counting(_("Opnamen")) as count:

        def diarize(sound: Path) -> Diarized:
            result = _transcribed(engine, sound, speakers)
            utterances, length_s = result.consult.transcript.utterances, _duration_s(result.consult)
            return Diarized(result.turns, utterances, length_s, _elapsed_s(result.consult, "diarize"))

        scores = evaluate_diarization(folder, diarize, progress=count)
    if as_json:
        print_json(asdict(scores))
        return
    table = table_of("", _("aandeel"))
    for label, part in (
        ("DER", scores.der),
        (_("verwisseld"), scores.confusion),
        (_("gemist"), scores.missed),
        (_("te veel"), scores.false_alarm),
        (_("woord bij ander"), scores.word_speaker_error),
        (_("rol goed"), scores.role_accuracy),
    ):
        table.add_row(label, "–" if part is None else share(part))
    Console().print(table)
    click.echo(_("Snelheid: {factor:.3f} × de duur van het geluid.").format(factor=scores.real_time_factor))


evaluate.add_command(draft)


@contextmanager
def _warm_engine() -> Iterator[Engine]:
    """An engine with its weights loaded, so that loading does not count in the speed."""
    with Engine(load_settings()) as engine:
        list(engine.submit(WarmUpJob()).events())
        yield engine


def _transcribed(engine: Engine, sound: Path, speakers: int | None = None) -> Result:
    return engine.submit(ProcessJob(sound, SessionOptions(language="nl", speakers=speakers, draft=False))).result()


def _duration_s(consult: Consult) -> float:
    return consult.audio.duration_s if consult.audio is not None else 0.0


def _elapsed_s(consult: Consult, stage: str) -> float:
    return sum(run.elapsed_s for run in consult.runs if run.stage == stage)

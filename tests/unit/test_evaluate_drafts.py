"""Drafters on labelled consults: what is counted, what counts as failed, and what the command prints."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from soep.config import load_settings
from soep.errors import CancelledError, InputError, SoepError
from soep.evaluation.drafts import DraftScores, evaluate_drafts, labelled_consults
from soep.evaluation.invented import invented
from soep.evaluation.kinds import FactKind, kind_of
from soep.evaluation.memory import peak_memory_bytes
from soep.formats.transcripts import read_transcript
from soep.jobs import SessionOptions
from soep.pipeline import Parts, draft_transcript
from soep.types import FIELDS, Consult, Flag, NoteLine, Remark, SoepNote, Unsaid, UnsaidKind
from soep.wording import RemarkCode
from tests.commands import assert_refused, soep
from tests.conftest import REPOSITORY

DEV = REPOSITORY / "benchmarks" / "consults_dev"
Draft = Callable[[Path], Consult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("d001.json", "d002.json"):
        (tmp_path / name).write_bytes((DEV / name).read_bytes())
    return tmp_path


def extractive(path: Path) -> Consult:
    settings = load_settings()
    options = SessionOptions(drafter="extractive")
    return draft_transcript(read_transcript(path, settings.limits), Parts(settings), options).consult


def scores_of(folder: Path, draft: Draft = extractive, **how: bool) -> DraftScores:
    return evaluate_drafts(labelled_consults(folder), "x", draft, **how)


def changed(**parts: Any) -> Draft:
    return lambda path: replace(extractive(path), **parts)


def test_scores_are_those_of_the_shared_script(folder: Path, shared_data: Path) -> None:
    script = shared_data.parent / "eval" / "score_notes.py"
    if not script.is_file():
        pytest.skip("the shared scoring script is not here")
    spec = importlib.util.spec_from_file_location("score_notes", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for row, (path, labelled) in zip(scores_of(folder).consults, labelled_consults(folder), strict=True):
        notes = [
            {
                "problem": note.problem.text,
                **{name: [{"text": u.text, "evidence": list(u.evidence)} for u in note.lines(name)] for name in FIELDS},
            }
            for note in extractive(path).notes
        ]
        theirs = module.score(labelled, notes)
        ours = {name: getattr(row.scores, name) for name in theirs}
        assert {name: list(value) if isinstance(value, tuple) else value for name, value in ours.items()} == theirs


def test_every_fact_has_a_kind_and_misses_add_up(folder: Path) -> None:
    scores = scores_of(folder)
    wanted = [fact for row in scores.consults for fact in row.facts]
    missed = sum(fact.missed for fact in wanted)
    for shares in (scores.missed_by_kind, scores.missed_by_field):
        assert sum(one.wanted for one in shares) == len(wanted)
        assert sum(one.missed for one in shares) == missed
    assert missed == sum(len(row.scores.misses) for row in scores.consults)


def test_a_drafter_that_fails_has_found_nothing(folder: Path) -> None:
    def broken(path: Path) -> Consult:
        if path.stem == "d001":
            raise SoepError("kapot")
        return extractive(path)

    scores = scores_of(folder, broken)
    assert (scores.failed, [row.failure for row in scores.consults]) == (1, ["kapot", ""])
    assert scores.mean.recall == scores.consults[1].scores.recall / 2


@pytest.mark.parametrize("draft", [changed(draft=()), changed(warnings=(Remark(RemarkCode.DRAFTER_FAILED),))])
def test_no_draft_of_its_own_is_a_failure(folder: Path, draft: Draft) -> None:
    scores = scores_of(folder, draft)
    assert (scores.failed, scores.mean.recall) == (2, 0.0)


def test_who_stops_the_measuring_stops_it(folder: Path) -> None:
    def stopped(_path: Path) -> Consult:
        raise CancelledError("Gestopt.")

    with pytest.raises(CancelledError):
        scores_of(folder, stopped)


def test_omissions_and_inventions_are_counted(folder: Path) -> None:
    wrong = NoteLine("Morfine 987 mg.", (1,), (Flag("number_not_said"),))
    items = (Unsaid(UnsaidKind.MEDICINE, "a"), Unsaid(UnsaidKind.DOSE, "b"))
    scores = scores_of(folder, changed(draft=(SoepNote(P=(wrong,)),), unsaid=items))
    assert scores.unsaid == 2.0
    assert scores.invented == 4
    assert [one.what for one in scores.consults[0].invented] == ["987", "morfine"]


def test_what_is_not_measured_is_null(folder: Path) -> None:
    spoken = json.loads(json.dumps(scores_of(folder, spoken=True).as_dict()))
    assert spoken["mean"]["evidence"] is None
    assert spoken["consults"][0]["scores"]["grounded"] is None
    assert spoken["last_step_s"] is None
    along = scores_of(folder, along=True).as_dict()
    assert isinstance(along["last_step_s"], float)


def test_drafted_along_the_way_gives_the_same_note(folder: Path) -> None:
    settings = load_settings()
    for path in folder.glob("*.json"):
        transcript = read_transcript(path, settings.limits)
        options = SessionOptions(drafter="extractive", along=True)
        assert draft_transcript(transcript, Parts(settings), options).consult.draft == extractive(path).draft


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Pcm 4 dd 1000 mg.", ["Vier keer per dag paracetamol, twee tabletten van vijfhonderd milligram."]),
        ("T 38,5, RR 140/85.", ["Achtendertig vijf, en de bloeddruk is honderdveertig over vijfentachtig."]),
        ("1,5 wk pijn.", ["Al anderhalve week pijn."]),
        ("1 dd 's avonds.", ["Elke avond."]),
        ("Vader MI 58 jr.", ["Mijn vader, op z'n achtenvijftigste."]),
        ("112 bij POB.", ["Dan belt u één-één-twee."]),
        ("Vandaag 14.30 uur.", ["Vanmiddag om half drie."]),
        ("15 min stijf.", ["Een kwartiertje, kwartier."]),
        ("Doxycycline niet verdragen.", ["Van die doxy moest ik overgeven."]),
        ("HbA1c en B12 bepalen.", ["We prikken bloed."]),
        ("Pijnstiller zn.", ["Neem maar iets tegen de pijn."]),
        ("VG: meniscus 1986.", ["In zesentachtig, mijn meniscus."]),
    ],
)
def test_what_was_said_in_other_words_is_not_invented(line: str, said: list[str]) -> None:
    assert invented([line], said) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Pcm 3 dd 750 mg.", ["3", "750"]),
        ("Ibuprofen 400 mg.", ["ibuprofen", "400"]),
        ("T 39,1.", ["39.1"]),
        ("Sinds 6 dgn.", ["6"]),
    ],
)
def test_what_nobody_said_is_invented(line: str, what: list[str]) -> None:
    said = ["Ik heb sinds vier dagen koorts, achtendertig twee.", "Neem paracetamol, duizend milligram."]
    assert sorted(one.what for one in invented([line], said)) == sorted(what)


def test_hardly_any_line_of_a_gp_holds_what_nobody_said() -> None:
    found = []
    for _path, labelled in labelled_consults(DEV):
        lines = [line["text"] for note in labelled["notes"] for name in FIELDS for line in note[name]]
        found += invented(lines, [utterance["text"] for utterance in labelled["utterances"]])
    assert found == []


@pytest.mark.parametrize(
    ("fact", "field", "kind"),
    [
        ("penicilline-allergie", "S", FactKind.ALLERGY),
        ("vangnet koorts/stijve nek", "P", FactKind.SAFETY_NET),
        ("otitis externa rechts", "E", FactKind.DIAGNOSIS),
        ("perindopril 4 mg", "S", FactKind.MEDICINE),
        ("controle 4 weken", "P", FactKind.FOLLOW_UP),
        ("hakverhoging", "P", FactKind.PLAN),
        ("links", "S", FactKind.SIDE),
        ("RR 132/80", "O", FactKind.FINDING),
        ("geen braken", "S", FactKind.DENIED),
        ("rookt 7 per dag", "S", FactKind.HISTORY),
        ("afscheiding", "S", FactKind.PRESENT),
        ("koorts", "*", FactKind.OTHER),
    ],
)
def test_kinds_of_facts(fact: str, field: str, kind: FactKind) -> None:
    assert kind_of(fact, field) is kind


def test_peak_memory() -> None:
    if sys.platform == "linux":
        peak = peak_memory_bytes(1)
        assert peak is None or peak > 0
    assert peak_memory_bytes(None) is None


def test_the_table_and_the_misses(folder: Path) -> None:
    outcome = soep("eval", "draft", folder, "--drafter", "extractive", "--along", "--misses", env={"COLUMNS": "140"})
    assert outcome.returncode == 0, outcome.stderr
    for row in ("gevonden feiten", "die niemand noemde", "seconden na het laatste woord", "ontkende klacht"):
        assert row in outcome.stdout
    assert "extractive d001 − " in outcome.stdout


def test_a_variant_without_adapter_has_its_own_name(folder: Path) -> None:
    outcome = soep("eval", "draft", folder, "--drafter", "extractive:basis", "--json")
    assert list(json.loads(outcome.stdout)) == ["extractive:basis"]
    assert_refused(soep("eval", "draft", folder, "--drafter", "extractive:anders"), 2, "basis")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("id", 5),
        ("checks", {}),
        ("checks", {"must": [], "must_not": []}),
        ("checks", {"must": [{"fact": "x", "field": "S", "regex": "("}], "must_not": []}),
        ("checks", {"must": [{"fact": "x", "field": "Q", "regex": "x"}], "must_not": []}),
        ("notes", []),
        ("notes", [{"S": [{"text": " ", "evidence": [1]}]}]),
        ("utterances", [{"i": "1", "text": "ja"}]),
    ],
)
def test_a_labelled_consult_that_cannot_be_measured_against_is_named(folder: Path, place: str, value: object) -> None:
    path = folder / "d002.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {place: value}), "utf-8")
    with pytest.raises(InputError, match=rf"^d002\.json: .*“{place}"):
        labelled_consults(folder)


def test_other_files_beside_labelled_consults_are_left_alone(folder: Path) -> None:
    (folder / "lijst.json").write_bytes(b"[1, 2]")
    (folder / "diep.json").write_bytes(b"[" * 200_000)
    (folder / "ruis.json").write_bytes(bytes(range(256)))
    assert len(labelled_consults(folder)) == 2


def test_a_folder_without_sound_is_refused(folder: Path) -> None:
    assert_refused(soep("eval", "draft", folder, "--drafter", "extractive", "--spoken", folder), 2, "geluid")

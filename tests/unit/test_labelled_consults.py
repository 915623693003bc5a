"""The labelled consults are sound, and the library scores them as the shared script does."""

import importlib.util
import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from soep.evaluation.notes import mean, score

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED_DATA = Path(os.environ.get("SOEP_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
SHARED_SCRIPT = SHARED_DATA.parent / "eval" / "score_notes.py"
FILES = sorted(REPOSITORY.glob("benchmarks/consults_*/[a-z][0-9][0-9][0-9].json"))
ROLES = {"arts", "patient", "begeleider"}
SETTINGS = {"spreekuur", "telefonisch", "visite", "dictaat"}
ICPC = re.compile(r"[ABDFHKLNPRSTUWXYZ]\d{2}(\.\d{2})?")


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def consult(path: Path) -> dict[str, Any]:
    return read(path)


def every_line(consult: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for note in consult["notes"] for field in "SOEP" for line in note[field]]


def note_with(field: str, text: str) -> list[dict[str, Any]]:
    return [{"problem": "", "S" if field == "*" else field: [{"text": text, "evidence": [1]}]}]


def test_there_are_labelled_consults() -> None:
    assert FILES


def test_the_consult_is_complete(path: Path, consult: dict[str, Any]) -> None:
    assert consult.keys() == {"id", "setting", "patient", "utterances", "notes", "checks"}
    assert consult["id"] == path.stem
    assert consult["setting"] in SETTINGS
    assert 0 <= consult["patient"]["age"] <= 110
    assert consult["patient"]["sex"] in {"m", "v"}


def test_utterances_are_numbered_and_have_a_known_role(consult: dict[str, Any]) -> None:
    assert [utterance["i"] for utterance in consult["utterances"]] == list(range(1, len(consult["utterances"]) + 1))
    for utterance in consult["utterances"]:
        assert utterance.keys() == {"i", "role", "text"}
        assert utterance["role"] in ROLES
        assert utterance["text"].strip()


def test_numbers_are_written_as_spoken(consult: dict[str, Any]) -> None:
    assert not [utterance for utterance in consult["utterances"] if re.search(r"\d", utterance["text"])]


def test_notes_name_existing_utterances(consult: dict[str, Any]) -> None:
    known = {utterance["i"] for utterance in consult["utterances"]}
    for line in every_line(consult):
        assert line.keys() == {"text", "evidence"}
        assert line["evidence"]
        assert set(line["evidence"]) <= known


def test_notes_have_a_title_and_a_valid_code(consult: dict[str, Any]) -> None:
    assert consult["notes"]
    for note in consult["notes"]:
        assert note.keys() == {"problem", "icpc", "S", "O", "E", "P"}
        assert note["problem"].strip()
        assert note["icpc"] is None or ICPC.fullmatch(note["icpc"])


def test_there_are_enough_checks(consult: dict[str, Any]) -> None:
    checks = consult["checks"]
    assert 10 <= len(checks["must"]) <= 18
    assert 5 <= len(checks["must_not"]) <= 10
    for check in checks["must"] + checks["must_not"]:
        assert check["field"] in {"S", "O", "E", "P", "*"}
        assert check.get("weight", 1) in {1, 2}
        re.compile(check["regex"])


def test_the_own_notes_hold_every_fact_in_its_place_and_no_wrong_claim(consult: dict[str, Any]) -> None:
    scores = score(consult, consult["notes"])
    assert scores.misses == ()
    assert scores.violated == ()
    assert (scores.recall, scores.placed, scores.critical) == (1.0, 1.0, 1.0)
    assert (scores.evidence, scores.grounded, scores.length) == (1.0, 1.0, 1.0)


def test_facts_in_other_words_are_recognised(consult: dict[str, Any]) -> None:
    for check in consult["checks"]["must"]:
        for example in check.get("examples", []):
            assert re.search(check["regex"], example, re.IGNORECASE), (check["fact"], example)


def test_facts_in_other_words_break_no_rule(consult: dict[str, Any]) -> None:
    for check in consult["checks"]["must"]:
        for example in check.get("examples", []):
            assert score(consult, note_with(check["field"], example)).violated == ()


def test_wrong_sentences_are_caught(consult: dict[str, Any]) -> None:
    for check in consult["checks"]["must_not"]:
        assert check["fact"] in score(consult, note_with(check["field"], check["example"])).violated


def test_a_draft_that_is_not_there_scores_nothing(consult: dict[str, Any]) -> None:
    scores = score(consult, [])
    assert (scores.recall, scores.placed, scores.critical, scores.violations) == (0.0, 0.0, 0.0, 0)
    assert (scores.evidence, scores.grounded, scores.length) == (0.0, 0.0, 0.0)


def test_a_title_may_be_a_line(consult: dict[str, Any]) -> None:
    check = consult["checks"]["must_not"][0]
    notes = [{"problem": {"text": check["example"], "evidence": [1]}}]
    assert check["fact"] in score(consult, notes).violated


def test_evidence_must_exist_and_be_shared_with_the_own_note(consult: dict[str, Any]) -> None:
    beyond = len(consult["utterances"]) + 1
    gold = every_line(consult)[0]["evidence"][0]
    lines = [{"text": "a", "evidence": evidence} for evidence in ([], [gold], [gold, beyond], [beyond])]
    scores = score(consult, [{"problem": "a", "S": lines}])
    assert (scores.evidence, scores.grounded) == (0.25, 0.5)


def test_mean_needs_scores() -> None:
    with pytest.raises(ValueError, match="no scores"):
        mean([])


@pytest.fixture(scope="module")
def shared_script() -> ModuleType:
    if not SHARED_SCRIPT.is_file():
        pytest.skip("the shared scoring script is not here")
    spec = importlib.util.spec_from_file_location("score_notes", SHARED_SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drafts(consult: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Good, partial, misplaced, wrong and missing drafts of a consult."""
    gold = consult["notes"]
    halved = [{**note, "S": note["S"][:1], "P": []} for note in gold]
    swapped = [{**note, "S": note["P"], "P": note["S"], "O": None} for note in gold]
    unfounded = [
        {"problem": {"text": "x"}, "E": [{"text": line["text"], "evidence": [999]} for line in every_line(consult)]}
    ]
    wrong = [{"problem": "x", "S": [{"text": check["example"]} for check in consult["checks"]["must_not"]]}]
    return [gold, halved, swapped, unfounded, wrong, []]


def test_scores_equal_those_of_the_shared_script(consult: dict[str, Any], shared_script: ModuleType) -> None:
    for draft in drafts(consult):
        ours = {**asdict(score(consult, draft))}
        theirs = shared_script.score(consult, draft)
        assert {name: list(value) if isinstance(value, tuple) else value for name, value in ours.items()} == theirs


def test_the_mean_is_the_plain_mean() -> None:
    consults = [read(path) for path in FILES[:3]]
    rows = [score(consult, draft) for consult in consults for draft in drafts(consult)[:2]]
    assert mean(rows).recall == sum(row.recall for row in rows) / len(rows)
    assert mean(rows).violations == sum(row.violations for row in rows) / len(rows)

"""Drafts measured from sound: the whole line, scored by the same facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soep.config import Settings
from tests.commands import soep
from tests.conftest import REPOSITORY


@pytest.mark.long
def test_text_and_sound_stand_side_by_side(tmp_path: Path, settings: Settings) -> None:
    dialogues = REPOSITORY / "benchmarks" / "dialogues"
    segments = json.loads((dialogues / "enkel.json").read_text("utf-8"))["segments"]
    line = {"text": "Enkel verzwikt.", "evidence": [1]}
    labelled = {
        "id": "enkel",
        "setting": "spreekuur",
        "patient": {"age": 30, "sex": "v"},
        "utterances": [{"i": one["i"], "role": one["role"], "text": one["text"]} for one in segments],
        "notes": [{"problem": "Enkel", "icpc": None, "S": [line], "O": [], "E": [], "P": []}],
        "checks": {"must": [{"fact": "enkel", "field": "S", "regex": "enkel"}], "must_not": []},
    }
    (tmp_path / "enkel.json").write_text(json.dumps(labelled), "utf-8")
    outcome = soep("eval", "draft", tmp_path, "--drafter", "extractive", "--spoken", dialogues, "--json")
    assert outcome.returncode == 0, outcome.stderr
    text, sound = json.loads(outcome.stdout).values()
    assert (text["failed"], sound["failed"]) == (0, 0)
    assert (text["mean"]["recall"], sound["mean"]["recall"]) == (1.0, 1.0)
    assert text["mean"]["evidence"] == 1.0
    assert sound["mean"]["evidence"] is None
    assert sound["drafter"] == "extractive (gesproken)"

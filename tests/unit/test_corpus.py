"""The training corpus is sound, and holds nothing of what drafts are measured on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

CORPUS = REPOSITORY / "models" / "drafter" / "corpus"
SHARED = Path(os.environ.get("SOEP_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
MEASURED = [
    REPOSITORY / "benchmarks" / "consults_dev",
    REPOSITORY / "benchmarks" / "consults_eval",
    SHARED / "consults_nl",
]
RUN_LENGTH = 10
"""So many words in a row are not said twice by chance, but for set phrases that a GP always uses."""
SHARE_ALLOWED = 0.02


def consults(folder: Path) -> dict[str, list[str]]:
    """The words of each consult in a folder."""
    found = {}
    for path in sorted(folder.glob("[a-z][0-9]*.json")):
        text = " ".join(row["text"] for row in json.loads(path.read_text("utf-8"))["utterances"])
        found[path.stem] = re.findall(r"\w+", text.lower())
    return found


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + RUN_LENGTH]) for start in range(len(words) - RUN_LENGTH + 1)}


def test_the_corpus_is_sound() -> None:
    command = [sys.executable, str(CORPUS / "validate.py")]
    outcome = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert outcome.returncode == 0, outcome.stdout[-2000:]


def test_it_is_large_enough() -> None:
    assert len(consults(CORPUS)) >= 320


@pytest.mark.parametrize("folder", MEASURED, ids=lambda folder: folder.name)
def test_nothing_that_is_measured_on_is_trained_on(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip("the shared data for measuring is not here (SOEP_SHARED_DATA)")
    trained = set().union(*(runs(words) for words in consults(CORPUS).values()))
    for name, words in consults(folder).items():
        own = runs(words)
        assert len(own & trained) <= SHARE_ALLOWED * len(own), name

"""The command line itself: quick, Dutch, and without model libraries."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import assert_refused, soep

MODEL_LIBRARIES = ("torch", "faster_whisper", "ctranslate2", "pyannote", "transformers", "xllamacpp", "av")


def test_help_answers_quickly_in_dutch() -> None:
    soep("--help")  # once to fill the file cache
    started_s = time.perf_counter()
    outcome = soep("--help")
    assert time.perf_counter() - started_s < 1.5  # the figure itself is measured by benchmarks/line.py
    assert outcome.returncode == 0
    assert "Opdrachten" in outcome.stdout
    assert "Gebruik: soep" in outcome.stdout


def test_help_in_english() -> None:
    outcome = soep("--help", env={"SOEP_LANG": "en"})
    assert "Commands" in outcome.stdout
    assert "Usage: soep" in outcome.stdout


def test_the_command_line_imports_no_model_library() -> None:
    script = (
        "import sys\n"
        "from soep.cli import main, process, draft, check, models, evaluate, demo\n"
        f"print([name for name in {MODEL_LIBRARIES!r} if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert outcome.stdout.strip() == "[]"


def test_an_unknown_command_is_wrong_use() -> None:
    assert_refused(soep("bestaat-niet"), 2, "bestaat-niet")


def test_an_unknown_format_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ARTS: Dag.\n", "utf-8")
    assert_refused(soep("draft", tmp_path / "a.txt", "--format", "pdf"), 2, "pdf", "docx")


def test_a_document_cannot_go_to_the_screen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ARTS: Dag.\n", "utf-8")
    assert_refused(soep("draft", tmp_path / "a.txt", "--format", "docx"), 2, "-o")


def test_a_wrong_setting_is_named() -> None:
    outcome = soep("draft", "x.txt", env={"SOEP_SPEECH__BEAM_SIZE": "99"})
    assert_refused(outcome, 2, "speech.beam_size")


PRINTING = [("--help",), ("models", "list"), ("models", "list", "--json"), ("draft", "a.txt")]


@pytest.mark.parametrize("arguments", PRINTING)
def test_a_closed_pipe_ends_quietly(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """As in `soep … | head`, with a reader that is already gone."""
    if sys.platform == "win32":
        pytest.skip("Windows tells of a closed pipe in another way")
    (tmp_path / "a.txt").write_text("ARTS: Dag.\nPATIENT: Ik hoest al vijf dagen.\n", "utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as pipe:
        outcome = written_to(pipe.fileno(), arguments, tmp_path)
    assert outcome.returncode == 0
    assert "Traceback" not in outcome.stderr
    assert "pipe" not in outcome.stderr.lower()


@pytest.mark.parametrize("arguments", PRINTING)
def test_output_to_a_full_disk_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    (tmp_path / "a.txt").write_text("ARTS: Dag.\nPATIENT: Ik hoest al vijf dagen.\n", "utf-8")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        outcome = written_to(full.fileno(), arguments, tmp_path)
    assert outcome.returncode == 6
    assert "De schijf is vol." in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "Exception ignored" not in outcome.stderr


def written_to(stdout: int, arguments: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "soep", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )

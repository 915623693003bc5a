"""The command line itself: quick, Dutch, and without model libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from soep.cli.main import run
from soep.config import config_file
from tests.commands import assert_refused, soep
from tests.conftest import REPOSITORY

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


def test_a_list_in_a_variable_that_is_no_json_is_named() -> None:
    outcome = soep("draft", "x.txt", env={"SOEP_SPEECH__HOTWORDS": "Maasstad"})
    assert_refused(outcome, 2, "SOEP_SPEECH__HOTWORDS", "JSON")
    assert "TOML" not in outcome.stderr


def test_settings_that_are_no_toml_are_told(config: Path) -> None:
    config.write_text("dit is geen toml", "utf-8")
    assert_refused(soep("draft", "x.txt"), 2, "TOML", str(config))


def test_settings_that_cannot_be_read_are_told(config: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("needs a file that nobody can read, not even its owner")
    config.symlink_to("/proc/self/mem")
    assert_refused(soep("draft", "x.txt"), 2, "kan niet worden gelezen", str(config))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where soep looks for its settings file, in a folder of this test."""
    for name in ("HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    file = config_file()
    if not file.is_relative_to(tmp_path):
        pytest.skip("this system does not take the folder of settings from a variable")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_check_tells_of_a_drafter_without_its_weights(tmp_path: Path) -> None:
    chosen = {"SOEP_MODELS": str(tmp_path), "SOEP_DRAFTING__DRAFTER": "local_llm"}
    outcome = soep("check", env=chosen)
    assert outcome.returncode == 3
    assert "✗ Conceptschrijver" in outcome.stdout
    assert "Conceptschrijver" not in soep("check", env={**chosen, "SOEP_DRAFTING__DRAFTER": "extractive"}).stdout


def test_check_tells_of_a_drive_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on Windows, where a stick that held the store was taken out: no folder above it exists."""
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert run(["check"]) in (3, 6)  # 3 where the weights are missing as well
    assert "✗ Schijf" in capsys.readouterr().out


def test_measuring_skips_drafters_without_weights_unless_asked_for(tmp_path: Path) -> None:
    bare = {"SOEP_MODELS": str(tmp_path)}
    consults = REPOSITORY / "benchmarks" / "consults_dev"
    (tmp_path / "d001.json").write_bytes((consults / "d001.json").read_bytes())
    outcome = soep("eval", "draft", tmp_path, "--json", env=bare)
    assert outcome.returncode == 0, outcome.stderr
    assert list(json.loads(outcome.stdout)) == ["extractive"]
    assert "local_llm is overgeslagen" in outcome.stderr
    assert_refused(soep("eval", "draft", tmp_path, "--drafter", "local_llm", env=bare), 3, "soep models install")
    assert_refused(soep("eval", "draft", tmp_path, "--drafter", "ganzenveer", env=bare), 2, "ganzenveer")


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

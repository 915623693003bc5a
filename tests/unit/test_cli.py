"""The command line itself: quick, Dutch, and without model libraries."""

from __future__ import annotations

import subprocess
import sys
import time

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


def test_an_unknown_format_is_told_before_any_work(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("ARTS: Dag.\n", "utf-8")
    assert_refused(soep("draft", tmp_path / "a.txt", "--format", "pdf"), 2, "pdf", "docx")


def test_a_document_cannot_go_to_the_screen(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("ARTS: Dag.\n", "utf-8")
    assert_refused(soep("draft", tmp_path / "a.txt", "--format", "docx"), 2, "-o")


def test_a_wrong_setting_is_named() -> None:
    outcome = soep("draft", "x.txt", env={"SOEP_SPEECH__BEAM_SIZE": "99"})
    assert_refused(outcome, 2, "speech.beam_size")

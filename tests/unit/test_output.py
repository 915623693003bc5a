"""Where drafts are written: nothing of the user's is lost, and what cannot work is told before the work."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from soep.errors import DeviceError
from soep.export.write import check_writable, write_files
from tests.commands import assert_refused, soep

SAID = "ARTS: Dag.\nPATIENT: Ik heb sinds vijf dagen keelpijn en ik hoest.\n"


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "consult.txt"
    path.write_text(SAID, "utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Before the work ----------------------------------------


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_a_transcript_is_never_overwritten_by_its_draft(transcript: Path, options: tuple[str, ...]) -> None:
    outcome = soep("draft", transcript, "-o", ".", *options, cwd=transcript.parent)
    assert_refused(outcome, 2, "consult.txt", "-o")
    assert files(transcript.parent) == {"consult.txt": SAID.encode()}


def test_another_name_for_the_transcript_is_seen(transcript: Path, tmp_path: Path) -> None:
    (tmp_path / "uit").mkdir()
    os.link(transcript, tmp_path / "uit" / "consult.txt")
    assert_refused(soep("draft", transcript, "-o", tmp_path / "uit", "--force"), 2, "consult.txt")
    assert transcript.read_text("utf-8") == SAID


def test_what_stands_there_is_replaced_only_with_force(transcript: Path, tmp_path: Path) -> None:
    folder = tmp_path / "uit"
    assert soep("draft", transcript, "-o", folder).returncode == 0
    edited = folder / "consult.docx"
    edited.write_bytes(b"nagekeken")
    before = files(folder)
    assert_refused(soep("draft", transcript, "-o", folder), 2, "bestaat al", "--force")
    assert files(folder) == before
    assert soep("draft", transcript, "-o", folder, "--force").returncode == 0
    assert edited.read_bytes() != b"nagekeken"
    assert len(files(folder)) == 3


@pytest.mark.parametrize("names", [("a/consult.wav", "b/consult.wav"), ("a/Consult.wav", "b/consult.mp3")])
def test_recordings_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    outcome = soep("process", *(tmp_path / name for name in names), "-o", tmp_path / "uit")
    assert_refused(outcome, 2, *(str(Path(name)) for name in names))
    assert not (tmp_path / "uit").exists()


def test_a_folder_that_cannot_be_made_is_told_before_the_work(transcript: Path) -> None:
    outcome = soep("process", "er-is-geen-opname.wav", "-o", transcript / "uit")
    assert_refused(outcome, 6, "andere map")


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("needs a file system that nobody can write to")
    assert_refused(soep("process", "er-is-geen-opname.wav", "-o", "/proc/uit"), 6, "andere map")


def test_looking_at_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "nieuw" / "uit")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "er").mkdir()
    check_writable(tmp_path / "er")
    assert [path.name for path in tmp_path.rglob("*")] == ["er"]


@pytest.mark.parametrize("command", [("process", "er-is-geen-opname.wav"), ("demo",)])
def test_an_unknown_drafter_is_told_before_the_work(command: tuple[str, ...]) -> None:
    assert_refused(soep(*command, "--drafter", "ganzenveer"), 2, "ganzenveer", "extractive")


def test_a_drafter_without_its_weights_is_told_before_the_work(tmp_path: Path) -> None:
    outcome = soep("process", "er-is-geen-opname.wav", "--drafter", "local_llm", env={"SOEP_MODELS": str(tmp_path)})
    assert_refused(outcome, 3, "soep models install")


# While writing ----------------------------------------


def test_files_are_written_together(tmp_path: Path) -> None:
    write_files({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    write_files({tmp_path / "a": b"3", tmp_path / "c": b"4"})
    assert files(tmp_path) == {"a": b"3", "b": b"2", "c": b"4"}


def test_one_that_cannot_be_replaced_puts_back_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a document that is open in Word cannot be replaced."""
    (tmp_path / "a.json").write_bytes(b"oud")
    (tmp_path / "c.docx").write_bytes(b"nagekeken")
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if target.suffix == ".docx":
            raise PermissionError(13, "in use", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(DeviceError, match=r"c\.docx.*ander programma"):
        write_files({tmp_path / "a.json": b"nieuw", tmp_path / "b.txt": b"nieuw", tmp_path / "c.docx": b"nieuw"})
    assert files(tmp_path) == {"a.json": b"oud", "c.docx": b"nagekeken"}


def test_a_folder_in_the_way_of_a_file_puts_back_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"oud")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(DeviceError):
        write_files({tmp_path / "a.json": b"nieuw", tmp_path / "b.txt": b"nieuw"})
    assert files(tmp_path) == {"a.json": b"oud"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.txt"]

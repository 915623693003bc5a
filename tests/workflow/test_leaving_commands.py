"""`soep approve` and `soep export`, as their user types them, on a store without any model."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soep.types import Flag, NoteLine, SoepNote, Status
from soep.wording import FlagCode
from soep.workflow import Desk, editing, keeping
from soep.workflow.edits import AcceptFlags
from tests.commands import assert_refused, soep
from tests.factories import line
from tests.stores import PASSPHRASE, Office, drafted, office, throat

FLAGGED = line("Pcm 500 mg.", 3, flags=(Flag(FlagCode.NUMBER_NOT_SAID, {"number": "500"}, critical=True),))


class Practice:
    """A store with a draft, closed between commands."""

    def __init__(self, folder: Path, *notes: SoepNote) -> None:
        self.made: Office = office(folder / "soep")
        self.made.clock.at = datetime.now(UTC)  # the commands have the real clock, and erase what is old
        self.consult_id = drafted(self.made.desk, *notes)
        self.made.desk.store.close()
        self.secret = folder / "wachtwoord"
        self.secret.write_text(PASSPHRASE, "utf-8")
        self.folder = folder / "his"

    def soep(self, *arguments: str | Path, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        env = {
            "SOEP_HOME": str(self.made.folder),
            "SOEP_PASSPHRASE_FILE": str(self.secret),
            "SOEP_EXPORT__FOLDER": str(self.folder),
            "SOEP_EXPORT__FOLDER_FORMAT": "txt",
        }
        return soep(*arguments, env=env, typed=typed)

    def desk(self) -> Desk:
        return self.made.again()


@pytest.fixture
def two(tmp_path: Path) -> Practice:
    return Practice(tmp_path, throat(), throat(problem=line("Knie", 2)))


def test_all_at_once(two: Practice) -> None:
    done = two.soep("approve", two.consult_id[:5], "--alles")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "5 dgn keelpijn." in done.stderr
    assert "12345" in done.stderr
    assert "2 problemen goedgekeurd" in done.stderr
    assert two.desk().peek(two.consult_id).status is Status.APPROVED
    assert_refused(two.soep("approve", two.consult_id, "--alles"), 2, "niet goedgekeurd")


def test_problem_by_problem(two: Practice) -> None:
    done = two.soep("approve", two.consult_id, typed="y\nn\n")
    assert done.returncode == 0, done.stderr
    assert "1 probleem goedgekeurd" in done.stderr
    assert [note.problem.text for note in two.desk().peek(two.consult_id).final] == ["Keelpijn"]


def test_what_must_be_looked_at_is_named_and_refused(tmp_path: Path) -> None:
    practice = Practice(tmp_path, throat(P=(FLAGGED,)))
    assert_refused(
        practice.soep("approve", practice.consult_id, "--alles"), 2, "Pcm 500 mg.", "niet gezegd", "1 regel met"
    )
    desk = practice.desk()
    flagged: NoteLine = desk.peek(practice.consult_id).working[0].P[0]
    editing.edit(desk, practice.consult_id, AcceptFlags(flagged.id))
    desk.store.close()
    assert practice.soep("approve", practice.consult_id, "--alles").returncode == 0


def test_into_the_folder_of_the_ehr(two: Practice) -> None:
    assert_refused(two.soep("export", two.consult_id, "--to", "map"), 2, "goedgekeurd")
    two.soep("approve", two.consult_id, "--alles")
    assert_refused(two.soep("export", two.consult_id, "--to", "map"), 6, "map")
    two.folder.mkdir()
    done = two.soep("export", two.consult_id, "--to", "map")
    assert done.returncode == 0, done.stderr
    file, receipt = sorted(two.folder.iterdir())
    assert receipt.name == f"{file.name}.ok"
    assert file.name in done.stderr
    file.unlink()
    receipt.unlink()
    assert "Stond al" in two.soep("export", two.consult_id, "--to", "map").stderr
    assert list(two.folder.iterdir()) == []


def test_every_export_is_logged_with_its_checksum(two: Practice, tmp_path: Path) -> None:
    two.soep("approve", two.consult_id, "--alles")
    assert two.soep("export", two.consult_id, "--to", "tekst").stdout.startswith("Keelpijn\nS: 5 dgn keelpijn.")
    assert two.soep("export", two.consult_id, "--to", "docx", "-o", tmp_path / "a.docx").returncode == 0
    entries = [entry for entry in keeping.log(two.desk(), consult=two.consult_id) if entry.action == "export"]
    assert [(entry.result, entry.detail.split()[0]) for entry in entries] == [
        ("begun", "tekst"),
        ("ok", "tekst"),
        ("begun", "docx"),
        ("ok", "docx"),
    ]
    assert all(len(entry.detail.split()[1]) == 64 for entry in entries if entry.result == "ok")
    assert all(entry.user for entry in entries)


def test_as_json_it_is_approved(two: Practice) -> None:
    two.soep("approve", two.consult_id, "--alles")
    assert json.loads(two.soep("export", two.consult_id, "--to", "json").stdout)["status"] == "approved"

"""The commands on the store, as their user types them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from soep.config import Settings
from soep.export.exporter import exporter_names
from soep.store import Store, keys
from soep.types import Status
from soep.workflow import Desk, approval, editing
from soep.workflow.edits import AcceptFlags, AddLine, CorrectUtterance
from tests.commands import assert_refused, holders, reached, soep, strace
from tests.conftest import REPOSITORY, missing
from tests.stores import PASSPHRASE

OFFLINE = ("unshare", "--user", "--map-root-user", "--net")
FINE = {"check": {0, 3}, "record": {6}, "ctl": {2}, "approve": {0, 2}, "passphrase": {0}}
"""Exit codes, where others than 0 are as they should be: no microphone, no application to ask."""
MARKER = "Xqzjwmerk"
"""Stands in a label, is said and is noted, and so is in the store; it may stand nowhere else."""
PATIENT = "kaart 5551298"
"""The patient's reference; no code in hexadecimals can read like it, as five digits do by chance."""


@dataclass
class Practice:
    """A practice with one imported consult."""

    home: Path
    secret: Path
    consult_id: str

    @property
    def env(self) -> dict[str, str]:
        return {"SOEP_HOME": str(self.home), "SOEP_PASSPHRASE_FILE": str(self.secret)}

    def soep(
        self, *arguments: str | Path, prefix: tuple[str, ...] = (), typed: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return soep(*arguments, env=self.env, prefix=prefix, typed=typed)

    def desk(self) -> Desk:
        return Desk(Store(self.home, keys.unlock(self.home, PASSPHRASE)), Settings(home=self.home))

    def approve(self) -> None:
        """What the GP does in the application."""
        desk = self.desk()
        consult = desk.peek(self.consult_id)
        if consult.status is Status.DRAFT:
            for note in consult.working:
                for _field, line in note.title_and_lines():
                    if line.flags:
                        editing.edit(desk, self.consult_id, AcceptFlags(line.id))
            approval.approve(desk, self.consult_id)
        desk.store.close()


@pytest.fixture(scope="module")
def imported(
    settings: Settings, short_sound: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Practice, subprocess.CompletedProcess[str]]]:
    folder = tmp_path_factory.mktemp("praktijk")
    secret = folder / "wachtwoord"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    sound = shutil.copy(short_sound, folder / "opname.wav")
    made = Practice(folder / "soep", secret, "")
    watched = strace(folder / "trace") if shutil.which("strace") else ()
    outcome = made.soep(
        "import", sound, "--toestemming", "patient", "--gegevens", typed=f"{MARKER}\n{PATIENT}\n", prefix=watched
    )
    made.consult_id = outcome.stdout.strip()
    plant(made)
    yield made, outcome


def plant(made: Practice) -> None:
    """Have the marker said, and stand in the note."""
    desk = made.desk()
    consult = desk.peek(made.consult_id)
    said = consult.transcript.utterances[0]
    editing.edit(desk, made.consult_id, CorrectUtterance(said.id, f"{said.text} {MARKER} gezegd."))
    editing.edit(desk, made.consult_id, AddLine(consult.working[0].id, "S", f"{MARKER} genoteerd."))
    desk.store.close()


@pytest.fixture
def practice(imported: tuple[Practice, subprocess.CompletedProcess[str]]) -> Practice:
    return imported[0]


def test_a_recording_is_imported_and_drafted(imported: tuple[Practice, subprocess.CompletedProcess[str]]) -> None:
    practice, outcome = imported
    assert outcome.returncode == 0, outcome.stderr
    assert len(practice.consult_id) == 12
    assert "staat er nog" in outcome.stderr  # the source file remains, and that is said
    assert MARKER not in outcome.stderr
    shown = practice.soep("show", practice.consult_id[:6])
    assert shown.returncode == 0, shown.stderr
    assert "CONCEPT" in shown.stdout
    as_json = json.loads(practice.soep("show", practice.consult_id, "--format", "json").stdout)
    assert as_json["status"] == "draft"
    assert as_json["notes"]


def test_the_list_and_the_search(practice: Practice) -> None:
    rows = json.loads(practice.soep("list", "--json").stdout)
    assert [(row["id"], row["label"]) for row in rows] == [(practice.consult_id, MARKER)]
    assert practice.consult_id in practice.soep("list", "--zoek", typed=f"{MARKER.lower()}\n").stdout
    nothing = practice.soep("list", "--zoek", typed="bestaatniet\n")
    assert (nothing.returncode, nothing.stdout) == (0, "")


def test_only_what_is_approved_is_exported(practice: Practice, tmp_path: Path) -> None:
    assert_refused(practice.soep("export", practice.consult_id, "--to", "txt"), 2, "goedgekeurd")
    practice.approve()
    shown = practice.soep("export", practice.consult_id, "--to", "txt")
    assert shown.returncode == 0, shown.stderr
    assert "CONCEPT" not in shown.stdout
    for form in ("json", "docx"):
        target = tmp_path / f"verslag.{form}"
        assert practice.soep("export", practice.consult_id, "--to", form, "-o", target).returncode == 0
        assert target.stat().st_size > 500
        target.unlink()
    assert_refused(practice.soep("export", practice.consult_id, "--to", "docx"), 7, "-o")
    log = json.loads(practice.soep("audit", "--json", "--consult", practice.consult_id).stdout)
    assert [entry["detail"].split()[0] for entry in log if entry["action"] == "export" and entry["result"] == "ok"] == [
        "txt",
        "json",
        "docx",
    ]


def test_the_log_is_shown_and_verified(practice: Practice) -> None:
    outcome = practice.soep("audit", "--verify")
    assert outcome.returncode == 0, outcome.stderr
    assert "klopt" in outcome.stdout


def test_a_log_without_its_head_stays_wrong(practice: Practice, tmp_path: Path) -> None:
    """Also after the store was opened and worked with: what was wrong stands in the log itself."""
    home = shutil.copytree(practice.home, tmp_path / "soep")
    other = Practice(home, practice.secret, practice.consult_id)
    (home / "store.head").unlink()
    assert other.soep("list").returncode == 0
    for _each in range(2):
        outcome = other.soep("audit", "--verify")
        assert_refused(outcome, 6, "klopt niet", "no head")
        assert outcome.stderr.count("no head") == 1


def test_figures_hold_no_content(practice: Practice) -> None:
    practice.approve()
    found = json.loads(practice.soep("stats", "--json").stdout)
    assert found["consults"] == 1
    assert "regels ongewijzigd" in practice.soep("stats").stdout


def test_a_backup_is_put_back_elsewhere(practice: Practice, tmp_path: Path) -> None:
    assert practice.soep("backup", tmp_path / "b.soep").returncode == 0
    other = Practice(tmp_path / "elders", practice.secret, practice.consult_id)
    assert other.soep("restore", tmp_path / "b.soep").returncode == 0
    assert practice.consult_id in other.soep("list").stdout
    assert other.soep("audit", "--verify").returncode == 0
    assert_refused(other.soep("restore", tmp_path / "b.soep"), 2, "al een opslag")


def test_a_wrong_passphrase_is_all_that_is_told(practice: Practice, tmp_path: Path) -> None:
    wrong = tmp_path / "wachtwoord"
    wrong.write_text("iets heel anders\n", "utf-8")
    assert_refused(soep("list", env=practice.env | {"SOEP_PASSPHRASE_FILE": str(wrong)}), 4, "wachtwoord klopt niet")
    assert practice.soep("list").returncode == 0
    log = json.loads(practice.soep("audit", "--json").stdout)
    assert "failed unlock" in [entry["action"] for entry in log]


def test_what_is_not_there_is_told(practice: Practice, tmp_path: Path) -> None:
    assert_refused(practice.soep("show", "bestaatniet"), 2, "geen consult")
    assert_refused(soep("list", env=practice.env | {"SOEP_HOME": str(tmp_path / "leeg")}), 2, "nog geen opslag")
    assert_refused(practice.soep("import", tmp_path / "weg.ogg", "--toestemming", "patient"), 2, "weg.ogg")
    assert_refused(practice.soep("import", practice.secret, "--toestemming", "patient"), 2)
    assert len(json.loads(practice.soep("list", "--json").stdout)) == 1


def test_consent_comes_first(practice: Practice, sample_sound: Path) -> None:
    assert_refused(practice.soep("import", sample_sound), 2, "--toestemming")
    young = practice.soep("import", sample_sound, "--toestemming", "patient", "--leeftijd", "9")
    assert_refused(young, 2, "ouders")


@pytest.mark.skipif(sys.platform != "linux", reason="needs network namespaces")
def test_every_command_on_the_store_works_without_a_network(practice: Practice, tmp_path: Path) -> None:
    if subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode:
        missing("user namespaces are not allowed here")
    practice.approve()
    for arguments in store_commands(practice, tmp_path):
        outcome = practice.soep(*arguments, prefix=OFFLINE)
        assert outcome.returncode == 0, (arguments, outcome.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
def test_no_command_on_the_store_reaches_for_the_network(practice: Practice, tmp_path: Path) -> None:
    practice.approve()
    for arguments in store_commands(practice, tmp_path):
        assert reaches(practice, arguments, tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
def test_recognising_and_drafting_reach_for_no_network(practice: Practice) -> None:
    """The import that the other tests here begin with, with every model library at work."""
    trace = practice.home.parent / "trace"
    if not trace.exists():
        missing("needs strace")
    assert reached(trace) == []


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
def test_no_command_at_all_reaches_for_the_network(practice: Practice, tmp_path: Path, sample_sound: Path) -> None:
    """With the models at work, every process of it traced."""
    for each, arguments, typed in all_commands(practice, tmp_path, sample_sound):
        assert reaches(each, arguments, tmp_path, typed) == [], arguments


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs network namespaces")
def test_every_command_works_without_a_network(practice: Practice, tmp_path: Path, sample_sound: Path) -> None:
    if subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode:
        missing("user namespaces are not allowed here")
    for each, arguments, typed in all_commands(practice, tmp_path, sample_sound):
        outcome = each.soep(*arguments, prefix=OFFLINE, typed=typed)
        assert outcome.returncode in FINE.get(str(arguments[0]), {0}), (arguments, outcome.stderr)


def all_commands(
    practice: Practice, folder: Path, sound: Path
) -> Iterator[tuple[Practice, tuple[str | Path, ...], str | None]]:
    """A practice, a command with its arguments, and what it reads; each after those before it were run."""
    script = folder / "a.txt"
    script.write_text("ARTS: Wat is er?\nPATIENT: Ik heb keelpijn en hoest sinds drie dagen.\n" * 3, "utf-8")
    labelled = folder / "gelabeld"
    labelled.mkdir()
    shutil.copy(sorted((REPOSITORY / "benchmarks" / "consults_dev").glob("*.json"))[0], labelled)
    for arguments in (
        ("demo",),
        ("process", sound, "-o", folder / "uit"),
        ("import", sound, "--toestemming", "patient"),
        ("draft", script, "--format", "txt"),
        ("draft", script, "--format", "txt", "--drafter", "local_llm"),
        ("check",),
        ("models", "list"),
        ("models", "verify"),
        ("eval", "draft", labelled, "--drafter", "extractive"),
        ("backup", folder / "b.soep"),
    ):
        yield practice, arguments, None
    other = Practice(folder / "elders", practice.secret, practice.consult_id)
    yield other, ("restore", folder / "b.soep"), None
    yield other, ("approve", practice.consult_id, "--alles"), None
    other.approve()
    for arguments in (
        *store_commands(other, folder),
        *(("export", practice.consult_id, "--to", form, "-o", folder / f"uit.{form}") for form in exporter_names()),
        ("validate", folder / "uit.fhir"),
        ("record", "--toestemming", "patient", "--device", "bestaatniet"),
        ("ctl", "stop"),
        ("delete", practice.consult_id, "--ja"),
    ):
        yield other, arguments, None
    yield other, ("passphrase",), "een heel ander wachtwoord\n" * 2


def store_commands(practice: Practice, folder: Path) -> list[tuple[str | Path, ...]]:
    target = folder / "b.soep"
    target.unlink(missing_ok=True)
    return [
        ("list",),
        ("show", practice.consult_id),
        ("export", practice.consult_id, "--to", "txt"),
        ("audit",),
        ("audit", "--verify"),
        ("stats",),
        ("backup", target),
    ]


def reaches(practice: Practice, arguments: tuple[str | Path, ...], folder: Path, typed: str | None = None) -> list[str]:
    """The system calls by which a command, or any process of it, reached for anything but this computer's own files."""
    if shutil.which("strace") is None:
        missing("needs strace")
    trace = folder / "trace"
    outcome = practice.soep(*arguments, prefix=strace(trace), typed=typed)
    assert outcome.returncode in FINE.get(str(arguments[0]), {0}), (arguments, outcome.stderr)
    return reached(trace)


def test_nothing_of_a_consult_is_left_outside_the_store(practice: Practice, tmp_path: Path) -> None:
    """A day's work with its failures, and then every file that this user could have written to is searched."""
    started = practice.secret.stat().st_mtime
    practice.approve()
    for arguments in (
        ("show", practice.consult_id),
        ("show", "bestaatniet"),
        ("export", practice.consult_id, "--to", "bestaatniet"),
        ("export", practice.consult_id, "--to", "txt", "-o", practice.secret / "x.txt"),
        ("import", practice.secret, "--toestemming", "dictaat"),
        ("backup", tmp_path / "b.soep"),
    ):
        outcome = practice.soep(*arguments)
        assert MARKER not in outcome.stderr
        assert PATIENT not in outcome.stderr
    assert holders((MARKER, PATIENT), [practice.home, tmp_path], started) == []


def test_a_consult_is_deleted_for_good(practice: Practice, tmp_path: Path) -> None:
    assert practice.soep("backup", tmp_path / "b.soep").returncode == 0
    other = Practice(tmp_path / "elders", practice.secret, practice.consult_id)
    assert other.soep("restore", tmp_path / "b.soep").returncode == 0
    assert other.soep("delete", practice.consult_id, "--ja").returncode == 0
    assert other.soep("list").stdout == ""
    log = json.loads(other.soep("audit", "--json").stdout)
    assert practice.consult_id in [entry["object"] for entry in log if entry["action"] == "delete"]

"""Backups: made in use, opened elsewhere with the passphrase alone, and whole or not there."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from soep.config import Settings
from soep.errors import InputError, StoreLockedError
from soep.store import Store, backup, keys
from soep.store.database import DATABASE_FILE
from soep.workflow import Desk, intake, keeping
from tests.stores import AGREED, CHEAP, PASSPHRASE, Office, drafted, office, second


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(keys.lock_copy, "__defaults__", (CHEAP,))
    return office(tmp_path / "soep")


def restored(source: Path, folder: Path) -> Desk:
    settings = Settings(home=folder)
    keeping.restore(settings, source, PASSPHRASE)
    return Desk(Store(folder, keys.unlock(folder, PASSPHRASE)), settings)


def test_a_backup_holds_everything_and_its_log_goes_on(made: Office, tmp_path: Path) -> None:
    consult_id = drafted(made.desk)
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    desk = restored(tmp_path / "b.soep", tmp_path / "elders")
    assert desk.peek(consult_id) == made.desk.peek(consult_id)
    assert len(list(intake.sound(desk, consult_id))) == 3
    assert keeping.verify_log(desk) == []
    assert [entry.action for entry in keeping.log(desk)][-1] == "restore"
    assert desk.store.damage() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards the user's folder with its own lists")
def test_what_is_put_back_is_for_this_user_only(made: Office, tmp_path: Path) -> None:
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    restored(tmp_path / "b.soep", tmp_path / "elders")
    for file in (tmp_path / "elders").iterdir():
        assert file.is_dir() or file.stat().st_mode & 0o077 == 0, file.name


def test_it_can_be_made_while_a_recording_runs(made: Office, tmp_path: Path) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, second())
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    intake.add_sound(made.desk, consult_id, second())
    desk = restored(tmp_path / "b.soep", tmp_path / "elders")
    assert intake.sound_s(desk, consult_id) == 1.0


def test_it_can_only_be_read_with_the_passphrase(made: Office, tmp_path: Path) -> None:
    drafted(made.desk)
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    raw = (tmp_path / "b.soep").read_bytes()
    for marker in (b"keelpijn", b"Rode trui", b"kaart 12345", b"SQLite format"):
        assert marker not in raw
    with pytest.raises(StoreLockedError):
        keeping.restore(Settings(home=tmp_path / "elders"), tmp_path / "b.soep", "een ander wachtwoord")
    assert not (tmp_path / "elders").exists()


def test_it_opens_with_a_key_of_its_own(made: Office, tmp_path: Path) -> None:
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    restored(tmp_path / "b.soep", tmp_path / "elders").store.close()
    with pytest.raises(StoreLockedError):
        Store(tmp_path / "elders", made.key)


def test_nothing_is_overwritten(made: Office, tmp_path: Path) -> None:
    target = tmp_path / "b.soep"
    keeping.back_up(made.desk, target, PASSPHRASE)
    with pytest.raises(InputError, match="bestaat al"):
        backup.write(made.desk.store, target, PASSPHRASE)
    with pytest.raises(InputError, match="al een opslag"):
        keeping.restore(made.desk.settings, target, PASSPHRASE)


def test_a_short_passphrase_leaves_nothing(made: Office, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te kort"):
        backup.write(made.desk.store, tmp_path / "b.soep", "kort")
    assert [file.name for file in tmp_path.iterdir()] == ["soep"]


def test_a_restore_that_was_cut_off_can_be_done_again(made: Office, tmp_path: Path) -> None:
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    (tmp_path / "elders").mkdir()
    (tmp_path / "elders" / f"{DATABASE_FILE}.part").write_bytes(b"half")
    assert restored(tmp_path / "b.soep", tmp_path / "elders").find() == []
    assert not (tmp_path / "elders" / f"{DATABASE_FILE}.part").exists()


def test_a_packed_file_is_no_backup(made: Office, tmp_path: Path) -> None:
    keeping.back_up(made.desk, tmp_path / "b.soep", PASSPHRASE)
    with (
        zipfile.ZipFile(tmp_path / "b.soep") as archive,
        zipfile.ZipFile(tmp_path / "p.soep", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
    with pytest.raises(InputError, match="geen back-up"):
        keeping.restore(Settings(home=tmp_path / "elders"), tmp_path / "p.soep", PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"geen zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_backup_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.soep").write_bytes(content)
    with pytest.raises(InputError, match="geen back-up"):
        keeping.restore(Settings(home=tmp_path / "elders"), tmp_path / "b.soep", PASSPHRASE)
    with pytest.raises(InputError, match="er niet"):
        keeping.restore(Settings(home=tmp_path / "elders"), tmp_path / "weg.soep", PASSPHRASE)

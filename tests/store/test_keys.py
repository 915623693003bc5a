"""The key: opened by the right passphrase only, at a price, and changed without touching a consult."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from soep.errors import InputError, StoreDamagedError, StoreLockedError
from soep.store import Store, keys
from tests.stores import CHEAP, PASSPHRASE, Office, office


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    ring = Ring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(ring, name))
    return ring


def test_the_passphrase_opens_what_it_closed(tmp_path: Path) -> None:
    key = keys.create(tmp_path, PASSPHRASE, CHEAP)
    assert keys.unlock(tmp_path, PASSPHRASE) == key
    assert keys.needs_passphrase(tmp_path)


def test_letters_are_compared_as_people_read_them(tmp_path: Path) -> None:
    key = keys.create(tmp_path, "café aan de zee", CHEAP)
    assert keys.unlock(tmp_path, "cafe\u0301 aan de zee") == key


def test_a_wrong_passphrase_says_only_that_and_costs_more_each_time(tmp_path: Path) -> None:
    keys.create(tmp_path, PASSPHRASE, CHEAP)
    waited: list[float] = []
    for _each in range(6):
        with pytest.raises(StoreLockedError, match="Dit wachtwoord klopt niet") as caught:
            keys.unlock(tmp_path, "iets heel anders", sleep=waited.append)
        assert caught.value.exit_code == 4
    assert waited == [1.0, 2.0, 4.0, 8.0]
    assert len(keys.failures(tmp_path)) == 6


def test_the_wait_has_an_end(tmp_path: Path) -> None:
    keys.create(tmp_path, PASSPHRASE, CHEAP)
    (tmp_path / keys.FAILURES_FILE).write_text("x\n" * 50, "ascii")
    waited: list[float] = []
    assert keys.unlock(tmp_path, PASSPHRASE, sleep=waited.append)
    assert waited == [keys.MOST_DELAY_S]


def test_the_cost_of_a_guess_is_what_the_documents_say() -> None:
    assert keys.Cost(passes=3, memory_kib=256 * 1024, lanes=4) == keys.DEFAULT_COST


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te kort"):
        keys.create(tmp_path, "welkom01", CHEAP)
    assert not keys.exists(tmp_path)


def test_a_store_is_not_made_twice(tmp_path: Path) -> None:
    keys.create(tmp_path, PASSPHRASE, CHEAP)
    with pytest.raises(InputError, match="al een opslag"):
        keys.create(tmp_path, PASSPHRASE, CHEAP)


def test_a_change_of_passphrase_keeps_the_key(tmp_path: Path) -> None:
    key = keys.create(tmp_path, PASSPHRASE, CHEAP)
    keys.change_passphrase(tmp_path, key, "een heel ander wachtwoord", CHEAP)
    assert keys.unlock(tmp_path, "een heel ander wachtwoord") == key
    with pytest.raises(StoreLockedError):
        keys.unlock(tmp_path, PASSPHRASE)


def test_a_changed_key_file_does_not_open(tmp_path: Path) -> None:
    keys.create(tmp_path, PASSPHRASE, CHEAP)
    file = tmp_path / keys.KEY_FILE
    content = json.loads(file.read_text("utf-8"))
    content["passphrase"]["passes"] = 2  # a cheaper guess: the header is signed with the key
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(StoreLockedError):
        keys.unlock(tmp_path, PASSPHRASE)
    content["passphrase"]["passes"] = 10**6  # a guess that never ends
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(StoreDamagedError):
        keys.unlock(tmp_path, PASSPHRASE)
    for damaged in ("", "{}", "[1]", '{"version": 1, "id": "x", "passphrase": {"kdf": "argon2id"}}'):
        file.write_text(damaged, "utf-8")
        with pytest.raises(StoreDamagedError, match=r"store\.key"):
            keys.unlock(tmp_path, PASSPHRASE)
    file.unlink()
    with pytest.raises(StoreDamagedError, match="ontbreekt"):
        keys.unlock(tmp_path, PASSPHRASE)


def test_the_keyring_keeps_the_key_until_there_is_a_passphrase(tmp_path: Path, ring: Ring) -> None:
    key = keys.create(tmp_path, None)
    assert not keys.needs_passphrase(tmp_path)
    assert keys.unlock_from_keyring(tmp_path) == key
    assert key.data.hex() not in (tmp_path / keys.KEY_FILE).read_text("utf-8")
    keys.change_passphrase(tmp_path, key, PASSPHRASE, CHEAP)
    assert ring.kept == {}
    assert keys.unlock(tmp_path, PASSPHRASE) == key


def test_a_keyring_without_the_key_or_that_fails_is_told(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.create(tmp_path, None)
    ring.kept.clear()
    with pytest.raises(StoreLockedError, match="niet in de sleutelbos"):
        keys.unlock_from_keyring(tmp_path)

    def fail(*_: str) -> None:
        raise keyring.errors.KeyringLocked

    monkeypatch.setattr(keyring, "get_password", fail)
    with pytest.raises(StoreLockedError, match="werkt niet"):
        keys.unlock_from_keyring(tmp_path)


def test_the_database_has_a_key_of_its_own(tmp_path: Path) -> None:
    key = keys.create(tmp_path, PASSPHRASE, CHEAP)
    assert key.database != key.data
    assert "data" not in repr(key)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards the user's folder with its own lists")
def test_the_files_are_for_this_user_only(tmp_path: Path) -> None:
    made: Office = office(tmp_path / "soep")
    assert made.folder.stat().st_mode & 0o777 == 0o700
    for file in made.folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_another_key_does_not_open_the_database(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    made.desk.store.close()
    with pytest.raises(StoreLockedError):
        Store(made.folder, keys.StoreKey(b"0" * 32))

"""The database: whole or not at all, for one process or several, and clear about what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from soep.errors import DeviceError, InputError, StoreDamagedError, StoreLockedError
from soep.store import Store, migrations
from soep.store.database import DATABASE_FILE, connected, told
from soep.types import Status
from soep.workflow import intake
from tests.factories import rich_consult
from tests.stores import AGREED, Office, drafted, found_in, office, second


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


def test_a_consult_comes_back_as_it_was(made: Office) -> None:
    consult = rich_consult()
    with made.desk.store.transaction() as tables:
        tables.consults.put(consult)
    assert made.again().peek(consult.id) == consult


def test_an_unknown_consult_is_told(made: Office) -> None:
    with pytest.raises(InputError, match="geen consult"):
        made.desk.peek("bestaatniet")


def test_nothing_of_a_failed_transaction_stays(made: Office) -> None:
    consult_id = drafted(made.desk)
    before = made.desk.peek(consult_id)
    with pytest.raises(ZeroDivisionError), made.desk.store.transaction() as tables:
        tables.consults.delete(consult_id)
        raise ZeroDivisionError
    assert made.desk.peek(consult_id) == before


def test_search_finds_words_in_any_order_without_accents(made: Office) -> None:
    consult_id = drafted(made.desk)
    for words in ("keelpijn", "RODE 12345", "pcm dgn", "kéelpijn"):
        assert [row.id for row in made.desk.find(words)] == [consult_id]
    for words in ("knie", "rode knie", "%", "_"):
        assert made.desk.find(words) == []
    assert made.desk.find(statuses=[Status.APPROVED]) == []


def test_a_plain_reader_sees_nothing(made: Office) -> None:
    drafted(made.desk)
    made.desk.store.erase_traces()
    raw = b"".join(file.read_bytes() for file in made.folder.iterdir() if file.is_file())
    for marker in (b"SQLite format", b"keelpijn", b"Rode trui", b"kaart 12345", b"CREATE TABLE"):
        assert marker not in raw
    for marker in (b"keelpijn", b"Rode trui", b"kaart 12345"):  # so that the search itself is known to work
        assert found_in(made.folder, made.key, marker) > 0


def test_two_processes_work_on_one_store(made: Office) -> None:
    """Another process writes a hundred entries while this one does: every one is there, and the chain is whole."""
    consult_id = drafted(made.desk)
    script = (
        "import sys\nfrom pathlib import Path\nfrom soep.store import Store, keys\nfrom soep.config import Settings\n"
        "from soep.workflow import Desk\nfrom tests.stores import PASSPHRASE\n"
        "folder = Path(sys.argv[1])\n"
        "desk = Desk(Store(folder, keys.unlock(folder, PASSPHRASE)), Settings(home=folder))\n"
        "for _ in range(100): desk.view(sys.argv[2])\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(made.folder), consult_id])
    for _each in range(100):
        made.desk.view(consult_id)
    assert other.wait(60) == 0
    with made.desk.store.reading() as tables:
        assert tables.log.verify(made.desk.store.head.read()) == []
        assert sum(entry.action == "view" for entry in tables.log.entries()) == 200


def test_threads_share_a_store(made: Office) -> None:
    ids = [intake.begin(made.desk, AGREED) for _each in range(3)]

    def write(consult_id: str) -> None:
        for _each in range(20):
            intake.add_sound(made.desk, consult_id, second())

    threads = [threading.Thread(target=write, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [intake.sound_s(made.desk, one) for one in ids] == [20.0, 20.0, 20.0]


def test_a_closed_store_is_locked(made: Office) -> None:
    made.desk.store.close()
    with pytest.raises(StoreLockedError, match="vergrendeld"):
        made.desk.find()


def test_a_missing_a_foreign_and_a_torn_database_are_told(made: Office) -> None:
    drafted(made.desk)
    made.desk.store.close()
    database = made.folder / DATABASE_FILE
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + b"\0" * 4096 + whole[8192:])
    with pytest.raises((StoreDamagedError, StoreLockedError, DeviceError)):
        for _row in Store(made.folder, made.key).damage():
            raise StoreDamagedError("")
    database.write_bytes(b"geen database" * 1000)
    with pytest.raises(StoreLockedError):
        Store(made.folder, made.key)
    database.unlink()
    with pytest.raises(StoreDamagedError, match="ontbreekt"):
        Store(made.folder, made.key)


def test_a_healthy_store_says_so(made: Office) -> None:
    drafted(made.desk)
    assert made.desk.store.damage() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("database or disk is full", "vol"),
        ("attempt to write a readonly database", "geschreven"),
        ("database is locked", "ander venster"),
        ("database disk image is malformed", "beschadigd"),
        ("disk i/o error", "Lezen of schrijven"),
    ],
)
def test_what_sqlite_says_becomes_a_sentence(words: str, said: str) -> None:
    import sqlcipher3.dbapi2 as sqlite

    with pytest.raises(Exception, match=said) as caught, told():
        raise sqlite.OperationalError(words)
    assert words not in str(caught.value)


def test_a_disk_that_was_full_holds_what_it_had(made: Office) -> None:
    """SQLite's own bound on pages stands in for a full disk, to the page."""
    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, second())
    connection = made.desk.store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DeviceError, match="vol"):
        intake.add_sound(made.desk, consult_id, second())
    assert intake.sound_s(made.desk, consult_id) == 1.0
    connection.execute("PRAGMA max_page_count = 1000000")
    intake.add_sound(made.desk, consult_id, second())
    assert intake.sound_s(made.again(), consult_id) == 2.0


def test_a_store_of_a_newer_soep_is_refused(made: Office) -> None:
    made.desk.store._connection.execute(f"PRAGMA user_version = {len(migrations.STEPS) + 1}")
    made.desk.store.close()
    with pytest.raises(StoreDamagedError, match="nieuwere versie"):
        Store(made.folder, made.key)


@pytest.mark.parametrize("version", range(len(migrations.STEPS)))
def test_a_store_of_every_earlier_version_comes_up_to_date(made: Office, version: int, tmp_path: Path) -> None:
    newest = schema(made.desk.store._connection)
    earlier = connected(tmp_path / "earlier.db", made.key)
    migrations.migrate(earlier, migrations.STEPS[:version])
    migrations.migrate(earlier)
    assert schema(earlier) == newest
    earlier.close()


def test_a_step_that_fails_leaves_the_version_before(made: Office, tmp_path: Path) -> None:
    connection = connected(tmp_path / "x.db", made.key)
    with pytest.raises(Exception, match="syntax"):
        migrations.migrate(connection, (*migrations.STEPS, ("CREATE TABLE a (x)", "dit is geen SQL")))
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS)
    assert "a" not in {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()


def schema(connection: Any) -> list[Any]:
    return [tuple(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name")]


def test_a_power_cut_at_any_byte_of_the_log_leaves_a_whole_store(made: Office, tmp_path: Path) -> None:
    """What of the write-ahead log reached the disk counts up to the last whole transaction."""
    consult_id = intake.begin(made.desk, AGREED)
    for _each in range(5):
        intake.add_sound(made.desk, consult_id, second())
    wal = (made.folder / f"{DATABASE_FILE}-wal").read_bytes()
    seen = set()
    for length in [len(wal) * part // 30 for part in range(31)]:
        folder = tmp_path / "after"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made.folder, folder, ignore=shutil.ignore_patterns("*-shm", "*-wal"))
        (folder / f"{DATABASE_FILE}-wal").write_bytes(wal[:length])
        try:
            store = Store(folder, made.key)
        except (StoreDamagedError, StoreLockedError):
            assert length < len(wal) // 2  # of the very first pages: there was no store yet
            continue
        with store.reading() as tables:
            seen.add(tables.sounds.duration_s(consult_id))
        assert store.damage() == []
        store.close()
    assert {3.0, 4.0, 5.0} <= seen
    assert seen <= {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}

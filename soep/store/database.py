"""The database: SQLCipher 4, one connection, every change a transaction that ends in the log.

WAL lets a second process read and write meanwhile; ``synchronous=FULL`` puts every commit on the disk before it is
told as done; ``secure_delete`` overwrites what is deleted.  Nothing is written to temporary files.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite

from soep.errors import DeviceError, SoepError, StoreDamagedError, StoreLockedError
from soep.i18n import _
from soep.store import consults, keys, migrations
from soep.store.atomic import atomic
from soep.store.consults import Consults
from soep.store.deliveries import Deliveries
from soep.store.figures import Figures
from soep.store.head import BEGINNING, Head
from soep.store.history import History
from soep.store.keys import KEY_BYTES, StoreKey
from soep.store.log import Log, LogKeys
from soep.store.sound import Sounds

DATABASE_FILE = "store.db"
HEAD_FILE = "store.head"
BUSY_MS = 10_000
CACHE_KIB = 64 * 1024
"""Deciphered pages kept while the store is open: what a second search through ten thousand notes needs."""
_PRAGMAS = (
    "cipher_compatibility = 4",
    "auto_vacuum = INCREMENTAL",  # before the first table, so that an emptied store becomes small
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    f"busy_timeout = {BUSY_MS}",
    f"cache_size = -{CACHE_KIB}",
)
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class Tables:
    """The tables within one transaction."""

    def __init__(self, connection: Any, keys: LogKeys) -> None:
        self.consults = Consults(connection)
        self.deliveries = Deliveries(connection)
        self.sounds = Sounds(connection)
        self.history = History(connection)
        self.figures = Figures(connection)
        self.log = Log(connection, keys)


class Store:
    """An open store.  Threads may share it; each transaction has it for itself.

    Args:
        folder: where its files lie.
        key: opens it.
        create: whether to make the database when there is none.

    Raises:
        StoreLockedError: the key is not that of this database.
        StoreDamagedError: it is missing, damaged, or made by a newer soep.
        DeviceError: the disk is full, read-only or fails.
    """

    def __init__(self, folder: Path, key: StoreKey, *, create: bool = False) -> None:
        self.folder = folder
        self.key = key
        self._lock = threading.RLock()
        path = folder / DATABASE_FILE
        if create:
            keys.new_store_folder(folder)
            with told():
                path.touch(0o600)  # its log and index of shared memory take their mode from it
        elif not path.is_file():
            raise StoreDamagedError(
                _("De opslag ontbreekt ({file}).").format(file=DATABASE_FILE),
                _("Zet het bestand terug, of herstel een back-up met soep restore."),
            )
        with told():
            self._connection = connected(path, key)
            migrations.migrate(self._connection)
            self._keys = _log_keys(self._connection)
        self.head = Head(folder / HEAD_FILE, self._keys.chain)
        if create:
            with told():
                self.head.write(BEGINNING)

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        """All or nothing; what it logged is chained, and the head of the log written, before it is done.

        Raises:
            DeviceError: the disk is full, read-only or fails; nothing was changed.
        """
        with self._lock, told():
            connection = self._open()
            tables = Tables(connection, self._keys)
            with atomic(connection):
                yield tables
            if tables.log.newest is not None:
                self.head.advance(tables.log.newest)

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """One state of the store, however others change it meanwhile."""
        with self._lock, told():
            connection = self._open()
            if connection.in_transaction:  # within a transaction of this thread
                yield Tables(connection, self._keys)
                return
            connection.execute("BEGIN")
            try:
                yield Tables(connection, self._keys)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def erase_traces(self) -> None:
        """Empty the write-ahead log and give free pages back, so that nothing deleted is left in any file.

        Another process that reads at this moment keeps its state until it is done; then the next call clears it.
        """
        with self._lock, told():
            connection = self._open()
            connection.execute("PRAGMA incremental_vacuum").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def damage(self) -> list[str]:
        """What SQLite and SQLCipher find wrong with the file; empty when nothing."""
        with self._lock, told():
            rows = [
                *self._open().execute("PRAGMA cipher_integrity_check").fetchall(),
                *self._open().execute("PRAGMA integrity_check").fetchall(),
            ]
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def copy_to(self, path: Path, key: StoreKey) -> None:
        """Write a copy of this moment, while it is in use, under another key."""
        with self._lock, told():
            connection = self._open()
            connection.execute(f'ATTACH DATABASE ? AS copy KEY "{_pragma_key(key)}"', (str(path),))
            try:
                with atomic(connection, "BEGIN"):
                    connection.execute("SELECT sqlcipher_export('copy')").fetchall()
                    version = connection.execute("PRAGMA user_version").fetchone()[0]
                    connection.execute(f"PRAGMA copy.user_version = {int(version)}")
            finally:
                connection.execute("DETACH DATABASE copy")

    def close(self) -> None:
        """Close it; the key is forgotten with the object."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()
            consults.forget()

    def _open(self) -> Any:
        if self._connection is None:
            raise StoreLockedError(_("De opslag is vergrendeld."), _("Ontgrendel hem met uw wachtwoord."))
        return self._connection


def connected(path: Path, key: StoreKey) -> Any:
    """A connection that has read the database with this key."""
    connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f'PRAGMA key = "{_pragma_key(key)}"')
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _log_keys(connection: Any) -> LogKeys:
    """The keys of the log, made when the store is."""
    with atomic(connection):
        for name in ("chain", "pseudonyms"):
            connection.execute(
                "INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)", (name, secrets.token_bytes(KEY_BYTES))
            )
        found = dict(connection.execute("SELECT name, value FROM secret").fetchall())
    return LogKeys(bytes(found["chain"]), bytes(found["pseudonyms"]))


def _pragma_key(key: StoreKey) -> str:
    """The raw key in SQLCipher's form; a pragma takes no parameters."""
    shown = key.database.hex()
    assert _HEX_KEY.fullmatch(shown)
    return f"x'{shown}'"


@contextmanager
def told() -> Iterator[None]:
    """Failures of the database as sentences; what SQLite says may hold content and is not shown."""
    try:
        yield
    except sqlite.Error as error:
        raise _failure(str(error).lower()) from None
    except OSError as error:
        raise _failure("disk is full" if error.errno in {28, 122} else "disk i/o") from None


def _failure(words: str) -> SoepError:
    if "full" in words:
        return DeviceError(_("De schijf is vol; deze wijziging is niet bewaard."), _("Maak ruimte en probeer opnieuw."))
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return DeviceError(
            _("De opslag kan niet geschreven worden."), _("Controleer of de map van soep beschrijfbaar is.")
        )
    if "locked" in words or "busy" in words:
        return DeviceError(
            _("De opslag is bezet door een ander venster van soep."), _("Wacht even, of sluit het andere venster.")
        )
    if "not a database" in words:
        return StoreLockedError(
            _("De opslag opent niet met deze sleutel, of is beschadigd."),
            _("Herstel een back-up met soep restore."),
        )
    if "malformed" in words:
        return StoreDamagedError(_("De opslag is beschadigd."), _("Herstel een back-up met soep restore."))
    return DeviceError(
        _("Lezen of schrijven van de opslag lukt niet."), _("Controleer de schijf en probeer het opnieuw.")
    )

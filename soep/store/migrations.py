"""The form of the database, in numbered steps; ``user_version`` says how many were taken.

A step never changes once it is released; a test walks a store of every earlier version up to the newest.
"""

from __future__ import annotations

from typing import Any

from soep.errors import StoreDamagedError
from soep.i18n import _
from soep.store.atomic import atomic

_FIRST = (
    """CREATE TABLE secret (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE consult (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        status TEXT NOT NULL,
        label TEXT NOT NULL,
        patient_ref TEXT,
        problem TEXT NOT NULL,
        author TEXT,
        contact_type TEXT,
        duration_s REAL NOT NULL,
        ended_at TEXT,
        approved_at TEXT,
        exported_at TEXT
    ) STRICT""",
    "CREATE INDEX consult_created ON consult (created_at)",
    "CREATE INDEX consult_status ON consult (status)",
    """CREATE TABLE part (
        consult TEXT NOT NULL REFERENCES consult (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (consult, name)
    ) STRICT""",
    """CREATE TABLE findable (
        consult TEXT PRIMARY KEY REFERENCES consult (id) ON DELETE CASCADE,
        words TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE sound (
        consult TEXT NOT NULL REFERENCES consult (id) ON DELETE CASCADE,
        track INTEGER NOT NULL,
        number INTEGER NOT NULL,
        samples BLOB NOT NULL,
        PRIMARY KEY (consult, track, number)
    ) STRICT""",
    """CREATE TABLE edit (
        consult TEXT NOT NULL REFERENCES consult (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (consult, number)
    ) STRICT""",
    """CREATE TABLE figure (
        at TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE export (
        consult TEXT NOT NULL REFERENCES consult (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        target TEXT NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE log (
        number INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        mac BLOB NOT NULL
    ) STRICT""",
    "CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)

_DELIVERIES = (
    """CREATE TABLE delivery (
        consult TEXT NOT NULL REFERENCES consult (id) ON DELETE CASCADE,
        approved_at TEXT NOT NULL,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        step TEXT NOT NULL,
        PRIMARY KEY (consult, approved_at)
    ) STRICT""",
)

STEPS: tuple[tuple[str, ...], ...] = (_FIRST, _DELIVERIES)


def migrate(connection: Any, steps: tuple[tuple[str, ...], ...] = STEPS) -> None:
    """Take the steps that a database has not taken yet, each in a transaction of its own.

    Raises:
        StoreDamagedError: the database was made by a newer soep.
    """
    taken = connection.execute("PRAGMA user_version").fetchone()[0]
    if taken > len(steps):
        raise StoreDamagedError(
            _("Deze opslag is door een nieuwere versie van soep gemaakt."), _("Werk soep bij en probeer het opnieuw.")
        )
    for number in range(taken, len(steps)):
        with atomic(connection):
            if connection.execute("PRAGMA user_version").fetchone()[0] == number:  # else another process was first
                for statement in steps[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")

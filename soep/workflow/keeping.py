"""The store as a whole: backups, the log and the figures, for the commands and the screens that show them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from soep.config import Settings
from soep.store import backup
from soep.store.log import Action, Finding, LogEntry
from soep.workflow import figures
from soep.workflow.desk import Desk
from soep.workflow.opening import passphrase, store_entry

__all__ = ["back_up", "log", "log_length", "passphrase", "restore", "stats", "verify_log"]


def back_up(desk: Desk, target: Path, secret: str) -> None:
    """Write a backup; see ``soep.store.backup.write`` for what it raises."""
    backup.write(desk.store, target, secret)
    with desk.store.transaction() as tables:
        tables.log.add(store_entry(desk.settings, Action.BACKUP, desk.now()))


def restore(settings: Settings, source: Path, secret: str) -> int:
    """Put a backup back; gives the number of consults.  See ``soep.store.backup.restore`` for what it raises."""
    store = backup.restore(source, settings.home, secret)
    try:
        with store.transaction() as tables:
            tables.log.add(store_entry(settings, Action.RESTORE, datetime.now(UTC)))
            return len(tables.consults.find())
    finally:
        store.close()


def log(desk: Desk, *, consult: str = "", user: str = "", since: datetime | None = None) -> list[LogEntry]:
    """The entries, oldest first, all or those that fit."""
    with desk.store.reading() as tables:
        return list(tables.log.entries(consult=consult, user=user, since=since))


def log_length(desk: Desk) -> int:
    """How many entries there are."""
    with desk.store.reading() as tables:
        newest = tables.log.newest_mark()
    return newest.number if newest else 0


def verify_log(desk: Desk) -> list[Finding]:
    """Everything that is wrong with the log; empty when nothing is."""
    head = desk.store.head.read()  # first: another process may add entries between the two
    with desk.store.reading() as tables:
        return tables.log.verify(head)


def stats(desk: Desk) -> figures.Summary:
    """Times and counts over all approvals."""
    with desk.store.reading() as tables:
        return figures.summary(counts for _, counts in tables.figures.all())

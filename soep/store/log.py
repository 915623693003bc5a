"""The access log in the sense of NEN 7513: who did what to which consult, when, for whom, and how it ended.

Each entry carries an HMAC over itself and the code of the one before, so that a changed, missing or added entry
breaks the chain; the newest code stands outside the database as well (``head.py``).  Entries hold no content and no
patient's number: a pseudonym instead, the same for the same number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from soep.store.head import BEGINNING, Mark

_GENESIS = b"soep access log 1"
_PSEUDONYM_DIGITS = 16
_BROKEN = re.compile(r'"action": "broken".*"result": "([^"]*)"')


class Action(StrEnum):
    """What was done."""

    CREATE = "create"
    VIEW = "view"
    CHANGE = "change"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    EXPORT = "export"
    DELETE = "delete"
    ERASE = "erase"
    MOVE = "move"
    UNLOCK = "unlock"
    FAILED_UNLOCK = "failed unlock"
    PASSPHRASE = "passphrase"
    BACKUP = "backup"
    RESTORE = "restore"
    RECOVER = "recover"
    BROKEN = "broken"
    """The log did not fit its head when the store was opened; the entry stays as the witness."""


@dataclass(frozen=True, slots=True, repr=False)
class LogKeys:
    """The HMAC keys of the chain and of the pseudonyms, 32 random bytes each; they lie in the database."""

    chain: bytes
    pseudonyms: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry.

    Attributes:
        at: when, ISO 8601 with offset.
        user: who did it.
        responsible: for whom; the same for a GP who works alone.
        patient: pseudonym of the patient's number; empty when there is none.
        action: what was done.
        object: id of the consult, or what else it was done to.
        result: ``ok``, or in a word why not.
        detail: a word more (the format of an export); never content.
    """

    at: str
    user: str
    responsible: str
    patient: str
    action: str
    object: str
    result: str = "ok"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the log: ``number`` is the entry at which it shows."""

    kind: str
    number: int


class Log:
    """The log; entries can only be added."""

    def __init__(self, connection: Any, keys: LogKeys) -> None:
        self._connection = connection
        self._keys = keys
        self.newest: Mark | None = None
        """The newest entry that was added through this object."""

    def pseudonym(self, patient_ref: str | None) -> str:
        """What stands for a patient's number; empty for none."""
        if not patient_ref:
            return ""
        return hmac.new(self._keys.pseudonyms, patient_ref.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_DIGITS]

    def add(self, entry: LogEntry) -> None:
        """Add an entry, chained to the newest."""
        last = self.newest_mark()
        number, before = (0, _GENESIS) if last is None else (last.number, bytes.fromhex(last.mac))
        body = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
        mac = _code(self._keys.chain, number + 1, body, before)
        self._connection.execute("INSERT INTO log (number, entry, mac) VALUES (?, ?, ?)", (number + 1, body, mac))
        self.newest = Mark(number + 1, mac.hex())

    def newest_mark(self) -> Mark | None:
        """The newest entry that stands in the log; None while it is empty."""
        found = self._connection.execute("SELECT number, mac FROM log ORDER BY number DESC LIMIT 1").fetchone()
        return None if found is None else Mark(found[0], bytes(found[1]).hex())

    def entries(self, *, consult: str = "", user: str = "", since: datetime | None = None) -> Iterator[LogEntry]:
        """The entries, oldest first, all or those that fit."""
        for (body,) in self._connection.execute("SELECT entry FROM log ORDER BY number"):
            entry = _entry(body)
            if consult and entry.object != consult:
                continue
            if user and entry.user != user:
                continue
            if since is not None and datetime.fromisoformat(entry.at) < since:
                continue
            yield entry

    def newest_first(self, consult: str) -> Iterator[LogEntry]:
        """The entries about a consult, as far back as somebody reads."""
        for (body,) in self._connection.execute("SELECT entry FROM log ORDER BY number DESC"):
            entry = _entry(body)
            if entry.object == consult:
                yield entry

    def verify(self, head: Mark | None) -> list[Finding]:
        """Everything that is wrong with the chain or beside its head; empty when nothing is.

        The head may lag behind by the entries of a process that was killed between the two writes; it may never be
        ahead, and the entry that it names must be there.
        """
        found: list[Finding] = []
        before, last = _GENESIS, 0
        for number, body, mac in self._connection.execute("SELECT number, entry, mac FROM log ORDER BY number"):
            if number != last + 1:
                found.append(Finding("gap", number))
            if not hmac.compare_digest(_code(self._keys.chain, number, body, before), bytes(mac)):
                found.append(Finding("changed", number))
            before, last = bytes(mac), number
            if witness := _BROKEN.search(body):
                found.append(Finding(witness[1], number))
        beside = self.beside(head)
        return [*found, beside] if beside else found

    def beside(self, head: Mark | None) -> Finding | None:
        """Whether the log fits its head: a quick look, for every opening."""
        newest = self.newest_mark() or BEGINNING
        if head is None:
            return Finding("no head", newest.number)
        if head.number > newest.number:
            return Finding("cut or rolled back", newest.number)
        found = self._connection.execute("SELECT mac FROM log WHERE number = ?", (head.number,)).fetchone()
        if head != BEGINNING and (found is None or bytes(found[0]).hex() != head.mac):
            return Finding("other history", head.number)
        return None


def _entry(body: str) -> LogEntry:
    """An entry from its text; one that somebody made unreadable is shown as such, and ``verify`` tells of it."""
    try:
        return LogEntry(**json.loads(body))
    except (ValueError, TypeError):
        return LogEntry(datetime.min.replace(tzinfo=UTC).isoformat(), "?", "?", "", "?", "?", "unreadable")


def _code(key: bytes, number: int, body: str, before: bytes) -> bytes:
    return hmac.new(key, number.to_bytes(8, "big") + before + body.encode(), hashlib.sha256).digest()

"""Consults in the database: what a list shows in columns, the rest as parts that can be erased one by one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from soep.errors import InputError
from soep.i18n import _
from soep.types import (
    AudioInfo,
    Consent,
    Consult,
    Remark,
    SoepNote,
    StageRun,
    Status,
    Transcript,
    Unsaid,
)

REMEMBERED = 24
PARTS = ("transcript", "draft", "working", "final", "unsaid", "details")
_COLUMNS = (
    "id, created_at, status, label, patient_ref, problem, author, contact_type, duration_s, ended_at, approved_at,"
    " exported_at"
)


class Row(NamedTuple):
    """A consult as a list shows it."""

    id: str
    created_at: datetime
    status: Status
    label: str
    patient_ref: str | None
    problem: str
    author: str | None
    contact_type: str | None
    duration_s: float
    ended_at: datetime | None
    approved_at: datetime | None
    exported_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Details:
    """What is left of a consult when its content is erased."""

    warnings: tuple[Remark, ...] = ()
    runs: tuple[StageRun, ...] = ()
    audio: AudioInfo | None = None
    consent: Consent | None = None


class Consults:
    """The consults of the store."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def put(self, consult: Consult, before: Consult | None = None) -> None:
        """Write a consult, new or changed; only parts that changed are written.

        Args:
            consult: as it is to be.
            before: as it was read in this transaction; parts that are the same objects are not looked at.
        """
        row = (
            consult.id,
            consult.created_at.isoformat(),
            consult.status.value,
            consult.label,
            consult.patient_ref,
            "; ".join(note.problem.text for note in consult.notes if note.problem.text),
            consult.author,
            consult.contact_type,
            consult.audio.duration_s if consult.audio else 0.0,
            *(moment and moment.isoformat() for moment in (consult.ended_at, consult.approved_at, consult.exported_at)),
        )
        columns = _COLUMNS.split(", ")
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        self._connection.execute(
            f"INSERT INTO consult ({_COLUMNS}) VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {changes}",
            row,
        )
        for name in PARTS:
            if before is None or any(getattr(consult, one) is not getattr(before, one) for one in _FIELDS[name]):
                self._put_part(consult.id, name, _written(name, consult))
        self._put_words(consult)

    def get(self, consult_id: str) -> Consult:
        """A whole consult.

        Raises:
            InputError: there is none with this id.
        """
        row = self.row(consult_id)
        bodies = dict(
            self._connection.execute("SELECT name, body FROM part WHERE consult = ?", (consult_id,)).fetchall()
        )
        details: _Details = _read("details", bodies["details"])
        consult = Consult(
            id=row.id,
            created_at=row.created_at,
            status=row.status,
            label=row.label,
            patient_ref=row.patient_ref,
            author=row.author,
            contact_type=row.contact_type,
            ended_at=row.ended_at,
            approved_at=row.approved_at,
            exported_at=row.exported_at,
            warnings=details.warnings,
            runs=details.runs,
            audio=details.audio,
            consent=details.consent,
        )
        found = {name: _read(name, bodies[name]) for name in PARTS if name in bodies}
        found.pop("details")
        return replace(consult, **found)

    def row(self, consult_id: str) -> Row:
        """What a list shows of one consult.

        Raises:
            InputError: there is none with this id.
        """
        found = self._connection.execute(f"SELECT {_COLUMNS} FROM consult WHERE id = ?", (consult_id,)).fetchone()
        if found is None:
            raise InputError(_("Er is geen consult met dit nummer."), _("Bekijk de lijst met: soep list."))
        return _row(found)

    def ids(self, beginning: str) -> list[str]:
        """The ids that begin so, at most a few."""
        rows = self._connection.execute(
            "SELECT id FROM consult WHERE substr(id, 1, ?) = ? LIMIT 5", (len(beginning), beginning)
        )
        return [row[0] for row in rows]

    def find(self, *, words: str = "", statuses: Iterable[Status] = (), limit: int = -1) -> list[Row]:
        """The consults, newest first: all, or those that hold all of the words in label, reference or note."""
        wanted = folded(words).split()
        chosen = [status.value for status in statuses]
        conditions = ["instr(findable.words, ?)"] * len(wanted)
        if chosen:
            conditions.append(f"status IN ({', '.join('?' * len(chosen))})")
        joined = " JOIN findable ON findable.consult = consult.id" if wanted else ""
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM consult{joined}{where} ORDER BY created_at DESC LIMIT ?",
            (*wanted, *chosen, limit),
        )
        return [_row(row) for row in rows]

    def with_content(self) -> set[str]:
        """The ids of consults whose transcript is there."""
        return {row[0] for row in self._connection.execute("SELECT consult FROM part WHERE name = 'transcript'")}

    def delete(self, consult_id: str) -> None:
        """Erase a consult with its sound, history and exports."""
        self._connection.execute("DELETE FROM consult WHERE id = ?", (consult_id,))

    def exported(self, consult_id: str, at: datetime, target: str, sha256: str) -> None:
        """Remember an export."""
        self._connection.execute(
            "INSERT INTO export (consult, at, target, sha256) VALUES (?, ?, ?, ?)",
            (consult_id, at.isoformat(), target, sha256),
        )

    def exports(self, consult_id: str) -> list[tuple[datetime, str, str]]:
        """When, where to and with which checksum it was exported."""
        rows = self._connection.execute(
            "SELECT at, target, sha256 FROM export WHERE consult = ? ORDER BY at", (consult_id,)
        )
        return [(datetime.fromisoformat(at), target, sha256) for at, target, sha256 in rows]

    def _put_part(self, consult_id: str, name: str, body: str) -> None:
        if body == _EMPTY[name]:
            self._connection.execute("DELETE FROM part WHERE consult = ? AND name = ?", (consult_id, name))
            return
        self._connection.execute(
            "INSERT INTO part (consult, name, body) VALUES (?, ?, ?)"
            " ON CONFLICT (consult, name) DO UPDATE SET body = excluded.body WHERE body <> excluded.body",
            (consult_id, name, body),
        )

    def _put_words(self, consult: Consult) -> None:
        lines = (line.text for note in consult.notes for _, line in note.every_line())
        titles = (note.problem.text for note in consult.notes)
        words = folded(" ".join([consult.label, consult.patient_ref or "", *titles, *lines]))
        self._connection.execute(
            "INSERT INTO findable (consult, words) VALUES (?, ?)"
            " ON CONFLICT (consult) DO UPDATE SET words = excluded.words WHERE words <> excluded.words",
            (consult.id, words),
        )


def folded(text: str) -> str:
    """Text as it is searched: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    kinds: dict[str, Any] = {"transcript": Transcript, "unsaid": tuple[Unsaid, ...], "details": _Details}
    return TypeAdapter(kinds.get(name, tuple[SoepNote, ...]))


_EMPTY = dict.fromkeys(PARTS, "[]") | {"transcript": '{"utterances":[],"language":"nl"}', "details": ""}


_DETAILS = ("warnings", "runs", "audio", "consent")
_FIELDS = {name: (name,) for name in PARTS} | {"details": _DETAILS}


def _written(name: str, consult: Consult) -> str:
    value = _Details(*(getattr(consult, one) for one in _DETAILS)) if name == "details" else getattr(consult, name)
    written: str = _adapter(name).dump_json(value).decode()
    return written


@lru_cache(maxsize=REMEMBERED)
def _read(name: str, body: str) -> Any:
    """A part from its text; the consult that is worked on is read again at every edit, and parts never change."""
    return _adapter(name).validate_json(body)


def forget() -> None:
    """Keep no part of any consult in memory: the store is locked."""
    _read.cache_clear()


def _row(found: tuple[Any, ...]) -> Row:
    def moment(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    return Row(
        found[0], datetime.fromisoformat(found[1]), Status(found[2]), *found[3:9], *(moment(text) for text in found[9:])
    )

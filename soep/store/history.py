"""The edits of a consult, for undo and redo: each with what it changed, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class History:
    """The edits of consults, each an opaque text."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def add(self, consult_id: str, at: datetime, body: str) -> None:
        """Add an edit; what was undone before it can no longer be redone."""
        self._connection.execute("DELETE FROM edit WHERE consult = ? AND undone", (consult_id,))
        self._connection.execute(
            "INSERT INTO edit (consult, number, at, body)"
            " VALUES (?1, (SELECT coalesce(max(number) + 1, 1) FROM edit WHERE consult = ?1), ?2, ?3)",
            (consult_id, at.isoformat(), body),
        )

    def undo(self, consult_id: str) -> str | None:
        """Mark the newest edit as undone and give it; None when there is none."""
        return self._marked(consult_id, "max", undone=1)

    def redo(self, consult_id: str) -> str | None:
        """Mark the oldest undone edit as done again and give it; None when there is none."""
        return self._marked(consult_id, "min", undone=0)

    def moments(self, consult_id: str) -> list[datetime]:
        """When edits were made that still stand."""
        rows = self._connection.execute(
            "SELECT at FROM edit WHERE consult = ? AND NOT undone ORDER BY number", (consult_id,)
        )
        return [datetime.fromisoformat(row[0]) for row in rows]

    def clear(self, consult_id: str) -> None:
        """Forget them."""
        self._connection.execute("DELETE FROM edit WHERE consult = ?", (consult_id,))

    def _marked(self, consult_id: str, end: str, *, undone: int) -> str | None:
        found = self._connection.execute(
            f"SELECT {end}(number), body FROM edit WHERE consult = ? AND undone = ?", (consult_id, 1 - undone)
        ).fetchone()
        if found[0] is None:
            return None
        self._connection.execute(
            "UPDATE edit SET undone = ? WHERE consult = ? AND number = ?", (undone, consult_id, found[0])
        )
        return str(found[1])

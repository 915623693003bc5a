"""Figures about the GP's work that outlive the consults: times and counts, never content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any


class Figures:
    """One set of counts for each approval."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def add(self, at: datetime, counts: Mapping[str, float]) -> None:
        """Add the counts of one approval."""
        self._connection.execute(
            "INSERT INTO figure (at, body) VALUES (?, ?)", (at.isoformat(), json.dumps(dict(counts)))
        )

    def all(self) -> Iterator[tuple[datetime, dict[str, float]]]:
        """All of them, oldest first."""
        for at, body in self._connection.execute("SELECT at, body FROM figure ORDER BY at"):
            yield datetime.fromisoformat(at), json.loads(body)

"""The head of the log, outside the database: without it a cut tail or a restored older file would not show."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from pathlib import Path

from soep.store import files


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest entry of the log: its number from 1, and its code in the chain."""

    number: int
    mac: str


BEGINNING = Mark(0, "")
"""Of a log without entries."""


class Head:
    """A file that holds the newest mark, signed with the key of the log."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._writing = threading.Lock()

    def read(self) -> Mark | None:
        """The mark; None when the file is missing or somebody changed it."""
        try:
            content = json.loads(self._path.read_text("utf-8"))
            mark = Mark(content["number"], content["mac"])
            genuine = hmac.compare_digest(content["signature"], self._signature(mark))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return mark if genuine else None

    def advance(self, mark: Mark) -> None:
        """Write a mark unless a newer one stands there already (of another process)."""
        with self._writing:
            known = self.read()
            if known is None or known.number < mark.number:
                self.write(mark)

    def write(self, mark: Mark) -> None:
        """Write a mark whatever stands there: of a new log, or when what was wrong with it stands in the log."""
        content = {"number": mark.number, "mac": mark.mac, "signature": self._signature(mark)}
        files.write(self._path, json.dumps(content))

    def _signature(self, mark: Mark) -> str:
        return hmac.new(self._key, f"head {mark.number} {mark.mac}".encode(), hashlib.sha256).hexdigest()

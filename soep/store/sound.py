"""Sound in the database: chunks of at most a second, 16-bit samples at 16 kHz, a track for each channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soep.audio.samples import SAMPLE_RATE_HZ
from soep.errors import WorkflowError
from soep.i18n import _

CHUNK_S = 1.0
CHUNK_SAMPLES = round(CHUNK_S * SAMPLE_RATE_HZ)
_FULL = 32767.0


class Sounds:
    """The sound of consults."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def add(self, consult_id: str, samples: NDArray[np.float32]) -> int:
        """Add a chunk behind what is there; gives its number, from 0.

        Args:
            consult_id: whose.
            samples: float32 from -1 to 1 at 16 kHz, shape (samples,) or (tracks, samples); at most ``CHUNK_S``.
        """
        tracks = np.atleast_2d(samples)
        if tracks.shape[1] > CHUNK_SAMPLES:
            raise ValueError("a chunk holds at most a second")
        number: int = self._connection.execute(
            "SELECT coalesce(max(number) + 1, 0) FROM sound WHERE consult = ?", (consult_id,)
        ).fetchone()[0]
        self._connection.executemany(
            "INSERT INTO sound (consult, track, number, samples) VALUES (?, ?, ?, ?)",
            [(consult_id, index, number, _packed(track)) for index, track in enumerate(tracks)],
        )
        return number

    def numbers(self, consult_id: str) -> list[int]:
        """The numbers of its chunks, in order."""
        rows = self._connection.execute(
            "SELECT DISTINCT number FROM sound WHERE consult = ? ORDER BY number", (consult_id,)
        )
        return [row[0] for row in rows]

    def get(self, consult_id: str, number: int) -> NDArray[np.float32]:
        """A chunk: float32, shape (tracks, samples).

        Raises:
            WorkflowError: it is not there, or not any more.
        """
        rows = self._connection.execute(
            "SELECT samples FROM sound WHERE consult = ? AND number = ? ORDER BY track", (consult_id, number)
        ).fetchall()
        if not rows:
            raise WorkflowError(_("Van dit stuk is geen geluid (meer)."))
        return np.stack([np.frombuffer(row[0], "<i2").astype(np.float32) / _FULL for row in rows])

    def duration_s(self, consult_id: str) -> float:
        """How much sound there is."""
        found = self._connection.execute(
            "SELECT coalesce(sum(length(samples)), 0) FROM sound WHERE consult = ? AND track = 0", (consult_id,)
        ).fetchone()[0]
        return float(found / 2 / SAMPLE_RATE_HZ)

    def overlapping(self, consult_id: str, start_s: float, end_s: float) -> list[tuple[int, float]]:
        """The chunks with sound between two moments, in order, each with the moment at which it begins.

        Moments count the sound that is there, as a transcript does: a chunk may be short (the recording was paused
        after it), and numbers may be missing (a stretch was erased).
        """
        rows = self._connection.execute(
            "SELECT number, length(samples) FROM sound WHERE consult = ? AND track = 0 ORDER BY number", (consult_id,)
        )
        found, at_s = [], 0.0
        for number, size in rows:
            length_s = size / 2 / SAMPLE_RATE_HZ
            if at_s < end_s and at_s + length_s > start_s:
                found.append((number, at_s))
            at_s += length_s
        return found

    def erase(self, consult_id: str, numbers: range | None = None) -> None:
        """Erase all of it, or these chunks."""
        low, high = (-1, 2**62) if numbers is None else (numbers.start, numbers.stop - 1)
        self._connection.execute(
            "DELETE FROM sound WHERE consult = ? AND number BETWEEN ? AND ?", (consult_id, low, high)
        )

    def move(self, consult_id: str, numbers: range, to_id: str) -> None:
        """Put chunks behind the sound of another consult, in their order."""
        start: int = self._connection.execute(
            "SELECT coalesce(max(number) + 1, 0) FROM sound WHERE consult = ?", (to_id,)
        ).fetchone()[0]
        self._connection.execute(
            "UPDATE sound SET consult = ?, number = number - ? + ? WHERE consult = ? AND number BETWEEN ? AND ?",
            (to_id, numbers.start, start, consult_id, numbers.start, numbers.stop - 1),
        )

    def holders(self) -> Iterator[str]:
        """The ids of consults that have sound."""
        yield from (row[0] for row in self._connection.execute("SELECT DISTINCT consult FROM sound"))


def _packed(track: NDArray[np.float32]) -> bytes:
    return (np.clip(track, -1.0, 1.0) * _FULL).round().astype("<i2").tobytes()

"""Reading a file whose size nobody vouches for."""

from __future__ import annotations

from pathlib import Path


def read_bounded(path: Path, max_bytes: int) -> bytes | None:
    """What is in a file; None when that is more than ``max_bytes``, of which no more is read.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    return content if len(content) <= max_bytes else None

"""The checksum of a file, for weights and for recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

_BLOCK_BYTES = 1 << 20

Read = Callable[[int], None]
"""Told how many bytes were just read."""


def file_sha256(path: Path, read: Read | None = None) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            if read:
                read(len(block))
    return digest.hexdigest()

"""All or nothing on a connection that leaves transactions to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def atomic(connection: Any, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """What is done inside stands when this ends, or else nothing of it; also when putting it on the disk fails."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

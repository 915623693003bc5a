"""Which approved notes were put in the EHR's folder, or were about to be, so that none comes there twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Step(StrEnum):
    """How far a delivery is; each is told before the next begins."""

    BEGUN = "begun"
    WRITTEN = "written"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One approval on its way: the file's name and checksum."""

    consult: str
    approved_at: datetime
    name: str
    sha256: str
    step: Step


class Deliveries:
    """At most one for each approval."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def get(self, consult_id: str, approved_at: datetime) -> Delivery | None:
        """That of an approval, if it began."""
        found = self._connection.execute(
            "SELECT name, sha256, step FROM delivery WHERE consult = ? AND approved_at = ?",
            (consult_id, approved_at.isoformat()),
        ).fetchone()
        return None if found is None else Delivery(consult_id, approved_at, found[0], found[1], Step(found[2]))

    def put(self, delivery: Delivery) -> None:
        """Write how far it is."""
        self._connection.execute(
            "INSERT INTO delivery (consult, approved_at, name, sha256, step) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (consult, approved_at) DO UPDATE SET sha256 = excluded.sha256, step = excluded.step",
            (delivery.consult, delivery.approved_at.isoformat(), delivery.name, delivery.sha256, delivery.step.value),
        )

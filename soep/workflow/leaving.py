"""What takes an approved note out of the store: the log has it before it leaves, and with its checksum when it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from soep.types import Consult
from soep.workflow import approval
from soep.workflow.desk import Desk


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to take out.

    Attributes:
        target: what the log calls it: the name of an exporter, or ``klembord``.
        make: of the consult with its approved notes only.
        whole: whether this is all that there is to take; a part alone does not make a consult exported.
    """

    target: str
    make: Callable[[Consult], bytes]
    whole: bool = True


def leave(desk: Desk, consult_id: str, parcel: Parcel, deliver: Callable[[bytes], None]) -> str:
    """Take it out; gives its checksum.  What fails on the way stands in the log as begun and not as done.

    Raises:
        WorkflowError: no note is approved, or this person may not.
        SoepError: what ``make`` and ``deliver`` raise.
    """
    content = parcel.make(approval.to_export(desk, consult_id, parcel.target))
    deliver(content)
    sha256 = hashlib.sha256(content).hexdigest()
    approval.exported(desk, consult_id, parcel.target, sha256, whole=parcel.whole)
    return sha256

"""An approved consult into the folder that the EHR reads: once for each approval, whatever fails on the way.

The store is told before each step: *begun* (this name, this checksum), then the file is written; *written*, then the
receipt; *done*.  After a failure or a kill it goes on from there.  While it is only begun, there was no receipt, so the
EHR cannot have taken the file: it is looked at by its checksum and written if it is not there.  Once it was written and
neither file nor receipt is there, the EHR has taken both: nothing is written again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from soep.config import ExportSettings
from soep.errors import ExportError, WorkflowError
from soep.export import dropfolder
from soep.export.exporter import exporter_names, load_exporter
from soep.i18n import _
from soep.store.deliveries import Delivery, Step
from soep.types import Consult, Status
from soep.workflow import approval
from soep.workflow.desk import Desk
from soep.workflow.owners import owned
from soep.workflow.rules import Act

TARGET = "map"
_PREFERRED, _ALWAYS = "fhir", "json"


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where it lies, or lay; ``again`` when it was there before."""

    file: Path
    again: bool


def form(settings: ExportSettings) -> str:
    """The exporter for the folder, by name."""
    return settings.folder_format or (_PREFERRED if _PREFERRED in exporter_names() else _ALWAYS)


def deliver(desk: Desk, consult_id: str) -> Delivered:
    """Put an approved consult in the folder, or finish what was begun.

    Raises:
        WorkflowError: not all of it is approved, this person may not, or another window is doing it.
        ExportError: no folder is set, or the consult cannot be expressed in its format.
        DeviceError: the folder is gone, full or read-only; trying again later goes on from there.
    """
    folder = desk.settings.export.folder
    if folder is None:
        raise ExportError(_("Er is geen map ingesteld die het HIS leest."), _("Vul export.folder in bij Instellingen."))
    consult = desk.must_allow(Act.EXPORT, consult_id)
    if consult.status not in {Status.APPROVED, Status.EXPORTED}:
        raise WorkflowError(
            _("Alleen een goedgekeurd verslag kan geëxporteerd worden."), _("Keur eerst alle problemen goed.")
        )
    dropfolder.check(folder)
    with owned(desk.store.folder, consult_id):
        return _Courier(desk, consult, folder).deliver()


class _Courier:
    """One delivery, from where it is to its end."""

    def __init__(self, desk: Desk, consult: Consult, folder: Path) -> None:
        assert consult.approved_at is not None
        self._desk = desk
        self._consult = consult
        self._folder = folder
        self._form = form(desk.settings.export)
        with desk.store.reading() as tables:
            self._delivery = tables.deliveries.get(consult.id, consult.approved_at)

    def deliver(self) -> Delivered:
        delivery = self._delivery
        if delivery is not None and delivery.step is Step.DONE:
            return Delivered(self._folder / delivery.name, again=True)
        if delivery is None or self._is_unfinished(delivery):
            delivery = self._written()
        file = self._folder / delivery.name
        if not dropfolder.has_receipt(file) and dropfolder.holds(file, delivery.sha256):
            dropfolder.hand_over(file, delivery.sha256, self._desk.now())
        with self._desk.store.transaction() as tables:
            tables.deliveries.put(replace(delivery, step=Step.DONE))
            approval.note_export(self._desk, tables, self._consult.id, (self._target, delivery.sha256))
        return Delivered(file, again=False)

    @property
    def _target(self) -> str:
        return f"{TARGET}: {self._form}"

    def _is_unfinished(self, delivery: Delivery) -> bool:
        """Whether the file itself may not be there as it should; one without receipt was taken by nobody."""
        file = self._folder / delivery.name
        if delivery.step is Step.BEGUN:
            return True
        return not dropfolder.has_receipt(file) and file.exists() and not dropfolder.holds(file, delivery.sha256)

    def _written(self) -> Delivery:
        """The file, made and in its place."""
        exporter = load_exporter(self._form, self._desk.settings)
        content = exporter.render(approval.to_export(self._desk, self._consult.id, self._target))
        sha256 = hashlib.sha256(content).hexdigest()
        delivery = self._delivery
        if delivery is None or not dropfolder.holds(self._folder / delivery.name, delivery.sha256):
            delivery = self._begun(exporter.suffix, sha256)
            dropfolder.place(self._folder / delivery.name, content)
        return self._told(replace(delivery, step=Step.WRITTEN))

    def _begun(self, suffix: str, sha256: str) -> Delivery:
        if self._delivery is not None:
            return self._told(replace(self._delivery, sha256=sha256, step=Step.BEGUN))
        approved_at = self._consult.approved_at
        assert approved_at is not None
        moment = approved_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        name = f"soep-{self._consult.id}-{moment}{suffix}"
        return self._told(Delivery(self._consult.id, approved_at, name, sha256, Step.BEGUN))

    def _told(self, delivery: Delivery) -> Delivery:
        with self._desk.store.transaction() as tables:
            tables.deliveries.put(delivery)
        self._delivery = delivery
        return delivery

"""Approving notes, taking that back, and what then leaves the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from soep.errors import InputError, WorkflowError
from soep.i18n import _
from soep.store import Tables
from soep.store.log import Action
from soep.types import ConsentBy, Consult, SoepNote, Status
from soep.workflow import figures, intake, rules
from soep.workflow.desk import Desk
from soep.workflow.rules import Act


def approve(desk: Desk, consult_id: str, notes: Iterable[int] | None = None) -> Consult:
    """Approve some notes, by id, or all.

    Raises:
        WorkflowError: a note is empty or has critical flags, or this person may not.
    """
    with desk.acting(Act.APPROVE, consult_id) as (tables, known):
        wanted = {note.id for note in known.working} if notes is None else set(notes)
        if not wanted or not wanted <= {note.id for note in known.working}:
            raise InputError(_("Dit probleem staat niet meer in het verslag."))
        now = desk.now()
        working = tuple(
            _approved(note, now) if note.id in wanted and note.approved_at is None else note for note in known.working
        )
        consult = replace(known, working=working, final=tuple(note for note in working if note.approved_at is not None))
        if len(consult.final) == len(working):
            consult = replace(consult, status=rules.move(consult.status, Status.APPROVED), approved_at=now)
            if consult.consent is None or consult.consent.given_by is not ConsentBy.SAMPLE:  # practising is not work
                tables.figures.add(now, figures.counts(consult, _moments(tables, consult_id), now))
        tables.consults.put(consult)
        desk.log(tables, Action.APPROVE, consult, detail=f"{len(consult.final)}/{len(working)}")
    return consult


def _moments(tables: Tables, consult_id: str) -> list[datetime]:
    """When this draft was opened or changed; what came before the draft is not about it."""
    entries = takewhile(lambda one: one.detail != intake.DRAFTED, tables.log.newest_first(consult_id))
    opened = [datetime.fromisoformat(one.at) for one in entries if one.action == Action.VIEW]
    return [*opened, *tables.history.moments(consult_id)]


def withdraw_approval(desk: Desk, consult_id: str) -> Consult:
    """Take the approval of all notes back, as long as sound and transcript are there.

    Raises:
        WorkflowError: they were erased already, or nothing was approved.
    """
    with desk.acting(Act.WITHDRAW_APPROVAL, consult_id) as (tables, known):
        if not can_withdraw(known):
            raise WorkflowError(
                _("De goedkeuring van dit verslag kan niet ingetrokken worden."),
                _("Het transcript is al gewist; verbeter het verslag in het HIS."),
            )
        working = tuple(replace(note, approved_at=None) for note in known.working)
        consult = replace(
            known,
            working=working,
            final=(),
            approved_at=None,
            exported_at=None,
            status=rules.move(known.status, Status.DRAFT),
        )
        tables.consults.put(consult)
        desk.log(tables, Action.WITHDRAW, consult, detail="approval")
    return consult


def to_export(desk: Desk, consult_id: str, target: str) -> Consult:
    """The approved notes of a consult, about to leave for a target; the log has it before it leaves.

    Raises:
        WorkflowError: no note is approved, or this person may not.
    """
    with desk.acting(Act.EXPORT, consult_id) as (tables, consult):
        if not consult.final:
            raise WorkflowError(
                _("Alleen een goedgekeurd verslag kan geëxporteerd worden."), _("Keur het verslag eerst goed.")
            )
        desk.log(tables, Action.EXPORT, consult, result="begun", detail=target)
    return replace(consult, working=(), draft=())


def exported(desk: Desk, consult_id: str, target: str, sha256: str, *, whole: bool = True) -> None:
    """The notes have arrived there, or a part of them; ``sha256`` is of what was written."""
    with desk.store.transaction() as tables:
        note_export(desk, tables, consult_id, (target, sha256), whole=whole)


def note_export(desk: Desk, tables: Tables, consult_id: str, what: tuple[str, str], *, whole: bool = True) -> None:
    """Within a transaction: the notes have arrived; ``what`` is the target and the checksum."""
    target, sha256 = what
    consult = tables.consults.get(consult_id)
    now = desk.now()
    if whole and consult.status in {Status.APPROVED, Status.EXPORTED}:  # not while a problem waits for approval
        consult = replace(consult, status=rules.move(consult.status, Status.EXPORTED), exported_at=now)
        tables.consults.put(consult)
    tables.consults.exported(consult_id, now, target, sha256)
    desk.log(tables, Action.EXPORT, consult, detail=f"{target} {sha256}")


def exports(desk: Desk, consult_id: str) -> list[tuple[datetime, str, str]]:
    """When it left, where to, and with which checksum; oldest first."""
    with desk.store.reading() as tables:
        return tables.consults.exports(consult_id)


def can_withdraw(consult: Consult) -> bool:
    """Whether approval can be taken back: something is approved, and what it rests on is still there."""
    return bool(consult.final and consult.working)


def _approved(note: SoepNote, now: datetime) -> SoepNote:
    rules.must_be_ready(note)
    return replace(note, approved_at=now)

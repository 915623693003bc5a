"""Erasing and moving sound, withdrawn consent, and what is erased when its time has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

from soep.errors import InputError, WorkflowError
from soep.i18n import _
from soep.store import Tables
from soep.store.log import Action
from soep.store.sound import CHUNK_S
from soep.types import Consent, Consult, Remark, Status, Transcript
from soep.wording import RemarkCode
from soep.workflow import rules
from soep.workflow.desk import Desk
from soep.workflow.rules import Act


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a recording, in seconds from its start.

    Raises:
        InputError: it has no length.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.start_s < self.end_s:
            raise InputError(_("Dit is geen stuk van de opname."), _("Kies een begin voor het einde."))

    @property
    def chunks(self) -> range:
        """The chunks that it touches."""
        return range(floor(self.start_s / CHUNK_S), ceil(self.end_s / CHUNK_S))


def erase_sound(desk: Desk, consult_id: str, stretch: Stretch) -> None:
    """Erase a stretch of the recording, in whole chunks; the consult is processed again from what is left."""
    with desk.store.transaction() as tables:
        consult = _cut(desk, tables, consult_id)
        tables.sounds.erase(consult_id, stretch.chunks)
        desk.log(tables, Action.ERASE, consult, detail="stretch of sound")
    desk.store.erase_traces()


def move_sound(
    desk: Desk, consult_id: str, stretch: Stretch, *, to_id: str | None = None, consent: Consent | None = None
) -> str:
    """Move a stretch of the recording to another consult, or to a new one (the forgotten stop); gives its id.

    Raises:
        WorkflowError: a new consult without consent, or another that takes no more sound.
    """
    with desk.store.transaction() as tables:
        source = _cut(desk, tables, consult_id)
        if to_id is None:
            if consent is None:
                raise WorkflowError(
                    _("Het andere consult heeft eigen toestemming nodig."), _("Leg vast wie toestemming gaf.")
                )
            target = Consult(
                desk.new_id(),
                desk.now(),
                status=Status.PROCESSING,
                author=source.author,
                consent=consent,
                ended_at=source.ended_at or desk.now(),
            )
            tables.consults.put(target)
            desk.log(tables, Action.CREATE, target, detail="moved sound")
        else:
            target = _cut(desk, tables, to_id)
        tables.sounds.move(consult_id, stretch.chunks, target.id)
        desk.log(tables, Action.MOVE, source, detail=f"sound to {target.id}")
    desk.store.erase_traces()
    return target.id


def withdraw_consent(desk: Desk, consult_id: str) -> None:
    """The patient takes consent back: sound, transcript and draft go at once; an approved note is the GP's own."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        desk.log(tables, Action.WITHDRAW, consult, detail="consent")
        if consult.final:
            _erase_content(desk, tables, consult)
        else:
            tables.consults.delete(consult_id)
    desk.store.erase_traces()


def delete(desk: Desk, consult_id: str) -> None:
    """Erase a consult whole.

    Raises:
        WorkflowError: it is being recorded, or this person may not.
    """
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.DELETE, consult.status, desk.role)
        tables.consults.delete(consult_id)
        desk.log(tables, Action.DELETE, consult)
    desk.store.erase_traces()


def sweep(desk: Desk) -> int:
    """Erase what has been kept long enough; gives how many consults were touched.

    Called at every start and daily after that.
    """
    kept = desk.settings.retention
    soep = desk.by_itself()
    touched = 0
    for row in desk.find():
        now = desk.now()
        hours = {
            "recorded": (now - (row.ended_at or row.created_at)).total_seconds() / 3600,
            "approved": (now - row.approved_at).total_seconds() / 3600 if row.approved_at else -1.0,
            "exported": (now - row.exported_at).total_seconds() / 3600 if row.exported_at else -1.0,
        }
        with desk.store.transaction() as tables:
            consult = tables.consults.get(row.id)
            if row.status is Status.EXPORTED and hours["exported"] >= kept.exported_days * 24:
                tables.consults.delete(row.id)
                soep.log(tables, Action.DELETE, consult, detail="kept long enough")
            elif hours["recorded"] >= kept.after_recording_h or (
                row.approved_at is not None and hours["approved"] >= kept.after_approval_h
            ):
                if row.status is Status.RECORDING or not _has_content(desk, tables, consult):
                    continue
                _erase_content(desk, tables, consult)
                soep.log(tables, Action.ERASE, consult, detail="sound and transcript")
            else:
                continue
        touched += 1
    if touched:
        desk.store.erase_traces()
    return touched


def _cut(desk: Desk, tables: Tables, consult_id: str) -> Consult:
    """A consult whose sound is about to change: it is processed again, unless it still records."""
    consult = tables.consults.get(consult_id)
    rules.allow(Act.CUT_SOUND, consult.status, desk.role)
    if consult.status is not Status.RECORDING:
        consult = replace(
            consult, status=rules.move(consult.status, Status.PROCESSING), transcript=Transcript(), unsaid=()
        )
        tables.consults.put(consult)
    return consult


def _has_content(desk: Desk, tables: Tables, consult: Consult) -> bool:
    return bool(consult.transcript.utterances or tables.sounds.numbers(consult.id))


def _erase_content(desk: Desk, tables: Tables, consult: Consult) -> None:
    """Sound, transcript, what quotes it, and the way to the note; an approved note and unapproved work stay."""
    tables.sounds.erase(consult.id)
    tables.history.clear(consult.id)
    approved = bool(consult.final) and consult.status in {Status.APPROVED, Status.EXPORTED}
    status = consult.status
    if not approved and not consult.working:
        status = Status.FAILED
    tables.consults.put(
        replace(
            consult,
            transcript=Transcript(),
            unsaid=(),
            draft=(),
            working=() if approved else consult.working,
            status=status,
            warnings=(*consult.warnings, Remark(RemarkCode.SOUND_ERASED)),
        )
    )

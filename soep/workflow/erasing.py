"""Erasing and moving sound, withdrawn consent, and what is erased when its time has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from soep.config import RetentionSettings
from soep.errors import InputError, WorkflowError
from soep.i18n import _
from soep.store import Tables
from soep.store.consults import Row
from soep.store.log import Action
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

    def chunks(self, tables: Tables, consult_id: str) -> range:
        """The numbers of the chunks that it touches.

        Raises:
            InputError: there is no sound there.
        """
        found = tables.sounds.overlapping(consult_id, self.start_s, self.end_s)
        if not found:
            raise InputError(_("Hier is geen geluid."), _("Kies een ander stuk van de opname."))
        return range(found[0][0], found[-1][0] + 1)


def erase_sound(desk: Desk, consult_id: str, stretch: Stretch) -> None:
    """Erase a stretch of the recording, in whole chunks; the consult is processed again from what is left.

    Raises:
        InputError: there is no sound there.
        WorkflowError: not in this state, or this person may not.
    """
    with desk.acting(Act.CUT_SOUND, consult_id) as (tables, known):
        consult = _cut(tables, known)
        tables.sounds.erase(consult_id, stretch.chunks(tables, consult_id))
        desk.log(tables, Action.ERASE, consult, detail="stretch of sound")
    desk.store.erase_traces()


def move_sound(
    desk: Desk, consult_id: str, stretch: Stretch, *, to_id: str | None = None, consent: Consent | None = None
) -> str:
    """Move a stretch of the recording to another consult, or to a new one (the forgotten stop); gives its id.

    Raises:
        WorkflowError: a new consult without consent, another that takes no more sound, or this person may not.
    """
    with desk.acting(Act.CUT_SOUND, consult_id) as (tables, known):
        source = _cut(tables, known)
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
            target = tables.consults.get(to_id)
            rules.allow(Act.CUT_SOUND, target.status, desk.role)
            target = _cut(tables, target)
        tables.sounds.move(consult_id, stretch.chunks(tables, consult_id), target.id)
        desk.log(tables, Action.MOVE, source, detail=f"sound to {target.id}")
    desk.store.erase_traces()
    return target.id


def withdraw_consent(desk: Desk, consult_id: str) -> None:
    """The patient takes consent back: sound, transcript and draft go at once; an approved note is the GP's own."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.WITHDRAW_CONSENT, consult.status, desk.role)
        desk.log(tables, Action.WITHDRAW, consult, detail="consent")
        if consult.final:
            _erase_content(tables, _only_approved(consult, desk.now()))
        else:
            tables.consults.delete(consult_id)
    desk.store.erase_traces()


def delete(desk: Desk, consult_id: str) -> None:
    """Erase a consult whole.

    Raises:
        WorkflowError: it is being recorded, or this person may not.
    """
    with desk.acting(Act.DELETE, consult_id) as (tables, consult):
        tables.consults.delete(consult_id)
        desk.log(tables, Action.DELETE, consult)
    desk.store.erase_traces()


def sweep(desk: Desk) -> int:
    """Erase what has been kept long enough; gives how many consults were touched.

    Called at every start and daily after that.
    """
    soep = desk.by_itself()
    now, kept = desk.now(), desk.settings.retention
    with desk.store.reading() as tables:
        told = tables.consults.with_content() | set(tables.sounds.holders())
        due = [(row.id, _due(row, now, kept, told=row.id in told)) for row in tables.consults.find()]
    touched = [(consult_id, what) for consult_id, what in due if what is not None]
    for consult_id, what in touched:
        with desk.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            if what is Action.DELETE:
                tables.consults.delete(consult_id)
            else:
                _erase_content(tables, consult)
            soep.log(tables, what, consult, detail="kept long enough")
    if touched:
        desk.store.erase_traces()
    return len(touched)


def erased_at(consult: Consult, kept: RetentionSettings) -> datetime | None:
    """When sound and transcript go, as it looks now; None when they are gone."""
    if any(remark.code == RemarkCode.SOUND_ERASED for remark in consult.warnings):
        return None
    latest = (consult.ended_at or consult.created_at) + timedelta(hours=kept.after_recording_h)
    if consult.approved_at is None:
        return latest
    return min(latest, consult.approved_at + timedelta(hours=kept.after_approval_h))


def _due(row: Row, now: datetime, kept: RetentionSettings, *, told: bool) -> Action | None:
    """What time asks for: the whole consult goes, or what was said (``told`` when that is still there), or nothing."""
    if row.status is Status.RECORDING:
        return None

    def passed(since: datetime | None, **time: float) -> bool:
        return since is not None and now - since >= timedelta(**time)

    recorded = row.ended_at or row.created_at
    if (
        passed(row.exported_at, days=kept.exported_days)
        if row.exported_at
        else passed(recorded, days=kept.unfinished_days)
    ):
        return Action.DELETE
    over = passed(recorded, hours=kept.after_recording_h) or passed(row.approved_at, hours=kept.after_approval_h)
    return Action.ERASE if told and over else None


def _cut(tables: Tables, consult: Consult) -> Consult:
    """A consult whose sound is about to change: it is processed again, unless it still records."""
    if consult.status is not Status.RECORDING:
        consult = replace(
            consult, status=rules.move(consult.status, Status.PROCESSING), transcript=Transcript(), unsaid=()
        )
        tables.consults.put(consult)
    return consult


def _erase_content(tables: Tables, consult: Consult) -> None:
    """Sound, transcript, what quotes it, and the way to the note; an approved note and unapproved work stay."""
    tables.sounds.erase(consult.id)
    tables.history.clear(consult.id)
    approved = bool(consult.final) and consult.status in {Status.APPROVED, Status.EXPORTED}
    status = consult.status
    if not approved and not consult.working:
        status = Status.FAILED
    elif status is Status.PROCESSING:  # there is nothing left to process, and the note can be worked on
        status = Status.DRAFT
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


def _only_approved(consult: Consult, now: datetime) -> Consult:
    """Without the notes that wait for approval: they were drafts of what the patient took back."""
    status = consult.status if consult.status is Status.EXPORTED else Status.APPROVED
    return replace(consult, status=status, approved_at=consult.approved_at or now)

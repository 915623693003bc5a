"""From sound to draft: a consult begins, its sound is kept as it comes, and takes the engine's result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from soep.audio.samples import SAMPLE_RATE_HZ
from soep.errors import SoepError, WorkflowError
from soep.i18n import _
from soep.jobs import Result
from soep.store import Tables
from soep.store.log import Action
from soep.types import About, AudioInfo, Consent, Consult, Remark, Status
from soep.wording import RemarkCode
from soep.workflow import redraft, rules
from soep.workflow.desk import NAMELESS, Desk
from soep.workflow.rules import Act

_OWN_REMARKS = {
    RemarkCode.INTERRUPTED,
    RemarkCode.DISK_WAS_FULL,
    RemarkCode.MICROPHONE_LOST,
}
DRAFTED = "drafted"
"""What the log says of a consult that got its draft."""


def begin(desk: Desk, consent: Consent | None, about: About = NAMELESS, *, recording: bool = True) -> str:
    """Begin a consult that is recorded, or one that is imported; gives its id.

    Raises:
        WorkflowError: nobody's consent was recorded.
    """
    if consent is None:
        raise WorkflowError(
            _("Zonder toestemming wordt er niets opgenomen of ingelezen."),
            _("Leg vast wie toestemming gaf; een dictaat heeft geen toestemming nodig."),
        )
    consult = Consult(
        desk.new_id(),
        desk.now(),
        status=Status.RECORDING,
        label=about.label,
        patient_ref=about.patient_ref,
        contact_type=about.contact_type,
        author=desk.settings.practice.user_name,
        consent=consent,
    )
    with desk.store.transaction() as tables:
        tables.consults.put(consult)
        desk.log(tables, Action.CREATE, consult, detail="recording" if recording else "import")
    return consult.id


def add_sound(desk: Desk, consult_id: str, samples: NDArray[np.float32]) -> None:
    """Keep a chunk of at most a second; when this returns, the disk has it.

    Args:
        desk: where.
        consult_id: whose.
        samples: float32 at 16 kHz, shape (samples,) or (tracks, samples).
    """
    with desk.store.transaction() as tables:
        rules.allow(Act.ADD_SOUND, tables.consults.row(consult_id).status, desk.role)
        tables.sounds.add(consult_id, samples)


def end_of_sound(desk: Desk, consult_id: str, remarks: Sequence[Remark] = (), sha256: str = "") -> None:
    """The recording or import is done; what follows is processing."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.ADD_SOUND, consult.status, desk.role)
        _end(desk, tables, consult, remarks, sha256)


def sound(desk: Desk, consult_id: str) -> Iterator[NDArray[np.float32]]:
    """The sound of a consult, chunk by chunk: float32 at 16 kHz, shape (tracks, samples)."""
    with desk.store.reading() as tables:
        numbers = tables.sounds.numbers(consult_id)
    for number in numbers:
        with desk.store.reading() as tables:
            chunk = tables.sounds.get(consult_id, number)
        yield chunk


def stretch_of_sound(desk: Desk, consult_id: str, start_s: float, end_s: float) -> Iterator[NDArray[np.float32]]:
    """The sound between two moments, to listen to: float32, shape (samples,), its tracks mixed.

    Raises:
        WorkflowError: there is none, or not any more.
    """
    with desk.store.reading() as tables:
        found = tables.sounds.overlapping(consult_id, start_s, end_s)
    if not found:
        raise WorkflowError(_("Van dit stuk is geen geluid (meer)."))
    return _pieces(desk, consult_id, found, (start_s, end_s))


def _pieces(
    desk: Desk, consult_id: str, found: Sequence[tuple[int, float]], between_s: tuple[float, float]
) -> Iterator[NDArray[np.float32]]:
    for number, at_s in found:
        with desk.store.reading() as tables:
            chunk = tables.sounds.get(consult_id, number).mean(axis=0, dtype=np.float32)
        first, last = (max(0, round((moment_s - at_s) * SAMPLE_RATE_HZ)) for moment_s in between_s)
        yield chunk[first:last]


def sound_s(desk: Desk, consult_id: str) -> float:
    """How many seconds of sound there are."""
    with desk.store.reading() as tables:
        return tables.sounds.duration_s(consult_id)


def processed(desk: Desk, consult_id: str, result: Result) -> None:
    """Take the engine's result: a first draft, or a new one beside what the GP did."""
    made = result.consult
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.PROCESS, consult.status, desk.role)
        start = redraft.next_id(consult)
        draft = redraft.numbered(made.draft, start)
        working = redraft.merged(consult.working, draft, start) if consult.working else draft
        kept = tuple(remark for remark in consult.warnings if remark.code in _OWN_REMARKS)
        tables.history.clear(consult_id)
        consult = replace(
            consult,
            status=rules.move(consult.status, Status.DRAFT),
            transcript=made.transcript,
            draft=draft,
            working=working,
            unsaid=made.unsaid,
            warnings=(*kept, *made.warnings),
            runs=made.runs,
        )
        tables.consults.put(consult)
        desk.log(tables, Action.CHANGE, consult, detail=DRAFTED)


def failed(desk: Desk, consult_id: str, error: SoepError) -> None:
    """Processing did not work; what was recorded is kept."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        remark = Remark(RemarkCode.PROCESSING_FAILED, {"reason": error.message})
        others = tuple(one for one in consult.warnings if one.code != remark.code)
        consult = replace(consult, status=rules.move(consult.status, Status.FAILED), warnings=(*others, remark))
        tables.consults.put(consult)
        desk.log(tables, Action.CHANGE, consult, result="failed", detail=type(error).__name__)


def again(desk: Desk, consult_id: str) -> None:
    """Have a consult processed once more.

    Raises:
        WorkflowError: its sound is gone.
    """
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.PROCESS, consult.status, desk.role)
        if not tables.sounds.numbers(consult_id):
            raise WorkflowError(_("Van dit consult is geen geluid meer."))
        tables.consults.put(replace(consult, status=rules.move(consult.status, Status.PROCESSING)))


def discard(desk: Desk, consult_id: str) -> None:
    """Stop a recording and erase it."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.allow(Act.ADD_SOUND, consult.status, desk.role)
        tables.consults.delete(consult_id)
        desk.log(tables, Action.DELETE, consult, detail="recording discarded")
    desk.store.erase_traces()


def interrupted(desk: Desk, consult_id: str) -> None:
    """Whoever recorded this is gone: what there is goes on to processing, and a remark says so."""
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        if consult.status is Status.RECORDING:
            _end(desk.by_itself(), tables, consult, [Remark(RemarkCode.INTERRUPTED)], "")


def _end(desk: Desk, tables: Tables, consult: Consult, remarks: Sequence[Remark], sha256: str) -> None:
    duration_s = tables.sounds.duration_s(consult.id)
    status = Status.PROCESSING if duration_s else Status.FAILED
    consult = replace(
        consult,
        status=status,
        ended_at=desk.now(),
        audio=AudioInfo(sha256, duration_s),
        warnings=(*consult.warnings, *remarks),
    )
    tables.consults.put(consult)
    desk.log(tables, Action.CHANGE, consult, detail="end of sound")

"""The GP's desk: every step in a consult's life, allowed or refused, saved in one transaction and logged in it.

The application and the command line change consults only through this class.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from soep.config import Settings
from soep.errors import InputError, SoepError, WorkflowError
from soep.i18n import _
from soep.jobs import Result
from soep.store import Store, Tables
from soep.store.consults import Row
from soep.store.log import Action, LogEntry
from soep.store.sound import CHUNK_S
from soep.types import About, AudioInfo, Consent, ConsentBy, Consult, Remark, SoepNote, Status, Transcript
from soep.wording import RemarkCode
from soep.workflow import changes, figures, redraft, rules
from soep.workflow.edits import Content, Edit
from soep.workflow.rules import Act

ID_BYTES = 6
NAMELESS = About()
SYSTEM = "soep"
"""Who does what nobody asked for: erasing at the set time, and taking up what was interrupted."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """An open store with the rules of a consult's life.

    Args:
        store: where everything is kept.
        settings: who works here and how long things are kept.
        now: the clock, aware of its offset.
    """

    def __init__(self, store: Store, settings: Settings, now: Callable[[], datetime] = _utc_now) -> None:
        self.store = store
        self.settings = settings
        self.now = now

    # --- looking ------------------------------------------------------------------------------------------------

    def find(self, words: str = "", statuses: Iterable[Status] = (), limit: int = -1) -> list[Row]:
        """The consults, newest first; those that hold the words, where words are given."""
        with self.store.reading() as tables:
            return tables.consults.find(words=words, statuses=statuses, limit=limit)

    def view(self, consult_id: str) -> Consult:
        """Open a consult, which the log remembers.

        Raises:
            InputError: there is none with this id.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            self._log(tables, Action.VIEW, consult)
        return consult

    def peek(self, consult_id: str) -> Consult:
        """A consult as it is now, for a program's own use: nobody sees it."""
        with self.store.reading() as tables:
            return tables.consults.get(consult_id)

    def resolve(self, beginning: str) -> str:
        """The one id that begins so.

        Raises:
            InputError: none does, or more than one.
        """
        with self.store.reading() as tables:
            found = tables.consults.ids(beginning) if beginning else []
        if len(found) == 1 or beginning in found:
            return beginning if beginning in found else found[0]
        if found:
            raise InputError(_("Er zijn meer consulten die zo beginnen."), _("Geef meer tekens van het nummer."))
        raise InputError(_("Er is geen consult met dit nummer."), _("Bekijk de lijst met: soep list."))

    # --- from sound to draft ------------------------------------------------------------------------------------

    def begin(self, consent: Consent | None, about: About = NAMELESS, *, recording: bool = True) -> str:
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
            secrets.token_hex(ID_BYTES),
            self.now(),
            status=Status.RECORDING,
            label=about.label,
            patient_ref=about.patient_ref,
            contact_type=about.contact_type,
            author=self.settings.practice.user_name,
            consent=consent,
        )
        with self.store.transaction() as tables:
            tables.consults.put(consult)
            self._log(tables, Action.CREATE, consult, detail="recording" if recording else "import")
        return consult.id

    def add_sound(self, consult_id: str, samples: NDArray[np.float32]) -> None:
        """Keep a chunk of at most a second; when this returns, the disk has it.

        Args:
            consult_id: whose.
            samples: float32 at 16 kHz, shape (samples,) or (tracks, samples).
        """
        with self.store.transaction() as tables:
            rules.allow(Act.ADD_SOUND, tables.consults.row(consult_id).status, self._role)
            tables.sounds.add(consult_id, samples)

    def end_of_sound(self, consult_id: str, remarks: Sequence[Remark] = (), sha256: str = "") -> None:
        """The recording or import is done; what follows is processing."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.ADD_SOUND, consult.status, self._role)
            self._end(tables, consult, remarks, sha256)

    def sound(self, consult_id: str) -> Iterator[NDArray[np.float32]]:
        """The sound of a consult, chunk by chunk: float32 at 16 kHz, shape (tracks, samples)."""
        with self.store.reading() as tables:
            numbers = tables.sounds.numbers(consult_id)
        for number in numbers:
            with self.store.reading() as tables:
                chunk = tables.sounds.get(consult_id, number)
            yield chunk

    def sound_s(self, consult_id: str) -> float:
        """How many seconds of sound there are."""
        with self.store.reading() as tables:
            return tables.sounds.duration_s(consult_id)

    def processed(self, consult_id: str, result: Result) -> None:
        """Take the engine's result: a first draft, or a new one beside what the GP did."""
        made = result.consult
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.PROCESS, consult.status, self._role)
            start = _next_id(consult)
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
            self._log(tables, Action.CHANGE, consult, detail="drafted")

    def failed(self, consult_id: str, error: SoepError) -> None:
        """Processing did not work; what was recorded is kept."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            remark = Remark(RemarkCode.PROCESSING_FAILED, {"reason": error.message})
            others = tuple(one for one in consult.warnings if one.code != remark.code)
            consult = replace(consult, status=rules.move(consult.status, Status.FAILED), warnings=(*others, remark))
            tables.consults.put(consult)
            self._log(tables, Action.CHANGE, consult, result="failed", detail=type(error).__name__)

    def again(self, consult_id: str) -> None:
        """Have a consult processed once more.

        Raises:
            WorkflowError: its sound is gone.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.PROCESS, consult.status, self._role)
            if not tables.sounds.numbers(consult_id):
                raise WorkflowError(_("Van dit consult is geen geluid meer."))
            tables.consults.put(replace(consult, status=rules.move(consult.status, Status.PROCESSING)))

    # --- editing ------------------------------------------------------------------------------------------------

    def edit(self, consult_id: str, edit: Edit) -> Consult:
        """Do an edit and save it.

        Raises:
            InputError: the edit does not fit the note.
            WorkflowError: the note is approved, or the consult is not there yet.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.EDIT, consult.status, self._role)
            notes = consult.working or redraft.numbered((SoepNote(),), _next_id(consult))
            before = Content(notes, consult.transcript, consult.unsaid, _next_id(replace(consult, working=notes)))
            after = edit.apply(before)
            change = changes.between(type(edit).__name__, before, after)
            consult = replace(
                consult,
                working=after.notes,
                transcript=after.transcript,
                unsaid=after.unsaid,
                status=rules.move(consult.status, Status.DRAFT),
            )
            tables.consults.put(consult)
            tables.history.add(consult_id, self.now(), change.to_text())
            self._log(tables, Action.CHANGE, consult, detail=change.name)
        return consult

    def undo(self, consult_id: str) -> Consult | None:
        """Take the last edit back; None when there is none."""
        return self._step(consult_id, back=True)

    def redo(self, consult_id: str) -> Consult | None:
        """Do again what was taken back; None when there is nothing."""
        return self._step(consult_id, back=False)

    def name(self, consult_id: str, about: About) -> None:
        """Give a consult its label, patient's number and kind of contact."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            consult = replace(
                consult,
                label=about.label,
                patient_ref=about.patient_ref or None,
                contact_type=about.contact_type,
            )
            tables.consults.put(consult)
            self._log(tables, Action.CHANGE, consult, detail="name")

    # --- approving and exporting --------------------------------------------------------------------------------

    def approve(self, consult_id: str, notes: Iterable[int] | None = None) -> Consult:
        """Approve some notes, by id, or all.

        Raises:
            WorkflowError: a note is empty or has critical flags, or this person may not.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.APPROVE, consult.status, self._role)
            wanted = {note.id for note in consult.working} if notes is None else set(notes)
            if not wanted or not wanted <= {note.id for note in consult.working}:
                raise InputError(_("Dit probleem staat niet meer in het verslag."))
            now = self.now()
            working = tuple(
                _approved(note, now) if note.id in wanted and note.approved_at is None else note
                for note in consult.working
            )
            consult = replace(
                consult, working=working, final=tuple(note for note in working if note.approved_at is not None)
            )
            if rules.is_approved(consult) and len(consult.final) == len(working):
                consult = replace(consult, status=rules.move(consult.status, Status.APPROVED), approved_at=now)
                tables.figures.add(now, figures.counts(consult, tables.history.moments(consult_id), now))
            tables.consults.put(consult)
            self._log(tables, Action.APPROVE, consult, detail=f"{len(consult.final)}/{len(working)}")
        return consult

    def withdraw_approval(self, consult_id: str) -> Consult:
        """Take the approval of all notes back, as long as sound and transcript are there.

        Raises:
            WorkflowError: they were erased already, or nothing was approved.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.WITHDRAW_APPROVAL, consult.status, self._role)
            if not consult.final or not consult.working:
                raise WorkflowError(
                    _("De goedkeuring van dit verslag kan niet ingetrokken worden."),
                    _("Het transcript is al gewist; verbeter het verslag in het HIS."),
                )
            working = tuple(replace(note, approved_at=None) for note in consult.working)
            consult = replace(
                consult,
                working=working,
                final=(),
                approved_at=None,
                exported_at=None,
                status=rules.move(consult.status, Status.DRAFT),
            )
            tables.consults.put(consult)
            self._log(tables, Action.WITHDRAW, consult, detail="approval")
        return consult

    def to_export(self, consult_id: str, target: str) -> Consult:
        """The approved notes of a consult, about to leave for a target; the log has it before it leaves.

        Raises:
            WorkflowError: no note is approved, or this person may not.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.EXPORT, consult.status, self._role)
            if not consult.final:
                raise WorkflowError(
                    _("Alleen een goedgekeurd verslag kan geëxporteerd worden."), _("Keur het verslag eerst goed.")
                )
            self._log(tables, Action.EXPORT, consult, result="begun", detail=target)
        return replace(consult, working=(), draft=())

    def exported(self, consult_id: str, target: str, sha256: str) -> None:
        """The notes have arrived there; ``sha256`` is of what was written."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            now = self.now()
            if consult.status is Status.APPROVED:
                consult = replace(consult, status=rules.move(consult.status, Status.EXPORTED))
            tables.consults.put(replace(consult, exported_at=now))
            tables.consults.exported(consult_id, now, target, sha256)
            self._log(tables, Action.EXPORT, consult, detail=f"{target} {sha256[:16]}")

    # --- erasing and moving -------------------------------------------------------------------------------------

    def erase_sound(self, consult_id: str, start_s: float, end_s: float) -> None:
        """Erase a stretch of the recording, in whole chunks; the consult is processed again from what is left."""
        with self.store.transaction() as tables:
            consult = self._cut(tables, consult_id)
            tables.sounds.erase(consult_id, _chunks(start_s, end_s))
            self._log(tables, Action.ERASE, consult, detail="stretch of sound")
        self.store.erase_traces()

    def move_sound(
        self, consult_id: str, start_s: float, end_s: float, *, to_id: str | None = None, consent: Consent | None = None
    ) -> str:
        """Move a stretch of the recording to another consult, or to a new one (the forgotten stop); gives its id.

        Raises:
            WorkflowError: a new consult without consent, or another that takes no more sound.
        """
        with self.store.transaction() as tables:
            source = self._cut(tables, consult_id)
            if to_id is None:
                if consent is None:
                    raise WorkflowError(
                        _("Het andere consult heeft eigen toestemming nodig."), _("Leg vast wie toestemming gaf.")
                    )
                target = Consult(
                    secrets.token_hex(ID_BYTES),
                    self.now(),
                    status=Status.PROCESSING,
                    author=source.author,
                    consent=consent,
                    ended_at=source.ended_at or self.now(),
                )
                tables.consults.put(target)
                self._log(tables, Action.CREATE, target, detail="moved sound")
            else:
                target = self._cut(tables, to_id)
            tables.sounds.move(consult_id, _chunks(start_s, end_s), target.id)
            self._log(tables, Action.MOVE, source, detail=f"sound to {target.id}")
        self.store.erase_traces()
        return target.id

    def withdraw_consent(self, consult_id: str) -> None:
        """The patient takes consent back: sound, transcript and draft go at once; an approved note is the GP's own."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            self._log(tables, Action.WITHDRAW, consult, detail="consent")
            if consult.final:
                self._erase_content(tables, consult)
            else:
                tables.consults.delete(consult_id)
        self.store.erase_traces()

    def delete(self, consult_id: str) -> None:
        """Erase a consult whole.

        Raises:
            WorkflowError: it is being recorded, or this person may not.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.DELETE, consult.status, self._role)
            tables.consults.delete(consult_id)
            self._log(tables, Action.DELETE, consult)
        self.store.erase_traces()

    def discard(self, consult_id: str) -> None:
        """Stop a recording and erase it."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.ADD_SOUND, consult.status, self._role)
            tables.consults.delete(consult_id)
            self._log(tables, Action.DELETE, consult, detail="recording discarded")
        self.store.erase_traces()

    # --- time ---------------------------------------------------------------------------------------------------

    def sweep(self) -> int:
        """Erase what has been kept long enough; gives how many consults were touched.

        Called at every start and daily after that.
        """
        kept = self.settings.retention
        soep = self._by_itself()
        touched = 0
        for row in self.find():
            now = self.now()
            hours = {
                "recorded": (now - (row.ended_at or row.created_at)).total_seconds() / 3600,
                "approved": (now - row.approved_at).total_seconds() / 3600 if row.approved_at else -1.0,
                "exported": (now - row.exported_at).total_seconds() / 3600 if row.exported_at else -1.0,
            }
            with self.store.transaction() as tables:
                consult = tables.consults.get(row.id)
                if row.status is Status.EXPORTED and hours["exported"] >= kept.exported_days * 24:
                    tables.consults.delete(row.id)
                    soep._log(tables, Action.DELETE, consult, detail="kept long enough")
                elif hours["recorded"] >= kept.after_recording_h or (
                    row.approved_at is not None and hours["approved"] >= kept.after_approval_h
                ):
                    if row.status is Status.RECORDING or not self._has_content(tables, consult):
                        continue
                    self._erase_content(tables, consult)
                    soep._log(tables, Action.ERASE, consult, detail="sound and transcript")
                else:
                    continue
            touched += 1
        if touched:
            self.store.erase_traces()
        return touched

    def interrupted(self, consult_id: str) -> None:
        """Whoever recorded this is gone: what there is goes on to processing, and a remark says so."""
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            if consult.status is Status.RECORDING:
                self._by_itself()._end(tables, consult, [Remark(RemarkCode.INTERRUPTED)], "")

    # --- within -------------------------------------------------------------------------------------------------

    @property
    def _role(self) -> rules.Role:
        return self.settings.practice.role

    def _by_itself(self) -> Desk:
        """The desk of what nobody asked for, so that the log says so."""
        practice = self.settings.practice.model_copy(update={"user": SYSTEM})
        return Desk(self.store, self.settings.model_copy(update={"practice": practice}), self.now)

    def _log(self, tables: Tables, action: Action, consult: Consult, *, result: str = "ok", detail: str = "") -> None:
        practice = self.settings.practice
        tables.log.add(
            LogEntry(
                self.now().isoformat(timespec="milliseconds"),
                practice.user_name,
                practice.responsible_name,
                tables.log.pseudonym(consult.patient_ref),
                action.value,
                consult.id,
                result,
                detail,
            )
        )

    def _end(self, tables: Tables, consult: Consult, remarks: Sequence[Remark], sha256: str) -> None:
        duration_s = tables.sounds.duration_s(consult.id)
        status = Status.PROCESSING if duration_s else Status.FAILED
        consult = replace(
            consult,
            status=status,
            ended_at=self.now(),
            audio=AudioInfo(sha256, duration_s),
            warnings=(*consult.warnings, *remarks),
        )
        tables.consults.put(consult)
        self._log(tables, Action.CHANGE, consult, detail="end of sound")

    def _cut(self, tables: Tables, consult_id: str) -> Consult:
        """A consult whose sound is about to change: it is processed again, unless it still records."""
        consult = tables.consults.get(consult_id)
        rules.allow(Act.CUT_SOUND, consult.status, self._role)
        if consult.status is not Status.RECORDING:
            consult = replace(
                consult, status=rules.move(consult.status, Status.PROCESSING), transcript=Transcript(), unsaid=()
            )
            tables.consults.put(consult)
        return consult

    def _step(self, consult_id: str, *, back: bool) -> Consult | None:
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            rules.allow(Act.EDIT, consult.status, self._role)
            body = tables.history.undo(consult_id) if back else tables.history.redo(consult_id)
            if body is None:
                return None
            change = changes.from_text(body)
            approved = [note for note in consult.working if note.approved_at is not None]
            consult = change.undone(consult) if back else change.done(consult)
            if approved != [note for note in consult.working if note.approved_at is not None]:
                raise WorkflowError(_("Dit verslag is goedgekeurd."), _("Trek eerst de goedkeuring in."))
            tables.consults.put(consult)
            self._log(tables, Action.CHANGE, consult, detail=f"{'undo' if back else 'redo'} {change.name}")
        return consult

    def _has_content(self, tables: Tables, consult: Consult) -> bool:
        return bool(consult.transcript.utterances or tables.sounds.numbers(consult.id))

    def _erase_content(self, tables: Tables, consult: Consult) -> None:
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


_OWN_REMARKS = {
    RemarkCode.INTERRUPTED,
    RemarkCode.DISK_WAS_FULL,
    RemarkCode.MICROPHONE_LOST,
}


def needs_consent(by: ConsentBy) -> bool:
    """Whether others than the GP are heard."""
    return by is not ConsentBy.NOT_NEEDED


def _next_id(consult: Consult) -> int:
    notes = [*consult.draft, *consult.working, *consult.final]
    used = [0, *(note.id for note in notes), *(note.problem.id for note in notes)]
    return 1 + max([*used, *(line.id for note in notes for _, line in note.every_line())])


def _approved(note: SoepNote, now: datetime) -> SoepNote:
    rules.must_be_ready(note)
    return replace(note, approved_at=now)


def _chunks(start_s: float, end_s: float) -> range:
    if not 0.0 <= start_s < end_s:
        raise InputError(_("Dit is geen stuk van de opname."), _("Kies een begin voor het einde."))
    return range(floor(start_s / CHUNK_S), ceil(end_s / CHUNK_S))

"""Dictation that is added to a draft after the consult: heard, written in lines of its own, and saved as one edit.

The sound is held until its lines are there and then stored with them; what is being dictated when the computer fails
must be said again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from enum import Enum, auto

import numpy as np

from soep.audio.levels import Level, measured
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.engine.protocol import LiveJob
from soep.engine.supervisor import Engine, Task
from soep.errors import EngineGoneError, SoepError, WorkflowError, unexpected
from soep.i18n import _
from soep.jobs import DUTCH, Result, SessionOptions
from soep.store import Tables
from soep.store.log import Action
from soep.store.sound import CHUNK_SAMPLES
from soep.types import (
    FIELDS,
    Consult,
    NoteLine,
    SoepNote,
    Unsaid,
    UnsaidKind,
    Utterance,
)
from soep.workflow import changes, redraft, rules
from soep.workflow.desk import Desk
from soep.workflow.edits import Content
from soep.workflow.live import OpenSound
from soep.workflow.owners import owned
from soep.workflow.rules import Act
from soep.workflow.watching import exists, watched

_OPTIONS = SessionOptions(language=DUTCH, dictation=True)
_TRIES = 2
OWNED_WITHIN_S = 2.0
"""The list, which may be drafting lines of this consult again, lets go of it within this time."""


class Step(Enum):
    """How far a dictation is."""

    LISTENING = auto()
    WRITING = auto()
    ADDED = auto()
    FAILED = auto()
    CANCELLED = auto()


class Dictation:
    """One dictation, from the first word to its lines.

    Args:
        desk: where the consult is.
        engine: hears and writes.
        consult_id: of a consult with a draft.
        open_sound: opens the microphone.
        note: the problem that the lines go to; None takes the last that is not approved.
    """

    def __init__(
        self, desk: Desk, engine: Engine, consult_id: str, open_sound: OpenSound, note: int | None = None
    ) -> None:
        self.consult_id = consult_id
        self.step = Step.LISTENING
        self.level: Level | None = None
        self.trouble: SoepError | None = None
        """Why it failed."""
        self.lines_added = 0
        self._desk = desk
        self._engine = engine
        self._note = note
        self._open_sound = open_sound
        self._pieces: list[Samples] = []
        self._task: Task | None = None
        self._cancelled = self._stopped = False
        self._sound_ended: Callable[[], None] | None = None
        self._over = threading.Event()

    @property
    def elapsed_s(self) -> float:
        """Seconds dictated."""
        return sum(len(piece) for piece in self._pieces) / SAMPLE_RATE_HZ

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done."""
        return self._over.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing of it is wanted any more."""
        return self._cancelled

    def start(self, within: AbstractContextManager[object] | None = None) -> None:
        """Begin on a thread of its own; ``within`` is entered while the engine is needed."""
        held = within or nullcontext()
        threading.Thread(target=self._run, args=(held,), daemon=True, name="soep-dictation").start()

    def stop(self) -> None:
        """All is said."""
        self._stopped = True
        if self._sound_ended is not None:
            self._sound_ended()

    def cancel(self) -> None:
        """Leave nothing of it."""
        self._cancelled = True
        self.stop()
        if self._task is not None:
            self._task.cancel()

    def wait(self) -> None:
        """Wait until everything is done."""
        self._over.wait()

    def _run(self, within: AbstractContextManager[object]) -> None:
        try:
            with within, owned(self._desk.store.folder, self.consult_id, OWNED_WITHIN_S):
                _must_take_dictation(self._desk.peek(self.consult_id), self._desk)
                self._listen()
                if not self._cancelled:
                    self.step = Step.WRITING
                    self._write()
        except SoepError as error:
            self.trouble = error
            self.step = Step.FAILED
        except Exception as error:  # nobody foresaw it
            self.trouble = unexpected(error)
            self.step = Step.FAILED
        finally:
            if self._cancelled:
                self.step = Step.CANCELLED
            self._over.set()

    def _listen(self) -> None:
        sound = self._open_sound()
        self._sound_ended = sound.stop
        try:
            if self._stopped:
                return
            for piece in sound.pieces():
                self.level = measured(piece, self.level)
                self._pieces.append(piece)
        finally:
            sound.close()

    def _write(self) -> None:
        sound = np.concatenate([*self._pieces, np.zeros(0, np.float32)])
        result = self._result(sound)
        if self._cancelled:
            return
        before = len(_lines(self._desk.peek(self.consult_id).working))
        consult = add(self._desk, self.consult_id, result, sound, note=self._note)
        self.lines_added = len(_lines(consult.working)) - before
        self.step = Step.ADDED

    def _result(self, sound: Samples) -> Result:
        """What the engine makes of it; one that was ended for another job is asked once more."""
        for tried in range(1, _TRIES + 1):
            try:
                task = self._task = self._engine.submit(LiveJob(_OPTIONS))
                if self._cancelled:
                    task.cancel()
                with watched(task, exists(self._desk, self.consult_id)):
                    task.feed(sound)
                    task.end_of_sound()
                    return task.result()
            except EngineGoneError:
                if tried == _TRIES:
                    raise
        raise AssertionError  # the loop returns or raises


def add(
    desk: Desk, consult_id: str, result: Result, sound: Samples | None = None, *, note: int | None = None
) -> Consult:
    """Add what was dictated: utterances behind the others, and lines that rest on them at the end of their fields.

    Nothing that was there changes.  It is one edit, so that its lines can be taken back; what was said stays in the
    transcript.  What was dictated and stands in no line is listed with what is not in the note.

    Args:
        desk: where the consult is.
        consult_id: of a consult with a draft.
        result: what the engine made of the dictation alone.
        sound: of the dictation, float32 at 16 kHz, shape (samples,); kept as long as that of the consult is.
        note: the problem that the lines go to; None takes the last that is not approved.

    Raises:
        WorkflowError: every note is approved, or the consult has no draft.
    """
    with desk.store.transaction() as tables:
        known = tables.consults.get(consult_id)
        _must_take_dictation(known, desk)
        start_s = _end_s(tables, known)
        first_id = 1 + max((one.id for one in known.transcript.utterances), default=0)
        ids = {one.id: first_id + at for at, one in enumerate(result.consult.transcript.utterances)}
        said = tuple(_moved(one, ids[one.id], start_s) for one in result.consult.transcript.utterances)
        line_id = redraft.next_id(known)
        working = known.working or redraft.numbered((SoepNote(),), line_id)
        fresh = [_cited(each, ids) for each in result.consult.draft]
        target = _target(working, note)
        extended = _extended(target, fresh, redraft.next_id(replace(known, working=working)))
        before = Content(known.working, known.transcript, known.unsaid, 0)
        after = replace(
            before,
            notes=tuple(extended if each.id == target.id else each for each in working),
            unsaid=(*known.unsaid, *_not_in_lines(result.consult.unsaid, said, fresh, ids)),
        )
        consult = replace(
            known,
            working=after.notes,
            unsaid=after.unsaid,
            draft=_drafted(known.draft, extended, _lines([target])),
            transcript=replace(known.transcript, utterances=(*known.transcript.utterances, *said)),
        )
        if sound is not None:
            consult = _with_sound(tables, consult, sound)
        tables.consults.put(consult, known)
        tables.history.add(consult_id, desk.now(), changes.between("Dictation", before, after).to_text())
        desk.log(tables, Action.CHANGE, consult, detail="Dictation")
    return consult


def _must_take_dictation(consult: Consult, desk: Desk) -> None:
    rules.allow(Act.EDIT, consult.status, desk.role)
    if consult.working and all(note.approved_at is not None for note in consult.working):
        raise WorkflowError(_("Dit verslag is goedgekeurd."), _("Trek eerst de goedkeuring in."))


def _target(working: Sequence[SoepNote], wanted: int | None) -> SoepNote:
    free = [note for note in working if note.approved_at is None]
    return next((note for note in free if note.id == wanted), free[-1])


def _end_s(tables: Tables, consult: Consult) -> float:
    """Where the dictation begins, in the time of the consult."""
    said_s = max((one.end_s for one in consult.transcript.utterances), default=0.0)
    return max(tables.sounds.duration_s(consult.id), said_s)


def _moved(utterance: Utterance, new_id: int, by_s: float) -> Utterance:
    words = tuple(replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in utterance.words)
    return replace(utterance, id=new_id, start_s=utterance.start_s + by_s, end_s=utterance.end_s + by_s, words=words)


def _cited(note: SoepNote, ids: Mapping[int, int]) -> SoepNote:
    """The note with its evidence under the new ids."""

    def moved(line: NoteLine) -> NoteLine:
        return replace(line, id=0, evidence=tuple(ids[one] for one in line.evidence if one in ids))

    fields = {name: tuple(map(moved, note.lines(name))) for name in FIELDS}
    return replace(note, problem=moved(note.problem), **fields)  # type: ignore[arg-type]


def _extended(target: SoepNote, fresh: Iterable[SoepNote], line_id: int) -> SoepNote:
    """The note with the new lines at the end of their fields, and a title where it had none."""
    note = target
    for new in fresh:
        for name in FIELDS:
            known = {line.text for line in note.lines(name)}
            added = tuple(line for line in new.lines(name) if line.text not in known)
            note = replace(note, **{name: (*note.lines(name), *added)})  # type: ignore[arg-type]
        if not note.problem.text:
            note = replace(note, problem=new.problem)
    return redraft.numbered([note], line_id)[0]


def _drafted(draft: Sequence[SoepNote], extended: SoepNote, before: Sequence[NoteLine]) -> tuple[SoepNote, ...]:
    """The draft with the machine's new lines too: what the GP then changes in them counts as a change."""
    known = {line.id for line in before}
    at = next((index for index, note in enumerate(draft) if note.id == extended.id), 0 if draft else None)
    if at is None:
        return (extended,)
    fields = {
        name: (*draft[at].lines(name), *(line for line in extended.lines(name) if line.id not in known))
        for name in FIELDS
    }
    return (*draft[:at], replace(draft[at], **fields), *draft[at + 1 :])  # type: ignore[arg-type]


def _not_in_lines(
    found: Sequence[Unsaid], said: Sequence[Utterance], fresh: Sequence[SoepNote], ids: Mapping[int, int]
) -> list[Unsaid]:
    moved = [replace(item, evidence=tuple(ids[one] for one in item.evidence if one in ids)) for item in found]
    cited = {one for item in moved for one in item.evidence}
    cited |= {one for line in _lines(fresh) for one in line.evidence}
    left = [Unsaid(UnsaidKind.DICTATED, one.text, (one.id,)) for one in said if one.id not in cited]
    return [*moved, *left]


def _with_sound(tables: Tables, consult: Consult, sound: Samples) -> Consult:
    """Keep the sound behind that of the consult, with as many tracks; where that was erased, so is this."""
    numbers = tables.sounds.numbers(consult.id)
    if not numbers:
        return consult
    tracks = len(tables.sounds.get(consult.id, numbers[0]))
    for start in range(0, len(sound), CHUNK_SAMPLES):
        chunk = np.zeros((tracks, len(sound[start : start + CHUNK_SAMPLES])), np.float32)
        chunk[0] = sound[start : start + CHUNK_SAMPLES]
        tables.sounds.add(consult.id, chunk)
    if consult.audio is None:
        return consult
    return replace(consult, audio=replace(consult.audio, duration_s=tables.sounds.duration_s(consult.id)))


def _lines(notes: Sequence[SoepNote]) -> list[NoteLine]:
    return [line for note in notes for _name, line in note.every_line()]

"""A consult while it is recorded: the microphone into the store, the engine beside it, and how it ends.

The application and `soep record` share it.  What runs, runs on one thread, which ``Live.start`` makes; the other
methods only ask, from any thread, and return at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from soep.audio.levels import Level, measured
from soep.audio.record import Sound
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.engine.protocol import LiveJob
from soep.engine.supervisor import Engine, Task
from soep.errors import CancelledError, DeviceError, EngineGoneError, SoepError, unexpected
from soep.events import Stage
from soep.jobs import SessionOptions
from soep.types import About, Consent, ConsentBy, Remark, Status
from soep.wording import RemarkCode
from soep.workflow import erasing, intake
from soep.workflow.desk import NAMELESS, Desk
from soep.workflow.heard import Heard, Picture
from soep.workflow.owners import owned
from soep.workflow.processing import finish
from soep.workflow.recording import Recorder
from soep.workflow.watching import GoneError, is_gone, not_erased, watched
from soep.workflow.worklist import Progress

TRY_AGAIN_S = 2.0
"""A device that fell out is tried again so often."""
LONG_SILENCE_S = 120.0
LONG_CONSULT_S = 20 * 60.0

OpenSound = Callable[[], Sound]


class Phase(Enum):
    """How far a recording is."""

    RECORDING = auto()
    PAUSED = auto()
    FINISHING = auto()
    """It has ended; the draft is being finished."""
    DRAFTED = auto()
    WAITING = auto()
    """Its sound is in the store and waits to be processed: the engine could not do it along the way."""
    FAILED = auto()
    ERASED = auto()

    @property
    def is_open(self) -> bool:
        """Whether the microphone is."""
        return self in {Phase.RECORDING, Phase.PAUSED}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done here."""
        return not self.is_open and self is not Phase.FINISHING


@dataclass(frozen=True, slots=True)
class Plan:
    """Whose consult is recorded."""

    consent: Consent
    about: About = NAMELESS

    @property
    def is_dictation(self) -> bool:
        """Whether the GP speaks alone."""
        return self.consent.given_by is ConsentBy.NOT_NEEDED


class Live:
    """A recording, from its first second to its draft.

    Args:
        desk: where it is kept.
        engine: makes the draft along the way.
        plan: whose consult it is.
        open_sound: opens the microphone; called again when it fell out.
        changed: called with the consult's id when its phase has changed, on any thread.
    """

    def __init__(
        self,
        desk: Desk,
        engine: Engine,
        plan: Plan,
        open_sound: OpenSound,
        changed: Callable[[str], None] = lambda _id: None,
    ) -> None:
        self.plan = plan
        self.consult_id = ""
        self.level: tuple[Level, ...] = ()
        """Of each track."""
        self.trouble: SoepError | None = None
        """What the user must know now: no microphone, a full disk, or no draft along the way."""
        self._desk = desk
        self._engine = engine
        self._open_sound = open_sound
        self._changed = changed
        self._phase = Phase.RECORDING
        self._begun = threading.Event()
        self._wake = threading.Event()
        self._refused: BaseException | None = None
        self._over = threading.Event()
        self._ending = threading.Lock()
        self._silent = threading.Event()
        self._paused = self._stopping = self._erasing = self._leaving = self._reopening = False
        self._samples = 0
        self._remarks: list[Remark] = []
        self._sound: Sound | None = None
        self._task: Task | None = None
        self._heard = Heard()
        self._unheard: SoepError | None = None

    @property
    def phase(self) -> Phase:
        """How far it is."""
        if self._phase is not Phase.RECORDING:
            return self._phase
        if self._over.is_set():
            return Phase.FAILED
        return Phase.PAUSED if self._paused else Phase.RECORDING

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping

    @property
    def elapsed_s(self) -> float:
        """Seconds recorded, without pauses."""
        return self._samples / SAMPLE_RATE_HZ

    @property
    def picture(self) -> Picture:
        """The conversation and the draft so far."""
        return self._heard.picture

    @property
    def progress(self) -> Progress:
        """How far the draft is, once the recording has ended."""
        picture = self.picture
        share = min(1.0, picture.transcribed_s / self.elapsed_s) if self._samples else 1.0
        return Progress(picture.stage or Stage.LOAD, share)

    def start(self, within: AbstractContextManager[object] | None = None) -> None:
        """Open the microphone and begin; ``within`` is entered while the engine is needed.

        Raises:
            DeviceError: the microphone does not open, or the disk refuses; nothing was begun.
        """
        held = within or nullcontext()
        threading.Thread(target=self._run, args=(held,), daemon=True, name="soep-recording").start()
        self._begun.wait()
        if self._refused is not None:
            raise self._refused

    def pause(self) -> None:
        """Keep nothing for a while; the level is still measured."""
        self._paused = True
        self._changed(self.consult_id)

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused = False
        self._changed(self.consult_id)

    def use(self, open_sound: OpenSound) -> None:
        """Go on with another microphone, with as many tracks."""
        self._open_sound = open_sound
        self._reopening = True
        self._end_sound()

    def stop(self) -> None:
        """Save it; the draft is finished after that."""
        self._stopping = True
        self._end_sound()

    def erase(self) -> bool:
        """Stop and leave nothing of it; False when it had ended by itself, so that it is a consult like others."""
        with self._ending:
            if self.phase.is_over:
                return False
            self._erasing = True
        self.stop()
        task = self._task
        if task is not None:  # on a thread: the engine may take a moment
            threading.Thread(target=task.cancel, daemon=True, name="soep-erasing").start()
        return True

    def close(self) -> None:
        """Stop and save it, without waiting for its draft: the consult waits to be processed."""
        self._leaving = True
        self.stop()
        task = self._task
        if task is not None:
            task.cancel()
        self._over.wait()

    def await_microphone(self) -> None:
        """Wait until the microphone is given back, a moment after ``stop``."""
        self._silent.wait()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until everything is done; gives whether it is."""
        return self._over.wait(timeout_s)

    # --- on its own thread --------------------------------------------------------------------------------------------

    def _run(self, within: AbstractContextManager[object]) -> None:
        try:
            with ExitStack() as stack:
                try:
                    self._sound = self._open_sound()
                    stack.callback(self._close_sound)
                    self.consult_id = intake.begin(self._desk, self.plan.consent, self.plan.about)
                    stack.enter_context(owned(self._desk.store.folder, self.consult_id))
                except BaseException as error:
                    self._refused = error
                    return
                finally:
                    self._begun.set()
                stack.enter_context(within)
                self._record(self._sound.tracks)
        except Exception as error:
            if self._task is not None:
                self._task.cancel()
            if self._is_gone():
                self._end(Phase.ERASED)
            else:  # nobody foresaw it: what was kept goes on to processing, as after a crash
                self.trouble = unexpected(error)
                with suppress(SoepError):
                    intake.interrupted(self._desk, self.consult_id)
                self._end(Phase.FAILED)
        finally:
            self._silent.set()
            self._over.set()
            if self.consult_id:
                self._changed(self.consult_id)

    def _record(self, tracks: int) -> None:
        self._heard = Heard(tracks)
        hearing = self._submitted(tracks)
        recorder = Recorder(self._desk, self.consult_id, self._task)
        try:
            while not self._stopping:
                self._listen(recorder)
        except Exception:
            recorder.pause()  # the last part of a second is kept too
            raise
        self._close_sound()
        self._end(Phase.ERASED if self._erasing else self._kept(recorder, hearing))

    def _submitted(self, tracks: int) -> threading.Thread:
        """Let the engine listen along; when it cannot, the sound is processed later."""
        options = SessionOptions(channels_apart=tracks > 1, dictation=self.plan.is_dictation)
        try:
            self._task = self._engine.submit(LiveJob(options))
        except SoepError as error:
            self._unheard = error
        hearing = threading.Thread(target=self._hear, daemon=True, name="soep-hearing")
        hearing.start()
        return hearing

    def _hear(self) -> None:
        if self._task is None:
            return
        try:
            with watched(self._task, not_erased(self._desk, self.consult_id)):
                for event in self._task.events():
                    self._heard.take(event)
                    if self._phase is Phase.FINISHING:
                        self._changed(self.consult_id)
        except GoneError as error:  # in another window
            self._unheard = error
            self.stop()
        except SoepError as error:
            self._unheard = error
            if self.phase.is_open and not isinstance(error, CancelledError):
                self.trouble = error

    def _listen(self, recorder: Recorder) -> None:
        """Until the microphone is stopped, falls out, or is to be another."""
        try:
            if self._sound is None:
                self._reopening = False
                self._sound = self._open_sound()
            if not self._stopping and not self._reopening:
                for piece in self._sound.pieces():
                    self._take(piece, recorder)
        except DeviceError as error:
            self.trouble = error
            if not any(one.code == RemarkCode.MICROPHONE_LOST for one in self._remarks):
                self._remarks.append(Remark(RemarkCode.MICROPHONE_LOST))
            self._close_sound()
            self._wake.wait(TRY_AGAIN_S)
            self._wake.clear()
        else:
            self._close_sound()

    def _take(self, piece: Samples, recorder: Recorder) -> None:
        tracks = np.atleast_2d(piece)
        known = self.level or (None,) * len(tracks)
        self.level = tuple(measured(track, before) for track, before in zip(tracks, known, strict=True))
        if self._paused:
            recorder.pause()
            return
        recorder.feed(piece)
        self._samples += tracks.shape[1]
        self.trouble = recorder.trouble or self._unheard

    def _kept(self, recorder: Recorder, hearing: threading.Thread) -> Phase:
        """Keep what the engine gives; what it could not do waits for the worklist."""
        try:
            recorder.finish(self._remarks)
        except SoepError as error:  # the disk refuses even that: the next opening takes it up
            return self._failed(error)
        self._go(Phase.FINISHING)
        if self._leaving and self._task is not None:
            self._task.cancel()
        hearing.join()
        if isinstance(self._unheard, GoneError):
            return Phase.ERASED
        if self._erasing or self._task is None or isinstance(self._unheard, EngineGoneError | CancelledError):
            return Phase.WAITING
        try:
            finish(self._desk, self.consult_id, self._task, lambda _event: None)
        except SoepError as error:
            return self._failed(error)
        return Phase.DRAFTED

    def _end(self, phase: Phase) -> None:
        """This is how it ended, unless nothing of it is wanted: that may be said until now."""
        with self._ending:
            if not self._erasing:
                self._phase = phase
        self._go(self._erased() if self._erasing else phase)

    def _erased(self) -> Phase:
        if self._task is not None:
            self._task.cancel()
        try:
            if self._desk.peek(self.consult_id).status is Status.RECORDING:
                intake.discard(self._desk, self.consult_id)
            else:
                erasing.delete(self._desk, self.consult_id)
        except SoepError as error:
            return self._failed(error)
        return Phase.ERASED

    def _failed(self, error: SoepError) -> Phase:
        """How it ended when something refused, which no longer matters for a consult that was erased meanwhile."""
        if self._is_gone():
            return Phase.ERASED
        self.trouble = error
        return Phase.FAILED

    # --- small ones ---------------------------------------------------------------------------------------------------

    def _go(self, phase: Phase) -> None:
        self._phase = phase
        if not phase.is_open:
            self._silent.set()
        self._changed(self.consult_id)

    def _is_gone(self) -> bool:
        """Whether it was erased, by somebody else or in another window."""
        return is_gone(not_erased(self._desk, self.consult_id))

    def _end_sound(self) -> None:
        self._wake.set()
        sound = self._sound
        if sound is not None:
            sound.stop()

    def _close_sound(self) -> None:
        sound, self._sound = self._sound, None
        if sound is not None:
            sound.close()

"""Consults that wait are processed one after another in the background, while the GP does something else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from soep.engine.supervisor import Engine, Task
from soep.errors import CancelledError, SoepError, unexpected
from soep.events import Event, Stage, StageProgress
from soep.workflow import correcting, intake, processing
from soep.workflow.desk import Desk
from soep.workflow.watching import GoneError

_HEARD_SHARE = 0.8
"""Of the whole work, what lies before the draft; recognition is by far the longest."""
_LOOK_EVERY_S = 5.0
"""Another window or command may have left a consult to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a consult is: the stage it is in, the share that is done, and the seconds left if known."""

    stage: Stage
    share: float = 0.0
    left_s: float | None = None


class Worklist:
    """Processes what waits, oldest first, on a thread of its own.

    Args:
        desk: whose consults.
        engine: does the work; a live recording may use it too, see ``held``.
        changed: called on that thread with a consult's id whenever its progress or state changed.
    """

    def __init__(self, desk: Desk, engine: Engine, changed: Callable[[str], None]) -> None:
        self._desk = desk
        self._engine = engine
        self._changed = changed
        self._wake = threading.Condition()
        self._current: _Current | None = None
        self._left: set[str] = set()
        self._corrected: dict[str, set[int]] = {}
        self._troubles: dict[str, SoepError] = {}
        self._holds = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="soep-worklist")
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a consult is being processed now."""
        return self._current is not None

    def look(self) -> None:
        """Something may have come to wait."""
        with self._wake:
            self._wake.notify()

    def progress(self, consult_id: str) -> Progress | None:
        """How far a consult is; None when nobody here works on it."""
        current = self._current
        return current.progress if current is not None and current.consult_id == consult_id else None

    def again(self, consult_id: str) -> None:
        """Process a consult once more, also one that failed or was stopped.

        Raises:
            WorkflowError: its sound is gone, or it cannot be processed now.
        """
        intake.again(self._desk, consult_id)
        with self._wake:
            self._left.discard(consult_id)
            self._wake.notify()

    def redraft(self, consult_id: str, utterances: Iterable[int]) -> None:
        """Draft again what rests on corrected utterances, before the consults that wait; the rest of the note stays."""
        with self._wake:
            self._corrected.setdefault(consult_id, set()).update(utterances)
            self._wake.notify()
        self._changed(consult_id)

    def is_redrafting(self, consult_id: str) -> bool:
        """Whether lines of it are drafted again, or wait for that."""
        return consult_id in self._corrected

    def trouble(self, consult_id: str) -> SoepError | None:
        """Why drafting again, or more than that, failed in a way that its remarks do not tell; told once."""
        return self._troubles.pop(consult_id, None)

    def cancel(self, consult_id: str) -> None:
        """Stop working on a consult; it waits until ``again``."""
        with self._wake:
            if self._corrected.pop(consult_id, None) is None:
                self._left.add(consult_id)
            current = self._current
        if current is not None and current.consult_id == consult_id:
            current.cancel()

    def abandon(self, consult_id: str) -> None:
        """Stop working on a consult, and begin nothing new with it: it is about to be erased."""
        with self._wake:
            self._corrected.pop(consult_id, None)
            self._left.add(consult_id)
            current = self._current
        if current is not None and current.consult_id == consult_id:
            current.cancel()

    def was_stopped(self, consult_id: str) -> bool:
        """Whether the user stopped the work on it."""
        return consult_id in self._left

    @contextmanager
    def held(self) -> Iterator[None]:
        """While a recording needs the engine: what runs is stopped and begins again afterwards."""
        with self._wake:
            self._holds += 1
            current = self._current
        if current is not None:
            current.cancel()
        try:
            yield
        finally:
            with self._wake:
                self._holds -= 1
                self._wake.notify()

    def stop(self) -> None:
        """End the thread; what ran waits as before."""
        with self._wake:
            self._ended = True
            current = self._current
            self._wake.notify()
        if current is not None:
            current.cancel()
        self._thread.join()

    def _run(self) -> None:
        while (consult_id := self._next()) is not None:
            try:
                if consult_id in self._corrected:
                    self._redraft(consult_id)
                else:
                    self._process(consult_id)
            finally:
                self._current = None
            self._changed(consult_id)

    def _process(self, consult_id: str) -> None:
        try:
            with processing.begun(self._desk, consult_id, self._engine) as work:
                self._begun(work.task)
                work.finish(self._take)
        except (CancelledError, GoneError):
            pass  # by the user, for a recording, or what it rests on changed; if it still waits, it begins again
        except SoepError:
            self._left.add(consult_id)  # its remark says why; the user may ask again
        except Exception as error:  # the other consults must not wait for this one
            self._left.add(consult_id)
            self._troubles[consult_id] = unexpected(error)

    def _redraft(self, consult_id: str) -> None:
        utterances = set(self._corrected.get(consult_id, ()))
        try:
            with correcting.begun(self._desk, consult_id, utterances, self._engine) as work:
                self._begun(work.task)
                work.finish(self._take)
        except CancelledError:
            return  # by the user, who took it off the list, or for a recording, after which it begins again
        except GoneError:
            pass  # there is nothing left to draft from
        except SoepError as error:
            self._troubles[consult_id] = error
        except Exception as error:
            self._troubles[consult_id] = unexpected(error)
        with self._wake:
            left = self._corrected.pop(consult_id, set()) - utterances
            if left:  # corrected meanwhile
                self._corrected[consult_id] = left

    def _next(self) -> str | None:
        with self._wake:
            while not self._ended:
                found = [*self._corrected, *self._waiting()] if not self._holds else []
                if found:
                    self._current = _Current(found[0], is_heard=found[0] in self._corrected)
                    return found[0]
                self._wake.wait(_LOOK_EVERY_S)
        return None

    def _waiting(self) -> list[str]:
        try:
            return [one for one in processing.waiting(self._desk) if one not in self._left]
        except Exception:
            return []  # the store is locked or busy, or its folder out of reach; the next look finds it

    def _begun(self, task: Task) -> None:
        current = self._current
        assert current is not None
        current.task = task
        with self._wake:
            consult_id = current.consult_id
            stopped = consult_id not in self._corrected if current.is_heard else consult_id in self._left
            unwanted = self._ended or self._holds or stopped
        if unwanted:
            current.cancel()

    def _take(self, event: Event) -> None:
        current = self._current
        if current is not None and current.take(event):
            self._changed(current.consult_id)


class _Current:
    """The consult that is worked on, and how far it is; one that is heard already is only drafted."""

    def __init__(self, consult_id: str, *, is_heard: bool = False) -> None:
        self.consult_id = consult_id
        self.is_heard = is_heard
        self.task: Task | None = None
        self.progress = Progress(Stage.LOAD)
        self._began_s = time.monotonic()
        self._done: dict[Stage, float] = {}

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def take(self, event: Event) -> bool:
        """Whether this changed what is shown."""
        if not isinstance(event, StageProgress) or not event.total:
            return False
        self._done[event.stage] = min(1.0, event.done / event.total)
        share_heard = 0.0 if self.is_heard else _HEARD_SHARE
        heard = self.is_heard or min(self._done.get(each, 0.0) for each in (Stage.TRANSCRIBE, Stage.DIARIZE))
        written = self._done.get(Stage.DRAFT, 0.0) if heard == 1.0 else 0.0
        share = max(self.progress.share, share_heard * heard + (1.0 - share_heard) * written)
        stage = Stage.DRAFT if heard == 1.0 else Stage.TRANSCRIBE
        self.progress = Progress(stage, share, self._left_s(share))
        return True

    def _left_s(self, share: float) -> float | None:
        elapsed_s = time.monotonic() - self._began_s
        return elapsed_s * (1.0 - share) / share if share > 0.05 else None

"""A stored consult through the engine: its sound read chunk by chunk, its draft saved when it is whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

from soep.engine.protocol import LiveJob
from soep.engine.supervisor import Engine, Task
from soep.errors import CancelledError, EngineGoneError, SoepError, WorkflowError, unexpected
from soep.events import Event, Stage, StageProgress
from soep.jobs import DEFAULT_OPTIONS, SessionOptions
from soep.store.sound import CHUNK_S
from soep.types import ConsentBy, Status
from soep.workflow import intake
from soep.workflow.desk import Desk
from soep.workflow.owners import is_owned, owned
from soep.workflow.watching import GoneError, same_sound, watched

AHEAD_S = 300.0
"""Sound that may wait in the engine: more would only take memory."""

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Work:
    """The processing of a stored consult, begun; ``task`` can be cancelled from another thread."""

    desk: Desk
    consult_id: str
    task: Task

    def finish(self, on_event: OnEvent) -> None:
        """Feed it, wait for it and keep what it gives; raises as ``finish`` does."""
        feeder = _Feeder(self.desk, self.consult_id, self.task)
        finish(self.desk, self.consult_id, self.task, on_event, feeder)


@contextmanager
def begun(desk: Desk, consult_id: str, engine: Engine, options: SessionOptions = DEFAULT_OPTIONS) -> Iterator[Work]:
    """Begin to process a consult, which nobody else can meanwhile."""
    with owned(desk.store.folder, consult_id):
        intake.again(desk, consult_id)
        consent = desk.peek(consult_id).consent
        dictated = consent is not None and consent.given_by is ConsentBy.NOT_NEEDED
        job = LiveJob(replace(options, dictation=options.dictation or dictated))
        yield Work(desk, consult_id, engine.submit(job))


def process(
    desk: Desk, consult_id: str, engine: Engine, on_event: OnEvent, options: SessionOptions = DEFAULT_OPTIONS
) -> None:
    """Transcribe and draft a consult whose sound is in the store; a failure is kept with it.

    Raises:
        CancelledError: the user stopped it; it waits as before.
        GoneError: the consult or sound of it was erased or moved meanwhile; nothing of the work is kept.
        SoepError: it failed; the sound is kept.
    """
    with begun(desk, consult_id, engine, options) as work:
        work.finish(on_event)


def finish(desk: Desk, consult_id: str, task: Task, on_event: OnEvent, feeder: _Feeder | None = None) -> None:
    """Wait for a live job to end and keep what it gives.

    Raises:
        CancelledError: the user stopped it.
        GoneError: what it was fed was erased or changed meanwhile; nothing of the work is kept.
        SoepError: it failed; the sound is kept.
    """

    def take(event: Event) -> None:
        if feeder is not None:
            feeder.hear(event)
        on_event(feeder.with_total(event) if feeder is not None else event)

    watch = nullcontext() if feeder is None else watched(task, same_sound(desk, consult_id))
    if feeder is not None:
        feeder.start()
    try:
        with watch:
            result = task.result(take)
    except GoneError:
        raise
    except CancelledError:
        if feeder is not None and feeder.trouble is not None:
            intake.failed(desk, consult_id, feeder.trouble)
            raise feeder.trouble from None
        raise
    except SoepError as error:
        intake.failed(desk, consult_id, error)
        raise
    finally:
        if feeder is not None:
            feeder.stop()
    intake.processed(desk, consult_id, result)


def waiting(desk: Desk) -> list[str]:
    """The consults that wait to be processed and that nobody works on, oldest first."""
    rows = desk.find(statuses=[Status.PROCESSING])
    return [row.id for row in reversed(rows) if not is_owned(desk.store.folder, row.id)]


def take_up(desk: Desk) -> list[str]:
    """Recordings whose process is gone go on to processing; gives their ids."""
    found = [row.id for row in desk.find(statuses=[Status.RECORDING]) if not is_owned(desk.store.folder, row.id)]
    for consult_id in found:
        intake.interrupted(desk, consult_id)
    return found


class _Feeder:
    """Feeds the engine from the store, so far ahead of its work and no further; what goes wrong ends the task."""

    def __init__(self, desk: Desk, consult_id: str, task: Task) -> None:
        self.trouble: SoepError | None = None
        """Why it ended the task."""
        self._desk = desk
        self._id = consult_id
        self._task = task
        self._total_s = intake.sound_s(desk, consult_id)
        self._done_s = 0.0
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._feed, daemon=True, name="soep-feeder")

    def start(self) -> None:
        self._thread.start()

    def hear(self, event: Event) -> None:
        if isinstance(event, StageProgress) and event.stage is Stage.TRANSCRIBE:
            with self._changed:
                self._done_s = max(self._done_s, event.done)
                self._changed.notify()

    def with_total(self, event: Event) -> Event:
        """A live job does not know how long the sound will be; the store does."""
        if isinstance(event, StageProgress) and event.stage in {Stage.TRANSCRIBE, Stage.DIARIZE}:
            return StageProgress(event.stage, event.done, self._total_s)
        return event

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _feed(self) -> None:
        """Whoever waits for the result would wait for ever if the task were left without its end of sound."""
        try:
            self._feed_all()
        except (EngineGoneError, CancelledError):  # which whoever waits for the result is told
            return
        except WorkflowError:  # sound was erased or moved away meanwhile
            pass
        except SoepError as error:
            self.trouble = error
        except Exception as error:  # nobody foresaw it
            self.trouble = unexpected(error)
        else:
            return
        self._task.cancel()

    def _feed_all(self) -> None:
        fed_s = 0.0
        for chunk in intake.sound(self._desk, self._id):
            with self._changed:
                while fed_s - self._done_s > AHEAD_S and not self._stopped:
                    self._changed.wait()
                if self._stopped:
                    return
            self._task.feed(chunk[0] if len(chunk) == 1 else chunk)
            fed_s += CHUNK_S
        self._task.end_of_sound()

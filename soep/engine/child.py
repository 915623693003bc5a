"""The engine process: owns the weights, stays warm, runs one job after another.

It reads requests on a thread, so that a cancel is seen while a job runs.  It ends when its parent does, however
that ends: the pipe closes.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

from soep.audio.samples import Samples
from soep.config import Settings
from soep.engine.protocol import (
    Cancel,
    DraftJob,
    EndOfSound,
    Failed,
    Feed,
    Finished,
    Happened,
    Job,
    LiveJob,
    ProcessJob,
    ReadJob,
    Reply,
    Run,
    WarmUpJob,
)
from soep.errors import CancelledError, DeviceError, SoepError, unexpected
from soep.events import Event
from soep.i18n import _
from soep.jobs import Result
from soep.pipeline import Parts, draft_transcript, process_file, process_live, read_file
from soep.process import leave_no_core_dump, let_others_go_first, report_to_nobody


class _Inbox:
    """Requests as they come: jobs queue up, sound goes to its live job, cancels are remembered."""

    def __init__(self, connection: Connection) -> None:
        self.jobs: queue.SimpleQueue[Run | None] = queue.SimpleQueue()
        self.cancelled: set[int] = set()
        self.busy = threading.Event()
        self._sound: dict[int, queue.SimpleQueue[Feed | EndOfSound | Cancel]] = {}
        self._connection = connection
        threading.Thread(target=self._read, daemon=True, name="requests").start()

    def _read(self) -> None:
        while True:
            try:
                request = self._connection.recv()
            except (EOFError, OSError):
                request = None
            match request:
                case None:  # asked to end, or the parent is gone
                    if self.busy.is_set():
                        os._exit(0)  # what is running cannot be interrupted, and nobody waits for it
                    self.jobs.put(None)
                    return
                case Run(task=task):
                    self._sound[task] = queue.SimpleQueue()
                    self.jobs.put(request)
                case Cancel(task=task):
                    self.cancelled.add(task)
                    self._give(request)
                case _:
                    self._give(request)

    def _give(self, request: Feed | EndOfSound | Cancel) -> None:
        waiting = self._sound.get(request.task)
        if waiting is not None:  # else the job has ended: what was said after that is not kept
            waiting.put(request)

    def windows(self, task: int) -> Iterator[Samples]:
        """The sound of a live job until it ends or is cancelled."""
        waiting = self._sound[task]
        while isinstance(request := waiting.get(), Feed):
            yield request.samples

    def forget(self, task: int) -> None:
        """Drop what was kept for a job that has ended."""
        self._sound.pop(task, None)
        self.cancelled.discard(task)


class _Worker:
    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._parts = Parts(settings)
        self._inbox = _Inbox(connection)

    def serve(self) -> None:
        while (request := self._inbox.jobs.get()) is not None:
            self._inbox.busy.set()
            outcome = self._outcome(request)
            self._inbox.forget(request.task)
            self._inbox.busy.clear()
            self._send(outcome)
        self._parts.close()

    def _outcome(self, request: Run) -> Reply:
        try:
            return Finished(request.task, self._run(request.task, request.job))
        except SoepError as error:
            return Failed(request.task, error)
        except OSError as error:
            return Failed(request.task, _disk_error(error))
        except MemoryError:
            return Failed(request.task, DeviceError(_("Er is niet genoeg geheugen."), _("Sluit andere programma’s.")))
        except Exception as error:  # the process boundary: a sentence, not a traceback
            return Failed(request.task, unexpected(error))

    def _run(self, task: int, job: Job) -> Result | None:
        def emit(event: Event) -> None:
            self._send(Happened(task, event))

        def cancelled() -> bool:
            return task in self._inbox.cancelled

        if cancelled():
            raise CancelledError(_("Gestopt."))
        match job:
            case ProcessJob(path=path, options=options):
                return process_file(path, self._parts, options, emit, cancelled)
            case ReadJob(path=path, channels_apart=apart):
                return read_file(path, self._parts.settings, emit, cancelled, channels_apart=apart)
            case DraftJob(transcript=transcript, options=options):
                return draft_transcript(transcript, self._parts, options, emit, cancelled)
            case LiveJob(options=options):
                windows = self._inbox.windows(task)
                return process_live(windows, self._parts, options, emit, cancelled)
            case WarmUpJob(options=options):
                self._parts.warm_up(options, emit)
                return None

    def _send(self, reply: Reply) -> None:
        self._connection.send(reply)


def _disk_error(error: OSError) -> SoepError:
    return DeviceError(
        _("Lezen of schrijven op de schijf lukt niet ({reason}).").format(reason=os.strerror(error.errno or 0)),
        _("Controleer of er ruimte is en of de map toegankelijk is."),
    )


def _without_semaphores() -> None:
    """Libraries' progress bars share a lock between processes; killed, this process would leave it behind."""
    from tqdm import tqdm  # noqa: PLC0415 - beside its reason

    tqdm.set_lock(threading.RLock())


def main(connection: Connection, settings: Settings) -> None:
    """Serve jobs until the parent closes the pipe."""
    leave_no_core_dump()
    let_others_go_first()
    report_to_nobody()
    _without_semaphores()
    _Worker(connection, settings).serve()
    os._exit(0)  # without the seconds that unloading the libraries would take

"""The application's side of the engine: starts the process, hands it jobs, and stops it when asked.

A running inference cannot be interrupted from within, so cancelling asks first and kills after ``KILL_AFTER_S``;
the next job starts a fresh process.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import TracebackType

import numpy as np
import psutil
from numpy.typing import NDArray

from soep.config import Settings
from soep.engine.protocol import Cancel, EndOfSound, Failed, Feed, Finished, Happened, Job, Reply, Request, Run
from soep.errors import CancelledError, EngineGoneError, InputError, SoepError
from soep.events import Decoding, Event, SoundRead
from soep.i18n import _
from soep.jobs import Result

KILL_AFTER_S = 0.8
LOOK_EVERY_S = 0.2
"""A wait without end cannot be interrupted on Windows; one in slices can."""
CLOSE_WITHIN_S = 1.0
SOUND_AHEAD = 30
"""Pieces of sound that may wait for whoever reads them; the engine waits with the rest of the file."""
LOOK_FOR_ROOM_S = 0.005


class Task:
    """One job in the engine: its events as they come, then its result.

    One thread reads ``events`` or ``result``; ``feed`` and ``cancel`` may come from others.  Sound that is read from a
    file must be taken before a later job is waited for.
    """

    def __init__(self, number: int, engine: Engine) -> None:
        self.number = number
        self._engine = engine
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self._outcome: Finished | Failed | None = None
        self._ended = threading.Event()
        self._cancelled = False
        self._decoding = False
        self._resident_before = 0
        self._left = threading.Event()

    def take(self, reply: Reply | None) -> None:
        """Called by the engine's receiver: a reply to this task, or None when the process is gone."""
        if isinstance(reply, Happened) and isinstance(reply.event, SoundRead):
            self._await_room()
        self._replies.put(reply)
        if not isinstance(reply, Happened):
            self._ended.set()

    def leave(self) -> None:
        """Nobody waits for the sound any more: the engine need not wait either."""
        self._left.set()

    def events(self) -> Iterator[Event]:
        """Wait for events and yield them until the job ends.

        Raises:
            InputError: the recording cannot be decoded in time or takes too much memory; the engine is then gone.
            SoepError: the job failed, was cancelled, or the engine died.
        """
        try:
            while self._outcome is None:
                reply = self._next()
                if reply is None:
                    raise CancelledError(_("Gestopt.")) if self._cancelled else _died()
                if not isinstance(reply, Happened):
                    self._outcome = reply
                elif isinstance(reply.event, Decoding):
                    self._decoding = reply.event.busy
                    if self._decoding:
                        self._resident_before = self._engine.resident_bytes()
                else:
                    yield reply.event
        finally:
            self.leave()
        if isinstance(self._outcome, Failed):
            raise self._outcome.error

    def result(self, on_event: Callable[[Event], None] | None = None) -> Result:
        """Wait for the end, passing events to ``on_event``.

        Raises:
            SoepError: the job failed, was cancelled, or the engine died.
        """
        for event in self.events():
            if on_event is not None:
                on_event(event)
        assert isinstance(self._outcome, Finished)
        assert self._outcome.result is not None
        return self._outcome.result

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Give a live job more sound: float32, 16 kHz, shape (samples,) or (channels, samples)."""
        self._engine.send(Feed(self.number, samples))

    def end_of_sound(self) -> None:
        """Tell a live job that no more sound comes."""
        self._engine.send(EndOfSound(self.number))

    def cancel(self) -> None:
        """Stop the job: within ``KILL_AFTER_S`` it has ended or the process is killed."""
        if self._ended.is_set():
            return
        self._cancelled = True
        self.leave()
        try:
            asked = self._engine.send(Cancel(self.number), within_s=KILL_AFTER_S)
        except SoepError:
            return  # the process is gone, which is what was asked
        if not asked or not self._ended.wait(KILL_AFTER_S):
            self._engine.kill()

    def _next(self) -> Reply | None:
        waited_s = 0.0  # counted in slices: a computer that sleeps waits for nobody
        while True:
            if self._decoding and self._engine.decodes_too_large(self._resident_before):
                self._engine.kill()
                raise _too_large()
            try:
                return self._replies.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                waited_s += LOOK_EVERY_S
            if self._decoding and waited_s > self._engine.decode_stall_s:
                self._engine.kill()
                raise _stalled()

    def _await_room(self) -> None:
        """Called by the receiver: the pipe then fills up and the engine waits, when sound comes faster than it goes."""
        while self._replies.qsize() >= SOUND_AHEAD and not self._left.wait(LOOK_FOR_ROOM_S):
            pass


class _Child:
    """A running engine process, with a thread that hands its replies to the tasks they belong to."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings), daemon=True, name="soep-engine")
        self._sending = threading.Lock()
        self._tasks: dict[int, Task] = {}
        self.is_gone = False
        with _deaf_to_interrupts(), _real_stderr():
            self._process.start()
        theirs.close()
        self.pid = self._process.pid
        threading.Thread(target=self._receive, daemon=True, name="soep-replies").start()

    def submit(self, task: Task, job: Job) -> None:
        self._tasks[task.number] = task
        self.send(Run(task.number, job))

    def send(self, request: Request | None, within_s: float = -1.0) -> bool:
        """Whether it went in time; a pipe that is full, and whoever waits to fill it, may wait for ever."""
        if not self._sending.acquire(timeout=within_s):
            return False
        try:
            self._connection.send(request)
        finally:
            self._sending.release()
        return True

    def end(self, within_s: float) -> None:
        """Close the pipe, on which the process ends by itself, and kill it when it takes longer."""
        for task in list(self._tasks.values()):
            task.leave()
        if within_s and self.send(None, within_s):
            self._process.join(within_s)
        self._process.kill()
        self._process.join()

    def _receive(self) -> None:
        while True:
            try:
                reply = self._connection.recv()
            except (EOFError, OSError):
                break
            task = self._tasks.get(reply.task)
            if task is not None:
                task.take(reply)
            if not isinstance(reply, Happened):
                self._tasks.pop(reply.task, None)
        self.is_gone = True
        for task in list(self._tasks.values()):
            task.take(None)


class Engine:
    """The engine process; starts on the first job and stays warm.  Jobs run one after another.

    Use it as a context manager, or call ``close``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._numbers = itertools.count(1)
        self._child: _Child | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def decode_stall_s(self) -> float:
        """How long a decoder may give nothing."""
        return self._settings.limits.decode_stall_s

    def resident_bytes(self) -> int:
        """How much memory the process takes now; 0 when it does not run."""
        if self.pid is None:
            return 0
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:  # it ended
            return 0

    def decodes_too_large(self, before: int) -> bool:
        """Whether a decoder made it grow by more than it may, since it took so many bytes."""
        return self.resident_bytes() - before > self._settings.limits.decode_memory_mb * 2**20

    @property
    def pid(self) -> int | None:
        """The process id of the engine, when it runs (for measuring memory)."""
        return self._child.pid if self._child is not None else None

    def submit(self, job: Job) -> Task:
        """Hand the engine a job, starting the process when there is none.

        Raises:
            SoepError: the engine died.
        """
        task = Task(next(self._numbers), self)
        try:
            self._running().submit(task, job)
        except OSError as error:
            self.kill()
            raise _died() from error
        return task

    def send(self, request: Request, within_s: float = -1.0) -> bool:
        """Put a request about a running task on the pipe; gives whether there was room within that time, if any.

        Raises:
            SoepError: the engine died.
        """
        child = self._child
        try:
            if child is None:
                raise BrokenPipeError
            return child.send(request, within_s)
        except OSError as error:
            self.kill()
            raise _died() from error

    def kill(self) -> None:
        """End the process at once; the next job starts a new one."""
        self._end(within_s=0.0)

    def close(self) -> None:
        """Let the process end by itself, and free everything; the engine can be used again."""
        self._end(within_s=CLOSE_WITHIN_S)

    def _end(self, within_s: float) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        try:
            child.end(within_s)
        except OSError:
            child.end(0.0)  # it was dying already

    def _running(self) -> _Child:
        with self._starting:
            if self._child is not None and self._child.is_gone:
                self.kill()  # it died by itself; what is left of it is cleared away
            if self._child is None:
                self._child = _Child(self._settings)
            return self._child


def _serve(connection: Connection, settings: Settings) -> None:
    """The child's first call: only here are the rooms with models imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what stops
    _silence_libraries()
    from soep.engine import child  # noqa: PLC0415 - never in the application's process

    child.main(connection, settings)


def _silence_libraries() -> None:
    """Send what libraries print nowhere: it could hold words of a consult.  SOEP_DEBUG=1 shows it to a developer."""
    if os.environ.get("SOEP_DEBUG"):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A child inherits that SIGINT is ignored, so that Ctrl-C during its start does not print a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _real_stderr() -> Iterator[None]:
    """What multiprocessing starts inherits the file behind ``sys.stderr``; an application that captures it has none."""
    with contextlib.nullcontext() if sys.__stderr__ is None else contextlib.redirect_stderr(sys.__stderr__):
        yield


def _died() -> SoepError:
    return EngineGoneError(
        _("Het rekenproces is onverwacht gestopt."),
        _("Mogelijk was er te weinig geheugen; sluit andere programma’s en probeer het opnieuw."),
    )


def _too_large() -> InputError:
    return _unreadable(_("De opname kan niet worden gelezen: dat vraagt te veel geheugen."))


def _stalled() -> InputError:
    return _unreadable(_("De opname kan niet worden gelezen: er komt geen geluid meer uit."))


def _unreadable(why: str) -> InputError:
    return InputError(
        why, _("Speel het bestand af om het te controleren, of bewaar de opname opnieuw als wav, mp3, m4a of ogg.")
    )

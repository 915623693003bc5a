"""The application's side of the engine: starts the process, hands it jobs, and stops it when asked.

A running inference cannot be interrupted from within, so cancelling asks first and kills after ``KILL_AFTER_S``;
the next job starts a fresh process.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from soep.config import Settings
from soep.engine.protocol import Cancel, EndOfSound, Failed, Feed, Finished, Happened, Job, Reply, Request, Run
from soep.errors import CancelledError, SoepError
from soep.events import Event
from soep.i18n import _
from soep.jobs import Result

KILL_AFTER_S = 0.8


class Task:
    """One job in the engine: its events as they come, then its result."""

    def __init__(self, number: int, engine: Engine) -> None:
        self._number = number
        self._engine = engine
        self._outcome: Finished | Failed | None = None

    def events(self) -> Iterator[Event]:
        """Wait for events and yield them until the job ends.

        Raises:
            SoepError: the job failed, was cancelled, or the engine died.
        """
        while self._outcome is None:
            reply = self._engine.receive()
            if reply.task != self._number:
                continue
            if isinstance(reply, Happened):
                yield reply.event
            else:
                self._outcome = reply
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
        self._engine.send(Feed(self._number, samples))

    def end_of_sound(self) -> None:
        """Tell a live job that no more sound comes."""
        self._engine.send(EndOfSound(self._number))

    def cancel(self) -> None:
        """Stop the job: within ``KILL_AFTER_S`` it has ended or the process is killed."""
        self._engine.cancel(self._number)


class Engine:
    """The engine process; starts on the first job and stays warm.  One job runs at a time.

    Use it as a context manager, or call ``close``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._numbers = itertools.count(1)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the engine, when it runs (for measuring memory)."""
        return self._process.pid if self._process is not None else None

    def submit(self, job: Job) -> Task:
        """Hand the engine a job."""
        task = Task(next(self._numbers), self)
        self.send(Run(task._number, job))
        return task

    def send(self, request: Request) -> None:
        """Put a request on the pipe, starting the process when there is none.

        Raises:
            SoepError: the engine died.
        """
        try:
            with self._lock:
                self._connected().send(request)
        except OSError as error:
            self.kill()
            raise _died() from error

    def receive(self) -> Reply:
        """Wait for the next reply.

        Raises:
            SoepError: the engine died.
        """
        if self._connection is None:
            raise CancelledError(_("Gestopt."))
        try:
            reply: Reply = self._connection.recv()
        except (EOFError, OSError) as error:
            stopped = self._process is None
            self.kill()
            raise (CancelledError(_("Gestopt.")) if stopped else _died()) from error
        return reply

    def cancel(self, number: int) -> None:
        """Ask a task to stop; kill the process when it does not within ``KILL_AFTER_S``."""
        connection = self._connection
        if connection is None:
            return
        try:
            connection.send(Cancel(number))
            deadline = time.monotonic() + KILL_AFTER_S
            while connection.poll(max(0.0, deadline - time.monotonic())):
                reply = connection.recv()
                if not isinstance(reply, Happened) and reply.task == number:
                    return
        except (EOFError, OSError):
            pass  # it is gone already, which is what was asked
        self.kill()

    def kill(self) -> None:
        """End the process at once; the next job starts a new one."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Free everything; the engine can be used again."""
        self.kill()

    def _connected(self) -> Connection:
        if self._connection is not None:
            return self._connection
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True, name="soep-engine")
        with _deaf_to_interrupts():
            process.start()
        theirs.close()
        self._process, self._connection = process, ours
        return ours


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


def _died() -> SoepError:
    return SoepError(
        _("Het rekenproces is onverwacht gestopt."),
        _("Mogelijk was er te weinig geheugen; sluit andere programma’s en probeer het opnieuw."),
    )

"""What an open application works with: the desk, the engine, the work in the background, and the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soep.engine.supervisor import Engine
from soep.errors import WorkflowError
from soep.i18n import _
from soep.workflow import erasing
from soep.workflow.desk import Desk
from soep.workflow.dictating import Dictation
from soep.workflow.idle import IdleLock
from soep.workflow.importing import Import
from soep.workflow.live import Live, OpenSound, Phase, Plan
from soep.workflow.worklist import Progress, Worklist

_READING_ENDS_WITHIN_S = 10.0


class Workplace:
    """An unlocked store with everything that works on it; one for as long as it stays unlocked.

    Args:
        desk: from ``opening.open_desk``.
        engine: stays warm when the workplace is locked and made again.
        changed: called with a consult's id when it changed in the background, on any thread.
    """

    def __init__(self, desk: Desk, engine: Engine, changed: Callable[[str], None]) -> None:
        self.desk = desk
        self.engine = engine
        self.idle = IdleLock(desk, desk.settings.store)
        self.worklist = Worklist(desk, engine, changed)
        self._changed = changed
        self._recordings: list[Live] = []
        self._dictation: Dictation | None = None
        self._begin = threading.Lock()
        self._import: Import | None = None
        self._is_read = threading.Event()

    @property
    def recording(self) -> Live | None:
        """What is being recorded now."""
        return next((live for live in self._recordings if live.phase.is_open and not live.is_stopping), None)

    @property
    def dictation(self) -> Dictation | None:
        """What is being added to a draft now, until its lines are there."""
        dictation = self._dictation
        return dictation if dictation is not None and not dictation.is_over else None

    def record(self, plan: Plan, open_sound: OpenSound) -> Live:
        """Begin to record; the draft of an earlier recording is finished first.

        Raises:
            WorkflowError: something is being recorded or dictated already.
            DeviceError: the microphone does not open, or the disk refuses.
        """
        with self._beginning():
            for former in self._recordings:
                former.await_microphone()
            live = Live(self.desk, self.engine, plan, open_sound, self._recording_changed)
            live.start(self.engaged())
            self._recordings = [*(one for one in self._recordings if not one.wait(0.0)), live]
            return live

    def dictate(self, consult_id: str, open_sound: OpenSound, note: int | None = None) -> Dictation:
        """Begin to add to a draft by dictation.

        Raises:
            WorkflowError: something is being recorded or dictated already.
        """
        with self._beginning():
            dictation = Dictation(self.desk, self.engine, consult_id, open_sound, note)
            dictation.start(self._dictating(dictation))
            self._dictation = dictation
            return dictation

    @contextmanager
    def engaged(self) -> Iterator[None]:
        """While somebody speaks to soep: the engine is for that, and the store stays open."""
        with self.idle.busy(), self.worklist.held():
            yield

    def progress(self, consult_id: str) -> Progress | None:
        """How far the work on a consult is, here; None when nobody here works on it."""
        live = self._finishing(consult_id)
        return live.progress if live is not None else self.worklist.progress(consult_id)

    def is_finishing(self, consult_id: str) -> bool:
        """Whether its recording has just ended and its draft is being finished, which the worklist cannot stop."""
        return self._finishing(consult_id) is not None

    def _finishing(self, consult_id: str) -> Live | None:
        found = (live for live in self._recordings if live.consult_id == consult_id)
        return next((live for live in found if live.phase is Phase.FINISHING), None)

    def abandon(self, consult_id: str) -> None:
        """Stop everything that is done with a consult: it is about to be erased.

        It takes a moment, so that whoever shows a screen calls it on another thread.
        """
        self.worklist.abandon(consult_id)
        for live in self._recordings:
            if live.consult_id == consult_id:
                live.close()
        dictation = self.dictation
        if dictation is not None and dictation.consult_id == consult_id:
            dictation.cancel()
            dictation.wait()

    def tick(self, closing: Callable[[], None] = lambda: None) -> bool:
        """Now and then: lock when nobody is there and nothing runs; gives whether it is locked.

        ``closing`` is called while the store is still open.
        """
        if self.worklist.is_busy:
            self.idle.touch()
        return self.idle.tick(closing)

    def sweep(self) -> int:
        """Erase what has been kept long enough; gives how many consults that touched."""
        return erasing.sweep(self.desk)

    @property
    def is_importing(self) -> bool:
        """Whether recordings are being read from disk."""
        return self._import is not None

    @contextmanager
    def importing(self, reading: Import) -> Iterator[None]:
        """While recordings are read from disk: the store stays open, unless the application ends."""
        with self.idle.busy():
            self._import = reading
            self._is_read.clear()
            try:
                yield
            finally:
                self._import = None
                self._is_read.set()

    def close(self) -> None:
        """Stop what runs and close the store; the engine stays.  What is being recorded is saved.

        Nothing stays of a recording that is half read from disk.
        """
        if (reading := self._import) is not None:
            reading.cancel()
            self._is_read.wait(_READING_ENDS_WITHIN_S)
        for live in self._recordings:
            live.close()
        dictation = self.dictation
        if dictation is not None:
            dictation.cancel()
            dictation.wait()
        self.worklist.stop()
        self.desk.store.close()

    @contextmanager
    def _beginning(self) -> Iterator[None]:
        """One microphone at a time: what is said belongs to one consult.

        Raises:
            WorkflowError: something is being recorded or dictated, or begins at this moment.
        """
        if not self._begin.acquire(blocking=False):
            raise WorkflowError(_("Er loopt al een opname."), _("Stop die eerst."))
        try:
            if self.recording is not None:
                raise WorkflowError(_("Er loopt al een opname."), _("Stop die eerst."))
            dictation = self.dictation
            if dictation is not None and not dictation.is_cancelled:
                raise WorkflowError(_("Er loopt een dictaat."), _("Maak dat eerst af."))
            yield
        finally:
            self._begin.release()

    @contextmanager
    def _dictating(self, dictation: Dictation) -> Iterator[None]:
        try:
            with self.engaged():
                yield
        finally:
            self._changed(dictation.consult_id)

    def _recording_changed(self, consult_id: str) -> None:
        self._changed(consult_id)
        self.worklist.look()  # it may wait to be processed now

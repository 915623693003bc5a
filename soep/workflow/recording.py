"""Sound into the store as it comes, and to the engine beside it, so that the draft grows along the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from soep.engine.supervisor import Task
from soep.errors import DeviceError, SoepError
from soep.store.sound import CHUNK_SAMPLES
from soep.types import Remark
from soep.wording import RemarkCode
from soep.workflow import intake
from soep.workflow.desk import Desk

MOST_HELD = 600
"""Chunks of a second that are kept in memory while the disk refuses them."""


class Recorder:
    """Cuts sound into chunks of a second, keeps each before anything else happens to it, and passes it on.

    While the disk refuses (it is full), chunks wait in memory and are tried again with each new one.

    Args:
        desk: where it is kept.
        consult_id: of a consult that was begun.
        task: a live job of the engine that hears it too, if the computer can do that at once.
    """

    def __init__(self, desk: Desk, consult_id: str, task: Task | None = None) -> None:
        self.consult_id = consult_id
        self._desk = desk
        self._task = task
        self._part: list[NDArray[np.float32]] = []
        self._held: deque[NDArray[np.float32]] = deque()
        self._lost = 0
        self.trouble: DeviceError | None = None
        """Why chunks wait, while they do."""

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take sound of any length: float32 at 16 kHz, shape (samples,) or (tracks, samples)."""
        self._part.append(np.atleast_2d(samples))
        joined = np.concatenate(self._part, axis=1)
        whole = joined.shape[1] - joined.shape[1] % CHUNK_SAMPLES
        for start in range(0, whole, CHUNK_SAMPLES):
            self._keep(joined[:, start : start + CHUNK_SAMPLES])
        self._part = [joined[:, whole:]]

    def pause(self) -> None:
        """Keep what is not yet a whole chunk: nothing more comes for a while."""
        rest = np.concatenate(self._part, axis=1) if self._part else np.zeros((1, 0), np.float32)
        self._part = []
        if rest.shape[1]:
            self._keep(rest)

    def finish(self, remarks: Iterable[Remark] = (), sha256: str = "") -> None:
        """No more sound: the consult goes on to processing; what could not be kept is told in a remark.

        Raises:
            DeviceError: the disk refuses even that; the store keeps what it has, as after a power cut.
        """
        self.pause()
        found = list(remarks)
        lost = self._lost + len(self._held)
        if lost:
            found.append(Remark(RemarkCode.DISK_WAS_FULL, {"lost_s": str(lost)}))
        intake.end_of_sound(self._desk, self.consult_id, found, sha256)
        self._pass_on(lambda task: task.end_of_sound())

    def _keep(self, chunk: NDArray[np.float32]) -> None:
        self._held.append(chunk)
        try:
            while self._held:
                intake.add_sound(self._desk, self.consult_id, self._held[0])
                self._held.popleft()
            self.trouble = None
        except DeviceError as error:
            self.trouble = error
            if len(self._held) > MOST_HELD:
                self._held.pop()
                self._lost += 1
        self._pass_on(lambda task: task.feed(chunk[0] if len(chunk) == 1 else chunk))

    def _pass_on(self, tell: Callable[[Task], None]) -> None:
        """To the engine, which may die: the recording goes on without it, and is processed from the store."""
        if self._task is not None:
            try:
                tell(self._task)
            except SoepError:
                self._task = None

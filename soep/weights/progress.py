"""How far an install is: which model, which step, and bytes done of bytes to do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_LOOK_EVERY_S = 0.2


class Step(Enum):
    """What an install is doing."""

    WAIT = "wait"
    """Another install is at work in the same folder."""
    FETCH = "fetch"
    UNPACK = "unpack"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class InstallProgress:
    """One report; bytes are those of this step of this model."""

    model_id: str
    place: int
    """Which model it is, from 1."""
    count: int
    """How many models there are."""
    step: Step
    done_bytes: int
    total_bytes: int


Listener = Callable[[InstallProgress], None]


@dataclass
class Meter:
    """Counts work for a listener."""

    tell: Listener
    count: int
    place: int = 0
    model_id: str = ""
    step: Step = Step.WAIT
    done_bytes: int = 0
    total_bytes: int = 0

    def next_model(self, model_id: str) -> None:
        """Go on with the next model."""
        self.place += 1
        self.model_id = model_id

    def begin(self, step: Step, total_bytes: int = 0) -> None:
        """Begin a step of this model."""
        self.step, self.total_bytes, self.done_bytes = step, total_bytes, 0
        self.show(0)

    def show(self, underway_bytes: int) -> None:
        """Report, with bytes that are underway but not yet certain."""
        done_bytes = min(self.done_bytes + underway_bytes, self.total_bytes)
        self.tell(InstallProgress(self.model_id, self.place, self.count, self.step, done_bytes, self.total_bytes))

    def add(self, count_bytes: int) -> None:
        """More bytes are done."""
        self.done_bytes += count_bytes
        self.show(0)


@contextmanager
def watched(folder: Path, meter: Meter, at_most_bytes: int) -> Iterator[None]:
    """Report the growth of a folder while someone else's code writes ``at_most_bytes`` (and copies of them) into it."""
    before_bytes = folder_bytes(folder)
    done = threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_EVERY_S):
            meter.show(min(max(0, folder_bytes(folder) - before_bytes), at_most_bytes))

    watcher = threading.Thread(target=look, name="soep-install-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def folder_bytes(folder: Path) -> int:
    """Bytes in all files below a folder; files that vanish meanwhile count as nothing."""
    total_bytes = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            try:
                total_bytes += (Path(parent) / name).stat().st_size
            except OSError:
                continue
    return total_bytes

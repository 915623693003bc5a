"""What passes over the pipe between the application and the engine process.  Everything pickles; no callbacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soep.errors import SoepError
from soep.events import Event
from soep.jobs import DEFAULT_OPTIONS, Result, SessionOptions
from soep.types import Transcript


@dataclass(frozen=True, slots=True)
class ProcessJob:
    """A recording on disk becomes a consult."""

    path: Path
    options: SessionOptions = DEFAULT_OPTIONS


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A recording on disk is decoded, and its sound given as ``SoundRead`` events; nothing is recognised."""

    path: Path
    channels_apart: bool = False


@dataclass(frozen=True, slots=True)
class DraftJob:
    """A transcript becomes a consult; roles that are unknown are found from the text."""

    transcript: Transcript
    options: SessionOptions = DEFAULT_OPTIONS


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A consult that is fed while it goes on, with ``Feed`` and ``EndOfSound``."""

    options: SessionOptions = DEFAULT_OPTIONS


@dataclass(frozen=True, slots=True)
class WarmUpJob:
    """Load the weights that a session needs, so that the next job starts at once."""

    options: SessionOptions = DEFAULT_OPTIONS


Job = ProcessJob | ReadJob | DraftJob | LiveJob | WarmUpJob


@dataclass(frozen=True, slots=True)
class Run:
    """To the engine: begin a job."""

    task: int
    job: Job


@dataclass(frozen=True, slots=True)
class Feed:
    """To the engine: more sound for a live job, float32 at 16 kHz, shape (samples,) or (channels, samples)."""

    task: int
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EndOfSound:
    """To the engine: a live job gets no more sound."""

    task: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """To the engine: stop this job as soon as it can."""

    task: int


Request = Run | Feed | EndOfSound | Cancel
"""None instead of a request asks the engine to end."""


@dataclass(frozen=True, slots=True)
class Happened:
    """From the engine: an event of a job."""

    task: int
    event: Event


@dataclass(frozen=True, slots=True)
class Finished:
    """From the engine: a job is done; the result is None for a warm-up."""

    task: int
    result: Result | None


@dataclass(frozen=True, slots=True)
class Failed:
    """From the engine: a job ended with an error that can be shown."""

    task: int
    error: SoepError


Reply = Happened | Finished | Failed

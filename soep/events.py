"""What a running session tells: typed values that pickle, so that they cross from the engine process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from soep.types import FieldName, NoteLine, Utterance


class Stage(StrEnum):
    """The steps of the line, in order."""

    LOAD = "load"
    TRANSCRIBE = "transcribe"
    DIARIZE = "diarize"
    DRAFT = "draft"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A step begins."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far a step is: ``done`` out of ``total`` (seconds of sound, or utterances); ``total`` None if unknown."""

    stage: Stage
    done: float
    total: float | None = None


@dataclass(frozen=True, slots=True)
class UtteranceReady:
    """An utterance is known.  A later event with the same id replaces it (its speaker or role became clear)."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class DraftBegun:
    """The draft begins, or begins anew because earlier utterances changed: lines told before no longer count."""


@dataclass(frozen=True, slots=True)
class NoteLineReady:
    """A line of the note is known; ``note`` counts the problems from 0."""

    note: int
    field: FieldName
    line: NoteLine


@dataclass(frozen=True, slots=True)
class StageDone:
    """A step is finished."""

    stage: Stage
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class SoundRead:
    """A piece of a file's sound, in order: float32 at 16 kHz, shape (channels, samples), at most a second."""

    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoding:
    """Whether the decoder is waited for; the application side of the engine ends one that gives nothing for long."""

    busy: bool


Event = SoundRead | Decoding | StageStarted | StageProgress | UtteranceReady | DraftBegun | NoteLineReady | StageDone

"""What a running session tells: typed values that pickle, so that they cross from the engine process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


Event = StageStarted | StageProgress | UtteranceReady | NoteLineReady | StageDone

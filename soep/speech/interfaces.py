"""The seams of speech: what a transcriber, a diarizer and a role assigner must do.

Constructors are cheap; weights load on first use; ``close()`` frees them.  What belongs to one recording lives in
a stream, so that one set of weights serves many recordings.  Samples are float32, mono, 16 kHz, shape
``(samples,)``, in the range -1 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.types import Turn, Utterance, Word

__all__ = [
    "SAMPLE_RATE_HZ",
    "DiarizationStream",
    "Diarizer",
    "RoleAssigner",
    "Samples",
    "Transcriber",
    "TranscriptionStream",
]


@runtime_checkable
class TranscriptionStream(Protocol):
    """Transcription of one recording, fed as the sound comes."""

    @property
    def done_s(self) -> float:
        """Up to where the words are certain."""
        ...

    @property
    def speech_s(self) -> float:
        """Seconds of speech found so far by voice activity detection."""
        ...

    @property
    def foreign_language(self) -> str | None:
        """ISO code of the language that is spoken, when it clearly is not the one asked for."""
        ...

    def feed(self, samples: Samples) -> Sequence[Word]:
        """Take more sound; give the words that became certain."""
        ...

    def finish(self) -> Sequence[Word]:
        """No more sound: give the words that were left."""
        ...


class Transcriber(Protocol):
    """Speech to words with times."""

    @property
    def model_id(self) -> str:
        """Id in the manifest."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights."""
        ...

    def stream(self, *, language: str, hotwords: Sequence[str] = ()) -> TranscriptionStream:
        """Begin a recording."""
        ...

    def close(self) -> None:
        """Free the weights."""
        ...


@runtime_checkable
class DiarizationStream(Protocol):
    """Diarization of one recording, fed as the sound comes."""

    @property
    def done_s(self) -> float:
        """Up to where the sound has been looked at."""
        ...

    def feed(self, samples: Samples) -> None:
        """Take more sound."""
        ...

    def turns(self) -> Sequence[Turn]:
        """The best guess for what was fed so far; later sound may still change the labels."""
        ...

    def finish(self) -> Sequence[Turn]:
        """No more sound: the turns of the whole recording, sorted, not overlapping."""
        ...


class Diarizer(Protocol):
    """Who speaks when."""

    @property
    def model_id(self) -> str:
        """Id in the manifest."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights."""
        ...

    def stream(self, *, speakers: int | None = None) -> DiarizationStream:
        """Begin a recording; ``speakers`` None means: find out (1 to the configured maximum)."""
        ...

    def close(self) -> None:
        """Free the weights."""
        ...


class RoleAssigner(Protocol):
    """Which speaker is the GP, which the patient, which a companion."""

    def assign(self, utterances: Sequence[Utterance]) -> list[Utterance]:
        """The same utterances, in order, with ``role`` and ``role_confidence`` filled in."""
        ...

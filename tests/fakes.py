"""Speech that a test writes instead of sound, so that a session can be fed without weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.pipeline import Parts
from soep.types import Turn, Utterance, Word

WORD_S = 0.4
PAUSE_S = 1.5


class WrittenSpeech:
    """A transcriber and a diarizer in one, which hear the utterances that they were given."""

    model_id = "geschreven"
    sha256 = "0" * 64

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self.words: list[Word] = []
        self.spoken: list[Turn] = []
        at_s = 0.0
        for utterance in utterances:
            start_s = at_s
            for text in utterance.text.split():
                self.words.append(Word(text, at_s, at_s + WORD_S * 0.9, 0.9))
                at_s += WORD_S
            self.spoken.append(Turn(start_s, at_s, utterance.speaker))
            at_s += PAUSE_S
        self.length_s = at_s

    def stream(self, **_options: object) -> WrittenStream:
        """Begin a recording."""
        return WrittenStream(self)

    def close(self) -> None:
        """Nothing is held."""

    def sound(self) -> Samples:
        """Silence of the right length."""
        return np.zeros(int(self.length_s * SAMPLE_RATE_HZ) + 1, np.float32)


class WrittenStream:
    """One recording, as transcription or as diarization."""

    foreign_language = None

    def __init__(self, speech: WrittenSpeech) -> None:
        self._speech = speech
        self._given = 0
        self.done_s = 0.0

    @property
    def speech_s(self) -> float:
        return self.done_s

    def feed(self, samples: Samples) -> Sequence[Word]:
        self.done_s += len(samples) / SAMPLE_RATE_HZ
        fresh = [word for word in self._speech.words[self._given :] if word.end_s <= self.done_s]
        self._given += len(fresh)
        return fresh

    def turns(self) -> Sequence[Turn]:
        return [turn for turn in self._speech.spoken if turn.end_s <= self.done_s]

    def finish(self) -> Sequence[object]:
        """Words for a session's transcription; ``turns`` of a :class:`WrittenTurns` for its diarization."""
        fresh, self._given = self._speech.words[self._given :], len(self._speech.words)
        return fresh


class WrittenTurns(WrittenSpeech):
    """The diarizer of the same utterances."""

    def stream(self, **_options: object) -> WrittenStream:
        return _TurnStream(self)


class _TurnStream(WrittenStream):
    def finish(self) -> Sequence[object]:
        return self._speech.spoken


def hearing(parts: Parts, utterances: Sequence[Utterance]) -> Samples:
    """Make the parts hear these utterances; gives the sound to feed."""
    speech = WrittenSpeech(utterances)
    vars(parts).update(transcriber=speech, diarizer=WrittenTurns(utterances))  # as if they had been loaded
    return speech.sound()

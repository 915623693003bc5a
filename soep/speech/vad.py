"""Where there is speech, found while the sound comes in, and where to cut it for transcription.

The network is Silero VAD as shipped inside faster-whisper; its state is carried from one feed to the next, so that
the result does not depend on how the sound was divided.  All positions are samples from the start of the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from soep.audio.samples import SAMPLE_RATE_HZ, Samples

FRAME_SAMPLES = 512
_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of sound, ``start`` up to but not including ``end``."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of samples."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class CutSettings:
    """How speech is found and cut.

    The thresholds are those of Silero; the lengths are first choices, with which the dialogues of docs/evaluation.md
    have fewer errors than with faster-whisper's own cutting.
    """

    threshold: float = 0.5
    release: float = 0.35
    """Speech goes on until the probability falls below this."""
    least_pause_s: float = 0.2
    """A shorter gap is part of the speech around it."""
    longest_s: float = 28.0
    """Whisper looks at 30 s; this leaves room for the margins."""
    settled_s: float = 16.0
    """After this much sound, a clear pause is taken as the place to cut."""
    clear_pause_s: float = 1.0
    margin_s: float = 0.4
    """Sound kept before and after speech."""


class SpeechProbability:
    """The probability of speech per frame of 512 samples (32 ms)."""

    def __init__(self) -> None:
        self._hidden = np.zeros(_STATE_SHAPE, np.float32)
        self._cell = np.zeros(_STATE_SHAPE, np.float32)
        self._context = np.zeros(_CONTEXT_SAMPLES, np.float32)
        self._rest = np.zeros(0, np.float32)

    def feed(self, samples: Samples) -> NDArray[np.float32]:
        """Probabilities of the frames that became whole, shape ``(frames,)``."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // FRAME_SAMPLES
        self._rest = sound[count * FRAME_SAMPLES :]
        if count == 0:
            return np.zeros(0, np.float32)
        frames = sound[: count * FRAME_SAMPLES].reshape(count, FRAME_SAMPLES)
        before = np.concatenate([self._context[None], frames[:-1, -_CONTEXT_SAMPLES:]])
        self._context = frames[-1, -_CONTEXT_SAMPLES:]
        found, self._hidden, self._cell = get_vad_model().session.run(
            None,
            {"input": np.concatenate([before, frames], axis=1), "h": self._hidden, "c": self._cell},
        )
        return np.asarray(found, np.float32).reshape(-1)


class PauseCutter:
    """Divides speech into chunks of at most ``longest_s``, cut in pauses.

    A chunk is the list of stretches of speech in it.  Feed it the probability of every frame in turn; what it
    decides depends on the frames only.
    """

    def __init__(self, settings: CutSettings) -> None:
        self._settings = settings
        self._longest = round(settings.longest_s * SAMPLE_RATE_HZ)
        self._settled = round(settings.settled_s * SAMPLE_RATE_HZ)
        self._clear_pause = round(settings.clear_pause_s * SAMPLE_RATE_HZ)
        self._least_pause = round(settings.least_pause_s * SAMPLE_RATE_HZ)
        self._speech: list[Span] = []
        self._open: int | None = None  # where the speech that is going on began
        self._fell: int | None = None  # where it fell silent, when that may yet be a pause
        self._quietest: tuple[float, int] = (1.0, 0)
        self._position = 0
        self.speech_samples = 0

    @property
    def pending_from(self) -> int:
        """From where sound may still be needed."""
        if self._speech:
            return self._speech[0].start
        return self._position if self._open is None else self._open

    def feed(self, probabilities: NDArray[np.float32]) -> Iterator[list[Span]]:
        """Take the next frames; give the chunks that are complete."""
        for probability in probabilities:
            self._step(float(probability))
            if (chunk := self._complete()) is not None:
                yield chunk

    def finish(self) -> list[Span]:
        """The chunk that was left, possibly empty."""
        self._close(self._position if self._fell is None else self._fell)
        chunk, self._speech = self._speech, []
        return chunk

    def _step(self, probability: float) -> None:
        start, self._position = self._position, self._position + FRAME_SAMPLES
        if probability >= self._settings.threshold:
            self._fell = None
            self._open = start if self._open is None else self._open
        elif self._open is not None and probability < self._settings.release:
            self._fell = start if self._fell is None else self._fell
            if self._position - self._fell >= self._least_pause:
                self._close(self._fell)
        if start >= self.pending_from + self._longest // 2 and probability <= self._quietest[0]:
            self._quietest = (probability, start)

    def _close(self, end: int) -> None:
        if self._open is not None and end > self._open:
            self._speech.append(Span(self._open, end))
            self.speech_samples += end - self._open
        self._open = self._fell = None

    def _complete(self) -> list[Span] | None:
        waited = self._position - self.pending_from
        if waited >= self._longest:
            return self._cut()
        if not self._speech or self._open is not None or waited < self._settled:
            return None
        quiet = self._position - self._speech[-1].end
        return self._take(len(self._speech)) if quiet >= self._clear_pause else None

    def _cut(self) -> list[Span]:
        """Cut in the widest pause of the second half; in running speech, where it was least like speech."""
        half = self.pending_from + self._longest // 2
        starts = [*(span.start for span in self._speech), self._position if self._open is None else self._open]
        pauses = [
            (starts[count] - span.end, count)
            for count, span in enumerate(self._speech, start=1)
            if starts[count] >= half
        ]
        if pauses:
            return self._take(max(pauses)[1])
        place = self._quietest[1]
        resume = self._open is not None
        self._close(place)
        if resume:
            self._open = place
        return self._take(len(self._speech))

    def _take(self, count: int) -> list[Span]:
        chunk, self._speech = self._speech[:count], self._speech[count:]
        self._quietest = (1.0, 0)
        return chunk

"""From the overlapping windows of the segmentation model to pieces of speech with one speaker each.

The model looks at 10 s at a time and numbers the speakers anew in each window, so that its numbers cannot be joined
from window to window.  Two things can: whether anybody speaks, and whether the speaker changes at a moment.  Both are
averaged over the windows, frame by frame, and stay small enough to keep for hours (12 bytes a frame of 17 ms).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FRAME_STEP_S = 0.016875
"""Hop of the segmentation model: 270 samples."""
_FRAME_OFFSET_S = 0.0225
"""Start of frame 0: half of what its receptive field is longer than a hop."""
_CHANGE_REACH = 15
"""Frames before and after a moment (a quarter of a second) that are compared to see whether the speaker changes."""
_SPEECH = 0.5
_CHANGE = 0.5
_POWERSET: Floats = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float32
)
"""Which of three speakers talk in each of the model's seven classes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech that is taken to be of one speaker."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class PieceRules:
    """How speech is cut into pieces."""

    min_pause_s: float = 0.15
    """A shorter silence does not end a piece."""
    min_piece_s: float = 0.1
    max_open_s: float = 12.0
    """Speech without a pause is cut after this time, so that sound need not be kept for longer."""


class SpeechActivity:
    """Speech and speaker changes of a recording, window by window, and the pieces that have become certain."""

    def __init__(self, step_s: float, rules: PieceRules | None = None) -> None:
        """Begin a recording whose windows start ``step_s`` apart."""
        self._step_s = step_s
        self._rules = rules or PieceRules()
        self._sums = np.zeros((0, 3), dtype=np.float32)
        self._windows = 0
        self._settled = 0
        self._open: int | None = None
        self._last_speech = 0

    @property
    def needed_from_s(self) -> float:
        """Sound before this time is not needed any more."""
        frame = self._settled if self._open is None else self._open
        return max(0.0, _frame_start_s(frame) - self._rules.min_pause_s)

    def add(self, probabilities: Floats) -> list[Piece]:
        """Take the next window; give the pieces that no later window can change.

        Args:
            probabilities: (frames, 7), the classes of the powerset.
        """
        begin = round(self._windows * self._step_s / FRAME_STEP_S)
        end = begin + len(probabilities)
        if end > len(self._sums):
            self._sums = np.pad(self._sums, ((0, max(end, 2 * len(self._sums)) - len(self._sums)), (0, 0)))
        self._sums[begin:end, 0] += 1 - probabilities[:, 0]
        self._sums[begin:end, 1] += _changes(probabilities @ _POWERSET)
        self._sums[begin:end, 2] += 1
        self._windows += 1
        return list(self._settle(round(self._windows * self._step_s / FRAME_STEP_S)))

    def finish(self, duration_s: float) -> list[Piece]:
        """No more windows: give the pieces that are left, none beyond the end of the sound."""
        pieces = list(self._settle(int(np.count_nonzero(self._sums[:, 2]))))
        if self._open is not None:
            pieces += self._cut(self._open, self._last_speech)
            self._open = None
        clipped = [Piece(piece.start_s, min(piece.end_s, duration_s)) for piece in pieces]
        return [piece for piece in clipped if piece.duration_s >= self._rules.min_piece_s]

    def _settle(self, end: int) -> Iterator[Piece]:
        """Walk over the frames that have become certain."""
        block = self._sums[self._settled : end]
        speech = block[:, 0] > _SPEECH * block[:, 2]
        for frame, speaks in enumerate(speech.tolist(), self._settled):
            if speaks:
                self._open = frame if self._open is None else self._open
                self._last_speech = frame + 1
            if self._open is not None and self._is_over(frame):
                yield from self._cut(self._open, self._last_speech)
                self._open = None
        self._settled = max(self._settled, end)

    def _is_over(self, frame: int) -> bool:
        pause_s = (frame + 1 - self._last_speech) * FRAME_STEP_S
        open_s = (frame + 1 - (self._open or 0)) * FRAME_STEP_S
        return pause_s >= self._rules.min_pause_s or open_s >= self._rules.max_open_s

    def _cut(self, start: int, end: int) -> list[Piece]:
        """Cut a stretch of speech where the speaker changes."""
        block = self._sums[start:end]
        changes = block[:, 1] / np.maximum(block[:, 2], np.float32(1))
        bounds = [start, *(start + frame for frame in _peaks(changes)), end]
        pieces = [Piece(_frame_start_s(a), _frame_start_s(b)) for a, b in itertools.pairwise(bounds)]
        return [piece for piece in pieces if piece.duration_s >= self._rules.min_piece_s]


def _frame_start_s(frame: int) -> float:
    return _FRAME_OFFSET_S + frame * FRAME_STEP_S if frame else 0.0


def _changes(activity: Floats) -> Floats:
    """How much who speaks differs before and after each frame, 0 to 1; activity has shape (frames, speakers)."""
    reach = _CHANGE_REACH
    found = np.zeros(len(activity), dtype=np.float32)
    if len(activity) <= 2 * reach:
        return found
    before, after = activity[: -2 * reach], activity[2 * reach :]
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    both_speak = np.minimum(before.max(axis=1), after.max(axis=1))
    found[reach:-reach] = (1 - (before * after).sum(axis=1) / np.maximum(norms, 1e-6)) * both_speak
    return found


def _peaks(changes: NDArray[np.floating]) -> list[int]:
    """The frames of the highest changes, at least a quarter of a second apart and from the ends."""
    left = changes.copy()
    left[:_CHANGE_REACH] = left[-_CHANGE_REACH:] = 0
    found: list[int] = []
    while len(left) and left.max() >= _CHANGE:
        frame = _plateau_middle(left, int(left.argmax()))
        found.append(frame)
        left[max(0, frame - 2 * _CHANGE_REACH) : frame + 2 * _CHANGE_REACH] = 0
    return sorted(found)


def _plateau_middle(values: NDArray[np.floating], start: int) -> int:
    """A sharp change looks the same from every frame within reach of it; it is in their middle."""
    lower = np.flatnonzero(values[start:] < values[start] - 0.1)
    return start + (int(lower[0]) if len(lower) else len(values) - start) // 2

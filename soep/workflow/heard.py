"""What the engine has told of a consult so far: the conversation and the draft, as they grow."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from soep.events import DraftBegun, Event, NoteLineReady, Stage, StageProgress, StageStarted, UtteranceReady
from soep.types import Utterance

_SAME_SHARE = 0.5
"""Two utterances that share more of the shorter one's time are the same speech, cut up anew."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The conversation in order of time, and the lines of the draft as they came; each change has a new ``version``."""

    version: int = 0
    utterances: tuple[Utterance, ...] = ()
    lines: tuple[NoteLineReady, ...] = ()
    stage: Stage | None = None
    transcribed_s: float = 0.0


class Heard:
    """Takes events on one thread and gives the picture on any.

    Args:
        tracks: with more than one, two people can speak at the same time.
    """

    def __init__(self, tracks: int = 1) -> None:
        self._tracks = tracks
        self._lock = threading.Lock()
        self._picture = Picture()
        self._lines: list[NoteLineReady] = []
        self._former: tuple[NoteLineReady, ...] = ()
        """Of a draft that is being written anew: they are shown until the new ones take their place."""

    @property
    def picture(self) -> Picture:
        """As it is now."""
        return self._picture

    def take(self, event: Event) -> None:
        """One event of the engine."""
        with self._lock:
            now = self._picture
            said, stage, transcribed_s = now.utterances, now.stage, now.transcribed_s
            match event:
                case UtteranceReady(utterance=utterance):
                    said = self._with(utterance)
                case DraftBegun():
                    self._former, self._lines = now.lines, []
                case NoteLineReady():
                    self._lines.append(event)
                case StageStarted(stage=stage):
                    pass
                case StageProgress(stage=Stage.TRANSCRIBE, done=transcribed_s):
                    stage, self._former = Stage.TRANSCRIBE, ()
                case StageProgress(stage=stage):
                    pass
                case _:
                    return
            lines = (*self._lines, *self._former[len(self._lines) :])
            self._picture = Picture(now.version + 1, said, lines, stage, transcribed_s)

    def _with(self, new: Utterance) -> tuple[Utterance, ...]:
        others = [one for one in self._picture.utterances if one.id != new.id and not self._is_replaced(one, new)]
        return tuple(sorted([*others, new], key=lambda one: (one.start_s, one.id)))

    def _is_replaced(self, old: Utterance, new: Utterance) -> bool:
        if self._tracks > 1 and old.speaker != new.speaker:
            return False
        shared_s = min(old.end_s, new.end_s) - max(old.start_s, new.start_s)
        return shared_s > _SAME_SHARE * min(old.end_s - old.start_s, new.end_s - new.start_s)

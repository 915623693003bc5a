"""The models, loaded by name on first use, in the engine process only."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property

import numpy as np

from soep.audio.samples import SAMPLE_RATE_HZ
from soep.config import Settings
from soep.drafting.drafter import Drafter, load_drafter
from soep.events import Event, Stage, StageDone, StageStarted
from soep.jobs import DUTCH, SessionOptions
from soep.speech.interfaces import Diarizer, RoleAssigner, Transcriber

FALLBACK_DRAFTER = "extractive"

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]


def ignore(_event: Event) -> None:
    """An ``emit`` for callers that want only the result."""


class Parts:
    """The models, loaded on first use and kept warm for the next session."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._drafters: dict[str, Drafter] = {}
        self._warm: set[Stage] = set()

    @cached_property
    def transcriber(self) -> Transcriber:
        """Speech to words."""
        from soep.speech.transcribe import WhisperTranscriber  # noqa: PLC0415 - a model library, only in the engine

        return WhisperTranscriber(self.settings)

    @cached_property
    def diarizer(self) -> Diarizer:
        """Who speaks when."""
        from soep.speech.diarize import PyannoteDiarizer  # noqa: PLC0415 - a model library, only in the engine

        return PyannoteDiarizer(self.settings)

    @cached_property
    def roles(self) -> RoleAssigner:
        """Which speaker is the GP."""
        from soep.speech.roles import LexicalRoleAssigner  # noqa: PLC0415 - kept beside its siblings

        return LexicalRoleAssigner()

    def drafter(self, options: SessionOptions) -> Drafter:
        """The drafter that the session asks for.

        Raises:
            InputError: there is no drafter of that name.
            WeightsError: its model is not installed: told before the work rather than after.
        """
        name = options.drafter or self.settings.drafting.drafter
        if name not in self._drafters:
            drafter = load_drafter(name, self.settings)
            drafter.sha256  # noqa: B018 - looks its model up
            self._drafters[name] = drafter
        return self._drafters[name]

    def fallback(self) -> Drafter:
        """The drafter that always works."""
        return self.drafter(SessionOptions(drafter=FALLBACK_DRAFTER))

    def close(self) -> None:
        """Free the language models; what they left on disk is removed."""
        for drafter in self._drafters.values():
            drafter.close()
        self._drafters.clear()

    def warm_up(self, options: SessionOptions, emit: Emit = ignore) -> None:
        """Load what a session needs, once, by running it on a second of silence.

        Raises:
            WeightsError: a model that the session needs is not installed.
        """
        if options.draft:
            self.drafter(options)
        known_speakers = options.channels_apart or options.dictation
        needed = {Stage.TRANSCRIBE} if known_speakers else {Stage.TRANSCRIBE, Stage.DIARIZE}
        if needed <= self._warm:
            return
        emit(StageStarted(Stage.LOAD))
        started_s = time.monotonic()
        silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
        self.transcriber.stream(language=DUTCH).feed(silence)
        if not known_speakers:
            self.diarizer.stream().feed(silence)
        self._warm |= needed
        emit(StageDone(Stage.LOAD, time.monotonic() - started_s))

"""One consult from its first second to its checked notes, fed as the sound comes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.clinical.medicines import hotwords as medicine_hotwords
from soep.drafting.drafter import DraftOptions, never_cancelled
from soep.errors import CancelledError, InputError
from soep.events import Stage, StageProgress, UtteranceReady
from soep.i18n import _
from soep.jobs import DEFAULT_OPTIONS, DUTCH, Result, SessionOptions
from soep.pipeline.drafts import Clock, LiveDraft, draft_options, draft_runs, write_notes
from soep.pipeline.gate import no_note_of, to_draft
from soep.pipeline.parts import Cancelled, Emit, Parts, ignore
from soep.pipeline.speakers import as_dictation, heard_roles, role_remarks
from soep.speech.align import align
from soep.speech.interfaces import DiarizationStream, TranscriptionStream
from soep.types import (
    AudioInfo,
    Consult,
    Remark,
    StageRun,
    Status,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from soep.wording import RemarkCode

SETTLE_S = 5.0
"""Sound this long before the newest is taken as certain in a live draft: later sound seldom changes its speakers
(none of 127 utterances in ``benchmarks/settling.py``); where it does, that part is drafted again."""
REDRAFT_EVERY_S = 5.0
FIRST_DRAFT_S = 20.0
"""Of certain sound, before a drafter is asked at all: in less, no consult can be told from a recogniser's loop."""
DICTATED_SPEECH_S = 0.5
"""Less of a dictation is no speech; who dictates may add three words."""
POOR_RECOGNITION = 0.55
"""Mean word probability under which the GP is warned: whisper-base gives about 0.8 on clear Dutch speech."""


class _Ids:
    """Ids of utterances: the same stretch of words keeps its id, a new one never reuses an old id."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, float, str, str], int] = {}

    def give(self, utterances: Iterable[Utterance], *, channels: bool) -> list[Utterance]:
        """With ids; a channel's speaker never changes, and two channels may hold the same words at the same time."""
        return [replace(u, id=self._id(u, u.speaker if channels else "")) for u in utterances]

    def _id(self, utterance: Utterance, channel: str) -> int:
        key = (round(utterance.start_s, 2), round(utterance.end_s, 2), utterance.text, channel)
        return self._known.setdefault(key, len(self._known) + 1)


class _Channel:
    """One stream of sound with its transcription."""

    def __init__(self, stream: TranscriptionStream) -> None:
        self.stream = stream
        self.words: list[Word] = []

    def feed(self, samples: Samples) -> None:
        self.words.extend(self.stream.feed(samples))

    def finish(self) -> None:
        self.words.extend(self.stream.finish())

    def turns(self, speaker: str) -> list[Turn]:
        return [Turn(word.start_s, word.end_s, speaker) for word in self.words]


class Session:
    """One consult from its first second to its checked notes.

    ``feed`` takes sound as it comes, ``finish`` gives the result; events go to ``emit`` along the way.
    """

    def __init__(
        self,
        parts: Parts,
        options: SessionOptions = DEFAULT_OPTIONS,
        emit: Emit = ignore,
        cancelled: Cancelled = never_cancelled,
    ) -> None:
        self._settings = parts.settings
        self._parts = parts
        self._options = options
        self._emit = emit
        self._cancelled = cancelled
        self._clock = Clock(emit)
        self._ids = _Ids()
        self._channels: list[_Channel] = []
        self._diarization: DiarizationStream | None = None
        self._draft: LiveDraft | None = None
        self._told: dict[int, Utterance] = {}
        self._fed_s = 0.0
        self._drafted_at_s = 0.0

    @property
    def language(self) -> str:
        """The language that is transcribed."""
        return self._options.language or self._settings.speech.language

    @property
    def _drafts(self) -> bool:
        """Whether a draft is made: a conversation in another language gets a transcript only."""
        return self._options.draft and self.language == DUTCH

    def feed(self, samples: Samples, total_s: float | None = None) -> None:
        """Take more sound: float32, 16 kHz, shape (samples,) or, with channels apart, (channels, samples).

        Raises:
            InputError: another language is spoken than the one expected.
            CancelledError: the session was cancelled.
        """
        tracks = np.atleast_2d(samples)
        if not self._channels:
            self._begin(len(tracks))
        self._fed_s += tracks.shape[1] / SAMPLE_RATE_HZ
        with self._clock.stage(Stage.TRANSCRIBE):
            for channel, track in zip(self._channels, tracks, strict=True):
                self._stop_if_cancelled()
                channel.feed(track)
        self._emit(StageProgress(Stage.TRANSCRIBE, self._transcribed_s, total_s))
        self._refuse_other_language()
        if self._diarization is not None:
            self._stop_if_cancelled()
            with self._clock.stage(Stage.DIARIZE):
                self._diarization.feed(tracks[0])
            self._emit(StageProgress(Stage.DIARIZE, self._diarization.done_s, total_s))
        self._draft_along_the_way()

    def finish(self, audio: AudioInfo | None = None, remarks: Sequence[Remark] = ()) -> Result:
        """No more sound: the consult with its draft.

        Raises:
            InputError: too little speech, or another language than the one expected.
            CancelledError: the session was cancelled.
        """
        self._stop_if_cancelled()
        with self._clock.stage(Stage.TRANSCRIBE):
            for channel in self._channels:
                channel.finish()
        self._refuse_other_language()
        self._refuse_silence()
        turns: Sequence[Turn] = ()
        if self._diarization is not None:
            self._stop_if_cancelled()
            with self._clock.stage(Stage.DIARIZE):
                turns = self._diarization.finish()
        utterances, dictation = self._utterances(turns)
        runs = self._speech_runs()
        consult = new_consult(Transcript(tuple(utterances), self.language), audio or AudioInfo("", self._fed_s))
        obstacle = no_note_of(to_draft(utterances), dictation=dictation) if self._drafts else None
        found = [*remarks, *([obstacle] if obstacle else self._speech_remarks(utterances, dictation))]
        if self._drafts:
            self._tell(utterances)
        if self._drafts and obstacle is None:
            draft = self._draft or self._new_draft()
            consult = write_notes(draft, utterances, dictation, consult, self._clock, self._draft_options(dictation))
            runs = [*runs, *draft_runs(self._clock, draft.drafter)]
        remarks_now = (*found, *consult.warnings)
        return Result(replace(consult, runs=tuple(runs), warnings=remarks_now), tuple(turns))

    def _begin(self, channels: int) -> None:
        self._parts.warm_up(replace(self._options, draft=self._drafts), self._emit)
        words = self._settings.speech.hotwords
        if self._settings.speech.medicine_hotwords and self.language == DUTCH:
            words = (*words, *medicine_hotwords())
        self._channels = [
            _Channel(self._parts.transcriber.stream(language=self.language, hotwords=words))
            for _each in range(channels)
        ]
        if channels == 1 and not self._options.dictation:
            self._diarization = self._parts.diarizer.stream(speakers=self._options.speakers)

    @property
    def _transcribed_s(self) -> float:
        return min(channel.stream.done_s for channel in self._channels)

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise CancelledError(_("Gestopt."))

    def _refuse_other_language(self) -> None:
        if self._options.language is not None:
            return
        for channel in self._channels:
            if channel.stream.foreign_language is not None:
                raise InputError(
                    _("Hier wordt geen Nederlands gesproken (herkend: {language}).").format(
                        language=channel.stream.foreign_language
                    ),
                    _("Is dat wel zo, geef dan --language nl; voor een andere taal bijvoorbeeld --language en."),
                )

    def _refuse_silence(self) -> None:
        speech_s = sum(channel.stream.speech_s for channel in self._channels)
        least_s = DICTATED_SPEECH_S if self._options.dictation else self._settings.limits.min_speech_s
        if speech_s >= least_s and any(channel.words for channel in self._channels):
            return
        raise InputError(
            _("Er is geen of te weinig spraak te horen."), _("Controleer de microfoon of kies een andere opname.")
        )

    def _utterances(self, turns: Sequence[Turn], until_s: float = float("inf")) -> tuple[list[Utterance], bool]:
        """Utterances with ids, speakers and roles up to a time, and whether this is a dictation."""
        if self._diarization is None:
            pieces = [align(c.words, c.turns(chr(ord("A") + n))) for n, c in enumerate(self._channels)]
            found = sorted((u for piece in pieces for u in piece), key=lambda u: u.start_s)
        else:
            found = align(self._channels[0].words, turns)
        certain = (u for u in found if u.end_s <= until_s)
        found = self._ids.give(certain, channels=self._diarization is None)
        if self._options.dictation:
            return as_dictation(found), True
        return heard_roles(found, self._parts.roles)

    def _draft_along_the_way(self) -> None:
        if not self._drafts or self._fed_s - self._drafted_at_s < REDRAFT_EVERY_S:
            return
        self._drafted_at_s = self._fed_s
        turns = self._diarization.turns() if self._diarization is not None else ()
        done_s = min(self._transcribed_s, self._diarization.done_s if self._diarization is not None else self._fed_s)
        utterances, dictation = self._utterances(turns, until_s=done_s - SETTLE_S)
        self._tell(utterances)
        if done_s - SETTLE_S < FIRST_DRAFT_S:
            return
        utterances = to_draft(utterances)
        if no_note_of(utterances, dictation=dictation):
            return  # not yet, or never: small talk at the start is drafted once more has been said
        if self._draft is None:
            self._draft = self._new_draft()
        with self._clock.stage(Stage.DRAFT):
            self._draft.feed(utterances, self._draft_options(dictation))

    def _tell(self, utterances: Sequence[Utterance]) -> None:
        for utterance in utterances:
            if self._told.get(utterance.id) != utterance:
                self._told[utterance.id] = utterance
                self._emit(UtteranceReady(utterance))

    def _new_draft(self) -> LiveDraft:
        return LiveDraft(self._parts.drafter(self._options), self._parts.fallback, self._emit)

    def _draft_options(self, dictation: bool) -> DraftOptions:
        return draft_options(self._settings, dictation, self._emit, self._cancelled)

    def _speech_runs(self) -> list[StageRun]:
        transcriber = self._parts.transcriber
        runs = [self._clock.run(Stage.TRANSCRIBE, transcriber.model_id, transcriber.sha256)]
        if self._diarization is not None:
            diarizer = self._parts.diarizer
            runs.append(self._clock.run(Stage.DIARIZE, diarizer.model_id, diarizer.sha256))
        return runs

    def _speech_remarks(self, utterances: Sequence[Utterance], dictation: bool) -> Iterator[Remark]:
        words = [word for utterance in utterances for word in utterance.words]
        heard = len({u.speaker for u in utterances})
        if words and sum(w.probability for w in words) / len(words) < POOR_RECOGNITION:
            yield Remark(RemarkCode.LOW_RECOGNITION)
        if self.language != DUTCH:
            yield Remark(RemarkCode.NO_DUTCH_NOTE, {"language": self.language})
        elif not self._options.dictation:
            yield from role_remarks(utterances, dictation=dictation)
        if self._options.speakers is not None and heard != self._options.speakers:
            expected = str(self._options.speakers)
            yield Remark(RemarkCode.SPEAKER_COUNT_DIFFERS, {"expected": expected, "found": str(heard)})


def new_consult(transcript: Transcript, audio: AudioInfo | None) -> Consult:
    """A consult of now, as a draft, with an id that says nothing."""
    return Consult(
        id=secrets.token_hex(8),
        created_at=datetime.now().astimezone(),
        transcript=transcript,
        audio=audio,
        status=Status.DRAFT,
    )

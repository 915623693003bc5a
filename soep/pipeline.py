"""The straight line from sound to checked notes, fed as the sound comes.

A file is a session fed as fast as it goes, a live consult one fed by the microphone: one code path.  This module
imports no model library; ``Parts`` loads the rooms that do, by name, on first use, in the engine process.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from soep.audio.decode import SoundFile, file_sha256
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.clinical.medicines import hotwords as medicine_hotwords
from soep.config import Settings
from soep.drafting import unsaid, verify
from soep.drafting.drafter import Drafter, DraftOptions, DraftStream, ProposedLine, load_drafter, never_cancelled
from soep.errors import CancelledError, InputError
from soep.events import Event, NoteLineReady, Stage, StageDone, StageProgress, StageStarted, UtteranceReady
from soep.i18n import _
from soep.speech.align import align
from soep.speech.interfaces import DiarizationStream, Diarizer, RoleAssigner, Transcriber, TranscriptionStream
from soep.types import (
    AudioInfo,
    Consult,
    Remark,
    Role,
    SoepNote,
    Source,
    StageRun,
    Status,
    Transcript,
    Turn,
    Utterance,
    Word,
)

DUTCH = "nl"
WINDOW_S = 5.0
SETTLE_S = 20.0
"""Sound this long before the newest is taken as certain in a live draft: later sound seldom changes its speakers."""
REDRAFT_EVERY_S = 15.0
TELEPHONE_RATE_HZ = 8_000
POOR_RECOGNITION = 0.55
"""Mean word probability under which the GP is warned: whisper-base gives about 0.8 on clear Dutch speech."""
UNCERTAIN_ROLE = 0.6

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]


def ignore(_event: Event) -> None:
    """An ``emit`` for callers that want only the result."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What the user says about one consult."""

    language: str | None = None
    """ISO code; None expects Dutch and refuses a recording that clearly is not."""
    speakers: int | None = None
    channels_apart: bool = False
    """Two-channel sound with one speaker a channel."""
    drafter: str | None = None
    """Name of the drafter; None takes the one from the settings."""
    draft: bool = True
    """False stops after the transcript (for measuring recognition)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a session gives: the consult, and the turns as diarization had them (for measuring)."""

    consult: Consult
    turns: tuple[Turn, ...] = ()


class Parts:
    """The models, loaded on first use and kept warm for the next session."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._drafters: dict[str, Drafter] = {}

    @cached_property
    def transcriber(self) -> Transcriber:
        """Speech to words."""
        from soep.speech.transcribe import WhisperTranscriber  # noqa: PLC0415 - a model library, only in the engine

        return WhisperTranscriber(self._settings)

    @cached_property
    def diarizer(self) -> Diarizer:
        """Who speaks when."""
        from soep.speech.diarize import PyannoteDiarizer  # noqa: PLC0415 - a model library, only in the engine

        return PyannoteDiarizer(self._settings)

    @cached_property
    def roles(self) -> RoleAssigner:
        """Which speaker is the GP."""
        from soep.speech.roles import LexicalRoleAssigner  # noqa: PLC0415 - kept beside its siblings

        return LexicalRoleAssigner()

    def drafter(self, options: SessionOptions) -> Drafter:
        """The drafter that the session asks for."""
        name = options.drafter or self._settings.drafting.drafter
        if name not in self._drafters:
            self._drafters[name] = load_drafter(name, self._settings)
        return self._drafters[name]

    def warm_up(self, options: SessionOptions, emit: Emit = ignore) -> None:
        """Load what a session needs by running it on a second of silence."""
        emit(StageStarted(Stage.LOAD))
        started_s = time.monotonic()
        silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
        self.transcriber.stream(language=DUTCH).feed(silence)
        if not options.channels_apart:
            self.diarizer.stream().feed(silence)
        emit(StageDone(Stage.LOAD, time.monotonic() - started_s))


class _Clock:
    """Seconds spent in each stage, with the events that go with it."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._spent_s: dict[Stage, float] = {}

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        if stage not in self._spent_s:
            self._emit(StageStarted(stage))
            self._spent_s[stage] = 0.0
        started_s = time.monotonic()
        try:
            yield
        finally:
            self._spent_s[stage] += time.monotonic() - started_s

    def run(self, stage: Stage, model: str, sha256: str) -> StageRun:
        elapsed_s = self._spent_s.get(stage, 0.0)
        self._emit(StageDone(stage, elapsed_s))
        return StageRun(stage.value, model, sha256, elapsed_s)


class _Ids:
    """Ids of utterances: the same stretch of words keeps its id, a new one never reuses an old id."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, float, str], int] = {}

    def give(self, utterances: Iterable[Utterance]) -> list[Utterance]:
        return [replace(u, id=self._id(u)) for u in utterances]

    def _id(self, utterance: Utterance) -> int:
        key = (round(utterance.start_s, 2), round(utterance.end_s, 2), utterance.text)
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


class _LiveDraft:
    """The draft along the way: what is certain is drafted once; a change in what was certain begins again."""

    def __init__(self, drafter: Drafter, options: DraftOptions, emit: Emit) -> None:
        self._drafter = drafter
        self._options = options
        self._emit = emit
        self._fed: list[Utterance] = []
        self._stream: DraftStream | None = None

    def feed(self, utterances: Sequence[Utterance], options: DraftOptions) -> None:
        changed = [*utterances[: len(self._fed)]] != self._fed or options.dictation != self._options.dictation
        if self._stream is None or changed:
            self._options = options
            self._stream = self._drafter.stream(options)
            self._fed = []
        new = list(utterances[len(self._fed) :])
        self._fed.extend(new)
        for proposed in self._stream.feed(new):
            self._tell(proposed)

    def finish(self) -> Sequence[SoepNote]:
        return self._stream.finish() if self._stream is not None else ()

    def _tell(self, proposed: ProposedLine) -> None:
        self._emit(NoteLineReady(proposed.problem, proposed.field, proposed.line))


class Session:
    """One consult from its first second to its checked notes.

    ``feed`` takes sound as it comes, ``finish`` gives the result; events go to ``emit`` along the way.
    """

    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        options: SessionOptions = SessionOptions(),  # noqa: B008 - frozen
        emit: Emit = ignore,
        cancelled: Cancelled = never_cancelled,
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._options = options
        self._emit = emit
        self._cancelled = cancelled
        self._clock = _Clock(emit)
        self._ids = _Ids()
        self._channels: list[_Channel] = []
        self._diarization: DiarizationStream | None = None
        self._draft: _LiveDraft | None = None
        self._told: dict[int, Utterance] = {}
        self._fed_s = 0.0
        self._drafted_at_s = 0.0

    @property
    def language(self) -> str:
        """The language that is transcribed."""
        return self._options.language or self._settings.speech.language

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
        found = [*remarks, *self._speech_remarks(utterances, dictation)]
        consult = _new_consult(Transcript(tuple(utterances), self.language), audio or AudioInfo("", self._fed_s))
        if self._options.draft and self.language == DUTCH:
            self._tell(utterances)
            draft = self._draft or self._new_draft()
            consult = _write(draft, utterances, dictation, consult, self._clock, self._draft_options(dictation))
            runs = [*runs, *_draft_runs(self._clock, self._parts.drafter(self._options))]
        remarks_now = (*found, *consult.warnings)
        return Result(replace(consult, runs=tuple(runs), warnings=remarks_now), tuple(turns))

    def _begin(self, channels: int) -> None:
        words = (*self._settings.speech.hotwords, *medicine_hotwords()) if self.language == DUTCH else ()
        self._channels = [
            _Channel(self._parts.transcriber.stream(language=self.language, hotwords=words)) for _each in range(channels)
        ]
        if channels == 1:
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
        if speech_s >= self._settings.limits.min_speech_s and any(channel.words for channel in self._channels):
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
        found = self._ids.give(u for u in found if u.end_s <= until_s)
        if len({u.speaker for u in found}) <= 1:
            return [as_dictation(u) for u in found], True
        return self._parts.roles.assign(found), False

    def _draft_along_the_way(self) -> None:
        if not self._options.draft or self.language != DUTCH or self._fed_s - self._drafted_at_s < REDRAFT_EVERY_S:
            return
        self._drafted_at_s = self._fed_s
        turns = self._diarization.turns() if self._diarization is not None else ()
        done_s = min(self._transcribed_s, self._diarization.done_s if self._diarization is not None else self._fed_s)
        utterances, dictation = self._utterances(turns, until_s=done_s - SETTLE_S)
        self._tell(utterances)
        if self._draft is None:
            self._draft = self._new_draft()
        with self._clock.stage(Stage.DRAFT):
            self._draft.feed(utterances, self._draft_options(dictation))

    def _tell(self, utterances: Sequence[Utterance]) -> None:
        for utterance in utterances:
            if self._told.get(utterance.id) != utterance:
                self._told[utterance.id] = utterance
                self._emit(UtteranceReady(utterance))

    def _new_draft(self) -> _LiveDraft:
        return _LiveDraft(self._parts.drafter(self._options), self._draft_options(False), self._emit)

    def _draft_options(self, dictation: bool) -> DraftOptions:
        return _draft_options(self._settings, dictation, self._emit, self._cancelled)

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
            yield Remark("low_recognition")
        if self.language != DUTCH:
            yield Remark("no_dutch_note", {"language": self.language})
        elif dictation:
            yield Remark("one_speaker")
        elif min(u.role_confidence for u in utterances) < UNCERTAIN_ROLE:
            yield Remark("roles_uncertain")
        if self._options.speakers is not None and heard != self._options.speakers:
            yield Remark("speaker_count_differs", {"asked": str(self._options.speakers), "heard": str(heard)})


def as_dictation(utterance: Utterance) -> Utterance:
    """The same words, said by the GP to the microphone."""
    return replace(utterance, role=Role.ARTS, role_confidence=1.0, source=Source.DICTAAT)


def process_file(
    path: Path,
    settings: Settings,
    parts: Parts,
    options: SessionOptions = SessionOptions(),  # noqa: B008 - frozen
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """A recording on disk becomes a consult; see ``Session`` for what it raises."""
    session = Session(settings, parts, options, emit, cancelled)
    channels: tuple[int | None, ...] = (0, 1) if options.channels_apart else (None,)
    files = [SoundFile(path, settings.limits, channel) for channel in channels]
    if options.channels_apart and files[0].info.channels < 2:
        raise InputError(
            _("Deze opname heeft maar één kanaal."), _("Laat --channels apart weg, of neem met twee kanalen op.")
        )
    total_s = files[0].info.duration_s
    for windows in zip(*(file.windows(WINDOW_S) for file in files), strict=True):
        session.feed(np.stack(windows), total_s)
    audio = AudioInfo(file_sha256(path), files[0].decoded_s)
    return session.finish(audio, list(_sound_remarks(files[0])))


def process_live(
    windows: Iterable[Samples],
    settings: Settings,
    parts: Parts,
    options: SessionOptions = SessionOptions(),  # noqa: B008 - frozen
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """Sound that comes as it is recorded becomes a consult; see ``Session`` for what it raises."""
    session = Session(settings, parts, options, emit, cancelled)
    for window in windows:
        session.feed(window)
    return session.finish()


def draft_transcript(
    transcript: Transcript,
    settings: Settings,
    parts: Parts,
    options: SessionOptions = SessionOptions(),  # noqa: B008 - frozen
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """A transcript becomes a consult; roles that the transcript does not name are found from the text.

    Raises:
        InputError: the transcript holds no words.
        CancelledError: the session was cancelled.
    """
    if not any(utterance.text.strip() for utterance in transcript.utterances):
        raise InputError(_("Dit transcript bevat geen tekst."), _("Controleer of u het goede bestand koos."))
    utterances = _with_roles(transcript.utterances, parts)
    dictation = all(u.role is Role.ARTS for u in utterances)
    clock = _Clock(emit)
    drafter = parts.drafter(options)
    draft_options = _draft_options(settings, dictation, emit, cancelled)
    consult = _new_consult(Transcript(tuple(utterances), transcript.language), None)
    draft = _LiveDraft(drafter, draft_options, emit)
    consult = _write(draft, utterances, dictation, consult, clock, draft_options)
    return Result(replace(consult, runs=tuple(_draft_runs(clock, drafter))))


def _draft_options(settings: Settings, dictation: bool, emit: Emit, cancelled: Cancelled) -> DraftOptions:
    def progress(done: int, total: int) -> None:
        emit(StageProgress(Stage.DRAFT, done, total))

    return DraftOptions(settings.drafting.word_budget, dictation, cancelled, progress)


def _with_roles(utterances: Sequence[Utterance], parts: Parts) -> list[Utterance]:
    if all(u.role is not Role.ONBEKEND for u in utterances):
        return list(utterances)
    if len({u.speaker for u in utterances}) <= 1:
        return [as_dictation(u) for u in utterances]
    return parts.roles.assign(utterances)


def _write(  # noqa: PLR0913 - the last steps of the line, all of which it needs
    draft: _LiveDraft,
    utterances: Sequence[Utterance],
    dictation: bool,
    consult: Consult,
    clock: _Clock,
    options: DraftOptions,
) -> Consult:
    """Draft, check, and list what stands in no line."""
    with clock.stage(Stage.DRAFT):
        draft.feed(utterances, options)
        notes = draft.finish()
    with clock.stage(Stage.CHECK):
        checked = verify.check(notes, utterances, dictation=dictation)
        left_out = unsaid.find(checked.notes, utterances)
    remarks = () if any(note.word_count for note in checked.notes) else (Remark("nothing_to_note"),)
    return replace(consult, draft=tuple(checked.notes), unsaid=(*checked.rejected, *left_out), warnings=remarks)


def _draft_runs(clock: _Clock, drafter: Drafter) -> list[StageRun]:
    return [clock.run(Stage.DRAFT, drafter.model_id, drafter.sha256), clock.run(Stage.CHECK, "", "")]


def _sound_remarks(file: SoundFile) -> Iterator[Remark]:
    if file.truncated:
        yield Remark("truncated_sound", {"decoded_s": f"{file.decoded_s:.0f}"})
    if file.info.sample_rate_hz <= TELEPHONE_RATE_HZ:
        yield Remark("telephone_sound")


def _new_consult(transcript: Transcript, audio: AudioInfo | None) -> Consult:
    return Consult(
        id=secrets.token_hex(8),
        created_at=datetime.now(UTC),
        transcript=transcript,
        audio=audio,
        status=Status.DRAFT,
    )

"""What a session is fed from: a file, live sound, or a transcript that is already there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from soep.audio.decode import SoundFile, sound_sha256
from soep.audio.samples import Samples
from soep.config import Settings
from soep.drafting.drafter import never_cancelled
from soep.errors import CancelledError, InputError
from soep.events import Decoding, SoundRead
from soep.i18n import _
from soep.jobs import DEFAULT_OPTIONS, DUTCH, Result, SessionOptions
from soep.pipeline.drafts import Clock, LiveDraft, draft_options, draft_runs, write_notes
from soep.pipeline.gate import no_note_of, to_draft
from soep.pipeline.parts import Cancelled, Emit, Parts, ignore
from soep.pipeline.session import REDRAFT_EVERY_S, SETTLE_S, Session, new_consult
from soep.pipeline.speakers import given_roles
from soep.types import AudioInfo, Remark, Transcript, Utterance
from soep.wording import RemarkCode

WINDOW_S = 5.0
CHUNK_S = 1.0
WORDS_A_SECOND = 2.5
"""Of two people who take turns."""
TELEPHONE_RATE_HZ = 8_000


def process_file(
    path: Path,
    parts: Parts,
    options: SessionOptions = DEFAULT_OPTIONS,
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """A recording on disk becomes a consult; see ``Session`` for what it raises."""
    session = Session(parts, options, emit, cancelled)
    with ExitStack() as stack:
        with _decoding(emit):
            files = _opened(stack, path, parts.settings, apart=options.channels_apart)
        windows = _side_by_side(files, WINDOW_S)
        while True:
            with _decoding(emit):
                window = next(windows, None)
            if window is None:
                break
            session.feed(window, files[0].info.duration_s)
        audio = AudioInfo(sound_sha256(path), files[0].decoded_s)
        return session.finish(audio, list(_sound_remarks(files[0])))


def read_file(
    path: Path, settings: Settings, emit: Emit, cancelled: Cancelled = never_cancelled, *, channels_apart: bool = False
) -> Result:
    """Only decode a recording, telling its sound a second at a time; the result has its hash, length and remarks.

    Raises:
        InputError: there is no such file, it has no sound, is broken, too large or too long.
        CancelledError: the session was cancelled.
    """
    with ExitStack() as stack:
        with _decoding(emit):
            files = _opened(stack, path, settings, apart=channels_apart)
            for window in _side_by_side(files, CHUNK_S):
                if cancelled():
                    raise CancelledError(_("Gestopt."))
                emit(SoundRead(window))
        audio = AudioInfo(sound_sha256(path), files[0].decoded_s)
        consult = new_consult(Transcript(), audio)
        return Result(replace(consult, warnings=tuple(_sound_remarks(files[0]))))


@contextmanager
def _decoding(emit: Emit) -> Iterator[None]:
    emit(Decoding(busy=True))
    yield
    emit(Decoding(busy=False))


def _side_by_side(files: Sequence[SoundFile], window_s: float) -> Iterator[Samples]:
    """The windows of one recording, shape (channels, samples)."""
    return map(np.stack, zip(*(file.windows(window_s) for file in files), strict=True))


def _opened(stack: ExitStack, path: Path, settings: Settings, *, apart: bool) -> list[SoundFile]:
    """The recording, once for each channel that is read by itself."""
    first = stack.enter_context(SoundFile(path, settings.limits, 0 if apart else None))
    if not apart:
        return [first]
    _refuse_unless_two_channels(first)
    return [first, stack.enter_context(SoundFile(path, settings.limits, 1))]


def _refuse_unless_two_channels(file: SoundFile) -> None:
    if file.info.channels < 2:
        raise InputError(
            _("Deze opname heeft maar één kanaal."), _("Laat --channels apart weg, of neem met twee kanalen op.")
        )
    if file.info.channels > 2:
        raise InputError(
            _("Deze opname heeft {count} kanalen; --channels apart kent er twee.").format(count=file.info.channels),
            _("Laat --channels apart weg, of bewaar de twee kanalen met spraak als stereo."),
        )


def process_live(
    windows: Iterable[Samples],
    parts: Parts,
    options: SessionOptions = DEFAULT_OPTIONS,
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """Sound that comes as it is recorded becomes a consult; see ``Session`` for what it raises."""
    session = Session(parts, options, emit, cancelled)
    for window in windows:
        session.feed(window)
    return session.finish()


def draft_transcript(
    transcript: Transcript,
    parts: Parts,
    options: SessionOptions = DEFAULT_OPTIONS,
    emit: Emit = ignore,
    cancelled: Cancelled = never_cancelled,
) -> Result:
    """A transcript becomes a consult; roles that the transcript does not name are found from the text.

    Where no note can be made of it, a remark says why and no drafter is asked.

    Raises:
        InputError: the transcript holds no words.
        CancelledError: the session was cancelled.
    """
    if not any(utterance.text.strip() for utterance in transcript.utterances):
        raise InputError(_("Dit transcript bevat geen tekst."), _("Controleer of u het goede bestand koos."))
    utterances, dictation, doubts = given_roles(transcript.utterances, parts.roles)
    consult = new_consult(Transcript(tuple(utterances), transcript.language), None)
    if transcript.language != DUTCH:
        foreign = Remark(RemarkCode.NO_DUTCH_NOTE, {"language": transcript.language})
        return Result(replace(consult, warnings=(*doubts, foreign)))
    if obstacle := no_note_of(to_draft(utterances), dictation=dictation):
        return Result(replace(consult, warnings=(obstacle,)))
    clock = Clock(emit)
    wanted = draft_options(parts.settings, dictation, emit, cancelled)
    draft = LiveDraft(parts.drafter(options), parts.fallback, emit)
    if options.along:
        for certain in _as_said(to_draft(utterances)):
            draft.feed(certain, wanted)
    consult = write_notes(draft, utterances, dictation, consult, clock, wanted)
    runs = tuple(draft_runs(clock, draft.drafter))
    return Result(replace(consult, runs=runs, warnings=(*doubts, *consult.warnings)))


def _as_said(utterances: Sequence[Utterance]) -> Iterator[Sequence[Utterance]]:
    """What a live session would have fed at each step before the last word, at the pace of speech."""
    said_s: list[float] = []
    for utterance in utterances:
        said_s.append((said_s[-1] if said_s else 0.0) + len(utterance.text.split()) / WORDS_A_SECOND)
    fed = 0
    for now_s in np.arange(REDRAFT_EVERY_S, said_s[-1] if said_s else 0.0, REDRAFT_EVERY_S):
        certain = sum(end_s <= now_s - SETTLE_S for end_s in said_s)
        if certain > fed:
            fed = certain
            yield utterances[:certain]


def _sound_remarks(file: SoundFile) -> Iterator[Remark]:
    if file.truncated:
        yield Remark(RemarkCode.TRUNCATED_SOUND, {"decoded_s": f"{file.decoded_s:.0f}"})
    if file.info.sample_rate_hz <= TELEPHONE_RATE_HZ:
        yield Remark(RemarkCode.TELEPHONE_SOUND)

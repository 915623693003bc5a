"""What a session is fed from: a file, live sound, or a transcript that is already there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from soep.audio.decode import SoundFile, file_sha256
from soep.audio.samples import Samples
from soep.drafting.drafter import never_cancelled
from soep.errors import InputError
from soep.i18n import _
from soep.jobs import DEFAULT_OPTIONS, Result, SessionOptions
from soep.pipeline.drafts import Clock, LiveDraft, draft_options, draft_runs, write_notes
from soep.pipeline.parts import Cancelled, Emit, Parts, ignore
from soep.pipeline.session import Session, as_dictation, new_consult
from soep.types import AudioInfo, Remark, Role, Transcript, Utterance

WINDOW_S = 5.0
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
    channels: tuple[int | None, ...] = (0, 1) if options.channels_apart else (None,)
    files = [SoundFile(path, parts.settings.limits, channel) for channel in channels]
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

    Raises:
        InputError: the transcript holds no words.
        CancelledError: the session was cancelled.
    """
    if not any(utterance.text.strip() for utterance in transcript.utterances):
        raise InputError(_("Dit transcript bevat geen tekst."), _("Controleer of u het goede bestand koos."))
    utterances = _with_roles(transcript.utterances, parts)
    dictation = all(u.role is Role.ARTS for u in utterances)
    clock = Clock(emit)
    drafter = parts.drafter(options)
    wanted = draft_options(parts.settings, dictation, emit, cancelled)
    consult = new_consult(Transcript(tuple(utterances), transcript.language), None)
    draft = LiveDraft(drafter, wanted, emit)
    consult = write_notes(draft, utterances, dictation, consult, clock, wanted)
    return Result(replace(consult, runs=tuple(draft_runs(clock, drafter))))


def _with_roles(utterances: Sequence[Utterance], parts: Parts) -> list[Utterance]:
    if all(u.role is not Role.ONBEKEND for u in utterances):
        return list(utterances)
    if len({u.speaker for u in utterances}) <= 1:
        return [as_dictation(u) for u in utterances]
    return parts.roles.assign(utterances)


def _sound_remarks(file: SoundFile) -> Iterator[Remark]:
    if file.truncated:
        yield Remark("truncated_sound", {"decoded_s": f"{file.decoded_s:.0f}"})
    if file.info.sample_rate_hz <= TELEPHONE_RATE_HZ:
        yield Remark("telephone_sound")

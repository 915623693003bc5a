"""What a session is fed from: a file, live sound, or a transcript that is already there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from soep.audio.decode import SoundFile, sound_sha256
from soep.audio.samples import Samples
from soep.drafting.drafter import never_cancelled
from soep.errors import InputError
from soep.i18n import _
from soep.jobs import DEFAULT_OPTIONS, Result, SessionOptions
from soep.pipeline.drafts import Clock, LiveDraft, draft_options, draft_runs, write_notes
from soep.pipeline.parts import DUTCH, Cancelled, Emit, Parts, ignore
from soep.pipeline.session import UNCERTAIN_ROLE, Session, as_dictation, new_consult
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
    limits = parts.settings.limits
    with ExitStack() as stack:
        first = stack.enter_context(SoundFile(path, limits, 0 if options.channels_apart else None))
        files = [first]
        if options.channels_apart:
            _refuse_unless_two_channels(first)
            files.append(stack.enter_context(SoundFile(path, limits, 1)))
        for windows in zip(*(file.windows(WINDOW_S) for file in files), strict=True):
            session.feed(np.stack(windows), first.info.duration_s)
        audio = AudioInfo(sound_sha256(path), first.decoded_s)
        return session.finish(audio, list(_sound_remarks(first)))


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

    Raises:
        InputError: the transcript holds no words.
        CancelledError: the session was cancelled.
    """
    if not any(utterance.text.strip() for utterance in transcript.utterances):
        raise InputError(_("Dit transcript bevat geen tekst."), _("Controleer of u het goede bestand koos."))
    utterances, dictation, doubts = _with_roles(transcript.utterances, parts)
    consult = new_consult(Transcript(tuple(utterances), transcript.language), None)
    if transcript.language != DUTCH:
        foreign = Remark("no_dutch_note", {"language": transcript.language})
        return Result(replace(consult, warnings=(*doubts, foreign)))
    clock = Clock(emit)
    wanted = draft_options(parts.settings, dictation, emit, cancelled)
    draft = LiveDraft(parts.drafter(options), parts.fallback, emit)
    consult = write_notes(draft, utterances, dictation, consult, clock, wanted)
    runs = tuple(draft_runs(clock, draft.drafter))
    return Result(replace(consult, runs=runs, warnings=(*doubts, *consult.warnings)))


def _with_roles(utterances: Sequence[Utterance], parts: Parts) -> tuple[list[Utterance], bool, list[Remark]]:
    """The utterances with roles, whether they are a dictation, and what is doubtful about that.

    Roles that the transcript gives are kept.  They are found from the text only where it gives none at all.
    """
    roles = {u.role for u in utterances}
    if roles == {Role.ARTS}:
        return list(utterances), True, []
    if Role.ONBEKEND not in roles:
        return list(utterances), False, []
    if len(roles) > 1:
        return list(utterances), False, [Remark("roles_uncertain")]
    if len({u.speaker for u in utterances}) <= 1:
        return [as_dictation(u) for u in utterances], True, [Remark("one_speaker")]
    assigned = parts.roles.assign(utterances)
    unsure = min(u.role_confidence for u in assigned) < UNCERTAIN_ROLE
    return assigned, False, [Remark("roles_uncertain")] if unsure else []


def _sound_remarks(file: SoundFile) -> Iterator[Remark]:
    if file.truncated:
        yield Remark("truncated_sound", {"decoded_s": f"{file.decoded_s:.0f}"})
    if file.info.sample_rate_hz <= TELEPHONE_RATE_HZ:
        yield Remark("telephone_sound")

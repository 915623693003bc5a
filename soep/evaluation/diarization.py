"""How well speakers are told apart: DER, words with the wrong speaker, roles, speed.

A folder holds ``<id>.<sound>`` with ``<id>.rttm``, or one ``.rttm`` for several recordings.  DER has collar 0 and
counts overlap; references mark whole turns with their inner pauses, so that missed and false speech mostly measure how
pauses are smoothed, and confusion and ``word_speaker_error`` are what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soep.errors import InputError
from soep.evaluation.references import reference_text
from soep.evaluation.sounds import sounds
from soep.formats.plain_text import one_line
from soep.formats.speakers import roles_of
from soep.i18n import _
from soep.speech.error_rate import SpeakerErrors, speaker_errors
from soep.types import Role, Turn, Utterance, Word

MAX_RTTM_BYTES = 16 * 1024**2
MAX_TURN_END_S = 7 * 86_400.0
"""Bounds on a reference, far above what anybody labels."""


@dataclass(frozen=True, slots=True)
class Diarized:
    """What the engine gave for one recording; ``utterances`` may be empty when only turns are measured."""

    turns: Sequence[Turn]
    utterances: Sequence[Utterance]
    duration_s: float
    elapsed_s: float
    """Time that diarization took."""


Diarize = Callable[[Path], Diarized]


@dataclass(frozen=True, slots=True)
class DiarizationScores:
    """Shares of the reference speech (``der`` and its three parts), of the words and of the speakers.

    A figure is None where there was nothing to measure it on.
    """

    der: float
    confusion: float
    missed: float
    false_alarm: float
    word_speaker_error: float | None
    role_accuracy: float | None
    real_time_factor: float
    files: int


@dataclass(frozen=True, slots=True)
class _Measured:
    """The counts of one recording."""

    errors: SpeakerErrors
    words: int
    wrong_words: int
    roles: int
    right_roles: int
    elapsed_s: float
    duration_s: float


def evaluate_diarization(
    folder: Path, diarize: Diarize, *, progress: Callable[[int, int], None] | None = None
) -> DiarizationScores:
    """Measure on every recording of a folder that has a reference.

    Args:
        folder: recordings and ``.rttm`` files.
        diarize: what turns a sound file into turns and utterances; with the time it took.
        progress: told how many of how many recordings are done.

    Raises:
        InputError: no recording with a reference is there.
    """
    pairs = _recordings(folder)
    if not pairs:
        raise InputError(
            _("In {folder} staat geen opname met een referentie.").format(folder=folder),
            _("Zet bij elke opname een .rttm-bestand met dezelfde naam."),
        )
    measured = []
    for done, (sound, reference) in enumerate(pairs, 1):
        measured.append(_measure(sound, reference, diarize))
        if progress:
            progress(done, len(pairs))
    return _scores(measured)


def read_rttm(path: Path) -> dict[str, list[Turn]]:
    """The turns of an RTTM file by recording, sorted by start.

    Raises:
        InputError: the file cannot be read or is too large, or a line is not RTTM.
    """
    found: dict[str, list[Turn]] = {}
    for line in reference_text(path, MAX_RTTM_BYTES).splitlines():
        fields = one_line(line).split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            turn = _turn(fields)
        except (IndexError, ValueError) as error:
            raise InputError(
                _("{file} is geen geldig RTTM-bestand.").format(file=path.name),
                _("Elke regel begint met SPEAKER en heeft ten minste acht velden."),
            ) from error
        found.setdefault(fields[1], []).append(turn)
    return {name: sorted(turns, key=lambda turn: turn.start_s) for name, turns in found.items()}


def _turn(fields: Sequence[str]) -> Turn:
    start_s, length_s, speaker = float(fields[3]), float(fields[4]), fields[7]
    if not (0.0 <= start_s <= MAX_TURN_END_S and 0.0 <= length_s <= MAX_TURN_END_S - start_s):  # nan is refused too
        raise ValueError("a time out of bounds")
    return Turn(start_s, start_s + length_s, speaker)


def speaker_mapping(reference: Sequence[Turn], words: Sequence[tuple[Word, str]]) -> tuple[dict[str, str], int]:
    """Which recognised speaker is which reference speaker, and how many words then stand with the wrong one.

    Args:
        reference: turns, which may overlap.
        words: recognised words, each with the speaker it was given to.
    """
    names = sorted({turn.speaker for turn in reference})
    labels = sorted({speaker for _word, speaker in words})
    if not names or not labels:
        return {}, len(words)
    counts = np.zeros((len(labels), len(names)), dtype=np.int64)
    for word, speaker in words:
        counts[labels.index(speaker), names.index(_nearest(reference, word))] += 1
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    rows, columns = linear_sum_assignment(-counts)
    mapping = {labels[row]: names[column] for row, column in zip(rows, columns, strict=True)}
    return mapping, int(len(words) - counts[rows, columns].sum())


def _recordings(folder: Path) -> list[tuple[Path, list[Turn]]]:
    shared: dict[str, list[Turn]] = {}
    for path in sorted(folder.glob("*.rttm")):
        turns = read_rttm(path)
        shared |= turns
        if len(turns) == 1:
            shared[path.stem] = next(iter(turns.values()))
    return [(sound, shared[name]) for name, sound in sounds(folder).items() if name in shared]


def _scores(measured: Sequence[_Measured]) -> DiarizationScores:
    """Sums over the recordings as shares, so that a long recording counts for more than a short one."""
    speech_s = max(sum(one.errors.speech_s for one in measured), 1e-9)
    confusion, missed, false_alarm = (
        sum(seconds) / speech_s
        for seconds in zip(
            *((one.errors.confusion_s, one.errors.missed_s, one.errors.false_alarm_s) for one in measured), strict=True
        )
    )
    words, roles = sum(one.words for one in measured), sum(one.roles for one in measured)
    return DiarizationScores(
        der=confusion + missed + false_alarm,
        confusion=confusion,
        missed=missed,
        false_alarm=false_alarm,
        word_speaker_error=sum(one.wrong_words for one in measured) / words if words else None,
        role_accuracy=sum(one.right_roles for one in measured) / roles if roles else None,
        real_time_factor=sum(one.elapsed_s for one in measured) / max(sum(one.duration_s for one in measured), 1e-9),
        files=len(measured),
    )


def _measure(sound: Path, reference: Sequence[Turn], diarize: Diarize) -> _Measured:
    result = diarize(sound)
    words = [(word, utterance.speaker) for utterance in result.utterances for word in utterance.words]
    mapping, wrong = speaker_mapping(reference, words)
    roles = _roles_right(reference, mapping, result.utterances)
    return _Measured(
        errors=speaker_errors(reference, result.turns),
        words=len(words),
        wrong_words=wrong,
        roles=len(roles),
        right_roles=sum(roles),
        elapsed_s=result.elapsed_s,
        duration_s=result.duration_s,
    )


def _roles_right(reference: Sequence[Turn], mapping: Mapping[str, str], utterances: Sequence[Utterance]) -> list[bool]:
    """For each reference speaker whose label names a role: whether the speaker found for it has that role.

    Only a conversation with a doctor or a patient counts: a father at school is no companion.
    """
    given = {mapping[utterance.speaker]: utterance.role for utterance in utterances if utterance.speaker in mapping}
    named = roles_of({turn.speaker for turn in reference})
    if not utterances or not {Role.ARTS, Role.PATIENT} & set(named.values()):
        return []
    return [given.get(name) is role for name, role in named.items() if role is not Role.ONBEKEND]


def _nearest(reference: Sequence[Turn], word: Word) -> str:
    """Who speaks at a word: the reference turn that it overlaps most, else the nearest one."""
    return max(reference, key=lambda turn: min(turn.end_s, word.end_s) - max(turn.start_s, word.start_s)).speaker

"""How well speakers are told apart: DER, words with the wrong speaker, roles, speed.

A folder holds ``<id>.<sound>`` with ``<id>.rttm``, or one ``.rttm`` for several recordings.  DER has collar 0 and
counts overlap; references mark whole turns with their inner pauses, so that missed and false speech mostly measure how
pauses are smoothed, and confusion and ``word_speaker_error`` are what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from soep.errors import InputError
from soep.i18n import _
from soep.speech.error_rate import SpeakerErrors, speaker_errors
from soep.types import Role, Turn, Utterance, Word

SOUND_SUFFIXES = frozenset({".wav", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".webm", ".amr"})
_ROLE_LABELS: Mapping[str, Role] = {
    "dokter": Role.ARTS,
    "arts": Role.ARTS,
    "huisarts": Role.ARTS,
    "patient": Role.PATIENT,
    "patiënt": Role.PATIENT,
    "begeleider": Role.BEGELEIDER,
}


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
class _Tally:
    """Sums over recordings."""

    errors: SpeakerErrors = field(default_factory=SpeakerErrors)
    words: int = 0
    wrong_words: int = 0
    roles: int = 0
    right_roles: int = 0
    elapsed_s: float = 0.0
    duration_s: float = 0.0
    files: int = 0

    def __add__(self, other: _Tally) -> _Tally:
        return _Tally(
            self.errors + other.errors,
            self.words + other.words,
            self.wrong_words + other.wrong_words,
            self.roles + other.roles,
            self.right_roles + other.right_roles,
            self.elapsed_s + other.elapsed_s,
            self.duration_s + other.duration_s,
            self.files + other.files,
        )

    def scores(self) -> DiarizationScores:
        errors, speech_s = self.errors, max(self.errors.speech_s, 1e-9)
        return DiarizationScores(
            der=(errors.confusion_s + errors.missed_s + errors.false_alarm_s) / speech_s,
            confusion=errors.confusion_s / speech_s,
            missed=errors.missed_s / speech_s,
            false_alarm=errors.false_alarm_s / speech_s,
            word_speaker_error=self.wrong_words / self.words if self.words else None,
            role_accuracy=self.right_roles / self.roles if self.roles else None,
            real_time_factor=self.elapsed_s / max(self.duration_s, 1e-9),
            files=self.files,
        )


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
    tally = _Tally()
    for done, (sound, reference) in enumerate(pairs, 1):
        tally += _measure(sound, reference, diarize)
        if progress:
            progress(done, len(pairs))
    return tally.scores()


def read_rttm(path: Path) -> dict[str, list[Turn]]:
    """The turns of an RTTM file by recording, sorted by start.

    Raises:
        InputError: a line is not RTTM.
    """
    found: dict[str, list[Turn]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            start_s, length_s, speaker = float(fields[3]), float(fields[4]), fields[7]
        except (IndexError, ValueError) as error:
            raise InputError(
                _("{file} is geen geldig RTTM-bestand.").format(file=path.name),
                _("Elke regel begint met SPEAKER en heeft ten minste acht velden."),
            ) from error
        found.setdefault(fields[1], []).append(Turn(start_s, start_s + length_s, speaker))
    return {name: sorted(turns, key=lambda turn: turn.start_s) for name, turns in found.items()}


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
    sounds = sorted(path for path in folder.iterdir() if path.suffix.lower() in SOUND_SUFFIXES)
    return [(sound, shared[sound.stem]) for sound in sounds if sound.stem in shared]


def _measure(sound: Path, reference: Sequence[Turn], diarize: Diarize) -> _Tally:
    result = diarize(sound)
    words = [(word, utterance.speaker) for utterance in result.utterances for word in utterance.words]
    mapping, wrong = speaker_mapping(reference, words)
    roles = _roles_right(reference, mapping, result.utterances)
    return _Tally(
        errors=speaker_errors(reference, result.turns),
        words=len(words),
        wrong_words=wrong,
        roles=len(roles),
        right_roles=sum(roles),
        elapsed_s=result.elapsed_s,
        duration_s=result.duration_s,
        files=1,
    )


def _roles_right(reference: Sequence[Turn], mapping: Mapping[str, str], utterances: Sequence[Utterance]) -> list[bool]:
    """For each reference speaker whose label names a role: whether the speaker found for it has that role."""
    given = {mapping[utterance.speaker]: utterance.role for utterance in utterances if utterance.speaker in mapping}
    names = {turn.speaker for turn in reference if turn.speaker.lower() in _ROLE_LABELS}
    return [given.get(name) is _ROLE_LABELS[name.lower()] for name in sorted(names)] if utterances else []


def _nearest(reference: Sequence[Turn], word: Word) -> str:
    """Who speaks at a word: the reference turn that it overlaps most, else the nearest one."""
    return max(reference, key=lambda turn: min(turn.end_s, word.end_s) - max(turn.start_s, word.start_s)).speaker

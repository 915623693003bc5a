"""How well speech becomes words: word error rate (WER), and WER with the words under the right speaker (cpWER).

Measured as docs/evaluation.md says: lower case, punctuation removed, numbers as they are, errors and words summed
over the files.  cpWER (concatenated minimum-permutation WER; Watanabe et al., "CHiME-6 Challenge", 2020) joins
what each speaker said, and pairs the speakers so that the errors are fewest.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from soep.errors import InputError
from soep.evaluation.references import reference_text
from soep.evaluation.sounds import sounds
from soep.formats.plain_text import one_line
from soep.formats.transcripts import MAX_BYTES
from soep.i18n import _
from soep.types import Utterance


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Substituted, left out and added words, against the number of words that were said."""

    errors: int
    words: int

    @property
    def rate(self) -> float:
        """Errors as a fraction of the words; can exceed 1.  Without words: 0 when nothing was added, else 1."""
        return self.errors / self.words if self.words else float(self.errors > 0)

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(self.errors + other.errors, self.words + other.words)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the reference: who said what."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with its reference."""

    id: str
    sound: Path
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the program under measurement made of a recording."""

    utterances: tuple[Utterance, ...]
    duration_s: float
    """Length of the sound."""
    elapsed_s: float
    """Time that recognition took."""


@dataclass(frozen=True, slots=True)
class AsrFile:
    """The scores of one recording."""

    id: str
    words: int
    wer: float
    cpwer: float
    duration_s: float
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class AsrScores:
    """The scores of a folder, as fractions."""

    wer: float
    cpwer: float
    real_time_factor: float
    files: tuple[AsrFile, ...]

    def as_dict(self) -> dict[str, object]:
        """The scores as ``soep eval asr --json`` prints them."""
        return asdict(self)


def normalised_words(text: str) -> list[str]:
    """The words as they are compared: lower case, without punctuation."""
    plain = unicodedata.normalize("NFC", text).lower().replace("_", " ")
    return re.sub(r"[^\w\s]", "", plain).split()


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """The fewest words to change, add or remove to turn one text into the other."""
    said = normalised_words(reference)
    return WordErrors(Levenshtein.distance(said, normalised_words(hypothesis)), len(said))


def speaker_word_errors(reference: Mapping[str, str], hypothesis: Mapping[str, str]) -> WordErrors:
    """Errors under the pairing of speakers that has the fewest (cpWER).

    Args:
        reference: what each speaker said, in order, joined.
        hypothesis: the same from the program; its speakers may have other names and be more or fewer.
    """
    pairs = list(zip_longest(reference.values(), hypothesis.values(), fillvalue=""))
    said, heard = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    costs = np.array([[word_errors(one, other).errors for other in heard] for one in said], dtype=np.int64)
    if not pairs:
        return WordErrors(0, 0)
    best = costs[linear_sum_assignment(costs)].sum()
    return WordErrors(int(best), sum(len(normalised_words(text)) for text in said))


def recordings(folder: Path) -> list[Recording]:
    """The recordings with a reference in a folder: ``<id>.<sound>`` beside ``<id>.json``, in order of id.

    Raises:
        InputError: there are none, or a reference cannot be read.
    """
    references = ((sound, sound.with_suffix(".json")) for sound in sounds(folder).values())
    found = [Recording(sound.stem, sound, _segments(path)) for sound, path in references if path.is_file()]
    if not found:
        raise InputError(
            _("In {folder} staan geen opnamen met een referentie.").format(folder=folder),
            _("Zet naast elke opname <naam>.ogg een bestand <naam>.json met de uitgeschreven tekst."),
        )
    return found


def evaluate_asr(
    folder: Path,
    recognise: Callable[[Path], Recognition],
    progress: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> AsrScores:
    """Measure on a folder of recordings with references.

    Args:
        folder: as ``recordings`` reads it.
        recognise: makes utterances with speakers of a recording.
        progress: called with recordings done, recordings in all, and the id of the next one (at the end: empty).

    Raises:
        InputError: no recordings with a reference, or one that cannot be used.
    """
    todo = recordings(folder)
    total, by_speaker = WordErrors(0, 0), WordErrors(0, 0)
    files: list[AsrFile] = []
    for count, recording in enumerate(todo):
        progress(count, len(todo), recording.id)
        result = recognise(recording.sound)
        plain, apart = _errors(recording.segments, result.utterances)
        total, by_speaker = total + plain, by_speaker + apart
        files.append(AsrFile(recording.id, plain.words, plain.rate, apart.rate, result.duration_s, result.elapsed_s))
    progress(len(todo), len(todo), "")
    length_s = sum(file.duration_s for file in files)
    speed = sum(file.elapsed_s for file in files) / length_s if length_s else 0.0
    return AsrScores(total.rate, by_speaker.rate, speed, tuple(files))


def _errors(segments: Sequence[Segment], utterances: Sequence[Utterance]) -> tuple[WordErrors, WordErrors]:
    plain = word_errors(" ".join(part.text for part in segments), " ".join(part.text for part in utterances))
    return plain, speaker_word_errors(_by_speaker(segments), _by_speaker(utterances))


def _by_speaker(parts: Sequence[Segment] | Sequence[Utterance]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for part in parts:
        joined[part.speaker] = f"{joined.get(part.speaker, '')} {part.text}"
    return joined


def _segments(path: Path) -> tuple[Segment, ...]:
    try:
        rows = json.loads(reference_text(path, MAX_BYTES))["segments"]
        return tuple(Segment(one_line(str(row["speaker"])), one_line(str(row["text"]))) for row in rows)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            _("De referentie {name} kan niet worden gelezen.").format(name=path.name),
            _("Er hoort JSON te staan met “segments”: start, end, speaker en text."),
        ) from error

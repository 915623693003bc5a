"""Speech to words with faster-whisper, while the sound comes in.

Sound is cut in pauses into chunks of at most 28 s, and every chunk is transcribed on its own, once.  What is given
out is certain: nothing is taken back.  No more sound is held than the chunk that is being filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.config import Settings
from soep.errors import InputError, WeightsError
from soep.i18n import _
from soep.speech.plausibility import Confidence, is_plausible, without_loops
from soep.speech.vad import CutSettings, PauseCutter, Span, SpeechProbability
from soep.types import Word
from soep.weights.installed import InstalledModel, require

_LONG_PAUSE_S = 2.0
"""Longer pauses inside a chunk are shortened to the margins around them."""
_HOTWORD_TOKENS = 120
"""Hotwords are taken in order up to this many tokens.  Whisper cuts at 223, but every one takes time, and with them
names of medicines are heard better and ordinary words a little worse."""
_LEAST_LANGUAGE_S, _MOST_LANGUAGE_S = 5.0, 30.0
"""Of less speech the language is not judged (a second of Dutch passes for German); more is not needed."""
_CLEAR_PROBABILITY, _ABSENT_PROBABILITY = 0.6, 0.1
_MEANT = {"af": "nl"}
"""What the model hears and what is spoken: it takes Dutch with an accent for Afrikaans, which few here speak."""


class WhisperTranscriber:
    """faster-whisper on the processor, with 8-bit weights; satisfies ``Transcriber``.

    Args:
        settings: which model, where the weights are, how many threads and how wide a beam.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._installed: InstalledModel | None = None
        self._model: WhisperModel | None = None

    @property
    def model_id(self) -> str:
        """Id in the manifest."""
        return self._settings.speech.asr_model

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights.

        Raises:
            WeightsError: they are not installed.
        """
        return self._require().sha256

    def stream(self, *, language: str, hotwords: Sequence[str] = ()) -> WhisperStream:
        """Begin a recording.

        Args:
            language: ISO 639-1 code of the language that is spoken.
            hotwords: words to expect, the most important first; what does not fit is left out.
        """
        return WhisperStream(self, language, hotwords)

    def close(self) -> None:
        """Free the weights."""
        self._model = None

    def model(self) -> WhisperModel:
        """The model, loaded on first use.

        Raises:
            WeightsError: the weights are not installed, or cannot be loaded.
        """
        if self._model is None:
            folder = self._require().folder
            try:
                self._model = WhisperModel(
                    str(folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=self._settings.threads,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise WeightsError(
                    _("Het spraakmodel {model} kan niet worden geladen.").format(model=self.model_id),
                    _("Installeer het opnieuw: soep models install {model}").format(model=self.model_id),
                ) from error
        return self._model

    def words(self, sound: Samples, language: str, hotwords: str | None) -> list[Word]:
        """The words in at most 30 s of sound, with times from its start."""
        ctranslate2.set_random_seed(0)  # the fallback for difficult sound draws by chance: the same each time
        segments, _info = self.model().transcribe(
            sound,
            language=language,
            beam_size=self._settings.speech.beam_size,
            condition_on_previous_text=False,
            word_timestamps=True,
            hotwords=hotwords,
        )
        return without_loops([word for segment in segments for word in _plausible_words(segment)])

    def _require(self) -> InstalledModel:
        if self._installed is None:
            self._installed = require(self.model_id, self._settings.models)
        return self._installed


class WhisperStream:
    """Transcription of one recording; satisfies ``TranscriptionStream``."""

    def __init__(self, transcriber: WhisperTranscriber, language: str, hotwords: Sequence[str]) -> None:
        self._transcriber = transcriber
        self._language = language
        self._wanted_hotwords = tuple(hotwords)
        self._hotwords: str | None = None
        self._cut = CutSettings()
        self._probability = SpeechProbability()
        self._cutter = PauseCutter(self._cut)
        self._sound = _Buffer()
        self._spoken = _SpokenLanguage()
        self._done = 0
        self._used = 0
        self._ready = False

    @property
    def done_s(self) -> float:
        """Up to where the words are certain."""
        return self._done / SAMPLE_RATE_HZ

    @property
    def speech_s(self) -> float:
        """Seconds of speech found so far by voice activity detection."""
        return self._cutter.speech_samples / SAMPLE_RATE_HZ

    @property
    def foreign_language(self) -> str | None:
        """ISO code of the language that is spoken, when it clearly is not the one asked for."""
        return self._spoken.other_than(self._language)

    def feed(self, samples: Samples) -> list[Word]:
        """Take more sound; give the words that became certain.

        Raises:
            InputError: the model does not know the language.
            WeightsError: the weights are not installed.
        """
        self._prepare()
        self._sound.add(samples)
        words: list[Word] = []
        for chunk in self._cutter.feed(self._probability.feed(samples)):
            words += self._transcribe(chunk, self._cutter.pending_from)
        self._done = self._cutter.pending_from
        self._sound.forget(self._done - self._margin)
        return words

    def finish(self) -> list[Word]:
        """No more sound: give the words that were left."""
        words = self._transcribe(self._cutter.finish(), self._sound.end)
        self._done = self._sound.end
        self._sound.forget(self._sound.end)
        return words

    @property
    def _margin(self) -> int:
        return round(self._cut.margin_s * SAMPLE_RATE_HZ)

    def _transcribe(self, speech: Sequence[Span], until: int) -> list[Word]:
        """Words of a chunk.  The sound between the chunk before and ``until`` is free to use as margin."""
        if not speech:
            return []
        pieces = _with_margins(speech, self._used, until, self._margin)
        sound = np.concatenate([self._sound.part(piece) for piece in pieces])
        if self._spoken.is_open(self._language):
            self._spoken.add(self._transcriber.model(), sound, sum(span.length for span in speech) / SAMPLE_RATE_HZ)
        self._used = pieces[-1].end
        clock = _Clock(pieces)
        found = self._transcriber.words(sound, self._language, self._hotwords)
        return [clock.in_recording(word) for word in found]

    def _prepare(self) -> None:
        """Load the model and what depends on it, at the first sound: a wrong setting shows at once."""
        if self._ready:
            return
        model = self._transcriber.model()
        if self._language not in model.supported_languages:
            raise InputError(
                _("De taal “{code}” kent het spraakmodel niet.").format(code=self._language),
                _("Gebruik een code van twee letters, zoals nl, en, de of fr."),
            )
        self._hotwords = _fitting(self._wanted_hotwords, model)
        self._ready = True


class _Buffer:
    """The sound that may still be needed, addressed by its place in the recording."""

    def __init__(self) -> None:
        self._start = 0
        self._parts: list[Samples] = []
        self.end = 0

    def add(self, samples: Samples) -> None:
        self._parts.append(samples.astype(np.float32))
        self.end += len(samples)

    def part(self, span: Span) -> Samples:
        return self._joined()[max(0, span.start - self._start) : max(0, span.end - self._start)]

    def forget(self, before: int) -> None:
        """Let go of the sound before a place."""
        if before > self._start:
            self._parts = [self._joined()[before - self._start :].copy()]
            self._start = before

    def _joined(self) -> Samples:
        if len(self._parts) != 1:
            self._parts = [np.concatenate(self._parts)] if self._parts else [np.zeros(0, np.float32)]
        return self._parts[0]


class _SpokenLanguage:
    """Which language the speech is in, from the first half minute of it."""

    def __init__(self) -> None:
        self.heard_s = 0.0
        self._probabilities: dict[str, float] = {}

    def add(self, model: WhisperModel, sound: Samples, speech_s: float) -> None:
        """Look at a chunk with ``speech_s`` seconds of speech in it."""
        _language, _probability, found = model.detect_language(audio=sound)
        for heard, probability in found:
            code = _MEANT.get(heard, heard)
            self._probabilities[code] = self._probabilities.get(code, 0.0) + speech_s * probability
        self.heard_s += speech_s

    def is_open(self, asked: str) -> bool:
        """Whether more speech must be looked at; not when it clearly is the language asked for."""
        if self.heard_s < _LEAST_LANGUAGE_S:
            return True
        return self.heard_s < _MOST_LANGUAGE_S and self._share(asked) < _CLEAR_PROBABILITY

    def other_than(self, asked: str) -> str | None:
        """The language, when it clearly is another."""
        if self.heard_s < _LEAST_LANGUAGE_S:
            return None
        likely = max(self._probabilities, key=self._share)
        clear = self._share(likely) >= _CLEAR_PROBABILITY and self._share(asked) < _ABSENT_PROBABILITY
        return likely if clear else None

    def _share(self, code: str) -> float:
        return self._probabilities.get(code, 0.0) / self.heard_s


@dataclass(frozen=True, slots=True)
class _Clock:
    """From seconds in a chunk, whose long pauses were left out, to seconds in the recording."""

    pieces: Sequence[Span]

    def in_recording(self, word: Word) -> Word:
        """The word with its times in the recording; it lies in one piece, that of its middle."""
        begin_s = 0.0
        for piece in self.pieces:
            end_s = begin_s + piece.length / SAMPLE_RATE_HZ
            if word.start_s + word.end_s < 2 * end_s or piece is self.pieces[-1]:
                break
            begin_s = end_s
        shift_s = piece.start / SAMPLE_RATE_HZ - begin_s
        start_s, end_s = (min(max(time_s, begin_s), end_s) + shift_s for time_s in (word.start_s, word.end_s))
        return replace(word, start_s=round(start_s, 3), end_s=round(end_s, 3))


def _with_margins(speech: Sequence[Span], after: int, until: int, margin: int) -> list[Span]:
    """The sound to transcribe: speech with a margin, joined where the pause is short."""
    pieces: list[Span] = []
    last = len(speech) - 1
    for index, span in enumerate(speech):
        start = max(after if index == 0 else speech[index - 1].end, span.start - margin)
        room = (until + span.end) // 2 if index == last else speech[index + 1].start
        end = min(room, span.end + margin)
        if pieces and start - pieces[-1].end < round(_LONG_PAUSE_S * SAMPLE_RATE_HZ) - 2 * margin:
            pieces[-1] = Span(pieces[-1].start, end)
        else:
            pieces.append(Span(start, end))
    return pieces


def _plausible_words(segment: Segment) -> list[Word]:
    words = _whole_words(segment)
    confidence = Confidence(segment.no_speech_prob, segment.avg_logprob, segment.compression_ratio)
    return words if words and is_plausible(words, confidence) else []


def _whole_words(segment: Segment) -> list[Word]:
    """The words of a segment; of "e-mail" and "350.000" faster-whisper gives parts, the first one with a space."""
    words: list[Word] = []
    for part in segment.words or ():
        text = part.word.strip()
        if words and text and not part.word.startswith(" "):
            first = words.pop()
            probability = min(first.probability, float(part.probability))
            words.append(Word(first.text + text, first.start_s, float(part.end), probability))
        elif text:
            words.append(Word(text, float(part.start), float(part.end), float(part.probability)))
    return words


def _fitting(hotwords: Iterable[str], model: WhisperModel) -> str | None:
    """The hotwords that fit in the prompt, as the model takes them."""
    chosen: list[str] = []
    for word in hotwords:
        if len(model.hf_tokenizer.encode(" " + ", ".join([*chosen, word])).ids) > _HOTWORD_TOKENS:
            break
        chosen.append(word)
    return ", ".join(chosen) or None

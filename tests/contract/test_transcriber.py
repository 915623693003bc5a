"""What every ``Transcriber`` keeps to, whatever is behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.config import Settings
from soep.speech.interfaces import Transcriber, TranscriptionStream
from soep.speech.transcribe import WhisperTranscriber
from soep.types import Word
from tests.sounds import read, silence


@pytest.fixture(scope="module", params=[WhisperTranscriber], ids=["whisper"])
def transcriber(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Transcriber]:
    made = request.param(settings)
    yield made
    made.close()


@pytest.fixture(scope="module")
def conversation(shared_data: Path) -> Samples:
    return read(shared_data / "dialogues_nl" / "bij-de-huisarts.ogg")


def fed(stream: TranscriptionStream, sound: Samples, window_s: float) -> list[Word]:
    words: list[Word] = []
    done_s = 0.0
    size = round(window_s * SAMPLE_RATE_HZ)
    for start in range(0, len(sound), size):
        found = stream.feed(sound[start : start + size])
        assert all(word.end_s <= stream.done_s + 0.5 for word in found)
        assert done_s <= stream.done_s <= (start + size) / SAMPLE_RATE_HZ
        done_s = stream.done_s
        words += found
    words += stream.finish()
    assert stream.done_s == pytest.approx(len(sound) / SAMPLE_RATE_HZ)
    return words


def test_it_says_what_it_is(transcriber: Transcriber) -> None:
    assert transcriber.model_id
    assert re.fullmatch("[0-9a-f]{64}", transcriber.sha256)


def test_words_are_whole_in_order_and_within_the_sound(transcriber: Transcriber, conversation: Samples) -> None:
    stream = transcriber.stream(language="nl")
    assert isinstance(stream, TranscriptionStream)
    words = fed(stream, conversation, 5.0)
    assert len(words) > 80
    for word in words:
        assert word.text == word.text.strip() != ""
        assert 0 <= word.start_s <= word.end_s <= len(conversation) / SAMPLE_RATE_HZ
        assert 0 <= word.probability <= 1
    assert [word.start_s for word in words] == sorted(word.start_s for word in words)
    assert 25 < stream.speech_s < len(conversation) / SAMPLE_RATE_HZ
    assert stream.foreign_language is None


def test_the_division_of_the_sound_makes_no_difference(transcriber: Transcriber, conversation: Samples) -> None:
    short = conversation[: 20 * SAMPLE_RATE_HZ]
    first = fed(transcriber.stream(language="nl"), short, 5.0)
    assert fed(transcriber.stream(language="nl"), short, 0.73) == first


def test_streams_do_not_mix(transcriber: Transcriber, conversation: Samples) -> None:
    sound = conversation[: 10 * SAMPLE_RATE_HZ]
    alone = fed(transcriber.stream(language="nl"), sound, 5.0)
    one, other = transcriber.stream(language="nl"), transcriber.stream(language="nl")
    one.feed(sound)
    other.feed(silence(4))
    assert list(other.finish()) == []
    assert list(one.finish()) == alone


def test_nothing_in_nothing_out(transcriber: Transcriber) -> None:
    stream = transcriber.stream(language="nl")
    assert list(stream.feed(np.zeros(0, np.float32))) == []
    assert list(stream.finish()) == []
    assert stream.speech_s == 0
    assert stream.foreign_language is None


def test_weights_come_back_after_close(transcriber: Transcriber, conversation: Samples) -> None:
    transcriber.close()
    assert fed(transcriber.stream(language="nl"), conversation[: 5 * SAMPLE_RATE_HZ], 5.0)

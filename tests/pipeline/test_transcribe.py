"""Transcription with the real weights on real sound, and on sound in which nobody speaks."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.config import Settings
from soep.errors import InputError, WeightsError
from soep.evaluation.asr import word_errors
from soep.speech.transcribe import WhisperStream, WhisperTranscriber
from soep.types import Word
from tests.sounds import music, noise, read, silence, tone


@pytest.fixture(scope="module")
def transcriber(settings: Settings) -> Iterator[WhisperTranscriber]:
    transcriber = WhisperTranscriber(settings)
    yield transcriber
    transcriber.close()


def transcribed(stream: WhisperStream, sound: Samples) -> list[Word]:
    words: list[Word] = []
    for start in range(0, len(sound), 5 * SAMPLE_RATE_HZ):
        words += stream.feed(sound[start : start + 5 * SAMPLE_RATE_HZ])
    return words + stream.finish()


def test_a_consult_is_understood(transcriber: WhisperTranscriber, shared_data: Path) -> None:
    folder = shared_data / "dialogues_nl"
    segments = json.loads((folder / "bij-de-huisarts.json").read_text("utf-8"))["segments"]
    words = transcribed(transcriber.stream(language="nl"), read(folder / "bij-de-huisarts.ogg"))
    said = " ".join(segment["text"] for segment in segments)
    assert word_errors(said, " ".join(word.text for word in words)).rate < 0.2
    for segment in segments:
        inside = [word for word in words if segment["start"] - 0.5 <= word.start_s <= segment["end"] + 0.5]
        assert len(inside) >= 0.6 * len(segment["text"].split())


@pytest.mark.parametrize(
    "sound",
    [
        silence(150),
        noise(150),
        10 * noise(60),
        tone(150),
        tone(60, 50.0),
        music(150),
    ],
    ids=["silence", "noise", "loud noise", "tone", "hum", "music"],
)
def test_nothing_is_invented_where_nobody_speaks(transcriber: WhisperTranscriber, sound: Samples) -> None:
    stream = transcriber.stream(language="nl")
    assert transcribed(stream, sound.astype(np.float32)) == []
    assert stream.speech_s < 2
    assert stream.done_s == pytest.approx(len(sound) / SAMPLE_RATE_HZ)


def test_nothing_is_invented_around_speech(transcriber: WhisperTranscriber, shared_data: Path) -> None:
    speech = read(shared_data / "dialogues_nl" / "bij-de-huisarts.ogg")[: 12 * SAMPLE_RATE_HZ]
    sound = np.concatenate([0.1 * noise(40), speech, 0.1 * noise(40), music(20)]).astype(np.float32)
    words = transcribed(transcriber.stream(language="nl"), sound)
    assert words
    assert all(39.5 <= word.start_s <= word.end_s <= 52.5 for word in words)


def test_another_language_is_told(transcriber: WhisperTranscriber, shared_data: Path) -> None:
    english = sorted((shared_data / "meetings_en").rglob("*.ogg")) or sorted(
        (shared_data / "meetings_en").rglob("*.wav")
    )
    sound = read(english[0])[: 16 * SAMPLE_RATE_HZ]
    stream = transcriber.stream(language="nl")
    transcribed(stream, sound)
    assert stream.foreign_language == "en"
    stream = transcriber.stream(language="en")
    assert transcribed(stream, sound)
    assert stream.foreign_language is None


def test_flemish_is_dutch(transcriber: WhisperTranscriber, shared_data: Path) -> None:
    rows = [json.loads(row) for row in (shared_data / "speech_nl" / "manifest.jsonl").read_text("utf-8").splitlines()]
    clips = [shared_data / "speech_nl" / row["audio"] for row in rows if row["speaker"] == "flemishguy"][:8]
    stream = transcriber.stream(language="nl")
    assert transcribed(stream, np.concatenate([read(clip) for clip in clips]))
    assert stream.foreign_language is None


def test_hotwords_beyond_what_fits_are_left_out(transcriber: WhisperTranscriber, shared_data: Path) -> None:
    speech = read(shared_data / "dialogues_nl" / "bij-de-huisarts.ogg")[: 10 * SAMPLE_RATE_HZ]
    stream = transcriber.stream(language="nl", hotwords=["Yilmaz", *(f"medicijn{number}" for number in range(900))])
    text = " ".join(word.text for word in transcribed(stream, speech))
    assert "Yilmaz" in text
    assert "medicijn" not in text


def test_sound_is_not_kept(transcriber: WhisperTranscriber) -> None:
    stream = transcriber.stream(language="nl")
    for _minute in range(10):
        stream.feed(silence(60))
    assert len(stream._sound._joined()) < 2 * SAMPLE_RATE_HZ


def test_unknown_language(transcriber: WhisperTranscriber) -> None:
    with pytest.raises(InputError, match="kent het spraakmodel niet"):
        transcriber.stream(language="xx").feed(silence(1))


def test_weights_that_are_missing(tmp_path: Path) -> None:
    transcriber = WhisperTranscriber(Settings(models=tmp_path))
    with pytest.raises(WeightsError, match="soep models install"):
        transcriber.stream(language="nl").feed(silence(1))


def test_no_network(settings: Settings, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    speech = read(shared_data / "dialogues_nl" / "bij-de-huisarts.ogg")[: 5 * SAMPLE_RATE_HZ]
    assert transcribed(WhisperTranscriber(settings).stream(language="nl"), speech)

"""Diarization with the real weights: offline, and right on labelled conversations where these are present."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from soep.config import Settings
from soep.evaluation.diarization import read_rttm
from soep.speech.diarize import PyannoteDiarizer, _Stream
from soep.speech.error_rate import speaker_errors
from soep.speech.interfaces import SAMPLE_RATE_HZ
from tests.sounds import noise, read

OFFLINE = """
import socket, sys

def refuse(*args, **kwargs):
    print("NETWORK", args[1:] or args, file=sys.stderr)
    raise AssertionError("no network")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse

import numpy as np
from soep.config import load_settings
from soep.speech.diarize import PyannoteDiarizer

diarizer = PyannoteDiarizer(load_settings())
stream = diarizer.stream()
stream.feed(np.random.default_rng(0).standard_normal(16000 * 11).astype(np.float32) * 0.1)
stream.finish()

from pyannote.audio.telemetry import metrics
assert not metrics.is_metrics_enabled()
metrics.provider.force_flush(2000)
print("done")
"""


@pytest.mark.long
def test_no_socket_is_opened(settings: Settings) -> None:
    """Telemetry is off, also when pyannote would send at exit; warnings count as errors, as for every test."""
    assert settings.models.is_dir()
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", OFFLINE], capture_output=True, text=True, check=False, timeout=300
    )
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "done", "")


def test_little_sound_is_held(settings: Settings) -> None:
    stream = PyannoteDiarizer(settings).stream()
    assert isinstance(stream, _Stream)
    for _ in range(8):
        stream.feed(noise(5.0))
        assert len(stream._held) <= 25 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("name", ["bij-de-huisarts", "bij-de-bakker", "l-a2-3-t1"])
def test_speakers_of_a_conversation(settings: Settings, shared_data: Path, name: str) -> None:
    folder = shared_data / "dialogues_nl"
    stream = PyannoteDiarizer(settings).stream()
    stream.feed(read(folder / f"{name}.ogg"))
    turns = stream.finish()
    errors = speaker_errors(read_rttm(folder / f"{name}.rttm")[name], turns)
    assert len({turn.speaker for turn in turns}) == 2
    assert errors.confusion_s / errors.speech_s < 0.05


def test_one_reader_stays_one_speaker(settings: Settings, shared_data: Path) -> None:
    clips = sorted((shared_data / "speech_nl").rglob("nathalie_*.ogg"))[:8]
    if not clips:
        pytest.skip("no read speech here")
    stream = PyannoteDiarizer(settings).stream()
    for clip in clips:
        stream.feed(np.concatenate([read(clip), np.zeros(8000, dtype=np.float32)]))
    assert {turn.speaker for turn in stream.finish()} == {"A"}

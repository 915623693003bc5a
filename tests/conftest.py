"""What many tests share: settings with the real weights, one warm engine, sounds made for a test."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from soep.config import Settings, load_settings
from soep.engine.supervisor import Engine
from soep.errors import WeightsError
from soep.weights.installed import require
from tests import sounds

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings with the default weights installed; where they are missing, CI fails and others skip."""
    settings = load_settings()
    try:
        for model in (
            settings.speech.asr_model,
            settings.speech.segmentation_model,
            settings.speech.embedding_model,
        ):
            require(model, settings.models)
    except WeightsError as error:
        missing(str(error))
    return settings


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """One warm engine for all tests that only read from it."""
    with Engine(settings) as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with speech and consults for measuring; it does not come with the project."""
    folder = Path(os.environ.get("SOEP_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data for measuring is not here (SOEP_SHARED_DATA)")
    return folder


def missing(reason: str) -> None:
    """On CI everything a test needs must be there; elsewhere the test is skipped."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def sample_sound() -> Path:
    """The shipped consult for newcomers: a GP and a patient, about a minute."""
    return REPOSITORY / "samples" / "schouder.ogg"


@pytest.fixture(scope="session")
def short_sound(sample_sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its first 40 seconds, with what the patient comes for: where the rest adds nothing but time."""
    samples = sounds.read(sample_sound)[: 40 * sounds.RATE_HZ]
    return sounds.write_wav(tmp_path_factory.mktemp("kort") / "kort.wav", samples)


@pytest.fixture(scope="session")
def dictation_sound() -> Path:
    """The shipped dictation."""
    return REPOSITORY / "samples" / "zweepslag-dictaat.ogg"


@pytest.fixture(scope="session")
def sample_transcript() -> Path:
    """The script of the shipped consult for newcomers."""
    return REPOSITORY / "samples" / "schouder.txt"


@pytest.fixture(scope="session")
def two_channels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The consult for newcomers with each speaker on a channel, cut by its reference turns."""
    sound = sounds.read(REPOSITORY / "samples" / "schouder.ogg")
    reference = json.loads((REPOSITORY / "samples" / "schouder.json").read_text("utf-8"))["segments"]
    speakers = sorted({segment["speaker"] for segment in reference})
    channels = [np.zeros_like(sound) for _each in speakers]
    for segment in reference:
        start, end = (int(segment[key] * sounds.RATE_HZ) for key in ("start", "end"))
        channels[speakers.index(segment["speaker"])][start:end] = sound[start:end]
    return sounds.write_wav(tmp_path_factory.mktemp("sound") / "twee.wav", *channels)

"""What many tests share: settings with the real weights, one warm engine, sounds made for a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from soep.config import Settings, load_settings
from soep.engine.supervisor import Engine
from soep.errors import WeightsError
from soep.weights.installed import require

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings with installed default weights; where they are missing, a test on CI fails and others are skipped."""
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

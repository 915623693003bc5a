"""When speech counts as another language than the one asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from soep.speech.transcribe import _SpokenLanguage


class Heard:
    """Stands in for the model: says which languages it hears."""

    def __init__(self, **probabilities: float) -> None:
        self._found = sorted(probabilities.items(), key=lambda pair: -pair[1])

    def detect_language(self, audio: Any) -> tuple[str, float, list[tuple[str, float]]]:
        return *self._found[0], self._found


def spoken(*heard: tuple[float, Heard]) -> _SpokenLanguage:
    language = _SpokenLanguage()
    for speech_s, model in heard:
        language.add(model, np.zeros(1, np.float32), speech_s)
    return language


@pytest.mark.parametrize(
    ("heard", "other"),
    [
        ([], None),
        ([(25, Heard(en=0.9, nl=0.01))], "en"),
        ([(25, Heard(nl=0.9, en=0.01))], None),
        ([(25, Heard(af=0.9, nl=0.05))], None),  # Dutch with an accent
        ([(25, Heard(de=0.7, nl=0.25))], None),
        ([(25, Heard(de=0.4, en=0.35, nl=0.05))], None),
        ([(2, Heard(de=0.98, nl=0.003))], None),
        ([(6, Heard(en=0.9, nl=0.01)), (25, Heard(nl=0.9, en=0.01))], None),
        ([(25, Heard(en=0.9, nl=0.01)), (6, Heard(nl=0.3, en=0.6))], "en"),
    ],
)
def test_only_what_is_clear_is_told(heard: list[tuple[float, Heard]], other: str | None) -> None:
    assert spoken(*heard).other_than("nl") == other


def test_it_listens_no_longer_than_needed() -> None:
    assert spoken().is_open("nl")
    assert spoken((3, Heard(nl=0.99))).is_open("nl")
    assert not spoken((15, Heard(nl=0.99))).is_open("nl")
    assert spoken((15, Heard(en=0.99))).is_open("nl")
    assert not spoken((20, Heard(en=0.99)), (20, Heard(en=0.99))).is_open("nl")

"""What every ``Diarizer`` keeps to, whatever is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from soep.config import Settings
from soep.speech.diarize import PyannoteDiarizer
from soep.speech.interfaces import SAMPLE_RATE_HZ, DiarizationStream, Diarizer, Samples
from soep.types import Turn
from tests.sounds import noise, read, silence


@pytest.fixture(scope="module", params=[PyannoteDiarizer], ids=["pyannote"])
def diarizer(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Diarizer]:
    made = request.param(settings)
    yield made
    made.close()


@pytest.fixture(scope="module")
def conversation(shared_data: Path) -> Samples:
    return read(shared_data / "dialogues_nl" / "bij-de-huisarts.ogg")


def fed(stream: DiarizationStream, sound: Samples, window_s: float) -> Sequence[Turn]:
    size = round(window_s * SAMPLE_RATE_HZ)
    done_s = 0.0
    for start in range(0, len(sound), size):
        stream.feed(sound[start : start + size])
        assert done_s <= stream.done_s <= (start + size) / SAMPLE_RATE_HZ
        done_s = stream.done_s
    return stream.finish()


def test_it_is_named_with_its_checksum(diarizer: Diarizer) -> None:
    assert diarizer.model_id
    assert all(len(part) == 64 for part in diarizer.sha256.split("+"))


def test_turns_are_sorted_apart_and_labelled_by_appearance(diarizer: Diarizer, conversation: Samples) -> None:
    turns = fed(diarizer.stream(), conversation, 5.0)
    assert all(before.end_s <= after.start_s for before, after in pairwise(turns))
    assert all(0.0 <= turn.start_s < turn.end_s <= len(conversation) / SAMPLE_RATE_HZ for turn in turns)
    assert list(dict.fromkeys(turn.speaker for turn in turns)) == ["A", "B"]


def test_the_size_of_the_windows_fed_makes_no_difference(diarizer: Diarizer, conversation: Samples) -> None:
    whole = fed(diarizer.stream(), conversation, 3600.0)
    assert fed(diarizer.stream(), conversation, 0.7) == whole


def test_the_number_of_speakers_can_be_given(diarizer: Diarizer, conversation: Samples) -> None:
    turns = fed(diarizer.stream(speakers=1), conversation[: 20 * SAMPLE_RATE_HZ], 5.0)
    assert {turn.speaker for turn in turns} == {"A"}


def test_turns_come_before_the_end(diarizer: Diarizer, conversation: Samples) -> None:
    stream = diarizer.stream()
    stream.feed(conversation[: 30 * SAMPLE_RATE_HZ])
    assert stream.turns()
    assert stream.turns()[-1].end_s <= 30.0


@pytest.mark.parametrize(
    "sound", [np.zeros(0, dtype=np.float32), silence(3.0), noise(12.0)], ids=["none", "silence", "noise"]
)
def test_without_speech_nobody_speaks(diarizer: Diarizer, sound: Samples) -> None:
    assert list(fed(diarizer.stream(), sound, 5.0)) == []


def test_streams_do_not_mix(diarizer: Diarizer, conversation: Samples) -> None:
    one, other = diarizer.stream(), diarizer.stream()
    one.feed(conversation[: 15 * SAMPLE_RATE_HZ])
    other.feed(silence(15.0))
    assert one.finish()
    assert not other.finish()


def test_after_closing_it_loads_again(diarizer: Diarizer, conversation: Samples) -> None:
    diarizer.close()
    assert fed(diarizer.stream(), conversation[: 12 * SAMPLE_RATE_HZ], 5.0)

"""The meter: decibels, silence and clipping, from sound whose level is known."""

from __future__ import annotations

import numpy as np
import pytest

from soep.audio.levels import (
    CLIPPING_SHOWN_S,
    QUIETEST_DBFS,
    Level,
    decibels,
    measured,
    share_of_scale,
)
from soep.audio.samples import SAMPLE_RATE_HZ, Samples

PIECE = SAMPLE_RATE_HZ // 4


def tone(amplitude: float, samples: int = PIECE) -> Samples:
    return (np.sin(np.arange(samples) * 2 * np.pi * 440 / SAMPLE_RATE_HZ) * amplitude).astype(np.float32)


def after(*sounds: Samples) -> Level:
    """The level after sounds of any length, measured a piece at a time."""
    level = None
    for sound in sounds:
        for start in range(0, len(sound), PIECE):
            level = measured(sound[start : start + PIECE], level)
    assert level is not None
    return level


@pytest.mark.parametrize(("amplitude", "dbfs"), [(1.0, 0.0), (0.1, -20.0), (0.001, -60.0), (0.0, QUIETEST_DBFS)])
def test_decibels(amplitude: float, dbfs: float) -> None:
    assert decibels(amplitude) == pytest.approx(dbfs)


def test_a_tone_is_as_loud_as_it_is() -> None:
    level = after(tone(0.5))
    assert level.peak_dbfs == pytest.approx(decibels(0.5), abs=0.1)
    assert level.rms_dbfs == pytest.approx(decibels(0.5 / np.sqrt(2)), abs=0.1)
    assert level.clipped_share == 0.0


def test_clipping_shows_for_a_while() -> None:
    loud = np.clip(tone(1.5), -1.0, 1.0)
    assert after(loud).is_clipping
    assert after(loud).clipped_share > 0.1
    assert after(loud, tone(0.1, PIECE * 4)).is_clipping
    assert not after(loud, tone(0.1, round(CLIPPING_SHOWN_S * SAMPLE_RATE_HZ))).is_clipping


def test_silence_is_counted_until_somebody_speaks() -> None:
    hum = tone(0.002, SAMPLE_RATE_HZ * 10)
    assert after(tone(0.1), hum).silent_s == pytest.approx(10.0)
    assert after(hum, tone(0.1)).silent_s == 0.0
    assert after(hum).dead_s == 0.0


def test_no_sound_at_all_is_a_dead_microphone() -> None:
    assert after(np.zeros(SAMPLE_RATE_HZ * 3, np.float32)).dead_s == pytest.approx(3.0)


def test_a_noisy_room_is_silent_too() -> None:
    fan = tone(0.01, SAMPLE_RATE_HZ * 120)  # -43 dBFS: over what counts as speech in a quiet room
    assert after(fan).silent_s > 60.0
    assert after(fan, tone(0.1)).silent_s == 0.0


def test_speech_with_pauses_is_never_taken_for_noise() -> None:
    sounds = [tone(0.05, PIECE * 6), tone(0.001, PIECE * 2)] * 100
    level = None
    for sound in sounds:
        for start in range(0, len(sound), PIECE):
            level = measured(sound[start : start + PIECE], level)
            assert level.silent_s < 1.0


@pytest.mark.parametrize(("dbfs", "share"), [(0.0, 1.0), (-30.0, 0.5), (-60.0, 0.0), (-90.0, 0.0)])
def test_the_scale(dbfs: float, share: float) -> None:
    assert share_of_scale(dbfs) == pytest.approx(share)

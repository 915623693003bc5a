"""Where speech is found and cut: pure logic on probabilities, and Silero fed in pieces."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from soep.audio.samples import SAMPLE_RATE_HZ
from soep.speech.transcribe import _Buffer, _Clock, _with_margins
from soep.speech.vad import FRAME_SAMPLES, CutSettings, PauseCutter, Span, SpeechProbability
from soep.types import Word
from tests.sounds import music, noise

CUT = CutSettings()
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


def frames(*parts: tuple[float, float]) -> NDArray[np.float32]:
    """Probabilities from (seconds, probability) pairs."""
    return np.concatenate([np.full(round(seconds / FRAME_S), value, np.float32) for seconds, value in parts])


def chunks_s(probabilities: NDArray[np.float32]) -> list[list[tuple[float, float]]]:
    cutter = PauseCutter(CUT)
    chunks = [*cutter.feed(probabilities), cutter.finish()]
    return [[(span.start / SAMPLE_RATE_HZ, span.end / SAMPLE_RATE_HZ) for span in chunk] for chunk in chunks if chunk]


def test_silence_gives_nothing() -> None:
    assert chunks_s(frames((120, 0.1))) == []


def test_a_little_speech_is_kept_until_the_end() -> None:
    [[(start_s, end_s)]] = chunks_s(frames((2, 0), (3, 0.9), (1, 0)))
    assert start_s == pytest.approx(2, abs=0.05)
    assert end_s == pytest.approx(5, abs=0.05)


def test_a_dip_is_no_pause() -> None:
    assert len(chunks_s(frames((2, 0.9), (0.1, 0.1), (2, 0.9)))[0]) == 1
    assert len(chunks_s(frames((2, 0.9), (0.5, 0.1), (2, 0.9)))[0]) == 2


def test_a_clear_pause_after_enough_speech_is_a_place_to_cut() -> None:
    chunks = chunks_s(frames((CUT.settled_s + 1, 0.9), (CUT.clear_pause_s + 0.5, 0), (3, 0.9)))
    assert len(chunks) == 2


def test_without_a_clear_pause_the_widest_of_the_second_half_is_taken() -> None:
    chunks = chunks_s(frames((16, 0.9), (0.7, 0), (6, 0.9), (0.4, 0), (10, 0.9)))
    assert len(chunks) == 2
    assert chunks[0][-1][1] == pytest.approx(16, abs=0.1)


def test_speech_without_any_pause_is_cut_where_it_is_least_like_speech() -> None:
    chunks = chunks_s(frames((22, 0.95), (0.1, 0.4), (30, 0.95)))
    assert chunks[0][-1][1] == pytest.approx(22, abs=0.2)
    assert chunks[1][0][0] == chunks[0][-1][1]


@given(
    parts=st.lists(st.tuples(st.floats(0.05, 20), st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0])), min_size=1, max_size=30),
    piece=st.integers(1, 400),
)
@hypothesis_settings(deadline=None, max_examples=50)
def test_chunks_are_short_in_order_and_whatever_the_feed(parts: list[tuple[float, float]], piece: int) -> None:
    probabilities = frames(*parts)
    whole = PauseCutter(CUT)
    at_once = [*whole.feed(probabilities), whole.finish()]
    pieces = PauseCutter(CUT)
    in_pieces: list[list[Span]] = []
    for start in range(0, len(probabilities), piece):
        in_pieces += pieces.feed(probabilities[start : start + piece])
    in_pieces.append(pieces.finish())
    assert in_pieces == at_once
    spans = [span for chunk in at_once for span in chunk]
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    assert all(span.length > 0 for span in spans)
    assert sum(span.length for span in spans) == whole.speech_samples
    for chunk in filter(None, at_once):
        assert chunk[-1].end - chunk[0].start <= (CUT.longest_s + FRAME_S) * SAMPLE_RATE_HZ


def test_margins_do_not_reach_into_other_speech() -> None:
    second = SAMPLE_RATE_HZ
    speech = [Span(second, 2 * second), Span(round(2.3 * second), 3 * second), Span(10 * second, 11 * second)]
    margin = round(0.4 * second)
    assert _with_margins(speech, round(0.8 * second), round(11.2 * second), margin) == [
        Span(round(0.8 * second), 3 * second + margin),
        Span(10 * second - margin, round(11.1 * second)),
    ]


def test_times_come_back_with_the_pauses() -> None:
    second = SAMPLE_RATE_HZ
    clock = _Clock([Span(10 * second, 12 * second), Span(20 * second, 25 * second)])
    assert clock.in_recording(Word("a", 0.5, 1.5)) == Word("a", 10.5, 11.5)
    assert clock.in_recording(Word("b", 1.5, 2.4)) == Word("b", 11.5, 12.0)
    assert clock.in_recording(Word("c", 1.8, 2.6)) == Word("c", 20.0, 20.6)
    assert clock.in_recording(Word("d", 6.9, 7.5)) == Word("d", 24.9, 25.0)


def test_the_buffer_lets_go() -> None:
    buffer = _Buffer()
    for value in range(100):
        buffer.add(np.full(1000, value, np.float32))
        buffer.forget(buffer.end - 2500)
        assert len(buffer._joined()) <= 2500 + 1000
    assert buffer.part(Span(98_900, 99_100)).tolist() == [98.0] * 100 + [99.0] * 100
    assert buffer.part(Span(0, 10)).size == 0


def test_speech_probability_does_not_depend_on_the_pieces() -> None:
    sound = np.concatenate([noise(1.3), music(2.2)])
    at_once = SpeechProbability().feed(sound)
    pieces = SpeechProbability()
    found = np.concatenate([pieces.feed(sound[start : start + 700]) for start in range(0, len(sound), 700)])
    assert len(at_once) == len(sound) // FRAME_SAMPLES
    np.testing.assert_allclose(found, at_once, atol=1e-5)


def test_speech_probability_is_that_of_faster_whisper() -> None:
    from faster_whisper.vad import get_vad_model

    sound = music(4.096)[: 128 * FRAME_SAMPLES]
    expected = get_vad_model()(sound.copy()).reshape(-1)[:-1]  # it blanks part of the last frame
    np.testing.assert_allclose(SpeechProbability().feed(sound)[:-1], expected, atol=1e-4)

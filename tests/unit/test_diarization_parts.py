from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from soep.speech.activity import FRAME_STEP_S, Piece, SpeechActivity
from soep.speech.diarize import _joined
from soep.speech.quiet import QuietRules, quiet_cuts
from soep.speech.voices import assign_voices
from soep.types import Turn
from tests.sounds import noise, silence

WINDOW_FRAMES = 589
RNG = np.random.default_rng(1)


def window(*spans: tuple[float, float, int]) -> NDArray[np.float32]:
    """Probabilities of one 10 s window: (start, end, class)."""
    found = np.zeros((WINDOW_FRAMES, 7), dtype=np.float32)
    found[:, 0] = 1.0
    for start_s, end_s, number in spans:
        rows = slice(round(start_s / FRAME_STEP_S), round(end_s / FRAME_STEP_S))
        found[rows] = 0.0
        found[rows, number] = 1.0
    return found


def bounds(pieces: list[Piece]) -> list[tuple[float, float]]:
    return [(round(piece.start_s, 1), round(piece.end_s, 1)) for piece in pieces]


def test_speech_between_pauses_is_a_piece() -> None:
    activity = SpeechActivity(10.0)
    pieces = activity.add(window((1.0, 3.0, 1), (3.05, 4.0, 1), (6.0, 7.0, 1)))
    assert bounds(pieces) == [(1.0, 4.0), (6.0, 7.0)]


def test_a_change_of_speaker_cuts() -> None:
    activity = SpeechActivity(10.0)
    assert bounds(activity.add(window((1.0, 4.0, 1), (4.0, 8.0, 2)))) == [(1.0, 4.0), (4.0, 8.0)]


def test_numbers_of_speakers_differ_between_windows_without_harm() -> None:
    activity = SpeechActivity(5.0)
    pieces = activity.add(window((1.0, 9.0, 1))) + activity.add(window((0.0, 4.0, 3), (6.0, 7.0, 3)))
    assert bounds(pieces + activity.finish(15.0)) == [(1.0, 9.0), (11.0, 12.0)]


def test_speech_that_goes_on_is_cut_so_that_sound_can_be_dropped() -> None:
    activity = SpeechActivity(10.0)
    pieces = []
    for number in range(1, 7):
        pieces += activity.add(window((0.0, 10.0, 1)))
        assert activity.needed_from_s >= number * 10.0 - 13.0
    pieces += activity.finish(60.0)
    assert all(piece.duration_s < 13.0 for piece in pieces)
    assert sum(piece.duration_s for piece in pieces) == pytest.approx(60.0, abs=0.5)


def test_nothing_stands_beyond_the_end() -> None:
    activity = SpeechActivity(10.0)
    activity.add(window((1.0, 10.0, 1)))
    assert bounds(activity.finish(5.0)) == [(1.0, 5.0)]


def test_a_dip_is_cut_at_its_quietest() -> None:
    sound = np.concatenate([noise(1.5), silence(0.3), noise(1.0)])
    assert quiet_cuts(sound) == [pytest.approx(1.65, abs=0.15)]


def test_a_long_stretch_is_cut_until_its_parts_are_short() -> None:
    cuts = quiet_cuts(noise(10.0), QuietRules(max_part_s=3.0, min_part_s=0.4))
    lengths = [after - before for before, after in pairwise([0.0, *cuts, 10.0])]
    assert max(lengths) <= 3.0
    assert min(lengths) >= 0.39


@pytest.mark.parametrize("seconds", [0.0, 0.005, 0.5])
def test_short_sound_is_not_cut(seconds: float) -> None:
    assert quiet_cuts(noise(seconds)) == []


def voices(*who: int, spread: float = 0.3) -> NDArray[np.float32]:
    centres = np.eye(192)[:4] * np.sqrt(192)
    return np.stack([centres[number] + spread * RNG.standard_normal(192) * 2 for number in who]).astype(np.float32)


def in_a_row(count: int, length_s: float = 2.0) -> list[Piece]:
    return [Piece(start, start + length_s) for start in np.arange(count) * (length_s + 0.3)]


@pytest.mark.parametrize("who", [(0,) * 8, (0, 1) * 6, (0, 1, 2, 2, 1, 0, 0, 1, 2, 2)], ids=["one", "two", "three"])
def test_the_number_of_voices_is_found(who: tuple[int, ...]) -> None:
    labels = assign_voices(in_a_row(len(who)), voices(*who), speakers=None, max_speakers=4)
    assert len(set(zip(labels, who, strict=True))) == len(set(who)) == len(set(labels))


def test_never_more_voices_than_allowed() -> None:
    labels = assign_voices(in_a_row(12), voices(*(0, 1, 2) * 4), speakers=None, max_speakers=2)
    assert len(set(labels)) == 2


@pytest.mark.parametrize("speakers", [1, 2, 3])
def test_as_many_voices_as_given(speakers: int) -> None:
    labels = assign_voices(in_a_row(12), voices(*(0, 1, 2) * 4), speakers=speakers, max_speakers=4)
    assert len(set(labels)) == speakers


def test_a_piece_too_short_to_tell_goes_with_its_neighbours() -> None:
    vectors = voices(0, 0, 0, 1, 1, 1)
    vectors[1] = np.nan
    labels = assign_voices(in_a_row(6), vectors, speakers=None, max_speakers=4)
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_only_pieces_too_short_to_tell() -> None:
    assert assign_voices(in_a_row(2, 0.1), np.full((2, 192), np.nan, np.float32), speakers=2, max_speakers=4) == [0, 0]


def test_pieces_of_one_voice_are_joined_and_labelled_by_appearance() -> None:
    pieces = [Piece(0.0, 1.0), Piece(1.1, 2.0), Piece(2.1, 3.0), Piece(5.0, 6.0)]
    assert _joined(pieces, [3, 3, 0, 0]) == [Turn(0.0, 2.0, "A"), Turn(2.1, 3.0, "B"), Turn(5.0, 6.0, "B")]

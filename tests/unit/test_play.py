from __future__ import annotations

import threading

import numpy as np
import pytest

from soep.audio import play
from soep.audio.play import Player
from soep.audio.samples import SAMPLE_RATE_HZ, Samples, resampler
from soep.errors import DeviceError, SoepError, WorkflowError


class Ear:
    def __init__(self) -> None:
        self.pieces: list[Samples] = []
        self.closed = threading.Event()
        self.at_once = False

    def write(self, samples: Samples) -> None:
        self.pieces.append(samples)

    def close(self, *, at_once: bool) -> None:
        self.at_once = at_once
        self.closed.set()


def played(player: Player, pieces: object) -> SoepError | None:
    done, told = threading.Event(), []

    def ended(trouble: SoepError | None) -> None:
        told.append(trouble)
        done.set()

    player.play(pieces, ended)  # type: ignore[arg-type]
    assert done.wait(5.0)
    trouble: SoepError | None = told[0]
    return trouble


def test_everything_is_heard_in_short_pieces() -> None:
    ear = Ear()
    sound = np.arange(SAMPLE_RATE_HZ, dtype=np.float32)
    assert played(Player(lambda: ear), iter([sound])) is None
    assert len(ear.pieces) == 10
    assert np.array_equal(np.concatenate(ear.pieces), sound)
    assert not ear.at_once


def test_stopping_is_heard_at_once_and_not_told() -> None:
    ear, told, begun = Ear(), [], threading.Event()
    player = Player(lambda: ear)

    def endless() -> object:
        while True:
            begun.set()
            yield np.zeros(1600, np.float32)

    player.play(endless(), told.append)  # type: ignore[arg-type]
    assert begun.wait(5.0)
    assert player.is_playing
    player.stop()
    assert ear.closed.wait(5.0)
    assert (ear.at_once, told, player.is_playing) == (True, [], False)


def test_a_device_that_does_not_open_is_told() -> None:
    def none() -> Ear:
        raise DeviceError("Geen luidspreker.")

    assert str(played(Player(none), [])) == "Geen luidspreker."


def test_sound_that_goes_meanwhile_is_told_and_the_device_given_back() -> None:
    ear = Ear()

    def gone() -> object:
        yield np.zeros(1600, np.float32)
        raise WorkflowError("Weg.")

    assert str(played(Player(lambda: ear), gone())) == "Weg."
    assert ear.closed.is_set()


def test_without_a_loudspeaker_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import sounddevice

    def refuse(**_options: object) -> object:
        raise sounddevice.PortAudioError("none")

    monkeypatch.setattr(sounddevice, "OutputStream", refuse)
    with pytest.raises(DeviceError, match="luidspreker"):
        play.Loudspeaker()


def test_a_device_of_another_rate_gets_that_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    import sounddevice

    written: list[Samples] = []

    class Stream:
        def __init__(self, samplerate: int, **_options: object) -> None:
            if samplerate == SAMPLE_RATE_HZ:
                raise sounddevice.PortAudioError("rate")

        def start(self) -> None: ...

        def stop(self) -> None: ...

        def close(self) -> None: ...

        def write(self, samples: Samples) -> None:
            written.append(samples)

    monkeypatch.setattr(sounddevice, "OutputStream", Stream)
    speaker = play.Loudspeaker()
    speaker.write(np.zeros(1600, np.float32))
    speaker.close(at_once=False)
    assert [len(piece) for piece in written] == [4800]


def test_resampling_keeps_the_length() -> None:
    assert len(resampler(48_000, 16_000)(np.zeros(4800, np.float32))) == 1600

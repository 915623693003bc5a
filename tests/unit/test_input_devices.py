"""Input devices: what there is to choose from, and two of them side by side."""

from __future__ import annotations

import types
from typing import Any

import numpy as np
import pytest

from soep.audio import ports
from soep.audio.record import InputDevice, InputDevices
from soep.errors import DeviceError


class PortAudio:
    """The library as far as we use it."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.listed: list[str] = list(names)
        self.open: list[Any] = []
        self.starts = 0

    def query_devices(self) -> list[dict[str, Any]]:
        found = [{"name": name, "max_input_channels": 2} for name in self.listed]
        return [*found, {"name": "Luidspreker", "max_input_channels": 0}]

    def InputStream(self, **options: Any) -> Any:  # noqa: N802 - the library's name
        if options["device"] not in [None, *self.listed]:
            raise ValueError
        stream = types.SimpleNamespace(start=lambda: None, close=lambda: None, **options)
        self.open.append(stream)
        return stream

    def _terminate(self) -> None:
        self.starts += 1

    def _initialize(self) -> None:
        self.listed = list(self.names)

    def speak(self, number: int, samples: np.ndarray) -> None:
        self.open[number].callback(samples[:, None], len(samples), None, None)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> PortAudio:
    made = PortAudio("Headset", "Monitor of Built-in Audio")
    monkeypatch.setattr(ports, "library", lambda: made)
    monkeypatch.setattr(ports, "_streams", set())
    return made


@pytest.mark.usefixtures("library")
def test_what_the_computer_plays_is_told_apart() -> None:
    assert InputDevices().names() == [
        InputDevice("Headset"),
        InputDevice("Monitor of Built-in Audio", is_system=True),
    ]


def test_a_device_that_was_plugged_in_later_is_found(library: PortAudio) -> None:
    library.names.append("Webcam")
    InputDevices().open("Webcam").close()
    assert [stream.device for stream in library.open] == ["Webcam"]
    assert InputDevice("Webcam") in InputDevices().names()


def test_nothing_is_looked_for_anew_while_a_device_is_open(library: PortAudio) -> None:
    sound = InputDevices().open("Headset")
    before = library.starts
    InputDevices().names()
    assert library.starts == before
    sound.close()
    InputDevices().names()
    assert library.starts == before + 1


def test_without_portaudio_there_is_nothing_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Any:
        raise DeviceError("PortAudio ontbreekt.")

    monkeypatch.setattr(ports, "library", gone)
    assert InputDevices().names() == []


def test_two_devices_are_two_tracks_at_the_pace_of_the_microphone(library: PortAudio) -> None:
    sound = InputDevices().open("Headset", "Monitor of Built-in Audio")
    assert sound.tracks == 2
    pieces = sound.pieces()
    library.speak(0, np.full(4_000, 0.1, np.float32))
    library.speak(1, np.full(4_000, 0.2, np.float32))
    first = next(pieces)
    assert first.shape == (2, 4_000)
    assert (float(first[0, 0]), float(first[1, 0])) == pytest.approx((0.1, 0.0))
    library.speak(0, np.full(4_000, 0.1, np.float32))  # one that comes late leaves no hole
    assert float(next(pieces)[1, 0]) == pytest.approx(0.2)
    library.speak(0, np.full(4_000, 0.1, np.float32))  # what is silent may give nothing at all
    assert not next(pieces)[1].any()
    library.speak(1, np.full(40_000, 0.3, np.float32))  # a clock that runs ahead is held to half a second
    library.speak(0, np.full(4_000, 0.1, np.float32))
    next(pieces)
    for _each in range(2):
        library.speak(0, np.full(4_000, 0.1, np.float32))
        assert next(pieces)[1].all()
    library.speak(0, np.full(4_000, 0.1, np.float32))
    assert not next(pieces)[1].any()
    sound.close()
    assert ports._streams == set()


def test_a_second_device_that_does_not_open_gives_the_first_back() -> None:
    made = PortAudio("Headset")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "library", lambda: made)
        patch.setattr(ports, "_streams", set())
        with pytest.raises(DeviceError):
            InputDevices().open("Headset", "Monitor")
        assert ports._streams == set()

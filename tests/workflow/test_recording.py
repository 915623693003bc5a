"""Recording: a chunk a second into the store, whatever the disk and the microphone do."""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soep.audio import record
from soep.audio.record import Microphone
from soep.errors import DeviceError, WorkflowError
from soep.types import Remark, Status
from soep.wording import RemarkCode
from soep.workflow import intake, recording
from soep.workflow.owners import is_owned, owned
from soep.workflow.processing import take_up
from soep.workflow.recording import Recorder
from tests.stores import AGREED, Office, office


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


def sound_of(made: Office, consult_id: str) -> np.ndarray:
    return np.concatenate([chunk[0] for chunk in intake.sound(made.desk, consult_id)])


def test_sound_of_any_length_is_kept_whole(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    recorder = Recorder(made.desk, consult_id)
    sound = np.sin(np.arange(50_000) / 50).astype(np.float32) * 0.5
    for start in range(0, len(sound), 4_100):
        recorder.feed(sound[start : start + 4_100])
        assert intake.sound_s(made.desk, consult_id) * 16_000 > start - 16_000  # at most a second behind
    recorder.finish()
    assert np.abs(sound_of(made, consult_id) - sound).max() < 1e-4
    assert made.desk.peek(consult_id).status is Status.PROCESSING


def test_a_pause_keeps_what_was_said_before_it(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    recorder = Recorder(made.desk, consult_id)
    recorder.feed(np.full(20_000, 0.1, np.float32))
    recorder.pause()
    assert intake.sound_s(made.desk, consult_id) == 1.25
    recorder.feed(np.full(16_000, 0.2, np.float32))
    recorder.finish([Remark(RemarkCode.MICROPHONE_LOST)])
    assert intake.sound_s(made.desk, consult_id) == 2.25
    assert [one.code for one in made.desk.peek(consult_id).warnings] == [RemarkCode.MICROPHONE_LOST]


def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Make the disk refuse, or not."""
    real = intake.add_sound
    state = {"full": True}

    def add(*arguments: Any) -> None:
        if state["full"]:
            raise DeviceError("vol")
        real(*arguments)

    monkeypatch.setattr(intake, "add_sound", add)
    return lambda full: state.update(full=full)


def test_while_the_disk_is_full_sound_waits(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    full = refusing(monkeypatch)
    recorder = Recorder(made.desk, consult_id)
    recorder.feed(np.full(48_000, 0.1, np.float32))
    assert recorder.trouble is not None
    full(False)
    recorder.feed(np.full(16_000, 0.1, np.float32))
    assert recorder.trouble is None
    recorder.finish()
    assert intake.sound_s(made.desk, consult_id) == 4.0
    assert made.desk.peek(consult_id).warnings == ()


def test_what_could_not_be_kept_is_told(made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_HELD", 2)
    consult_id = intake.begin(made.desk, AGREED)
    refusing(monkeypatch)
    recorder = Recorder(made.desk, consult_id)
    recorder.feed(np.full(80_000, 0.1, np.float32))
    recorder.finish()
    (remark,) = made.desk.peek(consult_id).warnings
    assert remark == Remark(RemarkCode.DISK_WAS_FULL, {"lost_s": "5"})
    assert made.desk.peek(consult_id).status is Status.FAILED


def test_one_consult_is_worked_on_by_one(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    assert not is_owned(made.folder, consult_id)
    with owned(made.folder, consult_id):
        with pytest.raises(WorkflowError, match="al gewerkt"), owned(made.folder, consult_id):
            pass
        assert is_owned(made.folder, consult_id)
        assert take_up(made.desk) == []
    assert take_up(made.desk) == [consult_id]


# --- the microphone ---------------------------------------------------------------------------------------------------


class Device:
    """PortAudio as far as we use it, giving what a test puts in."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, rates: tuple[int, ...] = (16_000,)) -> None:
        self.rates = rates
        self.open: list[Any] = []

    def InputStream(self, **options: Any) -> Any:  # noqa: N802 - PortAudio's name
        if options["samplerate"] not in self.rates:
            raise self.PortAudioError
        stream = types.SimpleNamespace(start=lambda: None, close=lambda: None, **options)
        self.open.append(stream)
        return stream

    def speak(self, samples: np.ndarray) -> None:
        self.open[-1].callback(samples[:, None], len(samples), None, None)


def plugged(monkeypatch: pytest.MonkeyPatch, device: Device) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", device)


def test_the_microphone_gives_what_it_hears_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, device := Device())
    microphone = Microphone()
    device.speak(np.full(4_000, 0.1, np.float32))
    device.speak(np.full(4_000, 0.2, np.float32))
    microphone.stop()
    assert [float(piece[0]) for piece in microphone.pieces()] == pytest.approx([0.1, 0.2])
    microphone.close()


def test_a_device_of_another_rate_is_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, device := Device(rates=(48_000,)))
    microphone = Microphone()
    device.speak(np.sin(np.arange(12_000) / 48_000 * 2 * np.pi * 440).astype(np.float32))
    microphone.stop()
    (piece,) = microphone.pieces()
    assert piece.shape == (4_000,)
    assert piece.dtype == np.float32
    assert np.abs(piece[100:-100] - np.sin(np.arange(4_000) / 16_000 * 2 * np.pi * 440)[100:-100]).max() < 0.02


def test_a_device_that_vanishes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, device := Device())
    monkeypatch.setattr(record, "SILENT_DEVICE_S", 0.1)
    microphone = Microphone()
    device.speak(np.full(4_000, 0.1, np.float32))
    pieces = microphone.pieces()
    assert float(next(pieces)[0]) == pytest.approx(0.1)
    with pytest.raises(DeviceError, match="valt weg"):
        next(pieces)


def test_no_microphone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, Device(rates=()))
    with pytest.raises(DeviceError, match="niet geopend"):
        Microphone("bestaat niet")


def test_a_microphone_that_opens_but_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []

    class Held(Device):
        def InputStream(self, **options: Any) -> Any:  # noqa: N802 - PortAudio's name
            stream = super().InputStream(**options)
            stream.start, stream.close = self._refuse, lambda: closed.append(True)
            return stream

        def _refuse(self) -> None:
            raise self.PortAudioError

    plugged(monkeypatch, Held())
    with pytest.raises(DeviceError, match="niet geopend"):
        Microphone()
    assert closed == [True]

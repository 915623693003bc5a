"""Input devices that a test speaks into."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import numpy as np

from soep.audio.record import InputDevice
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.engine.protocol import Job, LiveJob
from soep.errors import CancelledError, DeviceError, SoepError
from soep.events import Event
from soep.jobs import Result
from tests.stores import result

PIECE = SAMPLE_RATE_HZ // 4


class FakeSound:
    """What is put in comes out, until it is stopped."""

    def __init__(self, tracks: int = 1) -> None:
        self.tracks = tracks
        self.closed = False
        self._pieces: queue.SimpleQueue[Samples | DeviceError | None] = queue.SimpleQueue()

    def pieces(self) -> Iterator[Samples]:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, DeviceError):
                raise piece
            yield piece

    def speak(self, samples: Samples) -> None:
        """Sound of any length, cut into pieces as a device does."""
        step = PIECE
        for start in range(0, samples.shape[-1], step):
            self._pieces.put(samples[..., start : start + step])

    def fall_out(self) -> None:
        """As when the plug is pulled."""
        self._pieces.put(DeviceError("De microfoon valt weg."))

    def stop(self) -> None:
        self._pieces.put(None)

    def close(self) -> None:
        self.stop()
        self.closed = True


class FakeDevices:
    """The devices of a computer, and what was opened."""

    def __init__(self, *names: str, system: str = "") -> None:
        self.devices = [InputDevice(name) for name in names or ("Headset", "Webcam")]
        if system:
            self.devices.append(InputDevice(system, is_system=True))
        self.opened: list[tuple[str, str, FakeSound]] = []
        self.broken = False

    def names(self) -> list[InputDevice]:
        return self.devices

    def open(self, device: str = "", system: str = "") -> FakeSound:
        if self.broken:
            raise DeviceError("De microfoon kan niet geopend worden.", "Kies een andere.")
        sound = FakeSound(2 if system else 1)
        self.opened.append((device, system, sound))
        return sound

    @property
    def sound(self) -> FakeSound:
        """The newest."""
        return self.opened[-1][2]


def speech(seconds: float, amplitude: float = 0.1, tracks: int = 1) -> Samples:
    """Something as loud as speech."""
    sound = (np.sin(np.arange(round(seconds * SAMPLE_RATE_HZ)) / 20) * amplitude).astype(np.float32)
    return sound if tracks == 1 else np.stack([sound] * tracks)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


class HearingTask:
    """A live job whose events and end a test decides."""

    def __init__(self, job: LiveJob) -> None:
        self.job = job
        self.fed: list[Samples] = []
        self.outcome: Result | SoepError = result()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self.gone: SoepError | None = None

    def tell(self, *events: Event) -> None:
        """Say what was heard."""
        for event in events:
            self._events.put(event)

    def finish(self) -> None:
        """The draft is ready, or failed."""
        self._ended.set()
        self._events.put(None)

    def die(self, error: SoepError) -> None:
        """As when the process is gone."""
        self.gone = error
        self.finish()

    def feed(self, samples: Samples) -> None:
        if self.gone is not None:
            raise self.gone
        self.fed.append(samples)

    def end_of_sound(self) -> None:
        if self.gone is not None:
            raise self.gone
        self.finish()

    def cancel(self) -> None:
        self.die(CancelledError("Gestopt."))

    def events(self) -> Iterator[Event]:
        while (event := self._events.get()) is not None:
            yield event
        if self.gone is not None:
            raise self.gone
        if isinstance(self.outcome, SoepError):
            raise self.outcome

    def result(self, on_event: Callable[[Event], None] | None = None) -> Result:
        self._ended.wait()
        if self.gone is not None:
            raise self.gone
        if isinstance(self.outcome, SoepError):
            raise self.outcome
        return self.outcome


class HearingEngine:
    """An engine whose live jobs a test speaks for; each is done as soon as its sound ends, unless ``holds``."""

    def __init__(self, *, holds: bool = False) -> None:
        self.holds = holds
        self.tasks: list[HearingTask] = []
        self.outcome: Result | SoepError = result()

    def submit(self, job: Job) -> HearingTask:
        assert isinstance(job, LiveJob)
        task = _HeldTask(job) if self.holds else HearingTask(job)
        task.outcome = self.outcome
        self.tasks.append(task)
        return task

    @property
    def task(self) -> HearingTask:
        """The newest."""
        return self.tasks[-1]

    def close(self) -> None:
        """Nothing runs."""


class _HeldTask(HearingTask):
    def end_of_sound(self) -> None:
        """The draft takes until the test says so."""

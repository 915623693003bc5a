"""The microphone: sound as it comes, in pieces of a quarter of a second.

What the computer itself plays can be a second track beside it, where the system offers that as an input (a monitor or
loopback device): the other side of a telephone or video consult.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from soep.audio import ports
from soep.audio.samples import OTHER_RATES_HZ, SAMPLE_RATE_HZ, Samples, resampler
from soep.errors import DeviceError
from soep.i18n import _

PIECE_S = 0.25
SILENT_DEVICE_S = 3.0
"""A device that gives nothing for so long, not even silence, is gone."""
_MOST_APART_S = 0.5
"""How much of the second track may wait for the first: their clocks differ."""
_SYSTEM_SOUND = ("monitor", "loopback", "stereo mix", "stereomix", "blackhole", "what u hear", "systeemgeluid")


class Sound(Protocol):
    """Where a recording comes from."""

    tracks: int

    def pieces(self) -> Iterator[Samples]:
        """The sound until ``stop``: float32 at 16 kHz, shape (samples,) or (tracks, samples).

        Raises:
            DeviceError: the device vanished.
        """
        ...

    def stop(self) -> None:
        """No more sound; from any thread."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...


@dataclass(frozen=True, slots=True)
class InputDevice:
    """What sound can come from; ``is_system`` when that is what the computer plays."""

    name: str
    is_system: bool = False


class InputDevices:
    """The input devices of this computer."""

    def names(self) -> list[InputDevice]:
        """All of them, each name once; empty where there are none or PortAudio is missing."""
        try:
            library = ports.library()
        except DeviceError:
            return []
        try:
            with ports.held():
                ports.look_again()
                found = list(library.query_devices())
        except library.PortAudioError:  # the sound system does not answer
            return []
        names = dict.fromkeys(str(one["name"]) for one in found if one["max_input_channels"] > 0)
        return [InputDevice(name, any(mark in name.lower() for mark in _SYSTEM_SOUND)) for name in names]

    def open(self, device: str = "", system: str = "") -> Sound:
        """Open a microphone by name, or the system's choice; with ``system``, what that device gives beside it.

        Raises:
            DeviceError: one of them does not open.
        """
        try:
            microphone = Microphone(device or None)
        except DeviceError:
            ports.look_again()  # it may have been plugged in since
            microphone = Microphone(device or None)
        if not system:
            return microphone
        try:
            return TwoTracks(microphone, Microphone(system))
        except DeviceError:
            microphone.close()
            raise


class Microphone:
    """An input device, open from ``__init__`` to ``close``.

    Args:
        device: its name or a part of it; None takes the system's choice.

    Raises:
        DeviceError: there is none, or it does not open.
    """

    tracks = 1

    def __init__(self, device: str | None = None) -> None:
        self._pieces: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._stopped = False
        with ports.held():
            self._rate_hz, self._stream = self._opened(device)
            ports.opened(self._stream)
        self._resampled = resampler(self._rate_hz, SAMPLE_RATE_HZ)
        try:
            self._stream.start()
        except ports.library().PortAudioError as error:  # another program holds it, or it went away since
            self.close()
            raise _does_not_open() from error

    def pieces(self) -> Iterator[Samples]:
        """The sound until ``stop``: float32 at 16 kHz, shape (samples,).

        Raises:
            DeviceError: the device vanished; what came before was given.
        """
        heard = time.monotonic()
        while True:
            try:
                piece = self._pieces.get(timeout=PIECE_S)
            except queue.Empty:
                if self._stopped:
                    return
                if time.monotonic() - heard > SILENT_DEVICE_S:
                    raise DeviceError(
                        _("De microfoon valt weg."), _("Sluit hem weer aan; wat is opgenomen, is bewaard.")
                    ) from None
                continue
            if piece is None:
                return
            heard = time.monotonic()
            yield self._resampled(piece)

    def stop(self) -> None:
        """No more sound; ``pieces`` ends when it has given what was heard."""
        self._stopped = True
        self._pieces.put(None)

    def close(self) -> None:
        """Give the device back."""
        self.stop()
        self._stream.close()
        ports.closed(self._stream)

    def waiting(self) -> Samples:
        """What has come since the last look, without waiting for it."""
        found = [np.zeros(0, np.float32)]
        while not self._pieces.empty():
            piece = self._pieces.get()
            if piece is not None:
                found.append(self._resampled(piece))
        return np.concatenate(found)

    def _opened(self, device: str | None) -> tuple[int, Any]:
        sounddevice = ports.library()
        failure: Exception | None = None
        for rate_hz in (SAMPLE_RATE_HZ, *OTHER_RATES_HZ):
            try:
                stream = sounddevice.InputStream(
                    samplerate=rate_hz,
                    blocksize=round(PIECE_S * rate_hz),
                    device=device,
                    channels=1,
                    dtype="float32",
                    callback=self._take,
                )
            except (sounddevice.PortAudioError, ValueError) as error:
                failure = error
            else:
                return rate_hz, stream
        raise _does_not_open() from failure

    def _take(self, block: Any, _frames: int, _time: Any, _status: Any) -> None:
        """Called by PortAudio on a thread of its own: only hand over."""
        self._pieces.put(np.array(block[:, 0], dtype=np.float32))


def _does_not_open() -> DeviceError:
    return DeviceError(
        _("De microfoon kan niet geopend worden."), _("Controleer met soep check welke microfoon er is.")
    )


class TwoTracks:
    """A microphone with what another device gives beside it, at the microphone's pace.

    A device that plays nothing may give nothing: that is silence in the second track.
    """

    tracks = 2

    def __init__(self, microphone: Microphone, system: Microphone) -> None:
        self._microphone = microphone
        self._system = system

    def pieces(self) -> Iterator[Samples]:
        """See ``Sound``."""
        beside: Samples = np.zeros(round(PIECE_S * SAMPLE_RATE_HZ), np.float32)  # one that is late leaves no hole
        for piece in self._microphone.pieces():
            beside = np.concatenate([beside, self._system.waiting()])
            beside = beside[-(len(piece) + round(_MOST_APART_S * SAMPLE_RATE_HZ)) :]
            now, beside = beside[: len(piece)], beside[len(piece) :]
            yield np.stack([piece, np.pad(now, (0, len(piece) - len(now)))])

    def stop(self) -> None:
        """See ``Sound``."""
        self._microphone.stop()

    def close(self) -> None:
        """See ``Sound``."""
        self._microphone.close()
        self._system.close()

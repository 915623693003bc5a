"""Listening back: sound to the system's output device, until it ends or is stopped."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from soep.audio import ports
from soep.audio.samples import OTHER_RATES_HZ, SAMPLE_RATE_HZ, Samples, resampler
from soep.errors import DeviceError, SoepError
from soep.i18n import _

PIECE_S = 0.1
"""Sound is handed over in pieces so short that stopping is heard at once."""


class Output(Protocol):
    """Where sound goes."""

    def write(self, samples: Samples) -> None:
        """Take a piece, waiting until there is room: float32 at 16 kHz, shape (samples,)."""
        ...

    def close(self, *, at_once: bool) -> None:
        """Give the device back, after what was written or at once."""
        ...


class Loudspeaker:
    """The system's output device.

    Raises:
        DeviceError: there is none, or it does not open.
    """

    def __init__(self) -> None:
        with ports.held():
            rate_hz, self._stream = _opened()
            ports.opened(self._stream)
        self._resampled = resampler(SAMPLE_RATE_HZ, rate_hz)
        self._stream.start()

    def write(self, samples: Samples) -> None:
        """See ``Output``.

        Raises:
            DeviceError: the device is gone.
        """
        import sounddevice  # noqa: PLC0415 - loaded by now

        try:
            self._stream.write(np.ascontiguousarray(self._resampled(samples)))
        except sounddevice.PortAudioError as error:
            raise _no_output() from error

    def close(self, *, at_once: bool) -> None:
        """See ``Output``."""
        import sounddevice  # noqa: PLC0415 - loaded by now

        with contextlib.suppress(sounddevice.PortAudioError):  # it is gone already
            self._stream.abort() if at_once else self._stream.stop()
            self._stream.close()
        ports.closed(self._stream)


class Player:
    """Plays one thing at a time on a thread of its own.

    Args:
        output: opens the device, called on that thread.
    """

    def __init__(self, output: Callable[[], Output] = Loudspeaker) -> None:
        self._output = output
        self._stop: threading.Event | None = None

    @property
    def is_playing(self) -> bool:
        """Whether something is heard, or about to be."""
        return self._stop is not None and not self._stop.is_set()

    def play(self, pieces: Iterable[Samples], ended: Callable[[SoepError | None], None]) -> None:
        """Begin to play; what plays now stops.

        Args:
            pieces: float32 at 16 kHz, shape (samples,), of any length; read as they are needed.
            ended: called on the thread when it ends by itself, with what went wrong if something did.
        """
        self.stop()
        self._stop = stop = threading.Event()
        threading.Thread(target=self._play, args=(pieces, ended, stop), daemon=True, name="soep-player").start()

    def stop(self) -> None:
        """Silence."""
        if self._stop is not None:
            self._stop.set()

    def _play(
        self, pieces: Iterable[Samples], ended: Callable[[SoepError | None], None], stop: threading.Event
    ) -> None:
        trouble: SoepError | None = None
        try:
            output = self._output()
            try:
                for piece in _short(pieces):
                    if stop.is_set():
                        break
                    output.write(piece)
            finally:
                output.close(at_once=stop.is_set())
        except SoepError as error:
            trouble = error
        if not stop.is_set():
            stop.set()
            ended(trouble)


def _short(pieces: Iterable[Samples]) -> Iterator[Samples]:
    size = round(PIECE_S * SAMPLE_RATE_HZ)
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


def _opened() -> tuple[int, Any]:
    sounddevice = ports.library()
    failure: Exception | None = None
    for rate_hz in (SAMPLE_RATE_HZ, *OTHER_RATES_HZ):
        try:
            return rate_hz, sounddevice.OutputStream(samplerate=rate_hz, channels=1, dtype="float32")
        except (sounddevice.PortAudioError, ValueError) as error:
            failure = error
    raise _no_output() from failure


def _no_output() -> DeviceError:
    return DeviceError(_("Er is geen luidspreker of koptelefoon om mee te luisteren."), _("Sluit er een aan."))

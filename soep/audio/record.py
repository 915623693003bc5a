"""The microphone: sound as it comes, in pieces of a quarter of a second."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.errors import DeviceError
from soep.i18n import _

PIECE_S = 0.25
SILENT_DEVICE_S = 3.0
"""A device that gives nothing for so long, not even silence, is gone."""
_RESAMPLED_RATES_HZ = (48_000, 44_100, 32_000)


class Microphone:
    """An input device, open from ``__init__`` to ``close``.

    Args:
        device: its name or a part of it; None takes the system's choice.

    Raises:
        DeviceError: there is none, or it does not open.
    """

    def __init__(self, device: str | None = None) -> None:
        self._pieces: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._stopped = False
        self._rate_hz, self._stream = self._opened(device)
        self._stream.start()

    def pieces(self) -> Iterator[Samples]:
        """The sound until ``stop``: float32 at 16 kHz, shape (samples,).

        Raises:
            DeviceError: the device vanished; what came before was given.
        """
        resample = _resampler(self._rate_hz)
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
            yield resample(piece)

    def stop(self) -> None:
        """No more sound; ``pieces`` ends when it has given what was heard."""
        self._stopped = True
        self._pieces.put(None)

    def close(self) -> None:
        """Give the device back."""
        self.stop()
        self._stream.close()

    def _opened(self, device: str | None) -> tuple[int, Any]:
        try:
            import sounddevice  # noqa: PLC0415 - loads PortAudio, which may not be there
        except (ImportError, OSError) as error:
            raise DeviceError(
                _("PortAudio ontbreekt."), _("Op Debian en Ubuntu: sudo apt install libportaudio2.")
            ) from error
        failure: Exception | None = None
        for rate_hz in (SAMPLE_RATE_HZ, *_RESAMPLED_RATES_HZ):
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
        raise DeviceError(
            _("De microfoon kan niet geopend worden."), _("Controleer met soep check welke microfoon er is.")
        ) from failure

    def _take(self, block: Any, _frames: int, _time: Any, _status: Any) -> None:
        """Called by PortAudio on a thread of its own: only hand over."""
        self._pieces.put(np.array(block[:, 0], dtype=np.float32))


def _resampler(rate_hz: int) -> Any:
    """From the device's rate to ours; a block at a time."""
    if rate_hz == SAMPLE_RATE_HZ:
        return lambda piece: piece
    from scipy.signal import resample_poly  # noqa: PLC0415 - only where the device cannot give 16 kHz

    step = np.gcd(rate_hz, SAMPLE_RATE_HZ)
    return lambda piece: resample_poly(piece, SAMPLE_RATE_HZ // step, rate_hz // step).astype(np.float32)

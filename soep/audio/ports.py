"""PortAudio, which is one for the whole process: loaded when needed, and told to look again for devices.

It lists devices when it starts, so that a headset that was plugged in later is found only after a new start; that
ends every open stream, so it is done only while there is none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from soep.errors import DeviceError
from soep.i18n import _

_lock = threading.RLock()
_streams: set[int] = set()


def library() -> Any:
    """The module ``sounddevice``.

    Raises:
        DeviceError: PortAudio is not there.
    """
    try:
        import sounddevice  # noqa: PLC0415 - loads PortAudio, which may not be there
    except (ImportError, OSError) as error:
        raise DeviceError(
            _("PortAudio ontbreekt."), _("Op Debian en Ubuntu: sudo apt install libportaudio2.")
        ) from error
    return sounddevice


@contextmanager
def held() -> Iterator[None]:
    """Inside, no other thread starts PortAudio anew, which would end a stream that is being made."""
    with _lock:
        yield


def opened(stream: Any) -> None:
    """A stream is open."""
    with _lock:
        _streams.add(id(stream))


def closed(stream: Any) -> None:
    """It is not any more."""
    with _lock:
        _streams.discard(id(stream))


def look_again() -> None:
    """Find devices that came since, unless a stream is open.

    Raises:
        DeviceError: PortAudio is not there.
    """
    sounddevice = library()
    with _lock:
        if not _streams:
            sounddevice._terminate()  # these two have no public names
            sounddevice._initialize()

"""The clipboard of Windows, kept out of its history and its cloud."""

from __future__ import annotations

import ctypes
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from soep.errors import ExportError
from soep.i18n import _

UNICODE_TEXT = 13
PRIVATE_FORMATS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"\0",
    "CanIncludeInClipboardHistory": struct.pack("<I", 0),
    "CanUploadToCloudClipboard": struct.pack("<I", 0),
}
_TRIES = 10
_PAUSE_S = 0.02


class Api(Protocol):
    """What Windows offers, one call each."""

    def open(self) -> bool:
        """Take the clipboard; False while another program has it."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...

    def empty(self) -> bool:
        """Take everything off."""
        ...

    def set(self, form: int, content: bytes) -> bool:
        """Put something on it in a form."""
        ...

    def get(self, form: int) -> bytes | None:
        """What is on it in that form."""
        ...

    def register(self, name: str) -> int:
        """The number of a form by its name."""
        ...


class WindowsClipboard:
    """See ``soep.export.clipboard.Clipboard``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def put(self, text: str) -> None:
        """Replace what is on it, marks first: the history looks as soon as it is let go."""
        with self._taken():
            done = self._api.empty()
            for name, content in PRIVATE_FORMATS.items():
                done = done and self._api.set(self._api.register(name), content)
            windows_lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
            if not done or not self._api.set(UNICODE_TEXT, (windows_lines + "\0").encode("utf-16-le", "replace")):
                self._api.empty()
                raise _refused()

    def read(self) -> str | None:
        """The text on it."""
        with self._taken():
            content = self._api.get(UNICODE_TEXT)
        return (content or b"").decode("utf-16-le", "replace").partition("\0")[0]

    def clear(self) -> None:
        """Leave nothing on it."""
        with self._taken():
            self._api.empty()

    @contextmanager
    def _taken(self) -> Iterator[None]:
        for _each in range(_TRIES):
            if self._api.open():
                break
            time.sleep(_PAUSE_S)
        else:
            raise _refused()
        try:
            yield
        finally:
            self._api.close()


class Win32:
    """The calls of user32 and kernel32.  A window of no size owns what is put there: without one, nothing is kept."""

    _MOVEABLE = 0x0002
    _user: Any
    _kernel: Any

    def __init__(self) -> None:
        if sys.platform != "win32":
            raise OSError("user32 is a part of Windows")
        self._user = ctypes.WinDLL("user32", use_last_error=True)
        self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        self._window: Any = None
        handle, number, text = ctypes.c_void_p, ctypes.c_uint, ctypes.c_wchar_p
        placed = [ctypes.c_int] * 4
        self._declare(self._user, "CreateWindowExW", handle, number, text, text, number, *placed, *[handle] * 4)
        self._declare(self._user, "DestroyWindow", ctypes.c_int, handle)
        self._declare(self._user, "OpenClipboard", ctypes.c_int, handle)
        self._declare(self._user, "CloseClipboard", ctypes.c_int)
        self._declare(self._user, "EmptyClipboard", ctypes.c_int)
        self._declare(self._user, "SetClipboardData", handle, number, handle)
        self._declare(self._user, "GetClipboardData", handle, number)
        self._declare(self._user, "RegisterClipboardFormatW", number, text)
        self._declare(self._kernel, "GlobalAlloc", handle, number, ctypes.c_size_t)
        self._declare(self._kernel, "GlobalLock", handle, handle)
        self._declare(self._kernel, "GlobalUnlock", ctypes.c_int, handle)
        self._declare(self._kernel, "GlobalSize", ctypes.c_size_t, handle)
        self._declare(self._kernel, "GlobalFree", handle, handle)

    @staticmethod
    def _declare(library: Any, name: str, result: Any, *arguments: Any) -> None:
        function = getattr(library, name)
        function.restype, function.argtypes = result, list(arguments)

    def open(self) -> bool:
        """See ``Api``."""
        self._window = self._user.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
        if self._user.OpenClipboard(self._window):
            return True
        self._forget_window()
        return False

    def close(self) -> None:
        """See ``Api``."""
        self._user.CloseClipboard()
        self._forget_window()

    def empty(self) -> bool:
        """See ``Api``."""
        return bool(self._user.EmptyClipboard())

    def set(self, form: int, content: bytes) -> bool:
        """See ``Api``; the system owns the memory from then on."""
        memory = self._kernel.GlobalAlloc(self._MOVEABLE, len(content))
        if not memory:
            return False
        ctypes.memmove(self._kernel.GlobalLock(memory), content, len(content))
        self._kernel.GlobalUnlock(memory)
        if self._user.SetClipboardData(form, memory):
            return True
        self._kernel.GlobalFree(memory)
        return False

    def get(self, form: int) -> bytes | None:
        """See ``Api``; the memory stays the system's."""
        memory = self._user.GetClipboardData(form)
        place = self._kernel.GlobalLock(memory) if memory else None
        if not place:
            return None
        try:
            return ctypes.string_at(place, self._kernel.GlobalSize(memory))
        finally:
            self._kernel.GlobalUnlock(memory)

    def register(self, name: str) -> int:
        """See ``Api``."""
        return int(self._user.RegisterClipboardFormatW(name))

    def _forget_window(self) -> None:
        if self._window:
            self._user.DestroyWindow(self._window)
        self._window = None


def _refused() -> ExportError:
    return ExportError(
        _("Het klembord is bezet door een ander programma."),
        _("Probeer het opnieuw, of bewaar het verslag als bestand."),
    )

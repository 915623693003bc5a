"""The system's clipboard, for a while: what was copied is taken away again, unless something else came since.

Content goes to the helping programs by their input, never as an argument, which other users could see.  Histories of
the clipboard are asked to leave it alone, by the means that each system has:

| system | how | left over |
|---|---|---|
| Windows | the two formats that keep it out of the history and out of the cloud | – |
| macOS | marked as concealed and for this computer only, through ``osascript`` | ``pbcopy`` when that fails: no mark |
| Wayland | ``wl-copy --sensitive`` where that version has it | older ones have no mark |
| X11 | – | ``xclip`` and ``xsel`` offer one format at a time, and the mark is a second one |
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from soep.errors import ExportError
from soep.i18n import _

_LIMIT_S = 3.0
_LOOKS = 10
_LOOK_EVERY_S = 0.02
# JavaScript for Automation: the text comes by standard input, and stays on this computer (1: current host only).
_MAC_COPY = """
ObjC.import('AppKit');
const read = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile;
const text = $.NSString.alloc.initWithDataEncoding(read, $.NSUTF8StringEncoding);
const board = $.NSPasteboard.generalPasteboard;
board.prepareForNewContentsWithOptions(1);
board.setStringForType(text, 'public.utf8-plain-text');
board.setStringForType($(''), 'org.nspasteboard.ConcealedType');
"""


class Clipboard(Protocol):
    """Where text can be put for another program to paste."""

    def put(self, text: str) -> None:
        """Replace what is on it.

        Raises:
            ExportError: the system refuses.
        """
        ...

    def read(self) -> str | None:
        """The text on it, empty for something else; None where it cannot be read."""
        ...

    def clear(self) -> None:
        """Leave nothing on it.

        Raises:
            ExportError: the system refuses.
        """
        ...


class ShortLived:
    """A clipboard from which what was put there can be taken away; remembers only a checksum of it.

    Where nothing can be read back (a terminal that was asked to copy), it is cleared without looking: what somebody
    copied meanwhile may go too, which is less bad than what was said in a consult staying there.
    """

    def __init__(self, clipboard: Clipboard) -> None:
        self._clipboard = clipboard
        self._put: bytes | None = None

    def put(self, text: str) -> None:
        """Copy; see ``Clipboard.put`` for what it raises."""
        self._put = _digest(text)  # before: a failure halfway may have left it there
        self._clipboard.put(text)

    def clear(self) -> None:
        """Take away what was put there, unless something else was copied since.

        Raises:
            ExportError: the system refuses; it can be tried again.
        """
        if self._put is None:
            return
        held = self._clipboard.read()
        if held is None or _digest(held) == self._put:
            self._clipboard.clear()
        self._put = None


@dataclass(frozen=True, slots=True)
class CommandClipboard:
    """A clipboard behind programs: one that takes text as its input, one that writes it, one that clears.

    ``marked`` is tried first and may fail: a way to copy that tells histories of the clipboard to look away.
    """

    copy: tuple[str, ...]
    paste: tuple[str, ...]
    wipe: tuple[str, ...]
    marked: tuple[str, ...] = ()

    def put(self, text: str) -> None:
        """See ``Clipboard``."""
        if self.marked and _done(self.marked, text) and _same(self.read(), text):
            return
        if not _done(self.copy, text):
            raise _refused()
        self._settle(text)

    def read(self) -> str | None:
        """See ``Clipboard``; what is no text, or nothing, makes the program fail and counts as something else."""
        try:
            found = subprocess.run(
                self.paste, capture_output=True, check=True, timeout=_LIMIT_S, stdin=subprocess.DEVNULL, env=_utf8()
            )
        except subprocess.CalledProcessError:
            return ""
        except (OSError, subprocess.SubprocessError):  # it hangs or is not there: nobody knows what it holds
            return None
        return found.stdout.decode("utf-8", "replace")

    def clear(self) -> None:
        """See ``Clipboard``."""
        if not _done(self.wipe, ""):
            raise _refused()
        self._settle("")

    def _settle(self, text: str) -> None:
        """``xclip`` ends a moment before the display knows; who looks at once would find what was there before."""
        for _each in range(_LOOKS):
            held = self.read()
            if held is None or _same(held, text):
                return
            time.sleep(_LOOK_EVERY_S)


_WAYLAND = CommandClipboard(
    ("wl-copy", "--type", "text/plain"),
    ("wl-paste", "--no-newline", "--type", "text/plain"),
    ("wl-copy", "--clear"),
    ("wl-copy", "--sensitive", "--type", "text/plain"),
)
_XCLIP = CommandClipboard(
    ("xclip", "-selection", "clipboard"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xclip", "-selection", "clipboard"),
)
_XSEL = CommandClipboard(
    ("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output"), ("xsel", "--clipboard", "--clear")
)
_MAC = CommandClipboard(("pbcopy",), ("pbpaste",), ("pbcopy",), ("osascript", "-l", "JavaScript", "-e", _MAC_COPY))


def system_clipboard(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Clipboard | None:
    """The clipboard of the computer that the user sits at; None where only the terminal can reach that."""
    from_afar = "SSH_CONNECTION" in environment
    if platform == "win32":
        from soep.export.clipboard_windows import Win32, WindowsClipboard  # noqa: PLC0415 - only there

        return None if from_afar else WindowsClipboard(Win32())
    if platform == "darwin":
        return None if from_afar else _MAC
    if "WAYLAND_DISPLAY" in environment and shutil.which("wl-copy") and shutil.which("wl-paste"):
        return _WAYLAND
    if "DISPLAY" in environment:
        return next((each for each in (_XCLIP, _XSEL) if shutil.which(each.copy[0])), None)
    return None


def _done(command: Sequence[str], text: str) -> bool:
    """Whether a program took the text.  Its output goes nowhere: one that stays to serve the text would hold it."""
    try:
        subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_LIMIT_S,
            env=_utf8(),
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _utf8() -> dict[str, str]:
    """``pbcopy`` takes its input for what the locale says."""
    return {**os.environ, "LC_CTYPE": "UTF-8"} if sys.platform == "darwin" else dict(os.environ)


def _refused() -> ExportError:
    return ExportError(_("Het klembord doet het niet."), _("Probeer het opnieuw, of bewaar het verslag als bestand."))


def _same(held: str | None, text: str) -> bool:
    return held is not None and _digest(held) == _digest(text)


def _digest(text: str) -> bytes:
    """Of the text whichever line ends the system gave it, and without what it adds at the end."""
    return hashlib.sha256(text.replace("\r\n", "\n").rstrip("\0\n").encode("utf-8", "replace")).digest()

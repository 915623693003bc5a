"""What the application puts on the clipboard, and how it gets off again: after a while, and at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from soep.errors import ExportError
from soep.export.clipboard import Clipboard, ShortLived, system_clipboard

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

TRY_AGAIN_S = 1.0


class TerminalClipboard:
    """The clipboard of the terminal (OSC 52), for where no other is in reach; it cannot be read."""

    def __init__(self, app: SoepApp) -> None:
        self._app = app

    def put(self, text: str) -> None:
        """Ask the terminal."""
        self._app.ask_terminal(text)

    def read(self) -> str | None:
        """Terminals refuse to tell, rightly."""
        return None

    def clear(self) -> None:
        """Ask the terminal to hold nothing."""
        self._app.ask_terminal("")


class Copies:
    """Copies text, and clears it unless something else was copied since.

    Args:
        app: whose timers and terminal.
        clear_after_s: gives how long it stays; 0 leaves it there, also at the end.
    """

    def __init__(self, app: SoepApp, clear_after_s: Callable[[], float]) -> None:
        self._app = app
        self._clear_after_s = clear_after_s
        self._held = ShortLived(system_clipboard() or TerminalClipboard(app))
        self._timer: Timer | None = None

    def use(self, clipboard: Clipboard) -> None:
        """Copy to another clipboard from now on."""
        self._held = ShortLived(clipboard)

    def put(self, text: str) -> None:
        """Copy; on any thread, since a system may take its time.

        Raises:
            ExportError: the system refuses.
        """
        self._held.put(text)

    def clear_later(self) -> None:
        """Count the time from now."""
        if self._timer is not None:
            self._timer.stop()
        if after_s := self._clear_after_s():
            self._timer = self._app.set_timer(after_s, self._clear)

    def close(self) -> None:
        """The end of the application: nothing stays."""
        if self._clear_after_s():
            with contextlib.suppress(ExportError):  # there is nobody left to tell, and no time to try again
                self._held.clear()

    async def _clear(self) -> None:
        try:
            await asyncio.to_thread(self._held.clear)
        except ExportError:  # another program has it open at this moment
            self._timer = self._app.set_timer(TRY_AGAIN_S, self._clear)

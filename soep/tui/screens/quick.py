"""A screen that opens quickly."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.events import ScreenResume
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

Answer = TypeVar("Answer")


class QuickScreen(Screen[Answer], Generic[Answer]):
    """Textual styles what is on a new screen twice, lays it out three times and draws it five times; here it is once.

    Until everything on it has been mounted, only its first layout is made, by which the widgets know their sizes.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in Textual, but only the widgets whose focus changes are drawn again, and not all of the screen."""

    is_opening = True
    """Whether it was not drawn yet."""

    _quiet_looks = 0

    def _on_screen_resume(self, event: ScreenResume) -> None:
        event.refresh_styles = event.refresh_styles and not self.is_opening

    def _screen_resized(self, size: Size) -> None:
        if not self.is_opening or size != self.outer_size:
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        if not self.is_opening:
            super()._compositor_refresh()

    def _on_timer_update(self) -> None:
        if self.is_opening:
            self._quiet_looks = 0 if self.message_queue_size else self._quiet_looks + 1
            if self._quiet_looks < 2:
                return
            self.is_opening = False
            self._layout_required = True
            self.refresh_bindings()  # which would come after the drawing, and show other keys then
        super()._on_timer_update()

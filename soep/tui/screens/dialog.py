"""A screen over another, which stays in sight behind it, dimmed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Generic, TypeVar

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen

from soep.tui.screens.quick import QuickScreen

Answer = TypeVar("Answer")

STALE_AFTER_S = 1.0
"""What goes on behind a dialog shows so much later at most."""


class Dialog(ModalScreen[Answer], QuickScreen[Answer], Generic[Answer]):
    """What is asked or shown over another screen."""

    _behind: _Behind | None = None

    def render(self) -> RenderableType:
        """Textual draws what lies behind three times while a dialog opens; here it is drawn once."""
        made = super().render()
        if not isinstance(made, BackgroundScreen):
            return made
        if self._behind is None or not self._behind.is_same(made):
            self._behind = _Behind(made)
        return self._behind


class _Behind:
    """The dimmed screen as it was drawn."""

    def __init__(self, made: BackgroundScreen) -> None:
        self._made = made
        self._drawn: list[Segment] = []
        self._drawn_s = 0.0
        self._size = (0, 0)

    def is_same(self, other: BackgroundScreen) -> bool:
        """Whether that would be the same screen in the same colours, a moment ago."""
        same = other.screen is self._made.screen and other.color == self._made.color
        return same and time.monotonic() - self._drawn_s < STALE_AFTER_S

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        size = (options.max_width, options.height or options.max_height)
        if not self._drawn or size != self._size:
            segments: Iterable[Segment] = console.render(self._made, options)
            self._drawn, self._drawn_s, self._size = list(segments), time.monotonic(), size
        return self._drawn

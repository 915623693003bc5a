"""A column of text that grows at its end and changes in place: only what differs is drawn again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

Item = tuple[Hashable, Content]


class Growing(VerticalScroll):
    """Shows items in order, each known by its key; stays at the end until the user scrolls up."""

    can_focus = True

    def __init__(self, *, id: str) -> None:  # noqa: A002 - textual's name
        super().__init__(id=id)
        self._shown: list[Hashable] = []
        self._widgets: dict[Hashable, tuple[Static, Content]] = {}

    def show(self, items: Sequence[Item]) -> None:
        """Show just these."""
        was_at_end = self.scroll_offset.y >= self.max_scroll_y
        wanted = dict(items)
        if [key for key in self._shown if key in wanted] != [key for key in wanted if key in self._widgets]:
            wanted = {}  # in another order: begin again
        for key in [key for key in self._shown if key not in wanted]:
            self._widgets.pop(key)[0].remove()
        before: Static | None = None
        for key, content in reversed(items):
            known = self._widgets.get(key)
            if known is None:
                widget = Static(content, markup=False)
                self.mount(widget, before=before)
            else:
                widget = known[0]
                if known[1] != content:
                    widget.update(content)
            self._widgets[key] = (widget, content)
            before = widget
        self._shown = [key for key, _content in items]
        if was_at_end:
            self.call_after_refresh(self.scroll_end, animate=False)

"""The keys of a screen in its last line: one widget that is drawn anew, where textual's Footer makes one of each key.

On a screen that is worked in all day, making a dozen widgets at each change of focus is what a key waits for longest.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

KEPT = ("help", "command_palette")
"""The actions whose keys always fit: they lead to all others."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A key as it is shown."""

    key: str
    label: str
    text: str

    @property
    def width(self) -> int:
        """Cells that it takes, with the space before it."""
        return len(self.label) + len(self.text) + 3


class KeyBar(Widget):
    """The keys that do something now, as many as fit, and always that of the help.  A click is a key.

    Which are shown: bindings with ``show``, in their order.

    Args:
        rows: lines that it may take where one is not enough.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: auto; color: $footer-description-foreground; background: $footer-background; }
    """

    def __init__(self, *, rows: int = 1, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rows = rows
        self.auto_links = False  # a key is not shown as a link
        self._keys: list[Shown] = []
        self._kept: list[Shown] = []

    def on_mount(self) -> None:
        """Follow what the keys do."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed, immediate=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the keys take, and there may be."""
        return max(1, len(self._lines(width)))

    def render(self) -> Content:
        """The lines."""
        lines = (Content.assemble(*(_part(each) for each in line)) for line in self._lines(self.size.width))
        return Content("\n").join(lines)

    def _lines(self, width: int) -> list[list[Shown]]:
        """The keys in lines; the last holds those that are always shown."""
        lines: list[list[Shown]] = [[]]
        kept = sum(each.width for each in self._kept)
        room = width
        for each in self._keys:
            if each.width > room - (kept if len(lines) == self._rows else 0):
                if len(lines) == self._rows:
                    break
                lines.append([])
                room = width
            lines[-1].append(each)
            room -= each.width
        if kept > room and len(lines) < self._rows:
            lines.append([])
        lines[-1] += self._kept
        return lines

    def _changed(self, screen: Screen[object]) -> None:
        if screen is not self.screen or not self.is_attached:
            return
        found: dict[str, Shown] = {}
        for _node, binding, enabled, _tooltip in screen.active_bindings.values():
            if binding.show and enabled and binding.action not in found:
                label = self.app.get_key_display(binding)
                found[binding.action] = Shown(binding.key, label, binding.description)
        kept = [shown for action, shown in found.items() if action in KEPT]
        keys = [shown for action, shown in found.items() if action not in KEPT]
        if (keys, kept) != (self._keys, self._kept):
            lines = len(self._lines(self.size.width))
            self._keys, self._kept = keys, kept
            self.refresh(layout=lines != len(self._lines(self.size.width)))


def _part(each: Shown) -> Content:
    clicked = Style.from_meta({"@click": f"app.simulate_key({each.key!r})"})
    text = Content.assemble(" ", (each.label, "bold $text-accent"), f" {each.text} ")
    return text.stylize(clicked)

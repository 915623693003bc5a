"""The keys of a screen at its foot, in rows under each other where they do not fit beside each other."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeyBar(Footer):
    """Textual's footer scrolls keys out of sight; this one shows them all."""

    DEFAULT_CSS = """
    KeyBar { layout: grid; grid-columns: auto; grid-rows: 1; height: auto; max-height: 3; }
    KeyBar FooterKey.-command-palette { dock: none; border: none; padding: 0 0 0 1; }
    """

    def compose(self) -> ComposeResult:
        """The keys."""
        yield from super().compose()
        self.call_after_refresh(self._fit)

    def on_resize(self, event: events.Resize) -> None:
        """Another width."""
        self._fit()

    def _fit(self) -> None:
        """As few rows as there is room for."""
        widths = [key.get_content_width(self.size, self.size) for key in self.query(FooterKey)]
        for columns in range(len(widths), 0, -1):
            if sum(max(widths[at::columns]) for at in range(columns)) <= self.size.width or columns == 1:
                self.styles.grid_size_columns = columns
                return

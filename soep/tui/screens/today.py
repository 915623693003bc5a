"""Home: the consults of today and earlier."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import DataTable, Footer

from soep.tui.screens.base import SoepScreen


class TodayScreen(SoepScreen[None]):
    """The list."""

    def compose(self) -> ComposeResult:
        """A table."""
        yield DataTable(id="consults")
        yield Footer()

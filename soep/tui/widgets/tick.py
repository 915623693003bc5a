"""A box to tick that can be read without colour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Tick(Checkbox):
    """A checkbox whose box is empty until it is ticked; textual's own always shows a cross, in another colour."""

    def render(self) -> Content:
        """With or without a cross."""
        self.BUTTON_INNER = "x" if self.value else " "
        return super().render()

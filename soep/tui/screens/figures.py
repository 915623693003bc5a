"""The user's own figures."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class FiguresScreen(SoepScreen[None]):
    """Edit times, kept lines and flags, without content."""

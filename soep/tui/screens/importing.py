"""Recordings from disk into the store."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class ImportScreen(SoepScreen[None]):
    """A file browser and a field for a path."""

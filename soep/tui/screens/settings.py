"""The settings of the practice."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class SettingsScreen(SoepScreen[None]):
    """Shows and changes the settings file."""

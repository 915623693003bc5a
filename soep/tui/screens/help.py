"""All keys, by screen."""

from __future__ import annotations

from textual.screen import ModalScreen


class HelpScreen(ModalScreen[None]):
    """The keys of every screen."""

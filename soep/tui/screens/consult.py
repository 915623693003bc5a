"""One consult: what was said, and the note that rests on it."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class ConsultScreen(SoepScreen[None]):
    """The transcript beside the note."""

    def __init__(self, consult_id: str) -> None:
        super().__init__()
        self.consult_id = consult_id

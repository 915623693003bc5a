"""Approving notes, and taking them to the EHR."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class ApproveScreen(SoepScreen[None]):
    """The notes of a consult as they will leave."""

    def __init__(self, consult_id: str) -> None:
        super().__init__()
        self.consult_id = consult_id

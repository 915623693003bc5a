"""Recording a consult or a dictation."""

from __future__ import annotations

from soep.tui.screens.base import SoepScreen


class RecordScreen(SoepScreen[None]):
    """Records until it is stopped; ``dictation`` records the GP's own voice and asks no consent."""

    def __init__(self, *, dictation: bool = False) -> None:
        super().__init__()
        self.dictation = dictation

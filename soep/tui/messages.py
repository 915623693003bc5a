"""What the application tells its screens."""

from __future__ import annotations

from textual.message import Message


class ConsultChanged(Message, bubble=False):
    """A consult changed in the background: its work went on, ended or failed; with an empty id, several did."""

    def __init__(self, consult_id: str) -> None:
        self.consult_id = consult_id
        super().__init__()

"""What the application tells its screens."""

from __future__ import annotations

from textual.message import Message


class ConsultChanged(Message, bubble=False):
    """A consult changed in the background: its work went on, ended or failed; with an empty id, several did."""

    def __init__(self, consult_id: str) -> None:
        self.consult_id = consult_id
        super().__init__()


class NextField(Message, bubble=False):
    """The next field of an approved note is wanted on the clipboard: a pedal, or a key in another program."""

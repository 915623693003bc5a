"""A clipboard in memory, for tests of what puts things on it."""

from __future__ import annotations


class FakeClipboard:
    """Holds the text; ``blind`` cannot be read back, as through a terminal."""

    def __init__(self, *, blind: bool = False) -> None:
        self.text = ""
        self.copied: list[str] = []
        self.blind = blind

    def put(self, text: str) -> None:
        self.text = text
        self.copied.append(text)

    def read(self) -> str | None:
        return None if self.blind else self.text

    def clear(self) -> None:
        self.text = ""

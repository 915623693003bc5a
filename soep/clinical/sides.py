"""Left and right, in words and in the short forms of a note (re, li, bdz, AD, AS, OD, OS)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """A side of the body."""

    LEFT = "li"
    RIGHT = "re"
    BOTH = "bdz"


@dataclass(frozen=True, slots=True)
class SideMention:
    """A side in a text; ``organ`` is "oor" or "oog" where the short form says so, else empty."""

    side: Side
    span: tuple[int, int]
    organ: str = ""


_WORDS = {
    Side.BOTH: (
        r"beiderzijds|bdz|bilatera\w+|links\s+en\s+rechts|rechts\s+en\s+links|li\s+en\s+re|re\s+en\s+li"
        r"|beide\s+(?:kanten|zijden|oren|ogen|benen|armen|handen|voeten|knieën|longen)"
    ),
    Side.LEFT: r"links(?!af)|linker\w*|li\b\.?",
    Side.RIGHT: r"rechts(?!treeks|af\b)|rechter(?!lijk)\w*|re\b\.?",
}
_SHORT = {"AD": (Side.RIGHT, "oor"), "AS": (Side.LEFT, "oor"), "OD": (Side.RIGHT, "oog"), "OS": (Side.LEFT, "oog")}
_SHORT_BOTH = {"ADS": "oor", "ODS": "oog"}
_SIDE = re.compile(
    r"\b(?:" + "|".join(f"(?P<{side.name}>{pattern})" for side, pattern in _WORDS.items()) + r")(?!\w)", re.IGNORECASE
)
_CAPITALS = re.compile(r"\b(ADS|ODS|AD|AS|OD|OS)\b")


def find(text: str) -> list[SideMention]:
    """The sides that ``text`` names, in order."""
    found = [SideMention(Side[match.lastgroup or ""], match.span()) for match in _SIDE.finditer(text)]
    for match in _CAPITALS.finditer(text):
        side, organ = _SHORT.get(match[1], (Side.BOTH, _SHORT_BOTH.get(match[1], "")))
        found.append(SideMention(side, match.span(), organ))
    return sorted(found, key=lambda mention: mention.span)

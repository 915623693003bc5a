"""Text that is safe to print, to put in XML and to compare: one line, without invisible characters."""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 8
"""Accents and other marks that one letter keeps; no language has more, and sorting thousands takes minutes."""
# Control characters (a terminal obeys them, XML refuses them), soft hyphens, marks that reorder text, lone surrogates,
# byte order marks and the two code points that are no character.  Real white space is handled by str.split.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_SOUND_MARKS = "\uff9e\uff9f"  # Japanese letters that become marks (NFKD)
_MAYBE_MARKS = re.compile(rf"(?:[^\w\s\x00-\x7f]|[{_SOUND_MARKS}]){{{MOST_MARKS + 1},}}")


def one_line(text: str) -> str:
    """The text without invisible characters, every run of white space as one space."""
    return " ".join(_few_marks(_INVISIBLE.sub("", text)).split())


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), which takes quadratic time where a letter has many marks."""
    return unicodedata.normalize("NFC", _few_marks(text))


def _few_marks(text: str) -> str:
    return _MAYBE_MARKS.sub(_first_marks, text)


def _first_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in found[0]:
        is_mark = character in _SOUND_MARKS or unicodedata.category(character).startswith("M")
        marks = marks + 1 if is_mark else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)

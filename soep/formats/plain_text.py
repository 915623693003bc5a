"""Text that is safe to print, to put in XML and to compare: one line, without invisible characters."""

from __future__ import annotations

import re

# Control characters (a terminal obeys them, XML refuses them), soft hyphens, marks that reorder text, lone surrogates,
# byte order marks and the two code points that are no character.  Real white space is handled by str.split.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def one_line(text: str) -> str:
    """The text without invisible characters, every run of white space as one space."""
    return " ".join(_INVISIBLE.sub("", text).split())

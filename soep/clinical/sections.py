"""Spoken headings of a dictated note: "Subjectief", "bij onderzoek", "conclusie", "plan", and spoken punctuation."""

from __future__ import annotations

import re

from soep.clinical import cardinals
from soep.types import FieldName

_HEADINGS: dict[FieldName, str] = {
    "S": r"subjectie[fv]e?|anamnese|klachten|de\s+S|S(?=[:.])",
    "O": r"objectie[fv]e?|(?:bij\s+|lichamelijk\s+)?onderzoek|de\s+O|O(?=[:.])",
    "E": r"evaluatie|(?:werk)?diagnose|conclusie|de\s+E|E(?=[:.])",
    "P": r"plan|beleid|de\s+P|P(?=[:.])",
}
_HEADING = {
    field: re.compile(rf"\W*(?:en\s+|dan\s+|nu\s+)*(?:{words})\b\s*[:.,]?\s*", re.IGNORECASE)
    for field, words in _HEADINGS.items()
}
_SPOKEN_MARKS = (
    (re.compile(r"[\s,.]*\bnieuwe\s+(?:regel|alinea)\b[\s,.]*", re.IGNORECASE), ". "),
    (re.compile(r"\s+punt(?=\s+[^\W\d]|\s*[.,]?\s*$)[.,]?", re.IGNORECASE), "."),
    (re.compile(r"\s+dubbele\s+punt\b", re.IGNORECASE), ":"),
)
_COMMA = re.compile(r"\s+komma\s+([^\W\d]+)", re.IGNORECASE)  # but "nul komma vijf" is a number


def spoken_marks(text: str) -> str:
    """Dictated "punt", "nieuwe regel" and "komma" as marks."""
    for pattern, mark in _SPOKEN_MARKS:
        text = pattern.sub(mark, text)
    return _COMMA.sub(
        lambda match: match.group() if cardinals.cardinal(match[1]) is not None else f", {match[1]}", text
    )


def heading(sentence: str) -> tuple[FieldName | None, str]:
    """The field that a sentence opens by its heading, and what is left of the sentence."""
    for field, pattern in _HEADING.items():
        match = pattern.match(sentence)
        if match:
            return field, sentence[match.end() :]
    return None, sentence

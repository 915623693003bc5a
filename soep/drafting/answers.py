"""Reading the note that a chat model wrote as JSON: tolerant of what stands around it, strict in what it takes.

An answer may come in a code fence, after thoughts, with words around it, or cut off at the model's limit.  A line is
taken only when it is text of a sane length that cites utterances of the question.  Nothing here raises.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from soep.types import FIELDS, FieldName, NoteLine

MAX_NOTES = 6
MAX_LINES = 12
"""In one field of one note."""
MAX_LINE_CHARACTERS = 240
"""A longer line is left out rather than cut: its end may be what turns its meaning."""
MAX_TITLE_CHARACTERS = 80
MAX_EVIDENCE = 8
MAX_ANSWER_CHARACTERS = 100_000
_MAX_DEPTH = 16
_MAX_ATTEMPTS = 20

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_BULLET = re.compile(r"^(?:[-–•*]\s+|[SOEP]:\s+)+")
# What models write in a field for which nothing was said.
_EMPTY = re.compile(
    r"^\W*(?:n\.?\s?v\.?\s?t|geen|nee|onbekend|niets|leeg|niet\s+(?:besproken|genoemd|gezegd|vermeld|van\s+toepassing))?\W*$",
    re.IGNORECASE,
)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True, slots=True)
class AnsweredNote:
    """One note as a model gave it; a title without evidence tells problems apart, and is not shown."""

    title: NoteLine
    lines: tuple[tuple[FieldName, NoteLine], ...]


def parse(answer: str, allowed: Collection[int]) -> tuple[AnsweredNote, ...] | None:
    """The notes in a model's answer.

    Args:
        answer: as the model gave it.
        allowed: ids of the utterances that a line may cite; others are ignored.

    Returns:
        The notes that hold a line, which may be none; None when the answer is not of the form at all.
    """
    found = _notes(answer[:MAX_ANSWER_CHARACTERS])
    if found is None:
        return None
    notes = (_note(one, allowed) for one in found[:MAX_NOTES] if isinstance(one, dict))
    return tuple(note for note in notes if note.lines)


def visible(text: str) -> str:
    """A text as one row, without what cannot be seen."""
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE).split())


def _notes(answer: str) -> list[Any] | None:
    """The list of notes in an answer: the first JSON object that has one, or that is a note itself."""
    text = _THOUGHTS.sub("", answer)
    start = text.find("{")
    for _attempt in range(_MAX_ATTEMPTS):
        if start < 0:
            return None
        value = _object(text[start:])
        if isinstance(value, dict):
            if isinstance(value.get("notes"), list):
                return list(value["notes"])
            if any(isinstance(value.get(field), list) for field in FIELDS):
                return [value]
        start = text.find("{", start + 1)
    return None


def _object(text: str) -> Any:
    """What the JSON at the beginning of a text holds; of one that was cut off, what is complete; else None."""
    for attempt in (text, _closed(text)):
        try:
            return json.JSONDecoder().raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _closed(text: str) -> str:
    """A cut-off JSON text up to its last complete object or list, with what is open closed; empty when hopeless."""
    open_marks: list[str] = []
    complete = ""
    in_string = escaped = False
    for place, character in enumerate(text):
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "{[":
            open_marks.append("}" if character == "{" else "]")
            if len(open_marks) > _MAX_DEPTH:
                break
        elif character in "}]":
            if not open_marks or open_marks.pop() != character:
                break
            # A line is whole at its brace: its list of evidence may be complete before its text is there.
            if character == "}":
                complete = text[: place + 1] + "".join(reversed(open_marks))
    return complete


def _note(value: Mapping[str, Any], allowed: Collection[int]) -> AnsweredNote:
    problem = value.get("problem")
    title = problem if isinstance(problem, dict) else {"text": problem}
    lines: list[tuple[FieldName, NoteLine]] = []
    for field in FIELDS:
        given = value.get(field)
        items = given[:MAX_LINES] if isinstance(given, list) else [given]
        read = (_line(item, allowed, MAX_LINE_CHARACTERS) for item in items if isinstance(item, dict))
        lines += [(field, line) for line in read if line.text and line.evidence]
    return AnsweredNote(_line(title, allowed, MAX_TITLE_CHARACTERS), tuple(lines))


def _line(item: Mapping[str, Any], allowed: Collection[int], longest: int) -> NoteLine:
    text = _text(item.get("text"))
    return NoteLine(text if len(text) <= longest else "", _evidence(item.get("evidence"), allowed))


def _text(value: object) -> str:
    """One row of visible characters, without what marks it as an item of a list; empty for a field with nothing."""
    if not isinstance(value, str):
        return ""
    text = _BULLET.sub("", visible(value))
    return "" if _EMPTY.match(text) else text


def _evidence(value: object, allowed: Collection[int]) -> tuple[int, ...]:
    cited = value if isinstance(value, list) else [value]
    numbers = (_number(one) for one in cited)
    return tuple(dict.fromkeys(one for one in numbers if one is not None and one in allowed))[:MAX_EVIDENCE]


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None

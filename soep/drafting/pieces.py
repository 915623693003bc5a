"""A consult as a running exchange for a small language model: prompt, grammar and reading what it wrote.

A model of one to two billion parameters loses its way when it must write a whole note after a whole consult.  So it
gets the consult in pieces of eight utterances and answers each with the lines that became certain in it.  It sees
what was said and written before, and each token is read once: in training a consult costs little more than its
length, and while drafting the work done for earlier pieces stays in the prompt cache.

Training (`models/drafter/train.py`) and inference share this module, so that they never differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from soep.types import FIELDS, FieldName, NoteLine, Role, Source, Utterance

PIECE_LENGTH = 8
PIECES_IN_VIEW = 12
"""A longer consult begins a new view, headed by the lines that matter most so far."""
MAX_LINES = 8
MAX_LINE_CHARACTERS = 160
MAX_EVIDENCE = 6
NOTHING = "-"
ASK_TITLES = "Titels"
EARLIER = "Eerder genoteerd:"

_LINE = re.compile(r"^([SOEP])([2-9]?)([!-]?) \[(\d+(?:, ?\d+)*)\] (\S.*)$")
_TITLE = re.compile(r"^([1-9]) \[(\d+(?:, ?\d+)*)\] (\S.*)$")
_CHAT_MARK = re.compile(r"<\|[^|>]*\|>")
_LETTERS = {Role.ARTS: "A", Role.PATIENT: "P", Role.BEGELEIDER: "B", Role.ONBEKEND: "?"}
_DICTATION_LETTER = "D"


class Keep(StrEnum):
    """How much a GP would miss a line."""

    MUST = "must"
    USEFUL = "useful"
    MAY = "may"


_MARKS = {Keep.MUST: "!", Keep.USEFUL: "", Keep.MAY: "-"}
_KEEPS = {mark: keep for keep, mark in _MARKS.items()}


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as the model writes it: its place, how much it matters, and its problem counted from 0."""

    field: FieldName
    line: NoteLine
    keep: Keep = Keep.USEFUL
    problem: int = 0

    @property
    def text(self) -> str:
        """The line in the form that the model writes."""
        number = str(self.problem + 1) if self.problem else ""
        return f"{self.field}{number}{_MARKS[self.keep]} {_cited(self.line)}"


def _cited(line: NoteLine) -> str:
    return f"[{','.join(map(str, line.evidence))}] {line.text}"


def cut(utterances: Sequence[Utterance]) -> Iterator[tuple[Utterance, ...]]:
    """Cut a consult into pieces of ``PIECE_LENGTH``."""
    for start in range(0, len(utterances), PIECE_LENGTH):
        yield tuple(utterances[start : start + PIECE_LENGTH])


def spoken(piece: Sequence[Utterance]) -> str:
    """What the model reads of a piece, a row an utterance: `12 P: …`.

    What was said cannot leave its place: marks of the chat form are taken out of the text.
    """
    return "\n".join(f"{u.id} {_letter(u)}: {_CHAT_MARK.sub(' ', ' '.join(u.text.split()))}" for u in piece)


def _letter(utterance: Utterance) -> str:
    return _DICTATION_LETTER if utterance.source is Source.DICTAAT else _LETTERS[utterance.role]


def written(lines: Sequence[WrittenLine]) -> str:
    """What the model writes for a piece."""
    return "\n".join(line.text for line in lines) or NOTHING


def titles(lines: Sequence[tuple[int, NoteLine]]) -> str:
    """What the model writes when asked for titles: a row a problem."""
    return "\n".join(f"{problem + 1} {_cited(line)}" for problem, line in lines) or NOTHING


def earlier(lines: Sequence[WrittenLine]) -> str:
    """The head of a new view: what mattered most so far."""
    return "\n".join([EARLIER, *(line.text for line in lines if line.keep is Keep.MUST)])


def user(text: str) -> str:
    """A turn for the model to answer, in the chat form of the Qwen models, up to where its answer begins."""
    return f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"


def answer(text: str) -> str:
    """The model's answer with what closes it."""
    return f"{text}<|im_end|>\n"


def line_grammar(ids: Sequence[int]) -> str:
    """A GBNF grammar that allows only `-` or lines of the form `S! [2,4] tekst`, citing only these utterances."""
    return (
        f'root ::= "{NOTHING}" | line ("\\n" line){{0,{MAX_LINES - 1}}}\n'
        f'line ::= [SOEP] [2-4]? [!-]? " [" id ("," id){{0,{MAX_EVIDENCE - 1}}} "] " {_TEXT}\n'
        f"id ::= {_alternatives(ids)}\n"
    )


def title_grammar(ids: Sequence[int], problems: int) -> str:
    """A GBNF grammar that allows one title for each problem."""
    rows = ' "\\n" '.join(f'"{number + 1} [" id ("," id){{0,2}} "] " {_TEXT}' for number in range(problems))
    return f"root ::= {rows}\nid ::= {_alternatives(ids)}\n"


_TEXT = f"[^\\n\\[\\]<>]{{2,{MAX_LINE_CHARACTERS}}}"


def _alternatives(ids: Sequence[int]) -> str:
    return " | ".join(f'"{number}"' for number in ids)


def parse_lines(text: str, allowed: Sequence[int]) -> list[WrittenLine]:
    """Read the lines that a model wrote; a line that is cut off or cites nothing allowed is left out."""
    found: list[WrittenLine] = []
    for row in text.splitlines():
        match = _LINE.match(row.strip())
        if match is None:
            continue
        evidence = _evidence(match[4], allowed)
        if evidence:
            name = next(field for field in FIELDS if field == match[1])
            problem = int(match[2]) - 1 if match[2] else 0
            found.append(WrittenLine(name, NoteLine(match[5].strip(), evidence), _KEEPS[match[3]], problem))
    return found


def parse_titles(text: str, allowed: Sequence[int]) -> dict[int, NoteLine]:
    """Read the titles that a model wrote, by problem counted from 0."""
    matches = (_TITLE.match(row.strip()) for row in text.splitlines())
    return {int(m[1]) - 1: NoteLine(m[3].strip(), _evidence(m[2], allowed)) for m in matches if m is not None}


def _evidence(cited: str, allowed: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in map(int, cited.split(",")) if number in allowed))

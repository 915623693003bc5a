"""A consult as a running exchange for a small language model: prompt, grammar and reading what it wrote.

A model of one to two billion parameters loses its way when it must write a whole note after a whole consult.  So it
gets the consult in pieces of eight utterances and answers each with the lines that became certain in it.  It sees
what was said and written before, and each token is read once: in training a consult costs little more than its
length, and while drafting the work done for earlier pieces stays in the prompt cache.  What it sees is a view of
bounded length: a longer consult goes on in a new view, headed by the lines that matter most so far.

Training (`models/drafter/train.py`) and inference share this module, so that they never differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.numbers import to_digits
from soep.types import FIELDS, FieldName, NoteLine, Role, Source, Utterance

PIECE_LENGTH = 8
PIECE_CHARACTERS = 2400
ROW_CHARACTERS = 600
"""A longer utterance (an imported dictation) is read in rows that all bear its number."""
PIECES_IN_VIEW = 8
VIEW_CHARACTERS = 4500
"""With its last answer and the titles a view then fits in 4096 tokens, down to 2.2 characters a token; the views of
the training consults have 2.47 at the least (Qwen2.5's tokens)."""
EARLIER_CHARACTERS = 800
MAX_LINES = 16
MAX_LINE_CHARACTERS = 160
MAX_EVIDENCE = 6
NOTHING = "-"
ASK_TITLES = "Titels"
EARLIER = "Eerder genoteerd:"

_LINE = re.compile(r"^([SOEP])([2-9]?)([!-]?) \[(\d+(?:, ?\d+)*)\] (\S.*)$")
_TITLE = re.compile(r"^([1-9]) \[(\d+(?:, ?\d+)*)\] (\S.*)$")
_HALF_ROW = ROW_CHARACTERS // 2
_ROW = re.compile(
    rf"\S.{{0,{ROW_CHARACTERS - 1}}}$"  # all that is left, else up to a sentence's end, a word's end, or anywhere
    rf"|\S.{{{_HALF_ROW},{ROW_CHARACTERS - 2}}}[.!?…](?= )"
    rf"|\S.{{0,{ROW_CHARACTERS - 1}}}(?= )"
    rf"|\S{{{ROW_CHARACTERS}}}"
)
_LETTERS = {Role.ARTS: "A", Role.PATIENT: "P", Role.BEGELEIDER: "B", Role.ONBEKEND: "?"}
_DICTATION_LETTER = "D"
_HESITATION = re.compile(r"(^|\s)(?:[Ee]hm?|[Uu]hm?)\b(?:,|\.{3}|…)?")


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
    """Cut a consult into pieces of ``PIECE_LENGTH`` rows, or fewer where the rows are long.

    An utterance longer than a row comes as several, all with its id.
    """
    piece: list[Utterance] = []
    for row in (row for utterance in utterances for row in _rows(utterance)):
        if is_full(piece) or len(spoken([*piece, row])) > PIECE_CHARACTERS:
            yield tuple(piece)
            piece = []
        piece.append(row)
    if piece:
        yield tuple(piece)


def is_full(piece: Sequence[Utterance]) -> bool:
    """Whether no later utterance can join this piece."""
    return len(piece) >= PIECE_LENGTH


def _rows(utterance: Utterance) -> Iterator[Utterance]:
    text = " ".join(utterance.text.split())
    if len(text) <= ROW_CHARACTERS:
        yield utterance
        return
    for part in _ROW.findall(text):
        yield replace(utterance, text=part, words=())


def fits(view: str, pieces: int, turn: str) -> bool:
    """Whether a view of this text and number of pieces has room for one more; else a new view begins."""
    return pieces < PIECES_IN_VIEW and len(view) + len(turn) <= VIEW_CHARACTERS


def spoken(piece: Sequence[Utterance]) -> str:
    """What the model reads of a piece, a row an utterance: `12 P: …`.

    What was said cannot leave its place: newlines go, and what looks like a mark of the chat form is broken up.
    The model need not count or weigh words: spoken numbers come as digits, a corrected slip ("links, nee, rechts") as
    what was meant, and without hesitation.
    """
    return "\n".join(f"{u.id} {_letter(u)}: {_plain(u.text)}" for u in piece)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    fluent = _HESITATION.sub(r"\1", to_digits(resolve(text)))
    return " ".join(fluent.split()).replace("<|", "< |").replace("|>", "| >")


def _letter(utterance: Utterance) -> str:
    return _DICTATION_LETTER if utterance.source is Source.DICTAAT else _LETTERS[utterance.role]


def written(lines: Sequence[WrittenLine]) -> str:
    """What the model writes for a piece."""
    return "\n".join(line.text for line in lines) or NOTHING


def titles(lines: Sequence[tuple[int, NoteLine]]) -> str:
    """What the model writes when asked for titles: a row a problem."""
    return "\n".join(f"{problem + 1} {_cited(line)}" for problem, line in lines) or NOTHING


def head(lines: Sequence[WrittenLine]) -> str:
    """The beginning of a new view: what was noted earlier, which asks for no answer."""
    return user(earlier(lines)) + answer(NOTHING)


def earlier(lines: Sequence[WrittenLine]) -> str:
    """What mattered most so far; where that is much, the newest of it."""
    kept: list[str] = []
    room = EARLIER_CHARACTERS - len(EARLIER)
    for line in (line for line in reversed(lines) if line.keep is Keep.MUST):
        room -= len(line.text) + 1
        if room < 0:
            break
        kept.append(line.text)
    return "\n".join([EARLIER, *reversed(kept)])


def user(text: str) -> str:
    """A turn for the model to answer, in the chat form of the Qwen models, up to where its answer begins."""
    return f"{open_turn(text)}<|im_end|>\n<|im_start|>assistant\n"


def open_turn(text: str) -> str:
    """A turn of which more may follow."""
    return f"<|im_start|>user\n{text}"


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


_TEXT = f"[^ \\n\\[\\]|] [^\\n\\[\\]|]{{1,{MAX_LINE_CHARACTERS - 1}}}"
"""No brackets, which hold evidence, and no `|`, without which there is no chat mark; `T > 38` may stand."""


def _alternatives(ids: Sequence[int]) -> str:
    return " | ".join(f'"{number}"' for number in ids)


def without_last_row(text: str) -> str:
    """What is certain of an answer that was cut off."""
    return text.rpartition("\n")[0]


def parse_lines(text: str, allowed: Sequence[int]) -> list[WrittenLine]:
    """Read the lines that a model wrote; a line cut off at its longest, or citing nothing allowed, is left out."""
    found: list[WrittenLine] = []
    for match in _matches(_LINE, text):
        evidence = _evidence(match[4], allowed)
        if evidence:
            name = next(field for field in FIELDS if field == match[1])
            problem = int(match[2]) - 1 if match[2] else 0
            found.append(WrittenLine(name, NoteLine(match[5].strip(), evidence), _KEEPS[match[3]], problem))
    return found


def parse_titles(text: str, allowed: Sequence[int]) -> dict[int, NoteLine]:
    """Read the titles that a model wrote, by problem counted from 0; one cut off at its longest is left out."""
    return {int(m[1]) - 1: NoteLine(m[3].strip(), _evidence(m[2], allowed)) for m in _matches(_TITLE, text)}


def _matches(form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for row in text.split("\n"):
        match = form.match(row)
        if match is not None and len(match[form.groups]) < MAX_LINE_CHARACTERS:
            yield match


def _evidence(cited: str, allowed: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in map(int, cited.split(",")) if number in allowed))

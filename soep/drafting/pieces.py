"""A consult in pieces for a small language model: cutting, prompt, grammar and reading what it wrote.

A model of one to two billion parameters loses its way in a whole consult but follows eight utterances well.
Training (`models/drafter/train.py`) and inference share this module, so that they never differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from soep.types import FIELDS, FieldName, NoteLine, Role, Source, Utterance

PIECE_LENGTH = 8
CONTEXT_LENGTH = 2
MAX_LINES = 8
MAX_LINE_CHARACTERS = 160
NOTHING = "-"

SYSTEM_PROMPT = (
    "Je schrijft voor een Nederlandse huisarts SOEP-regels in telegramstijl uit een stuk van een consult. "
    "Eén feit per regel: veld (S, O, E of P), de nummers van de uitingen waar het op rust, en de tekst. "
    "Schrijf alleen wat gezegd is. Staat er niets om te noteren, schrijf dan -."
)
"""Part of what the model was trained on: a change needs new training."""

_LINE = re.compile(r"^([SOEP]) \[(\d+(?:, ?\d+)*)\] (\S.*)$")
_CHAT_MARK = re.compile(r"<\|[^|>]*\|>")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some utterances to write lines for, after a little of what came before."""

    context: tuple[Utterance, ...]
    utterances: tuple[Utterance, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids that a line may cite: those of the piece and of its context."""
        return tuple(u.id for u in (*self.context, *self.utterances))


def cut(utterances: Sequence[Utterance]) -> Iterator[Piece]:
    """Cut a consult into pieces of ``PIECE_LENGTH`` with ``CONTEXT_LENGTH`` before."""
    for start in range(0, len(utterances), PIECE_LENGTH):
        before = utterances[max(0, start - CONTEXT_LENGTH) : start]
        yield Piece(tuple(before), tuple(utterances[start : start + PIECE_LENGTH]))


def prompt(piece: Piece) -> str:
    """The prompt of a piece in the chat form of the Qwen models.

    What was said cannot leave its place: marks of the chat form are taken out of the text.
    """
    rows = [*(_row(u) for u in piece.context), "---", *(_row(u) for u in piece.utterances)]
    conversation = "\n".join(rows if piece.context else rows[1:])
    return (
        f"<|im_start|>system\n{SYSTEM_PROMPT}<|im_end|>\n"
        f"<|im_start|>user\n{conversation}<|im_end|>\n"
        f"<|im_start|>assistant\n"
    )


def _row(utterance: Utterance) -> str:
    speaker = "dictaat" if utterance.source is Source.DICTAAT else _speaker(utterance.role)
    return f"{utterance.id} {speaker}: {_CHAT_MARK.sub(' ', ' '.join(utterance.text.split()))}"


def _speaker(role: Role) -> str:
    return "?" if role is Role.ONBEKEND else role.value


def grammar(piece: Piece) -> str:
    """A GBNF grammar that allows only lines of the form `S [2,4] tekst`, citing only ids of this piece."""
    ids = " | ".join(f'"{number}"' for number in piece.ids)
    return (
        f'root ::= "{NOTHING}" | line ("\\n" line){{0,{MAX_LINES - 1}}}\n'
        f'line ::= [SOEP] " [" id ("," id){{0,5}} "] " [^\\n\\[\\]<>]{{2,{MAX_LINE_CHARACTERS}}}\n'
        f"id ::= {ids}\n"
    )


def target(lines: Sequence[tuple[FieldName, NoteLine]]) -> str:
    """What the model should write for a piece (used in training)."""
    if not lines:
        return NOTHING
    return "\n".join(f"{name} [{','.join(map(str, line.evidence))}] {line.text}" for name, line in lines)


def parse(text: str, piece: Piece) -> list[tuple[FieldName, NoteLine]]:
    """Read the lines that a model wrote; a line that is cut off or cites nothing of the piece is left out."""
    allowed = set(piece.ids)
    found: list[tuple[FieldName, NoteLine]] = []
    for row in text.splitlines():
        match = _LINE.match(row.strip())
        if match is None:
            continue
        evidence = tuple(dict.fromkeys(n for n in map(int, match[2].split(",")) if n in allowed))
        if evidence:
            name = next(field for field in FIELDS if field == match[1])
            found.append((name, NoteLine(match[3].strip(), evidence)))
    return found

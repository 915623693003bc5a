"""The training corpus as exchanges: what the model reads and what it should answer.

Splits are by consult: the evaluation consults stand in `benchmarks/` and are never read here.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from noise import as_recognised

from soep.drafting import pieces
from soep.drafting.pieces import Keep, WrittenLine
from soep.types import FIELDS, NoteLine, Role, Source, Utterance

CORPUS = Path(__file__).parent / "corpus"
HELD_OUT = frozenset({"t030", "t110", "t150", "u005", "u110", "u220"})
"""Never trained on: their loss compares runs. Drafts are measured on the consults of ``benchmarks/`` instead."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of an example: what is read (no loss) or what is to be written (loss)."""

    text: str
    learned: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """A consult with its lines in the model's form, and a title a problem."""

    id: str
    utterances: tuple[Utterance, ...]
    lines: tuple[WrittenLine, ...]
    titles: tuple[tuple[int, NoteLine], ...]


def read(folder: Path = CORPUS) -> list[Labelled]:
    """All consults of the corpus, in order of id."""
    return [_labelled(json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("[a-z][0-9]*.json"))]


def _labelled(consult: dict[str, Any]) -> Labelled:
    source = Source.DICTAAT if consult["setting"] == "dictaat" else Source.GESPREK
    utterances = tuple(
        Utterance(row["i"], row["text"], Role(row["role"]), 1.0, source=source) for row in consult["utterances"]
    )
    lines, titles = [], []
    for problem, note in enumerate(consult["notes"]):
        for name in FIELDS:
            for row in note[name]:
                line = NoteLine(row["text"], tuple(row["evidence"][: pieces.MAX_EVIDENCE]))
                lines.append(WrittenLine(name, line, Keep(row.get("keep", "useful")), problem))
        titles.append((problem, NoteLine(note["problem"], _title_evidence(note))))
    return Labelled(consult["id"], utterances, tuple(lines), tuple(titles))


def _title_evidence(note: dict[str, Any]) -> tuple[int, ...]:
    """A title rests on the evaluation, else on the first complaint."""
    rows = [*note["E"], *note["S"], *note["O"], *note["P"]]
    return tuple(rows[0]["evidence"][:3]) if rows else ()


def examples(consult: Labelled, rng: random.Random, *, noisy: bool) -> Iterator[list[Turn]]:
    """A consult as one example a view: pieces to read, lines to write, and at the end the titles.

    A line is written in the piece that holds the last utterance it rests on.
    """
    utterances = as_recognised(consult.utterances, rng) if noisy else consult.utterances
    cut = list(pieces.cut(utterances))
    last_piece = {utterance.id: number for number, piece in enumerate(cut) for utterance in piece}
    done: list[WrittenLine] = []
    turns: list[Turn] = []
    pieces_in_view = 0
    for number, piece in enumerate(cut):
        read = Turn(pieces.user(pieces.spoken(piece)), learned=False)
        if not pieces.fits("".join(turn.text for turn in turns), pieces_in_view, read.text):
            yield turns
            turns, pieces_in_view = [Turn(pieces.head(done), learned=False)], 0
        lines = [line for line in _by_last_evidence(consult.lines) if last_piece[max(line.line.evidence)] == number]
        turns += [read, Turn(pieces.answer(pieces.written(lines)), learned=True)]
        done.extend(lines)
        pieces_in_view += 1
    turns.append(Turn(pieces.user(pieces.ASK_TITLES), learned=False))
    turns.append(Turn(pieces.answer(pieces.titles(consult.titles)), learned=True))
    yield turns


def _by_last_evidence(lines: Sequence[WrittenLine]) -> list[WrittenLine]:
    return sorted((line for line in lines if line.line.evidence), key=lambda written: max(written.line.evidence))


def shifted(consult: Labelled, first_id: int) -> Labelled:
    """The same consult with its utterances numbered from another id, so that numbers are read and not learned."""
    by = first_id - consult.utterances[0].id

    def moved(line: NoteLine) -> NoteLine:
        return replace(line, evidence=tuple(number + by for number in line.evidence))

    return Labelled(
        consult.id,
        tuple(replace(u, id=u.id + by) for u in consult.utterances),
        tuple(replace(w, line=moved(w.line)) for w in consult.lines),
        tuple((problem, moved(line)) for problem, line in consult.titles),
    )

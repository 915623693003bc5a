"""What a model overlooked, added by rule where the note has room: a small model leaves out more than it invents.

The rules are those of the list of what stands in no line (``unsaid``): what was said, as a line that could stand in
the note.  Only what is worth most comes in, behind what the model wrote itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soep.drafting.drafter import ProposedLine, note_of
from soep.drafting.merging import Entry
from soep.drafting.unsaid.held import Held
from soep.drafting.unsaid.reading import read
from soep.types import NoteLine, Utterance

LEAST_WORTH = 0.6
"""Of a fact, below which it is left to the list."""
DISCOUNT = 0.2
"""What a fact is worth beside a line of the model's own: 0.45 found one in a hundred less on the consults for
development, where a least worth of 0.8 made no difference."""


def overlooked(written: Sequence[ProposedLine], utterances: Sequence[Utterance], *, dictation: bool) -> Iterator[Entry]:
    """Lines for what was said, matters, and stands in no line that was written.

    Args:
        written: the model's lines, of all problems.
        utterances: the whole consult.
        dictation: only the GP speaks.
    """
    held = Held([note_of(written)])
    for fact in read(utterances, dictation=dictation):
        if fact.worth >= LEAST_WORTH and not held.holds(fact):
            line = NoteLine(_sentence(fact.text), fact.evidence)
            yield Entry(ProposedLine(fact.field, line, _problem(fact.evidence, written)), DISCOUNT * fact.worth)


def _problem(evidence: tuple[int, ...], written: Sequence[ProposedLine]) -> int:
    """The problem that was spoken of nearest to it."""

    def distance(line: ProposedLine) -> int:
        return min(abs(one - other) for one in evidence for other in line.line.evidence)

    near = [line for line in written if line.line.evidence]
    return min(near, key=distance).problem if near and evidence else 0


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."

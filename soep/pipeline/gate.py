"""What a drafter gets to see: nothing of what no note can be made of, and no text that means to instruct it.

The same for every drafter, and before it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from soep.clinical import usable
from soep.clinical.instructions import without_instructions
from soep.clinical.usable import Obstacle
from soep.types import Remark, Utterance
from soep.wording import RemarkCode

_CODES = {
    Obstacle.TOO_LITTLE: RemarkCode.TOO_LITTLE_SAID,
    Obstacle.FOREIGN: RemarkCode.NO_DUTCH_NOTE,
    Obstacle.GARBLED: RemarkCode.NOT_UNDERSTOOD,
    Obstacle.NOT_A_CONSULT: RemarkCode.NOT_A_CONSULT,
}


def no_note_of(utterances: Sequence[Utterance], *, dictation: bool) -> Remark | None:
    """Why no note can be made of these utterances, or None where one can."""
    found = usable.look([utterance.text for utterance in utterances], one_speaker=dictation)
    if found is None:
        return None
    return Remark(_CODES[found.obstacle], {"language": found.language} if found.language else {})


def to_draft(utterances: Sequence[Utterance]) -> list[Utterance]:
    """The utterances without what reads like an instruction to a language model; they stay whole in the transcript."""
    kept = []
    for utterance in utterances:
        text = without_instructions(utterance.text)
        if text == utterance.text:
            kept.append(utterance)
        elif text:
            kept.append(replace(utterance, text=text, words=()))
    return kept


def left_out(utterances: Sequence[Utterance]) -> tuple[Remark, ...]:
    """What the GP is told of that."""
    ids = [str(u.id) for u in utterances if without_instructions(u.text) != u.text]
    return (Remark(RemarkCode.INSTRUCTION_LEFT_OUT, {"ids": ", ".join(ids)}),) if ids else ()

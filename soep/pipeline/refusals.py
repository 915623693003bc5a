"""When there is no note: what was said is looked at before a drafter is asked, whichever drafter that is."""

from __future__ import annotations

from collections.abc import Sequence

from soep.clinical import usable
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

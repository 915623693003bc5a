"""Which field a line belongs in, asked of what it rests on: small models know what was said better than where it goes.

The word weights of ``clinical.relevance`` say for each thing said how much it belongs in S, O, E or P; the line's own
words say it once more, and the model's choice counts for a good deal.  What only the patient told is S.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from soep.clinical import exchanges, relevance
from soep.clinical.exchanges import Unit
from soep.drafting.drafter import ProposedLine
from soep.types import FIELDS, FieldName, Role, Utterance

TRUST = 1.5
"""How much the model's choice counts, in log-odds.  On the lines of the development consults 1.5 leaves 95 % of right
choices as they are and mends 81 % of wrong ones; 2 leaves 96 % and mends 77 % (`docs/evaluation.md`)."""
OWN_WORDS = 0.5
"""How much the line's own words count beside what it rests on."""
_FLOOR = 0.02
_Shares = dict[FieldName, float]


class Placer:
    """Puts the lines of one consult in their fields."""

    def __init__(self, utterances: Sequence[Utterance], *, dictation: bool) -> None:
        self._units: dict[int, list[Unit]] = {}
        for unit in exchanges.units(utterances, dictation=dictation):
            for number in unit.ids:
                self._units.setdefault(number, []).append(unit)

    def place(self, proposed: ProposedLine) -> ProposedLine:
        """The line in the field that its words, what it rests on and the model together speak most for."""
        units = [unit for number in proposed.line.evidence for unit in self._units.get(number, [])]
        if not units:
            return proposed
        doctors = [unit for unit in units if unit.by_doctor]
        if not doctors:
            return replace(proposed, field="S")
        rests_on = _shares(units)
        words = _shares([replace(doctors[0], text=proposed.line.text, role=Role.ARTS, question="")])

        def score(field: FieldName) -> float:
            trust = TRUST * (field == proposed.field)
            return math.log(rests_on[field] + _FLOOR) + OWN_WORDS * math.log(words[field] + _FLOOR) + trust

        return replace(proposed, field=max(FIELDS, key=score))


def _shares(units: Sequence[Unit]) -> _Shares:
    """How much the units together speak for each field; what is hardly for the note counts little."""
    sums: _Shares = dict.fromkeys(FIELDS, 0.0)
    for unit in units:
        scores = relevance.scores(unit)
        weight = max(scores.values())
        for field in FIELDS:
            sums[field] += weight * scores[field]
    total = sum(sums.values()) or 1.0
    return {field: value / total for field, value in sums.items()}

"""Which field a line belongs in, asked of what it rests on: small models know what was said better than where it goes.

Clear signs decide first (``placing``).  Then the word weights of ``clinical.relevance`` say for each thing said how
much it belongs in S, O, E or P; the line's own words say it once more, and what the line had counts for a good deal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from soep.clinical import exchanges, relevance
from soep.clinical.exchanges import Unit
from soep.drafting.drafter import ProposedLine
from soep.drafting.placing import place
from soep.types import FIELDS, FieldName, Role, Utterance

TRUST = 2.0
"""How much the field that a line has counts, in log-odds.  With the signs this leaves 96 % of the right fields of the
development consults' lines as they are and mends 90 % of wrong ones; the signs alone 98 % and 78 %; with a trust of 1
it is 92 % and 89 % (`docs/evaluation.md`)."""
OWN_WORDS = 0.5
"""How much the line's own words count beside what it rests on."""
_FLOOR = 0.02
_Shares = dict[FieldName, float]


class Placer:
    """Puts the lines of one consult in their fields."""

    def __init__(self, utterances: Sequence[Utterance], *, dictation: bool) -> None:
        self._utterances = {utterance.id: utterance for utterance in utterances}
        self._dictation = dictation
        self._units: dict[int, list[Unit]] = {}
        for unit in exchanges.units(utterances, dictation=dictation):
            for number in unit.ids:
                self._units.setdefault(number, []).append(unit)

    def place(self, proposed: ProposedLine) -> ProposedLine:
        """The line in the field that its words, what it rests on and the model together speak most for."""
        proposed = place(proposed, self._utterances, dictation=self._dictation)
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

"""How much a GP would miss a thing, by its words and by its kind: safety first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from soep.clinical import importance
from soep.clinical.exchanges import Unit
from soep.drafting.unsaid import kinds
from soep.types import FieldName, UnsaidKind

_TOLD_FOR_SURE = re.compile(r"\bgeen aanwijzing|\bstop(?:pen)?$|^R/|^verwijzing", re.IGNORECASE)
"""What a doctor excludes, stops, prescribes and refers for: never small talk, whatever the other words."""
_NOT_DONE = re.compile(r"\b(?:gemeten|gedaan|gekeken|gebeld|gelezen|bijgehouden|opgelet)$", re.IGNORECASE)
_NOT_DONE_COST = 0.4
_SURE_GAIN = 0.25
_GAIN = {
    UnsaidKind.ALLERGY: 0.5,
    UnsaidKind.SUICIDALITY: 0.5,
    UnsaidKind.MEDICINE: 0.2,
    UnsaidKind.SAFETY_NET: 0.3,
    UnsaidKind.CONCLUSION: 0.2,
    UnsaidKind.MEASUREMENT: 0.2,
    UnsaidKind.FOLLOW_UP: 0.1,
    UnsaidKind.SYMPTOM: -0.15,
    UnsaidKind.WORRY: -0.1,
    UnsaidKind.HISTORY: -0.05,
    UnsaidKind.DENIED: -0.1,
}
_ALARM_GAIN = {UnsaidKind.DENIED: 0.3, UnsaidKind.FINDING: 0.25, UnsaidKind.SYMPTOM: 0.1}
_ALARM_WORDS = 12
_RELEVANT, _MIDDLE = 0.2, 0.4
_LIKELY = 0.3
_AMOUNT_GAIN = 0.08
_OTHERS_COST = 0.15


def worth(unit: Unit, kind: UnsaidKind, text: str, relevant: Mapping[FieldName, float]) -> float:
    """About the probability that a GP would miss it, more for what is dangerous to leave out."""
    found = importance.score(unit) + _GAIN.get(kind, 0.0)
    found += _RELEVANT * (max(relevant.values()) - _MIDDLE)
    if kind is UnsaidKind.CONCLUSION and relevant["E"] < _LIKELY and not kinds.concludes(unit.text, text):
        found -= _GAIN[kind]  # of a sentence that belongs nowhere, E comes first by chance
    if kind in _ALARM_GAIN and len(text.split()) <= _ALARM_WORDS and kinds.names_alarm(text):
        found += _ALARM_GAIN[kind]
    if kind is UnsaidKind.DENIED and _NOT_DONE.search(text):
        found -= _NOT_DONE_COST
    if unit.by_doctor and _TOLD_FOR_SURE.search(text):
        found += _SURE_GAIN
    if kind is UnsaidKind.PLAN and any(letter.isdigit() for letter in text):
        found += _AMOUNT_GAIN
    if not unit.by_doctor and not unit.question and kinds.of_others(unit.text):
        found -= _OTHERS_COST
    return found

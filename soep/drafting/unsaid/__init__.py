"""What was said and matters, but stands in no line of the note: the omissions that the GP must see at a glance.

Only what was stated counts, not what was merely asked or supposed; safety nets are suppositions by nature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from soep.drafting.unsaid.facts import Fact
from soep.drafting.unsaid.held import Held
from soep.drafting.unsaid.ranking import listed
from soep.drafting.unsaid.reading import read
from soep.types import Role, SoepNote, Source, Unsaid, UnsaidKind, Utterance

LEAST_WORTH = 0.35
CITED_COST = 0.5
CROWDED_COST = 0.4
"""What a fact is worth less when a line rests on its utterance: the line may say it in words that no table knows, or
its writer left it out; a little less so when much was said in one breath."""
SIDE_WORTH = 0.8
OTHER_SIDE_GAIN = 0.15


def find(notes: Sequence[SoepNote], utterances: Sequence[Utterance]) -> tuple[Unsaid, ...]:
    """What was said and stands in no line, by kind, each thing once; of much, the most important.

    Args:
        notes: as they stand now.
        utterances: all of the consult, in order of time.
    """
    roles = {utterance.role for utterance in utterances if utterance.source is Source.GESPREK}
    held = Held(notes)
    facts = [beside(fact, held) for fact in read(utterances, dictation=roles <= {Role.ARTS})]
    return listed(fact for fact in facts if fact.worth >= LEAST_WORTH and not held.holds(fact))


def beside(fact: Fact, held: Held) -> Fact:
    """A fact as it counts beside these notes."""
    if fact.kind is UnsaidKind.MEDICINE and fact.dose and all(map(held.has_medicine, fact.medicines)):
        return replace(fact, kind=UnsaidKind.DOSE, text=f"{fact.medicines[0].name} {fact.dose}")
    if fact.sides and not held.sides and fact.names_body:
        return replace(fact, kind=UnsaidKind.SIDE, worth=max(fact.worth, SIDE_WORTH))
    if fact.names_body and fact.sides - held.sides:
        fact = replace(fact, worth=fact.worth + OTHER_SIDE_GAIN)
    if not held.cites(fact):
        return fact
    return replace(fact, worth=fact.worth - (CROWDED_COST if fact.crowded else CITED_COST))

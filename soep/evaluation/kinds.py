"""What kind of fact a check asks for, by a simple rule on its words: to see which kinds a drafter misses."""

from __future__ import annotations

import re
from enum import StrEnum

from soep.clinical import medicines


class FactKind(StrEnum):
    """Kinds of facts, the first that fits counts."""

    ALLERGY = "allergy"
    SAFETY_NET = "safety_net"
    DIAGNOSIS = "diagnosis"
    MEDICINE = "medicine"
    FOLLOW_UP = "follow_up"
    PLAN = "plan"
    SIDE = "side"
    FINDING = "finding"
    DENIED = "denied"
    HISTORY = "history"
    PRESENT = "present"
    OTHER = "other"


_ALLERGY = re.compile(r"allerg|overgevoelig|\bcave\b|\bintoleran", re.IGNORECASE)
_SAFETY_NET = re.compile(r"vangnet|\b11[23]\b|\bspoed|huisartsenpost|\bhap\b|\b(?:bellen|terug) bij\b", re.IGNORECASE)
_DOSE = re.compile(
    r"\d\s*(?:mg|mcg|ml|ie|gram|dd|dr|puf\w*|tabl\w*|druppels)\b|\bmedicat|\bpil\b|\bzalf|\bkuur\b", re.IGNORECASE
)
_FOLLOW_UP = re.compile(
    r"controle|\bctrl|terug|retour|afspraak|evaluat|\buitslag|\bbel(?:t|len|afspraak)?\b", re.IGNORECASE
)
_SIDE = re.compile(r"\b(?:re|li|links|rechts|linker|rechter|linksonder|rechtsonder|bdz|beiderzijds)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:geen|niet|nooit|zonder|ontkent|niets|noch)\b", re.IGNORECASE)
_HISTORY = re.compile(
    r"\bvg\b|voorgesch|famil|\brook|alcohol|\bdrinkt \d|\bdrugs|\bwerk|beroep|eerder|vroeger|operatie|geopereerd"
    r"|zwanger|\bjaar geleden|\b(?:19|20)\d\d\b|vader|moeder|\bbroer|\bzus\b|bekend met|gebruikt",
    re.IGNORECASE,
)


def kind_of(fact: str, field: str) -> FactKind:
    """The kind of a fact, from its name and the field of its check (``*`` for any)."""
    rules = (
        (FactKind.ALLERGY, _ALLERGY.search(fact)),
        (FactKind.SAFETY_NET, field in {"P", "*"} and _SAFETY_NET.search(fact)),
        (FactKind.DIAGNOSIS, field == "E"),
        (FactKind.MEDICINE, _DOSE.search(fact) or any(found.exact for found in medicines.find(fact))),
        (FactKind.FOLLOW_UP, field == "P" and _FOLLOW_UP.search(fact)),
        (FactKind.PLAN, field == "P"),
        (FactKind.SIDE, _SIDE.search(fact)),
        (FactKind.FINDING, field == "O"),
        (FactKind.DENIED, _DENIED.search(fact)),
        (FactKind.HISTORY, _HISTORY.search(fact)),
        (FactKind.PRESENT, field == "S"),
    )
    return next((kind for kind, fits in rules if fits), FactKind.OTHER)

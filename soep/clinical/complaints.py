"""The complaint or conclusion that a telegram line names, as a title: "5 wkn uitslag op romp" → "uitslag op romp"."""

from __future__ import annotations

import re

from soep.clinical import negation

_PLACE = (
    r"(?:[^\W\d]*(?:hoofd|gezicht|wang|kaak|keel|oor|oren|oogl\w+|oog|ogen|neus|lip(?:pen)?|mond|tong|tand(?:en)?|kie[sz]\w*|nek|hals"
    r"|schouders?|arm(?:en)?|oksels?|elle?bo(?:og|gen)|pols(?:en)?|hand(?:en)?|vingers?|duim(?:en)?|borst(?:en|kas)?|tepels?"
    r"|rug|zij|flank|ribben|buik|maag|lie[sz]\w*|navel|heup(?:en)?|bil(?:len)?|be(?:en|nen)|dij(?:en)?|knie(?:ën)?|kuit(?:en)?"
    r"|scheen|schenen|enkels?|voet(?:en)?|hiel(?:en)?|te(?:en|nen)|huid|romp|lijf|gewricht(?:en)?|anus|ballen|eikel|vagina)"
    r"|plassen|lopen|slikken|hoesten|ademen|bewegen|poepen|vrijen|inspanning)"
)
_SIDED = rf"(?:(?:re|li)\s+)?{_PLACE}(?:\s+(?:re|li|bdz)\b)?"
_AT = rf"(?:\s+(?:in|op|aan|bij|onder|boven|achter|rond|tussen|van)\s+{_SIDED}|\s+(?:re|li|bdz))\b"
_NAMES = (
    r"[^\W\d]*(?:pijn(?:en)?|klachten|uitslag|bult(?:en|je|jes)?|plek(?:ken|je|jes)?|vlek(?:ken|je|jes)?|zwelling(?:en)?"
    r"|hoest|koorts|jeuk|diarree|verstopping|obstipatie|bloeding(?:en)?|bloedverlies|bloedneuzen|bloedneus|kloppingen|knobbels?"
    r"|knobbeltjes?|wrat(?:ten|je|jes)?|wond(?:en|je|jes)?|migraine|jicht|tintelingen|steken|kramp(?:en)?|paniekaanvallen"
    r"|slapeloosheid|moeheid|duizeligheid|misselijkheid|benauwdheid|kortademigheid|puistjes|blaasjes|blaren|moedervlek(?:ken)?"
    r"|haaruitval|oorsuizen|opvliegers|uitstraling|wegraking)"
)
_STATES = r"benauwd|kortademig|duizelig|misselijk|somber|verkouden|hees"
_KINDS = (
    r"rode|blauwe|bruine|witte|jeukende|hoge|zeurende|stekende|branderige|droge|pijnlijke|harde|heftige|hevige|dikke|stijve|zere"
    r"|gezwollen|acute|chronische|scherpe|ontstoken"
)
_COMPLAINTS = (
    re.compile(rf"\b(?:(?:{_KINDS})\s+){{0,2}}{_NAMES}{_AT}", re.IGNORECASE),
    re.compile(rf"\b(?:zere|dikke|stijve|pijnlijke|gezwollen|rode|ontstoken)\s+{_SIDED}\b", re.IGNORECASE),
    re.compile(rf"\b(?:(?:{_KINDS})\s+){{0,2}}{_NAMES}\b", re.IGNORECASE),
    re.compile(rf"\b(?:{_STATES})\b", re.IGNORECASE),
)
_HURTING = re.compile(rf"\b(?P<place>{_SIDED})\s+doet\s+(?:\w+\s+)?(?P<pain>pijn|zeer)\b", re.IGNORECASE)
# Somebody else's, of another time, what a medicine is for, or a fear.
_NOT_NOW = re.compile(
    r"\b(?:geleden|terug|vroeger|vorige?|toen|destijds|als\s+(?:kind|baby)|jaren|moeder|vader|man|vrouw|zus\w*|broer\w*|zoon|dochter"
    r"|kind\w*|mensen|tante|oom|oma|opa|vriend\w*|bang|angst|tegen|voor|wegens|zonder|allergi\w*|als|denkt\s+zelf|klaar|over)\b",
    re.IGNORECASE,
)
_CONDITION = (
    r"[^\W\d]*(?:itis|[^\W\d]ose|oom|ontsteking|infectie|breuk|fractuur|syndroom|griep|astma|copd|hypertensie|diabetes|hernia"
    r"|trombose|artrose|migraine|clusterhoofdpijn|hoofdpijn|klachten|kneuzing|verstuiking|zweepslag|eczeem|scabi[eë]s|schurft"
    r"|gordelroos|waterpokken|roodvonk|stuip|vernauwing|anemie|bloedarmoede|depressie|reflux|jicht|rosea|wratt?(?:en)?|tekort)"
)
_CONCLUSION = re.compile(
    rf"\b(?:(?!(?:de|het|een|te|er|dat|bij|met|van|en|is|gewone?|noem|wsch|past|niet|geen|nu)\b)[^\W\d]+\s+)?{_CONDITION}"
    rf"(?:{_AT}|,\s+(?:re|li|bdz)\b|\s+van\s+[^\W\d]+)?(?!\w)",
    re.IGNORECASE,
)
MOST_WORDS = 5


def complaint(text: str) -> str:
    """The complaint that a line in telegram style says is there now, at its place; empty when it names none."""
    for part in re.finditer(r"[^.,;:]+", text):
        if _NOT_NOW.search(part.group()):
            continue
        hurting = _HURTING.search(text, *part.span())
        found = hurting or next((match for one in _COMPLAINTS if (match := one.search(text, *part.span()))), None)
        if found is None or _unsaid(text, found) or len(found.group().split()) > MOST_WORDS:
            continue
        return f"{hurting['pain']} {hurting['place']}".lower() if hurting else found.group()
    return ""


def _unsaid(text: str, found: re.Match[str]) -> bool:
    """Whether what was found is denied or only supposed."""
    return negation.is_negated(text, found.span()) or negation.is_hypothetical(text, found.span())


def conclusion(text: str) -> str:
    """The condition that a line of the evaluation concludes; empty when it names none or excludes it."""
    found = _CONCLUSION.search(text)
    if found is None or _unsaid(text, found) or len(found.group().split()) > MOST_WORDS:
        return ""
    return found.group().replace(",", "")

"""A safety net as a GP writes it: when to call, and how soon."""

from __future__ import annotations

import re

from soep.clinical import negation, style
from soep.drafting.unsaid.facts import content_words

_OPENING = re.compile(
    r"^(?:(?:en|of|maar|dus|dan|wel|ook|verder|eerder|let\s+op)\b[\s,:]*)*"
    r"(?:als|indien|mocht(?:en)?|wanneer|zodra|stel\s+dat|in\s+geval\s+van|bij)\b\s*",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:als|indien|mocht(?:en)?|zodra)\s+(?:u|je|jij|hij|ze|zij|het|er|de|die|dat)?\b\s*", re.IGNORECASE
)
_TURNED = re.compile(
    r"(?:^|\b(?:en|of|maar)\s+)(?:wordt?|krijgt?|komt?|gaat?|ziet?|voelt?|heeft|hebt|heb|is|blijft?|zit)\s+"
    r"(?:u|je|jij|hij|ze|zij|het|er|de|die|uw)\b\s*(?:nou|nu|juist|toch|weer|dan)?\s*",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"[,.]?\s*\b(?:dan|belt?(?!en\s+bij)|bellen|direct|meteen|kom(?:t|en)?|terugkomen|neem(?:t)?|moet|mag|wil\s+ik)\b",
    re.IGNORECASE,
)
_HOW = (
    (re.compile(r"\b112\b|\been[ -]een[ -]twee\b", re.IGNORECASE), "112"),
    (re.compile(r"\b(?:direct|meteen|gelijk|onmiddellijk|spoed\w*)\b", re.IGNORECASE), "Direct bellen"),
    (re.compile(r"\bbel\w*|\bcontact\b|\bmeld\w*|\bhuisartsenpost\b|\btelefoon", re.IGNORECASE), "Bellen"),
    (re.compile(r"\bterug\w*|\bkom\w*|\blangs\w*|\bzien\b", re.IGNORECASE), "Terug"),
)
_CALLING = re.compile(
    r"\b(?:direct|meteen|gelijk|onmiddellijk|dan|ook|weer|toch|altijd|gerust|gewoon|even|maar|ons|mij|me|op|aan|de|naar"
    r"|bel\w*|contact\w*|neem\w*|opnemen|112|terug\w*|kom\w*|langs\w*|moet\w*|wil|ik|u|je|jullie|zien|hap|huisartsenpost"
    r"|spoed\w*|meld\w*|en|of|hier|niet wachten|nog)\b|[^\w\s]",
    re.IGNORECASE,
)


def net(text: str) -> str:
    """“Als u koorts krijgt of benauwd wordt, dan belt u direct.” as “Direct bellen bij koorts, benauwd”."""
    how = next((shown for pattern, shown in _HOW if pattern.search(text)), "")
    condition, rest = _parts(text)
    shown = style.lowered(style.shorten(_AGAIN.sub("", condition)))
    if not how or not shown:
        return style.shorten(text)
    also = style.lowered(style.shorten(rest)) if content_words(_CALLING.sub(" ", rest)) else ""
    return f"{how} bij {shown}" + (f"; {also}" if also else "")


def _parts(text: str) -> tuple[str, str]:
    """What is supposed, and what is to be done then."""
    spans = negation.hypothetical(text)
    if spans:
        start, end = spans[0][0], spans[-1][1]
        opening = _OPENING.match(text[start:])
        condition = text[start + (opening.end() if opening else 0) : end]
        return condition, f"{text[:start]} {text[end:]}"
    consequence = _CONSEQUENCE.search(text, 8)
    end = consequence.start() if consequence else len(text)
    return _TURNED.sub(" ", text[:end]), text[end:]

"""A question and its answer as one phrase of a note: "Heeft u koorts gehad?" "Nee" → "geen koorts"."""

from __future__ import annotations

import re
from enum import Enum

from soep.clinical import exchanges, style


class Polarity(Enum):
    """How an answer to a yes-or-no question begins."""

    NO = "no"
    YES = "yes"
    OPEN = "open"


_LEAD = r"(?:(?:eh+|uh+|nou|hm+|o|oh|ach|tja|gelukkig|zeker|absoluut|eigenlijk|volgens\s+mij)\b[\s,.…]*)*"
_NO = re.compile(
    rf"{_LEAD}(?:nee+|neen|niet|nooit|geen(?:\s+van\s+(?:beide|alle)\w*)?|niks|niets|nergens|niemand)\b(?:[\s,.!…]*(?:nee+|hoor|niet|nooit|helemaal|niks|gelukkig|dat|echt|ook)\b)*[\s,.!…]*",
    re.IGNORECASE,
)
_TRAILING_NO = re.compile(r"^(?:[^\W\d]+[\s,]+){1,4}(?:eh[,\s]+)?(?:niet|nee|nooit)\W*$", re.IGNORECASE)
_YES = re.compile(
    rf"{_LEAD}(?:ja+|jawel|jazeker|klopt|inderdaad|wel|zeker|dat\s+wel|best\s+wel|nogal|juist|precies)\b(?:[\s,.!…]*(?:ja|hoor|zeker|klopt|wel|dat)\b)*[\s,.!…]*",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:weet\s+(?:ik|het)\s+(?:niet|eigenlijk\s+niet)|geen\s+idee|durf\s+ik\s+niet)\b", re.IGNORECASE
)
_WH = re.compile(r"\b(?:hoe\w*|wanneer|waar\w*|wat|wie|welke?|sinds\s+wanneer)\b", re.IGNORECASE)
_START = re.compile(
    r"^(?:(?:en|oké|goed|eh+|ja|dus|maar|nog|of|verder|ook|mevrouw|meneer|dan|nou|mooi|hm+|vertel|prima|goede\w+|dag|hallo|welkom)\b[\s,.]*)+",
    re.IGNORECASE,
)
_HAVE = re.compile(
    r"^(?:(?:heeft|hebt|heb|had|krijgt|kreeg|zit|zitten|is|zijn|was|waren|komt)\s+(?:er|daar)|(?:heeft|hebt|heb|had|krijgt|kreeg)\s+(?:u|je|jij|hij|ze|zij|ie|het|uw\s+\w+))\b",
    re.IGNORECASE,
)
_BE = re.compile(
    r"^(?:bent|ben|is|was|voelt|voel|wordt|werd|raakt|lijkt)\s+(?:u|je|jij|hij|ze|zij|ie|het|dat|er)\b(?:\s+zich)?",
    re.IGNORECASE,
)
_VERB = re.compile(r"^(?P<verb>[^\W\d]{3,}t|[^\W\d]{2,})\s+(?:u|je|jij|hij|ze|zij|ie|het|dat)\b", re.IGNORECASE)
_HURTS = re.compile(r"^(?:doet|deed|heeft)\s+(?:het|dat|u|je|hij|ze)\s+(?:er\s+)?(?:pijn|zeer)\b", re.IGNORECASE)
_ANYTHING = {"iets": "niets", "iemand": "niemand", "ergens": "nergens", "ooit": "nooit"}
_EXTRA = re.compile(
    r"\b(?:gehad|erbij|daarbij|daar|ook|wel|wel\s+eens|weleens|eens|nog|op\s+dit\s+moment|last\s+van|misschien|eerder|toevallig|verder|zelf|al|een|de|het|uw|je|er|toen|zich|gehoord|van)\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"^(?:[^\W\d]+(?:ig|baar|loos|isch)|(?:ge|af|aan|flauw|op|ver|be|ont|mis|om|uit)[^\W\d]{3,}(?:d|t|en)|benauwd|misselijk|moe|zwanger|ziek|suf|slap|blauw|geel|dik|rood|warm|bleek|verkouden|wakker|bekend|anders|erger|vaker|sneller|lichtschuw)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"^(?:geen|niet|nooit|niets|niks)\b", re.IGNORECASE)
_TOPICS = (
    (re.compile(r"\b(?:medicijn\w*|medicatie|pillen|welke\s+middelen)\b", re.IGNORECASE), "med"),
    (re.compile(r"\ballergi\w*|\boverge?voelig\w*|\btegen\s+medic\w*|\boveral\s+tegen\b", re.IGNORECASE), "allergie"),
    (re.compile(r"\bweegt\b|\bgewicht\b", re.IGNORECASE), "gewicht"),
    (
        re.compile(
            r"\b(?:sinds|hoe\s*lang\s+(?:heeft|hebt|heb|is|bent|al|zit|speelt)|wanneer\s+(?:is|zijn|begon|was)|sinds\s+wanneer)\b",
            re.IGNORECASE,
        ),
        "sinds",
    ),
    (re.compile(r"\b(?:hoe\s*lang)\b", re.IGNORECASE), "duur"),
    (
        re.compile(
            r"\b(?:denkt\s+u\s+zelf|denk\s+je\s+zelf|denkt\s+ze\s+zelf|zelf\s+gedacht|idee\s+van)\b", re.IGNORECASE
        ),
        "denkt zelf",
    ),
    (re.compile(r"\b(?:bang|zorgen|ongerust)\b", re.IGNORECASE), "zorg"),
    (re.compile(r"\b(?:verwacht|gehoopt|hoopt|wilt\s+u\s+graag|van\s+mij)\b", re.IGNORECASE), "hulpvraag"),
    (re.compile(r"\b(?:geprobeerd|gedaan|ingenomen|gegeven|geslikt)\b", re.IGNORECASE), "geprobeerd"),
    (re.compile(r"\balcohol\b", re.IGNORECASE), "alcohol"),
    (re.compile(r"\bfamilie\b", re.IGNORECASE), "fam"),
    (re.compile(r"\bberoep|\bvan\s+werk\b|\bwat\s+voor\s+werk\b", re.IGNORECASE), "werk"),
)
_OPENING = re.compile(
    r"\b(?:helpen|(?:voor\s+(?:u|je|jullie)\s+)?doen\s*\?|brengt|klachten?\b|aan\s+de\s+hand|zeg\s+het|zegt\s+u\s+het|vertel\w*|gebeurd|hoe\s+gaat\s+het)",
    re.IGNORECASE,
)
_MAX_TOPIC_WORDS = 6


def polarity(answer: str) -> Polarity:
    """Whether an answer says no, yes, or something else."""
    if _NO.match(answer) or _TRAILING_NO.match(answer):
        return Polarity.NO
    return Polarity.YES if _YES.match(answer) else Polarity.OPEN


def phrase(question: str, answer: str) -> str:
    """What question and answer say together, in telegram style; empty when it cannot be told."""
    if _UNKNOWN.search(answer):
        return ""
    parts = [part for part in exchanges.split(question) if exchanges.is_question(part)] or [question]
    kind = polarity(answer)
    label = next((label for pattern, label in _TOPICS if pattern.search(question)), "")
    if _WH.match(_START.sub("", parts[-1])) and not (kind is Polarity.NO and len(parts) > 1):
        return _open(parts[-1], answer, label)
    if kind is Polarity.NO:
        return _denied(parts, answer, label)
    rest = style.lowered(
        style.shorten(_YES.sub("", answer, count=1) if kind is Polarity.YES else answer, by_patient=True)
    )
    return _affirmed(parts, rest, label, certain=kind is Polarity.YES)


def _open(question: str, answer: str, label: str) -> str:
    said = style.lowered(style.shorten(answer, by_patient=True))
    if not said:
        return ""
    if label == "sinds" and re.match(
        r"(?:ca\s+)?\d|half|gisteren|vandaag|eergisteren|vanochtend|vannacht|maandag|jaren", said
    ):
        return f"sinds {re.sub(r' geleden', '', said)}"
    if label and label != "sinds":
        return f"{label}: {said}"
    topic = "" if _OPENING.search(question) else _topic_words(_WH.sub("", question))
    return f"{topic}: {said}" if topic and len(said.split()) <= _MAX_TOPIC_WORDS and len(topic.split()) <= 3 else said


def _topic_words(question: str) -> str:
    text = _START.sub("", question)
    text = re.sub(r"^\W*(?:[^\W\d]+\s+)?(?:u|je|jij|hij|ze|zij|ie|het|dat)\b", "", text, flags=re.IGNORECASE)
    return style.shorten(_EXTRA.sub(" ", text))


def _denied(parts: list[str], answer: str, label: str) -> str:
    rest = style.lowered(style.shorten(_NO.sub("", answer, count=1), by_patient=True)) if _NO.match(answer) else ""
    said = _stems(rest)
    denied = [item for part in parts for item in _alternatives(part)]
    kept = [item for item in denied if not said & _stems(item)]
    if label in {"med", "allergie"} and not re.search(r"\d", rest):
        text = f"geen {'medicatie' if label == 'med' else 'allergie'}"
    elif not kept:
        return style.shorten(answer)
    else:
        text = _merged(kept)
    return f"{text}, {rest}" if len(rest.split()) > 1 else text


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d]{4,}", text.lower()) if word not in {"niet", "geen", "nooit"}}


def _merged(items: list[str]) -> str:
    """“Geen koorts, geen rillen” as “geen koorts, rillen”."""
    words: list[str] = []
    last = ""
    for item in items:
        first, _, rest = item.partition(" ")
        words.append(rest if first == last and first in {"geen", "niet"} and rest else item)
        last = first
    return ", ".join(words)


def _alternatives(question: str) -> list[str]:
    """What is denied when a question is answered with no, an item for each thing asked."""
    text = style.tidy(_START.sub("", question))
    hurts = _HURTS.match(text)
    if hurts:
        return [style.shorten(f"geen pijn {text[hurts.end() :]}")]
    for pattern, word in ((_HAVE, "geen"), (_BE, "niet")):
        match = pattern.match(text)
        if match:
            return [_negate(item, word) for item in _listed(text[match.end() :])]
    verb = _VERB.match(text)
    if verb:
        return [f"{verb['verb'].lower()} niet {style.shorten(_EXTRA.sub(' ', text[verb.end() :]))}".strip()]
    return [_negate(item, "") for item in _listed(text)]


def _listed(text: str) -> list[str]:
    items = re.split(r",\s*(?:of|en)?\s+|\s+of\s+", text)
    short = [style.lowered(style.shorten(_EXTRA.sub(" ", item))) for item in items]
    return [item for item in short if item and len(item.split()) <= _MAX_TOPIC_WORDS]


def _negate(item: str, word: str) -> str:
    if _NEGATED.match(item):
        return item[0].lower() + item[1:]
    first, _, rest = item.partition(" ")
    if first.lower() in _ANYTHING:
        return f"{_ANYTHING[first.lower()]} {rest}".strip()
    adjective = _ADJECTIVE.match(first) is not None
    return f"{'niet' if adjective else word or 'geen'} {item}" if word != "niet" else f"niet {item}"


def _affirmed(parts: list[str], rest: str, label: str, *, certain: bool) -> str:
    if label and rest:
        return f"{label}: {rest}"
    opening = _OPENING.search(" ".join(parts))
    topic = "" if opening else ", ".join(filter(None, (_asked(part) for part in parts[-2:])))
    if not topic or _NEGATED.match(topic):
        return rest
    if _stems(rest) & _stems(topic) or len(rest.split()) > 12:
        return rest
    if not rest:
        return topic if certain and len(parts) == 1 and " of " not in parts[0] else ""
    return f"{topic}: {rest}" if len(topic.split()) <= _MAX_TOPIC_WORDS else rest


def _asked(question: str) -> str:
    """The topic of a yes-or-no question: “rookt”, “koorts of rillen”."""
    text = style.tidy(_START.sub("", question))
    for pattern in (_HAVE, _BE):
        match = pattern.match(text)
        if match:
            return style.shorten(_EXTRA.sub(" ", text[match.end() :]))
    verb = _VERB.match(text)
    if verb:
        return f"{verb['verb'].lower()} {style.shorten(_EXTRA.sub(' ', text[verb.end() :]))}".strip()
    return style.shorten(_EXTRA.sub(" ", text))

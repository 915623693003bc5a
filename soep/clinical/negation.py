"""What a Dutch text denies, and what it only supposes.

Scope is by clause: "geen koorts, dyspnoe of slijm, wel moe" denies the first three.  A negation reaches forward to the
end of its clause; "niet" and "nooit" also reach back ("hoesten doet hij niet"), but not over another verb phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

Span = tuple[int, int]

_FORWARD = (
    r"geen(?:\s+van\s+beide)?|gn|zonder|noch|ontken\w*|afwezig|negatie(?:f|ve)|nooit|niet|niets|niks|nergens|niemand|"
    r"(?:niet|geen)\s+meer"
)
_CUE = re.compile(rf"\b(?:{_FORWARD})\b", re.IGNORECASE)
_BACKWARD = re.compile(
    r"\b(?:niet|nooit)(?=(?:\s+[^\W\d]+)?\s*(?:[,.;!?]|$))|\b(?:negatief|neg|afwezig|ontkend|nee)\b|(?<=\s)[-–](?=[\s,;.]|$)",
    re.IGNORECASE,
)
# Words of denial that deny nothing, or only the degree: "niet alleen pijn", "eet niet goed", "of niet".
_NO_DENIAL = re.compile(
    r"\b(?:niet\s+(?:alleen|zo|erg|heel|te|waar|goed)|geen\s+idee|waarom\s+niet|of\s+niet)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.;!?\n]+(?:\s|$)|\s[-–]\s(?=\w)")
_TURN = re.compile(
    r",?\s*\b(?:maar|behalve|echter|terwijl|want|omdat|wel|alleen)\b|,\s*dus\b"
    r"|\s+dus\b(?!\s+(?:[^\W\d]+\s+)?(?:niet|nooit)\b)|,?\s+en\s+(?=(?:ik|hij|ze|u|het)\b)",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s*")
_PART_EDGE = re.compile(r"[,:(]\s*(?:en\s+)?")
# What begins anew in "geen koorts, lichte zwelling": nobody denies a degree or a moment.
_AFFIRMING = re.compile(
    r"\b(?:lichte?|enkele?|wat|beetje|forse?|flinke?|kleine?|als\s+kind|iets|matige?|veel|eerst|vroeger|eenmalig"
    r"|beginnende?|duidelijke?|toen|daarna)\b",
    re.IGNORECASE,
)
# "Koorts, niet gehad" denies what stands before the comma; ", niet benauwd" what follows.
_OF_WHAT_CAME = re.compile(
    r"(?!niet|nooit)|(?:niet|nooit)(?:\s+(?:meer|ook|echt|gehad|gezien|gemerkt|gevoeld|gemeten|aanwezig|bekend))*\s*"
    r"(?=[,.;!?]|$)",
    re.IGNORECASE,
)
_LIST_WORDS = 3
_HYPOTHETICAL = re.compile(
    r"\b(?:als|indien|mocht(?:en)?|wanneer|zodra|tenzij|stel\s+dat|in\s+geval\s+van|bij\s+(?=(?:koorts|toename|verergering"
    r"|klachten|alarm|twijfel|uitval|bloed|pijn|dyspnoe|benauwdheid|kortademigheid|braken|onrust|suf)))\b",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r",?\s*\b(?:dan|belt?|bellen|kom(?:t|en)?|terugkomen|neem|moet|mag|direct|meteen)\b", re.IGNORECASE
)
_COMPARISON = re.compile(
    r"\b(?:zo|net|zelfde|even|even\s+\w+|alsof|meer|minder|zoals|niet\s+meer)\s+als\b|\bals\s+(?:een|kind|het\s+ware)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Span]:
    """The spans of the sentences and clauses that punctuation marks, without it."""
    edges = [0, *(edge for match in _SENTENCE_END.finditer(text) for edge in match.span()), len(text)]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i] < edges[i + 1]]


def scope(text: str) -> list[Span]:
    """The spans that ``text`` denies, in order; they may touch, and the cue itself is in them."""
    return [
        span for sentence in sentences(text) for clause in _clauses(text, sentence) for span in _denied(text, clause)
    ]


def is_negated(text: str, span: Span) -> bool:
    """Whether what stands at ``span`` is denied: a finding counts as denied when a denied span holds its start."""
    return any(start <= span[0] < end for start, end in scope(text))


def hypothetical(text: str) -> list[Span]:
    """The spans of what ``text`` only supposes, each up to its consequence or the end of the sentence."""
    return [span for sentence in sentences(text) for span in _supposed(text, sentence)]


def is_hypothetical(text: str, span: Span) -> bool:
    """Whether what stands at ``span`` is only supposed ("als u koorts krijgt")."""
    return any(start <= span[0] < end for start, end in hypothetical(text))


def _supposed(text: str, sentence: Span) -> Iterator[Span]:
    for match in _HYPOTHETICAL.finditer(text, *sentence):
        before = text[max(sentence[0], match.start() - 14) : match.end() + 12]
        if _COMPARISON.search(before):
            continue
        consequence = _CONSEQUENCE.search(text, match.end(), sentence[1])
        yield match.start(), consequence.start() if consequence else sentence[1]


def _clauses(text: str, sentence: Span) -> list[Span]:
    edges = [sentence[0], *(match.start() for match in _TURN.finditer(text, *sentence)), sentence[1]]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def _denied(text: str, clause: Span) -> Iterator[Span]:
    spared = [match.span() for match in _NO_DENIAL.finditer(text, *clause)]
    if re.match(r",?\s*(?:wel|alleen)\b", text[slice(*clause)], re.IGNORECASE):
        spared = [clause] if not _CUE.search(text, *clause) else spared
    for match in _CUE.finditer(text, *clause):
        if not any(start <= match.start() < end for start, end in spared):
            yield match.start(), _list_end(text, match.end(), clause[1])
    for match in _BACKWARD.finditer(text, *clause):
        if not any(start <= match.start() < end for start, end in spared):
            yield _part_start(text, clause[0], match.start(), clause[1]), match.end()


def _part_start(text: str, start: int, end: int, stop: int) -> int:
    """Where the part that ends in a trailing negation begins; ", niet benauwd" reaches no further."""
    edges = [match.end() for match in _PART_EDGE.finditer(text, start, end)]
    if not edges or (edges[-1] == end and _OF_WHAT_CAME.match(text, end, stop)):
        return start
    return edges[-1]


def _list_end(text: str, start: int, end: int) -> int:
    """How far "geen a, b of c" reaches: over commas while items of the list follow, and not out of its brackets."""
    closing = text.find(")", start, end)
    end = closing if closing >= 0 and "(" not in text[start:closing] else end
    edges = [match.start() for match in _COMMA.finditer(text, start, end)]
    for index, edge in enumerate(edges):
        following = text[edge : edges[index + 1] if index + 1 < len(edges) else end]
        if not _is_item(following):
            return edge
    return end


def _is_item(part: str) -> bool:
    words = re.findall(r"[^\W\d_]+", part.lower())
    joined = bool(re.search(r"\b(?:of|noch|en)\b", part, re.IGNORECASE))
    if re.search(
        r"\d|\b(?:sinds|ik|hij|ze|zij|het|dat|is|ben|heeft|heb|was|pijn\s+bij|nu|re|li|wel|soms|vaak|ja)\b",
        part,
        re.IGNORECASE,
    ):
        return False
    if not joined and _AFFIRMING.search(part):
        return False
    return len(words) <= (_LIST_WORDS + 3 if joined else _LIST_WORDS)

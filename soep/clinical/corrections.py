"""Self-corrections in speech: "links, nee, rechts", "twee per dag, of nee, één": the last one counts.

A contrast is no correction: in "links doet pijn, nee, rechts niet" and "vanmorgen 38, wacht even, gisteren 39" both
count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from soep.clinical import cardinals, medicines, numbers, sides

_CUE = re.compile(
    r"(?:[,.;…]+\s*|\s+)(?:(?:eh+|o|oh|of|uh+|ach|ah)[,\s]+)?"
    r"(?:nee(?:\s*,?\s*(?:wacht|sorry|correctie|niet\s+waar|toch|h[eéè]|ik\s+(?:lees|zeg|zeg\s+het)\s+(?:het\s+)?verkeerd))?|sorry|pardon|correctie|ik\s+bedoel|wacht(?:\s+even)?|(?:stop,?\s+)?fout|herstel"
    r"|liever\s+gezegd)\b[\s,.…:]*(?:(?:het|dat)\s+(?:is|was|moet\s+zijn)\s+|ik\s+bedoel\s+)?",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"\b(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|vandaag|gisteren|eergisteren|morgen|overmorgen)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"[\s,.…]*nee[\s,]+(?:dat|die)\s+(?:[^\W\d]+\s+){0,3}niet\b[\s.,]*", re.IGNORECASE)
_REACH = 45
# "Rechts niet", "het rechteroor ook niet": what is said of the other one, and so no other word for the first.
_CONTRAST = re.compile(
    r"\s+(?:ook|niets?|wel|geen|evenmin|nooit)\b"
    r"|(?:\s+[^\W\d]+){1,4}\s+(?:ook\s+(?:niets?|niks|geen|wel)\b|(?:niets?|wel|evenmin|nooit)\s*(?=[,.;!?]|$))",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    rf"{_DAYS.pattern}|\b(?:van(?:morgen|ochtend|middag|avond|nacht)|(?:gister|eergister|morgen)(?:ochtend|middag|avond|nacht)"
    r"|nu|toen|eerst|daarna|later|net|vorige?\s+\w+)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"[.,;]\s*(?:en\s+)?(?:nu|daarna|toen)\b", re.IGNORECASE)
_TIMES_WORD = re.compile(r"\s*(?:keer|maal|x)\b", re.IGNORECASE)
_MOST_TIMES = 8
"""A bare number up to here, said right after how often, is how often; a larger one is an amount."""
_BETWEEN = re.compile(r"(?:[^\W\d]+\s+){0,3}")


@dataclass(frozen=True, slots=True)
class _Item:
    group: str
    start: int
    end: int
    kind: numbers.Kind | None = None
    value: str = ""


def resolve(text: str) -> str:
    """``text`` as the speaker meant it: what was taken back is left out, with the words that took it back."""
    for _ in range(len(_CUE.findall(text))):
        changed = _once(text)
        if changed is None:
            break
        text = changed
    return _without_refused(text)


def _without_refused(text: str) -> str:
    """``text`` without a medicine that is named and refused at once (“tramadol, nee, dat doen we niet”)."""
    for mention in reversed(medicines.find(text) if _REFUSED.search(text) else []):
        refusal = _REFUSED.match(text, mention.span[1])
        if refusal:
            text = text[: mention.span[0]] + text[refusal.end() :]
    return text


def _once(text: str) -> str | None:
    """``text`` with its first correction carried out, or None when there is none."""
    items = list(_items(text)) if _CUE.search(text) else []
    for cue in _CUE.finditer(text):
        for new in (item for item in items if _follows(text, cue, item)):
            near = [item for item in reversed(items) if _reached(text, item, cue.start())]
            changed = None if _contrasts(text, items, near, new) else _replaced(text, cue.start(), near, new)
            if changed is not None:
                return changed
    return None


def _reached(text: str, item: _Item, cue: int) -> bool:
    """Whether a correction at ``cue`` may be of an item: near, and of the same moment ("38. Nu, wacht, 37")."""
    if not cue - _REACH <= item.end <= cue + 1:
        return False
    return item.group == "day" or not _NOW.search(text, item.end, cue + 1)


def _replaced(text: str, until: int, near: list[_Item], new: _Item) -> str | None:
    """``text`` with ``new`` in the place of what it corrects among ``near``, the nearest first; the cue is left out."""
    often = next((item for item in near if item.group == "number"), None)
    count = _count_span(text, often, new) if often is not None else None
    if count is not None:
        return text[: count[0]] + text[new.start : new.end] + text[count[1] : until] + text[new.end :]
    old = next((item for alike in (_same_kind, _alike) for item in near if alike(item, new)), None)
    if old is None:
        return None
    if old.group == "medicine":  # with its dose, which is said again
        return text[: old.start] + text[new.start :]
    between = text[old.end : until]
    repeated = between.strip() and text[new.end :].strip().startswith(between.strip())
    return text[: old.start] + text[new.start : new.end] + ("" if repeated else between) + text[new.end :]


def _follows(text: str, cue: re.Match[str], item: _Item) -> bool:
    """Whether an item is what the speaker puts in place: “nee, niet links” refuses, and puts nothing."""
    between = text[cue.end() : item.start]
    if item.start < cue.end() or not _BETWEEN.fullmatch(between):
        return False
    return not re.search(r"niet|geen", between) and not (item.group != "day" and _MOMENT.search(between))


def _contrasts(text: str, items: list[_Item], near: list[_Item], new: _Item) -> bool:
    """Whether the new item stands beside the old one: denied or affirmed apart, or a day with a figure of its own."""
    if _CONTRAST.match(text, new.end):
        return True
    if new.group != "day":
        return False
    after = [item for item in items if item.start >= new.end and item.start - new.end <= _REACH]
    return any(_same_kind(old, item) or _alike(old, item) for old in near for item in after if old.group == "number")


def _count_span(text: str, often: _Item, new: _Item) -> tuple[int, int] | None:
    """Where in a frequency the count stands that "tweemaal" or a bare "twee" corrects, or None when it does not."""
    small = new.kind is numbers.Kind.PLAIN and new.value.isdigit() and int(new.value) <= _MOST_TIMES
    if often.kind is not numbers.Kind.FREQUENCY or not (small or new.kind is numbers.Kind.COUNT):
        return None
    said = cardinals.digitise(text[often.start : often.end])
    digits = re.search(r"\d+(?:,\d+)?", said.text)
    if digits is None or (digits.start() and not small):
        return None
    start, end = (often.start + edge for edge in said.source(*digits.span()))
    times = None if small else _TIMES_WORD.match(text, end)
    return start, times.end() if times else end


def _same_kind(old: _Item, new: _Item) -> bool:
    return old.group == new.group and old.kind == new.kind


def _alike(old: _Item, new: _Item) -> bool:
    """A bare number may correct a measured one, and the reverse; how often is never corrected by how much."""
    kinds = {old.kind, new.kind}
    return old.group == new.group == "number" and numbers.Kind.PLAIN in kinds and numbers.Kind.FREQUENCY not in kinds


def _items(text: str) -> list[_Item]:
    found = [_Item("side", *side.span) for side in sides.find(text)]
    found += [_Item("day", *day.span()) for day in _DAYS.finditer(text)]
    found += [_Item("number", *quantity.span, quantity.kind, quantity.value) for quantity in numbers.find(text)]
    found += [
        _Item("medicine", *medicine.span)
        for medicine in medicines.find(text)
        if medicine.kind is not medicines.Kind.CLASS
    ]
    return sorted(found, key=lambda item: item.start)

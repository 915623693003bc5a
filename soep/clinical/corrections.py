"""Self-corrections in speech: "links, nee, rechts", "twee per dag, of nee, één": the last one counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from soep.clinical import medicines, numbers, sides

_CUE = re.compile(
    r"(?:[,.;…]+\s*|\s+)(?:(?:eh+|o|oh|of|uh+)[,\s]+)?"
    r"(?:nee(?:\s*,?\s*(?:wacht|sorry|niet\s+waar|toch))?|sorry|pardon|correctie|ik\s+bedoel|wacht(?:\s+even)?|(?:stop,?\s+)?fout|herstel"
    r"|liever\s+gezegd)\b[\s,.…:]*(?:(?:het|dat)\s+(?:is|was|moet\s+zijn)\s+|ik\s+bedoel\s+)?",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"\b(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|vandaag|gisteren|eergisteren|morgen|overmorgen)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"[\s,.…]*nee[\s,]+(?:dat|die)\s+(?:[^\W\d]+\s+){0,3}niet\b[\s.,]*", re.IGNORECASE)
_REACH = 45
_BETWEEN = re.compile(r"(?:[^\W\d]+\s+){0,3}")


@dataclass(frozen=True, slots=True)
class _Item:
    group: str
    start: int
    end: int
    kind: numbers.Kind | None = None


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
            near = [item for item in reversed(items) if cue.start() - _REACH <= item.end <= cue.start() + 1]
            old = next((item for alike in (_same_kind, _alike) for item in near if alike(item, new)), None)
            if old is not None and old.group == "medicine":  # with its dose, which is said again
                return text[: old.start] + text[new.start :]
            if old is not None:
                between = text[old.end : cue.start()]
                repeated = between.strip() and text[new.end :].strip().startswith(between.strip())
                return text[: old.start] + text[new.start : new.end] + ("" if repeated else between) + text[new.end :]
    return None


def _follows(text: str, cue: re.Match[str], item: _Item) -> bool:
    """Whether an item is what the speaker puts in place: “nee, niet links” refuses, and puts nothing."""
    between = text[cue.end() : item.start]
    return item.start >= cue.end() and bool(_BETWEEN.fullmatch(between)) and not re.search(r"niet|geen", between)


def _same_kind(old: _Item, new: _Item) -> bool:
    return old.group == new.group and old.kind == new.kind


def _alike(old: _Item, new: _Item) -> bool:
    """A bare number may correct a measured one, and the reverse; how often is never corrected by how much."""
    kinds = {old.kind, new.kind}
    return old.group == new.group == "number" and numbers.Kind.PLAIN in kinds and numbers.Kind.FREQUENCY not in kinds


def _items(text: str) -> list[_Item]:
    found = [_Item("side", *side.span) for side in sides.find(text)]
    found += [_Item("day", *day.span()) for day in _DAYS.finditer(text)]
    found += [_Item("number", *quantity.span, quantity.kind) for quantity in numbers.find(text)]
    found += [
        _Item("medicine", *medicine.span)
        for medicine in medicines.find(text)
        if medicine.kind is not medicines.Kind.CLASS
    ]
    return sorted(found, key=lambda item: item.start)

"""Medicines in Dutch GP speech and notes: substances, trade names, and the classes that GPs and patients say.

A recogniser misspells names ("methoprolol", "pantaprazol"), so a word that is close to a name counts as it, with care:
a wrong medicine is the worst error a note can hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources


class Kind(StrEnum):
    """What sort of name a medicine was called by."""

    SUBSTANCE = "substance"
    TRADE = "trade"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Mention:
    """A medicine in a text: ``text`` as written there, ``name`` in one spelling, ``exact`` unless a misspelling."""

    text: str
    name: str
    kind: Kind
    span: tuple[int, int]
    exact: bool = True


_SHORT_FORMS = {
    "pcm": "paracetamol",
    "hct": "hydrochloorthiazide",
    "sumatripan": "sumatriptan",
    "ceterizine": "cetirizine",
}
# Class → the ways in which it is said; a plural or compound in -kuur, -tablet and the like is allowed for each.
_CLASSES = {
    "antibiotica": r"antibioticum|antibiotica(?:kuur(?:tje)?)?|AB(?:-kuur)?",
    "pijnstiller": r"pijnstill(?:ers?|ing)|analgetic(?:um|a)",
    "NSAID": r"NSAID['’]?s?|ontstekingsremmers?",
    "inhalator": r"puf(?:jes?|fers?)|inhalat(?:or(?:en)?|ie(?:medicatie)?)|inhalers?|voorzetkamer",
    "maagbeschermer": r"maagbescherm(?:ers?|ing)|maag(?:tablet(?:ten)?|pil(?:len)?|middel)|PPI",
    "bloedverdunner": r"bloedverdunners?|antistolling|DOAC|NOAC",
    "plaspil": r"plas(?:pil(?:len)?|tablet(?:ten)?)|diuretic(?:um|a)",
    "slaapmiddel": r"slaap(?:pil(?:len)?|tablet(?:ten)?|middel(?:en)?)|benzo(?:diazepine)?s?",
    "statine": r"statines?|cholesterol(?:pil(?:len)?|tablet(?:ten)?|verlager)",
    "bètablokker": r"b[èe]ta-?blokkers?",
    "bloeddrukmiddel": r"bloeddruk(?:pil(?:len)?|tablet(?:ten)?|verlagers?|middel)",
    "anticonceptiepil": r"(?:anticonceptie|prik)pil|(?<=\bde )pil(?! (?:van|voor|tegen)\b)|morning-?afterpil",
    "spiraal": r"(?:hormoon|koper)?spiraal(?:tje)?",
    "antidepressivum": r"antidepressiv(?:um|a)",
    "laxeermiddel": r"laxeer(?:middel|drank)(?:en)?|laxan(?:s|tia)",
    "antihistaminicum": r"antihistaminic(?:um|a)|(?:hooikoorts|allergie)(?:pil|tablet)\w*",
    "corticosteroïd": r"corticostero[ïi]d\w*|hormoonzalf|stootkuur|cortison\w*",
    "opioïd": r"opio[ïi]d\w*|opia(?:at|ten)",
    "vaccin": r"vaccins?|tetanus(?:prik|vaccin)|griepprik",
    "neusspray": r"neusspray",
    "druppels": r"(?:oor|oog|neus)(?:druppels?|zalf|gel)",
    "hoestdrank": r"hoestdrank\w*",
    "ijzer": r"ijzer(?:pil(?:len)?|tablet(?:ten)?|preparaat)",
    "vitamine": r"(?:multi)?vitamine\s?(?:[bdck]\b\s?-?\s?(?:12|11)?|preparaat)|multivitamines?",
    "zalf": r"(?:zink|zalf|cortison|antischimmel)?(?:zalf(?:je)?|cr[èe]me)",
}
_CLASS = re.compile(
    rf"\b(?:{'|'.join(f'(?P<c{n}>{pattern})' for n, pattern in enumerate(_CLASSES.values()))})(?!\w)", re.IGNORECASE
)
_CASED = {"AB"}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FORMS = r"kuur|tablet|pil|zetpil|zalf|cr[eè]me|spray|puf|druppel|drank|pleister|injectie"
_INFLECTION = re.compile(rf"(?:s|['’]s|tje|tjes|letje|letjes|netje|(?:{_FORMS})(?:je|jes|s|len|ten)?)")
_MIN_FUZZY_LENGTH = 7
_TWO_EDITS_LENGTH = 10


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """The word as it sounds: Dutch and Latin spellings of one name, and a recogniser's, give the same key."""
    plain = word.lower().translate(str.maketrans("éèëïöüá", "eeeioua")).replace("-", "")
    for pattern, sound in (
        ("ph", "f"),
        ("th", "t"),
        ("sch", "sg"),
        ("ch", "g"),
        ("c(?=[eiy])", "s"),
        ("c|q(?:u)?", "k"),
        ("y|ij", "i"),
        ("z", "s"),
        ("x", "ks"),
        ("v", "f"),
        (r"(.)\1+", r"\1"),
        ("e$", ""),
    ):
        plain = re.sub(pattern, sound, plain)
    return plain


@cache
def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = defaultdict(list)
    text = resources.files("soep.clinical").joinpath("data", "medicines.txt").read_text("utf-8")
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            sections[section] += line.split()
    return dict(sections)


@cache
def _names() -> dict[str, Kind]:
    sections = _sections()
    names = dict.fromkeys(sections["trade"], Kind.TRADE)
    return names | dict.fromkeys([*sections["substances"], *sections["common"]], Kind.SUBSTANCE)


@cache
def _by_key() -> dict[str, str]:
    """Key → substance, the common ones last, so that they win; trade names resemble too many ordinary words."""
    sections = _sections()
    return {key(name): name for section in ("substances", "common") for name in sections[section]}


@cache
def _by_start() -> dict[str, list[str]]:
    """The keys that a misspelling may be compared with, by first letter."""
    found: dict[str, list[str]] = defaultdict(list)
    for sound in _by_key():
        if len(sound) >= _MIN_FUZZY_LENGTH - 1:
            found[sound[0]].append(sound)
    return dict(found)


def find(text: str) -> list[Mention]:
    """The medicines that ``text`` names, in order; a name that the recogniser split in two is one mention."""
    mentions = sorted([*_named(text), *_classes(text)], key=lambda mention: (mention.span[0], -mention.span[1]))
    apart: list[Mention] = []
    for mention in mentions:
        if not apart or mention.span[0] >= apart[-1].span[1]:
            apart.append(mention)
    return apart


def hotwords(limit: int = 60) -> tuple[str, ...]:
    """The names most worth telling a recogniser, the most prescribed first."""
    groups = [*_sections()["common"], *_sections()["substances"]]
    return tuple(groups[: max(0, limit)])


def _classes(text: str) -> Iterator[Mention]:
    names = list(_CLASSES)
    for match in _CLASS.finditer(text):
        if match.group().upper() in _CASED and not match.group().isupper():
            continue
        number = next(int(group[1:]) for group, found in match.groupdict().items() if found is not None)
        yield Mention(match.group(), names[number], Kind.CLASS, match.span())


def _named(text: str) -> Iterator[Mention]:
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        word = words[at]
        found = lookup(word.group())
        if found is not None:
            name, exact = found
            yield Mention(word.group(), name, _names()[name], word.span(), exact)
        elif at + 1 < len(words) and (joined := _split_name(text, word, words[at + 1])) is not None:
            at += 1
            span = (word.start(), words[at].end())
            yield Mention(text[span[0] : span[1]], joined, _names()[joined], span, exact=False)
        at += 1


def _split_name(text: str, left: re.Match[str], right: re.Match[str]) -> str | None:
    """“Para cetamol”: two words that are only together a name, said without a pause."""
    if text[left.end() : right.start()] not in {" ", "-"} or len(left.group()) < 3 or len(right.group()) < 3:
        return None
    return _by_key().get(key(left.group() + right.group()))


@lru_cache(maxsize=8192)
def lookup(word: str) -> tuple[str, bool] | None:
    """The name that one word stands for, and whether it is spelled so; None for any other word."""
    low = word.lower()
    if low in _SHORT_FORMS:
        return _SHORT_FORMS[low], True
    if low in _names():
        return low, True
    if len(low) < _MIN_FUZZY_LENGTH:
        return None
    inflected = _without_ending(low)
    if inflected is not None:
        return inflected, True
    sound = key(low)
    near = _by_key().get(sound) or _close(sound)
    return None if near is None else (near, False)


def _without_ending(word: str) -> str | None:
    """“Prednisonkuur”, “paracetamolletje”: the name that a longer word begins with."""
    for length in range(len(word) - 1, 5, -1):
        if word[:length] in _names() and _INFLECTION.fullmatch(word[length:]):
            return word[:length]
    return None


def _close(sound: str) -> str | None:
    """The one name within an edit (two in long names) of a sound; None when none or several are equally near."""
    if len(sound) < _MIN_FUZZY_LENGTH:
        return None
    most = 2 if len(sound) >= _TWO_EDITS_LENGTH else 1
    near: dict[int, set[str]] = defaultdict(set)
    for candidate in _by_start().get(sound[0], ()):
        if abs(len(candidate) - len(sound)) <= most:
            near[_edits(sound, candidate)].add(_by_key()[candidate])
    for edits in range(1, most + 1):
        if near[edits]:
            return near[edits].pop() if len(near[edits]) == 1 else None
    return None


def _edits(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap to make ``right`` of ``left``."""
    before: list[int] = []
    above: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, above, row = above, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]

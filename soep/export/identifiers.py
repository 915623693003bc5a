"""What tells who somebody is, found by its form: numbers, dates, addresses, and names after words that announce one.

Numbers and dates are looked for in the text with its spoken numbers as digits, since people say "nul zes twaalf …".  A
measurement, dose or duration is none of these: each pattern asks for more than digits alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from soep.clinical.cardinals import digitise


class Tag(StrEnum):
    """What was taken out, as the text then calls it; of two of one length the first here gives the name."""

    EMAIL = "E-MAIL"
    WEB = "WEBADRES"
    PHONE = "TELEFOON"
    BSN = "BSN"
    NUMBER = "NUMMER"
    DATE = "DATUM"
    AGE = "LEEFTIJD-90+"
    PERSON = "PERSOON"
    INSTITUTION = "INSTELLING"
    PLACE = "PLAATS"


class Span(NamedTuple):
    """A stretch of a text that is to be replaced."""

    start: int
    end: int
    tag: Tag


@cache
def listed(section: str) -> frozenset[str]:
    """The words of a section of ``data/words.txt``."""
    text = resources.files("soep.export").joinpath("data", "words.txt").read_text("utf-8")
    return frozenset(text.split(f"\n[{section}]\n")[1].split("\n[")[0].split())


def _any_of(section: str) -> str:
    return f"(?:{'|'.join(sorted(listed(section), key=len, reverse=True))})"


def _flat(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Numbers, dates and addresses ----------------------------------------

_DIGIT = r"(?:\d|een\b)"
_GAP = r"(?:[\s()/-]|[.,]\s){0,3}"
_UNIT = _any_of("units")
_SAYS = r"\W+(?:(?:is|was|van|op|in|het|de|mij|mijn|ben|jaar|dat|dan|nummer|eh)\W+){0,4}"
_MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:\d{1,2}\s?(?:e|ste|de)|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde"
    r"|[a-z]+tiende|[a-zë]*(?:twintigste|dertigste))"
)
_LATE_ORDINAL = r"(?:(?:1[3-9]|2\d|3[01])\s?(?:e|ste)|[a-zë]+(?:twintigste|dertigste)|twintigste|dertigste)"
_NOT_COUNTED = r"(?!\s+(?:dag|keer|week|weken|maand|jaar|levensjaar|verjaardag|eeuw|percentiel))"
_DAY = rf"(?:{_ORDINAL}\b|(?:0?[1-9]|[12]\d|3[01]))"
_WEEKDAY = r"(?:maan|dins|woens|donder|vrij|zater|zon)dag"
_YEAR = r"(?:(?:19|20)\s?\d\d|['’`]\d\d|negentien\w+tig|tweeduizend\w*)"
_DMY = r"(?:0?[1-9]|[12]\d|3[01])(?P<sep>[-/.])(?:0?[1-9]|1[0-2])(?P=sep)(?:19|20|['’`])?\d\d"
_YMD = r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])"
_DM = r"(?:0?[1-9]|[12]\d|3[01])[-/](?:0?[1-9]|1[0-2])"
_THEN = r"(?:om|bij|is|was|terug|weer|naar|heb|had|belt?|bel|komt?|kom|ctrl|controle)"
_OLD = r"(?P<it>9\d|10\d)"
_NO_MEASURE = rf"\b(?!,\d|/|\s*(?:over|{_UNIT})(?!\w))"
_ELDER = (
    r"(?:(?:mijn|haar|zijn|onze|de|m'n)\s+(?:moeder|vader|oma|opa|man|vrouw)(?:\s+(?:is|wordt|werd|van))?"
    r"|(?:meneer|mevrouw|mw|dhr)\.?\s+(?:is|wordt|werd|van))"
)
_CAPITAL = r"[A-ZÀ-ÞŁŚŻČŠŽĞİ]"
_PARTICLE = r"(?:(?:van|de|den|der|het|ter|ten|te|el|al|la|le|von|'t)\s+)"
_NAMED = rf"{_PARTICLE}*{_CAPITAL}[\w'’]*[^\W\d_](?:-[^\W\d_]+)*"
_HOUSE_NAME = rf"(?:(?i:de|het|'t|in de)\s+)?{_CAPITAL}[\w'’-]+(?:\s+{_CAPITAL}[\w'’-]+)?"
_SURE_STREET = r"(?:straat|laan|gracht|kade|singel|plein|plantsoen|steeg|dreef)"
_STREET = rf"(?:{_SURE_STREET}|weg|dijk|hof|pad|baan|park|markt|haven)"
_HOUSE = rf"(?:,?\s+(?:(?:huis)?nummer\s+|nr\.?\s*)?\d{{1,4}}(?:\s?[a-zA-Z]\b)?(?!\d|,\d|[-\s]*{_UNIT}(?!\w)))"
_LIVES = r"(?:\s+(?:op|aan|in|nu|we|ik|hij|zij|ze|de|het|is)\b)*"
_NO_NAME = r"(?!(?:met|al|sinds|samen|hier|daar|er|nog|pas|ongeveer|ruim|bijna|over|van|ook|zo|nu)\b)"
_STREET_LOW = (
    rf"(?:{_NO_NAME}[^\W\d_]+\s+){{1,3}}(?:nummer\s+)?\d{{1,4}}[a-z]?\b(?!,\d|[-\s]*{_UNIT}(?!\w)|\s+[a-z]+en\b)"
)
_NO_STREET = _flat(_any_of("no streets"))
_PUBLIC_SITE = _flat(_any_of("public sites"))


def is_bsn(text: str) -> bool:
    """Whether the nine digits in a text pass the check of a citizen service number."""
    digits = [int(digit) if digit.isdigit() else 1 for digit in re.findall(r"\d|een\b", text.lower())]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    if len(digits) != len(weights) or not any(digits):
        return False
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def is_public_site(text: str) -> bool:
    """Whether a web address is one that says nothing about who was sent there."""
    return _PUBLIC_SITE.search(text) is not None


def _is_postcode(text: str) -> bool:
    return text[-2:].lower() not in listed("units after a number")


def _is_street(text: str) -> bool:
    """Whether an address is one: with a number, or with a capital and an ending that nothing else has."""
    name = next(word for word in re.findall(r"[^\W\d_]+", text) if re.search(rf"{_STREET}$|^laan$", word.lower()))
    if _NO_STREET.fullmatch(name):
        return False
    numbered = re.search(r"\d", text) is not None
    return numbered or (name[0].isupper() and re.search(rf"{_SURE_STREET}$", name.lower()) is not None)


def _always(_text: str) -> bool:
    return True


_Rule = tuple[Tag, re.Pattern[str], Callable[[str], bool]]
# What counts is the group "it" where a pattern has one.  The first are matched with the text as it is, the second with
# its numbers as digits.
_WRITTEN: tuple[_Rule, ...] = (
    (Tag.EMAIL, _flat(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _always),
    (
        Tag.EMAIL,
        _flat(r"\w+(?:\s+(?:punt|streepje)\s+\w+)*\s+ap(?:en)?staartje\s+\w+(?:\s+punt\s+\w+|\.\w+)*"),
        _always,
    ),
    (Tag.DATE, _flat(rf"(?<![\d,.]){_DMY}(?![\d,])|(?<!\d){_YMD}(?!\d)"), _always),
    (Tag.DATE, _flat(rf"\b(?:op|d\.?d\.?)\s+(?P<it>{_DM})(?=\s*(?:$|[.,;)])|\s+{_THEN}\b)"), _always),
    (Tag.PHONE, _flat(r"(?<![\d.])0\d(?:\.\d\d){4}(?![\d.])"), _always),
    (Tag.NUMBER, _flat(r"\b[a-z]{2}\d{2}\s?[a-z]{4}(?:\s?\d){10}\b"), _always),
    (Tag.INSTITUTION, re.compile(rf"\b(?i:{_any_of('institutions')})\s+(?P<it>{_HOUSE_NAME})"), _always),
    (Tag.INSTITUTION, re.compile(rf"\b(?:naar|van|bij|op|in|uit)\s+(?P<it>(?:De|Het)\s+{_CAPITAL}[\w'’-]+)"), _always),
    (Tag.INSTITUTION, re.compile(rf"\b(?i:werk\w*)\s+(?:\w+\s+){{0,3}}(?:bij|voor)\s+(?P<it>{_HOUSE_NAME})"), _always),
    (Tag.INSTITUTION, re.compile(rf"{_CAPITAL}[\w'’-]+\s+(?:Ziekenhuis\w*|Kliniek|Zorggroep|U?MC)\b"), _always),
    (Tag.NUMBER, re.compile(r"\b(?i:\w*code|kenmerk)\s+(?:is\s+)?(?P<it>(?=[A-Z-]*\d)[A-Z\d][A-Z\d-]{4,})\b"), _always),
    (Tag.NUMBER, re.compile(r"\b(?=[A-Z\d]*[A-Z])(?=(?:[A-Z]*\d){3})[A-Z\d]{8,}\b"), _always),
)
_SAID: tuple[_Rule, ...] = (
    (Tag.PHONE, _flat(rf"(?<![\d,])(?<!\d\s)0(?:{_GAP}{_DIGIT}){{8,9}}(?!\d)"), _always),
    (Tag.PHONE, _flat(rf"(?:\+\s?31|\b0031|\b31(?=\s?6))[\s()0-]*(?:{_GAP}{_DIGIT}){{9}}(?!\d)"), _always),
    (
        Tag.BSN,
        _flat(rf"\b(?:bsn|burgerservice\w*|sofi\w*){_SAYS}(?P<it>{_DIGIT}(?:{_GAP}{_DIGIT}){{4,8}})"),
        _always,
    ),
    (Tag.BSN, _flat(rf"(?<![\d,/]){_DIGIT}(?:[\s.-]{{0,2}}{_DIGIT}){{8}}(?![\d,/])"), is_bsn),
    (
        Tag.NUMBER,
        _flat(
            rf"\b{_any_of('numbered')}[\s-]?(?:nummer|nr\.?|code){_SAYS}"
            rf"(?P<it>[a-z]{{0,3}}-?{_DIGIT}(?:[\s.-]?{_DIGIT})+)"
        ),
        _always,
    ),
    (Tag.NUMBER, _flat(rf"\b(?:nummer|nr\.?)\s+(?:is\s+)?(?P<it>{_DIGIT}(?:\s?{_DIGIT}){{4,}})"), _always),
    (Tag.NUMBER, _flat(rf"(?<![\d,/])(?:{_DIGIT}\s){{5,}}\d(?!\d|,\d)"), _always),
    (Tag.NUMBER, _flat(rf"(?<![\d,./])\d{{6,}}(?![\d,/]|\s?{_UNIT}(?!\w))"), _always),
    (
        Tag.PLACE,
        re.compile(r"(?<![\d,./])[1-9]\d(?:\s?\d\d\s?[A-Z]\s?[A-Z]|\d\d[a-z]{2})\b"),
        _is_postcode,
    ),
    (Tag.PLACE, _flat(r"\b\d{1,4}[a-z]?,?\s+(?P<it>[1-9]\d{3}\s[a-z]{2})\b"), _is_postcode),
    (Tag.PLACE, _flat(rf"\b(?:woont?|wonen|woonde|woonadres){_LIVES}\s+(?P<it>{_STREET_LOW})"), _always),
    (Tag.PLACE, _flat(rf"\bpostcode{_SAYS}(?P<it>[1-9]\d\s?\d\d(?:\s?[a-z]\s?[a-z]\b)?)"), _always),
    (Tag.DATE, _flat(rf"(?<![\d,/])\b{_DAY}[\s-]{{0,2}}(?:van\s+)?{_MONTH}\b(?:[\s-]+{_YEAR}\b)?"), _always),
    (Tag.DATE, _flat(rf"\b{_MONTH}\s+(?:van\s+)?(?:19|20)\d\d\b"), _always),
    (
        Tag.DATE,
        _flat(
            rf"\b(?:geboren|geboorte\w+|geb\.?){_SAYS}"
            rf"(?P<it>\d{{1,2}}[\s.,-]+\d{{1,2}}[\s.,-]+(?:19\s?|20\s?)?\d\d|{_YEAR})\b"
        ),
        _always,
    ),
    (Tag.DATE, _flat(rf"\bde\s+(?P<it>{_LATE_ORDINAL})\b{_NOT_COUNTED}"), _always),
    (Tag.DATE, _flat(rf"\b{_WEEKDAY}\s+(?:de\s+)?(?P<it>{_ORDINAL})\b{_NOT_COUNTED}"), _always),
    (Tag.AGE, _flat(rf"(?<![\d,.-]){_OLD}[-\s]?(?:jaar|jarige?|jr)\b(?!\s+geleden)"), _always),
    (Tag.AGE, _flat(rf"\b{_ELDER},?\s+{_OLD}{_NO_MEASURE}"), _always),
    (Tag.AGE, re.compile(rf"\b(?i:{_any_of('titled')})\s+{_NAMED}(?:\s+{_NAMED})*,\s+{_OLD}{_NO_MEASURE}"), _always),
    (
        Tag.PLACE,
        re.compile(
            rf"(?:\b{_CAPITAL}[\w'’]*\.?\s+{_PARTICLE}{{0,2}}){{0,3}}\b[^\W\d_][\w'’-]+{_STREET}\b{_HOUSE}?"
            rf"|\b[Ll]aan van (?:de |het )?{_CAPITAL}\w+(?: {_CAPITAL}\w+)*{_HOUSE}?"
        ),
        _is_street,
    ),
)


def by_form(text: str) -> Iterator[Span]:
    """Numbers, dates, high ages, addresses and named institutions."""
    for tag, pattern, check in _WRITTEN:
        for match in pattern.finditer(text):
            if check(match.group()):
                yield Span(*match.span(_group(match)), tag)
    digits = digitise(text)
    for tag, pattern, check in _SAID:
        for match in pattern.finditer(digits.text):
            if check(match[_group(match)]):
                yield Span(*digits.source(*match.span(_group(match))), tag)


def _group(match: re.Match[str]) -> str | int:
    return "it" if match.groupdict().get("it") else 0


# Names ----------------------------------------

_FULL_NAME = rf"(?P<it>{_NAMED}(?:\s+{_NAMED})*)"
_LOW_NAME = rf"(?P<it>{_PARTICLE}*[^\W\d_]{{3,}}(?:-[^\W\d_]+)*)"
_CALLED = r"(?:(?:mijn |zijn |haar )?naam is|(?:ik|hij|zij|ze) heet)"
_TITLED = re.compile(rf"\b(?i:{_any_of('titled')})\s+{_FULL_NAME}")
_ANNOUNCED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!per )(?<!elke )(?<!iedere )\b(?i:{_any_of('greetings')}),?\s+{_FULL_NAME}",
        rf"\b(?i:{_any_of('kin')})(?:\s+van\b)?,?\s+{_FULL_NAME}",
        rf"\b(?i:{_CALLED}|heet(?:te)?|genaamd|ik ben|u bent|jij bent|dit is)\s+{_FULL_NAME}",
        rf"\b(?i:spree?kt?(?:\s+(?:u|ik|je))?\s+met)\s+{_FULL_NAME}",
        rf"^(?i:(?:ja|dokter|{_any_of('greetings')}|[\s,.])*met)\s+{_FULL_NAME}",
    )
)
_ANNOUNCED_LOW = tuple(
    _flat(pattern)
    for pattern in (
        rf"\b{_any_of('titled')}\s+{_LOW_NAME}",
        rf"\b(?:{_CALLED}|spree?kt?(?:\s+(?:u|ik|je))?\s+met|^(?:ja|hallo|dag|\s)*met)\s+{_LOW_NAME}",
        rf"\b(?:mijn|m'n|zijn|haar|je|uw)\s+{_any_of('kin')}\s+{_LOW_NAME}",
    )
)
_TOWN_LOW = _flat(r"\b(?:uit|in|naar|te)\s+(?P<it>[^\W\d_]{5,})")
_SENTENCE_END = re.compile(r"(?P<last>[^\W\d_]+)?(?:[!?]+|(?<!\.)\.)\s+")
_ABBREVIATED = frozenset(["mw", "mevr", "dhr", "mr", "dr", "drs", "ir", "ing", "prof", "st", "v", "d"])


def titled(text: str) -> Iterator[Span]:
    """What stands after a title, with a capital."""
    for match in _TITLED.finditer(text):
        yield Span(*match.span("it"), Tag.PERSON)


def announced(text: str) -> Iterator[Span]:
    """What stands elsewhere where a name is expected, with a capital: after a greeting, or after “mijn dochter”."""
    for pattern in _ANNOUNCED:
        for match in pattern.finditer(text):
            yield Span(*match.span("it"), Tag.PERSON)


def announced_low(text: str) -> Iterator[Span]:
    """The same without a capital: nothing but a list of names can tell whether it is one."""
    for pattern in _ANNOUNCED_LOW:
        for match in pattern.finditer(text):
            yield Span(*match.span("it"), Tag.PERSON)


def towns_low(text: str) -> Iterator[Span]:
    """What stands where a town may be named, however it is written: a list of towns must tell."""
    for match in _TOWN_LOW.finditer(text):
        yield Span(*match.span("it"), Tag.PLACE)


def starts_sentence(text: str, at: int) -> bool:
    """Whether a capital there says nothing: at the beginning, or after the end of a sentence."""
    before = text[:at].rstrip(" -–\"'“‘(")
    return not before or before[-1] in ".!?…:;"


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch cut where a sentence ends within it; an initial or “mw.” ends none."""
    for match in _SENTENCE_END.finditer(text, start, end):
        last = match["last"] or ""
        if len(last) > 1 and last.lower() not in _ABBREVIATED:
            yield start, match.start() + len(last)
            start = match.end()
    yield start, end

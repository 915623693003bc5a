"""Lines of gold notes made wrong on purpose, one way at a time, for ``checker.py`` to see what the checker catches."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from soep.clinical import corrections, numbers, sides
from soep.clinical.cardinals import digitise
from soep.clinical.medicines import Kind
from soep.clinical.medicines import find as medicines_in
from soep.clinical.negation import is_negated
from soep.drafting.checks.findings import line_mentions
from soep.types import FieldName, NoteLine, Role, SoepNote, Utterance

_SIDES = {
    "re": "li",
    "li": "re",
    "rechts": "links",
    "links": "rechts",
    "AD": "AS",
    "AS": "AD",
    "OD": "OS",
    "OS": "OD",
    "rechter": "linker",
    "linker": "rechter",
}
_SIDE = re.compile(rf"\b(?:{'|'.join(_SIDES)})\b")
_UNITS = {
    "dgn": "wkn",
    "wkn": "dgn",
    "wk": "mnd",
    "mnd": "wkn",
    "jr": "mnd",
    "mg": "g",
    "ml": "mg",
    "min": "uur",
    "uur": "min",
}
_UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(_UNITS)})\b")
_NUMBER = re.compile(r"(?<![\w,/.])\d+(?:,\d+)?(?![\w/])")
_NEGATOR = re.compile(r"\b(?:geen|niet)\s+", re.IGNORECASE)
_FINDING = re.compile(
    r"\b(?:koorts|hoest|misselijk|dyspnoe|benauwd|jeuk|duizelig|braken|diarree|hoofdpijn|keelpijn|oorpijn|"
    r"buikpijn|piepen|"
    r"crepitaties|zwelling|drukpijn|tintelingen|loopoor|hartkloppingen|souffle)\b",
    re.IGNORECASE,
)
_DENIED_WORD = re.compile(
    r"(?:^|(?<=[.;,] ))[Gg]een (?!(?:aanwijzing|tekenen|reden|indicatie|idee|bijzonderheden|afwijking)\w*\b)"
    r"(?P<what>[^\W\d]{4,})(?=[.,;]|$| of | en )"
)
_NET = re.compile(
    r"^(?:(?:direct |meteen |eerder |zelfde dag )?(?:bellen|terug|contact|bel|112|hap)\b[^:]*? bij|"
    r"bij) (?P<what>[^.:]+)",
    re.IGNORECASE,
)
_CALLS = re.compile(r"\b(?:bel|bellen|terug|direct|eerder|112|zelfde dag|stop)\b", re.IGNORECASE)
_HEDGE = re.compile(r"\b(?:waarschijnlijk|wrs|wsch|mogelijk|mgl|verdenking|ws|denkt aan|past bij)\b\s*", re.IGNORECASE)
_NO_SIGNS = re.compile(r"\bgeen (?:aanwijzing(?:en)?|tekenen)(?: voor| van)? (?P<what>\w+)", re.IGNORECASE)
_RELATIVE = (
    r"(?:schoon)?(?:moeder|vader|ouders)|zus(?:ter|je)?|broer(?:tje)?|oma|opa|tante|oom|neef|nicht|"
    r"man|vrouw|zoon(?:tje)?|dochter(?:tje)?|collega['’]?s?|kleinzoon|kleindochter|buurvrouw|vriendin?"
)
_OF_RELATIVE = re.compile(
    rf"(?:^|(?<=[.;] ))(?:Fam(?:ilie)?(?:-?anamnese)?:? )?(?:{_RELATIVE})"
    rf"(?: (?:en|of) (?:{_RELATIVE}))?(?: (?:heeft|had|met|ook|heeft ook))?:? "
    rf"(?P<what>(?![^.;]*\b(?:{_RELATIVE}|geen|niet|hij|zij|ze|gezond)\b)[^\W\d][^.;]{{3,50}})(?=[.;]|$)",
    re.IGNORECASE,
)
_BY_RELATIVE = re.compile(
    r"\b(?:bel\w*|vraag\w*|vindt|zegt|merk\w*|ziet|zag|denk\w*|maakt|helpt|wil\w*|komt|gaat|kookt|let|werkt|woont|"
    r"mee|is er|thuis|op de hoogte|weet|adviseer\w*|geeft|gaf|neemt|hoort|bezorgd|ongerust|regelt|rijdt|overleden|"
    r"tolkt|eens|probeerde|mag|dan|vreest|legde|uitgeput|smeert|doet|haalt|ligt|sliep|slaapt|vertelt|steunt?|weg|boos|bang)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"\b(?:zelf )?(?:gestopt|gestaakt|niet meer|stopte|afgebouwd|gestopt met)\b", re.IGNORECASE)
_FOREIGN = (
    "rivaroxaban",
    "metformine",
    "doxycycline",
    "prednisolon",
    "amitriptyline",
    "codeïne",
    "lisinopril",
    "diclofenac",
)
_STRANGE = (
    "Koude rillingen.",
    "Hemoptoë.",
    "Aftrekbare orchidometrie.",
    "Pijn op de borst bij inspanning.",
    "Ileusperistaltiek hoorbaar.",
    "Beginnende papiloedeem beiderzijds.",
    "Sinds kort wandelende artritis vingers.",
    "Nachtelijke paniekaanvallen met claustrofobie.",
)


@dataclass(frozen=True)
class Labelled:
    """A consult with its gold notes."""

    name: str
    utterances: tuple[Utterance, ...]
    notes: tuple[SoepNote, ...]
    dictation: bool


@dataclass(frozen=True)
class Damage:
    """One line made wrong: what was done, and the line as the checker will see it."""

    kind: str
    field: FieldName
    line: NoteLine


def damages(consult: Labelled, field: FieldName, line: NoteLine, chance: random.Random) -> Iterator[Damage]:
    """Every way in which this line can be made wrong."""
    for kind, change in _CHANGES.items():
        text = change(consult, line, chance)
        if text is not None and text != line.text:
            if kind == "denial added" and field == "P":
                continue  # a plan says when to call, not what there is
            yield Damage(kind, field, replace(line, text=text))
            if kind == "number" and _nowhere(consult, line.text, text):
                yield Damage("number, said nowhere", field, replace(line, text=text))
    yield from _moved(consult, field, line)
    others = [one.id for one in consult.utterances if all(abs(one.id - own) > 6 for own in line.evidence)]
    if len(others) >= len(line.evidence) and len(line.text.split()) >= 3:
        cited = tuple(sorted(chance.sample(others, len(line.evidence))))
        yield Damage("other utterances cited", field, replace(line, evidence=cited))
    yield Damage("no evidence", field, replace(line, evidence=()))


def _evidence(consult: Labelled, line: NoteLine) -> list[Utterance]:
    return [one for one in consult.utterances if one.id in line.evidence]


def _number(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    text = line.text
    found = [one for one in _NUMBER.finditer(text) if not text[: one.start()].endswith(("type ", "DM "))]
    if not found:
        return None
    match = chance.choice(found)
    value = match.group()
    if "," in value:
        whole, part = value.split(",")
        wrong = (
            f"{whole},{(int(part[0]) + chance.randint(1, 8)) % 10}{part[1:]}"
            if chance.random() < 0.5
            else f"{int(whole) + 1},{part}"
        )
    else:
        wrong = str(int(value) + chance.choice([1, 2, 5, 10]))
    return text[: match.start()] + wrong + text[match.end() :]


def _nowhere(consult: Labelled, before: str, after: str) -> bool:
    """Whether the changed number is among the digits of no utterance, spoken numbers included."""
    new = set(re.findall(r"\d+(?:,\d+)?", after)) - set(re.findall(r"\d+(?:,\d+)?", before))
    said = set(re.findall(r"\d+(?:,\d+)?", " ".join(digitise(one.text).text for one in consult.utterances)))
    return bool(new) and not new & said


def _unit(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    text = line.text
    match = _UNIT.search(text)
    return text[: match.start()] + _UNITS[match.group()] + text[match.end() :] if match else None


def _side(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    return _SIDE.sub(lambda match: _SIDES[match.group()], line.text) if _SIDE.search(line.text) else None


def _medicine(consult: Labelled, line: NoteLine, chance: random.Random, *, said: bool) -> str | None:
    text = line.text
    own = [one for one in medicines_in(text) if one.kind is not Kind.CLASS]
    if not own:
        return None
    spoken = {one.name for utt in consult.utterances for one in medicines_in(utt.text) if one.kind is not Kind.CLASS}
    pool = sorted(spoken - {one.name for one in own}) if said else [name for name in _FOREIGN if name not in spoken]
    if not pool:
        return None
    start, end = own[0].span
    return text[:start] + chance.choice(pool) + text[end:]


def _unsaid_medicine(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    return _medicine(consult, line, chance, said=False)


def _other_medicine(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    return _medicine(consult, line, chance, said=True)


def _denial_lost(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    text = line.text
    match = next((one for one in _NEGATOR.finditer(text) if _FINDING.match(text, one.end())), None)
    if match is None:
        return None
    wrong = text[: match.start()] + text[match.end() :]
    finding = _FINDING.match(wrong, match.start())
    still = [one for one in line_mentions(wrong) if finding and one.word == finding.group().lower() and not one.present]
    return None if still else wrong  # in "geen POB, benauwd" the other negation still reaches it


def _denial_lost_anywhere(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    match = _DENIED_WORD.search(line.text)
    if match is None or medicines_in(match["what"]):
        return None
    wrong = line.text[: match.start()] + match["what"].capitalize() + line.text[match.end() :]
    # in "geen POB, bloed" the other negation still reaches it
    return None if is_negated(wrong, (match.start(), match.start() + 1)) else wrong


def _denial_added(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    text = line.text
    match = _FINDING.search(text)
    if (
        match is None
        or text[:3].lower() == "bij"
        or _CALLS.search(text)
        or _NEGATOR.search(text[: match.start()])
        or re.search(r"\b(?:nooit|zonder|bij|of|minder|nauwelijks|was)\s+$", text[: match.start()])
        or re.match(r"\s*(?:neg|-|niet|nee)", text[match.end() :])
    ):
        return None
    return f"{text[: match.start()]}geen {text[match.start() :]}"


def _invented(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    return chance.choice(_STRANGE)


def _excluded(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    match = _NO_SIGNS.search(line.text)
    return f"{match['what'].capitalize()} uitgesloten." if match else None


def _retracted(consult: Labelled, line: NoteLine, chance: random.Random) -> str | None:
    """The line with what a speaker of its evidence took back: the earlier number, side or medicine."""
    for one in _evidence(consult, line):
        meant = corrections.resolve(one.text)
        if meant == one.text:
            continue
        for mentions in (_quantities, _sides, _medicines):
            before, after = mentions(one.text), mentions(meant)
            gone = [item for item in before if item[0] not in {other[0] for other in after}]
            for group, value, (start, end) in mentions(line.text):
                stays = (group, value) in {(other[0], other[1]) for other in after} or mentions is not _quantities
                old = next((item for item in gone if mentions is not _quantities or item[0][0] == group[0]), None)
                if old is not None and stays and old[0] != group and group in {item[0] for item in after}:
                    return line.text[:start] + old[1] + line.text[end:]
    return None


_Item = tuple[tuple[str, ...], str, tuple[int, int]]


def _quantities(text: str) -> list[_Item]:
    return [((one.kind.value, *one.key), one.text, one.span) for one in numbers.find(text)]


def _sides(text: str) -> list[_Item]:
    return [((one.side.value,), one.side.value, one.span) for one in sides.find(text)]


def _medicines(text: str) -> list[_Item]:
    return [((one.name,), one.name, one.span) for one in medicines_in(text) if one.kind is not Kind.CLASS]


_CHANGES: dict[str, Callable[[Labelled, NoteLine, random.Random], str | None]] = {
    "number": _number,
    "unit": _unit,
    "side": _side,
    "medicine, not said": _unsaid_medicine,
    "medicine, said elsewhere": _other_medicine,
    "denial lost": _denial_lost,
    "denial lost, any word": _denial_lost_anywhere,
    "denial added": _denial_added,
    "taken back by the speaker": _retracted,
    "invented line": _invented,
    "excluded instead of no signs": _excluded,
}


def _moved(consult: Labelled, field: FieldName, line: NoteLine) -> Iterator[Damage]:
    roles = {Role.ARTS if consult.dictation else one.role for one in _evidence(consult, line)}
    if field == "S" and Role.ARTS not in roles and roles:
        yield Damage("patient's line in O", "O", line)
        yield Damage("patient's line in E", "E", line)
    if field == "S" and Role.ARTS in roles and roles & {Role.PATIENT, Role.BEGELEIDER}:
        yield Damage("patient's answer in O", "O", line)
        yield Damage("patient's answer in E", "E", line)
    if field == "O" and roles == {Role.ARTS} and not consult.dictation:
        yield Damage("doctor's finding in S", "S", line)
    if field == "P":
        yield from _supposed(line)
    if field == "E":
        sure = _HEDGE.sub("", line.text).strip().capitalize() if _HEDGE.search(line.text) else ""
        if sure:
            yield Damage("reservation lost", "E", replace(line, text=sure))
    if field == "S":
        yield from _relatives(line)
        yield from _in_use(line)


def _supposed(line: NoteLine) -> Iterator[Damage]:
    net = _NET.match(line.text)
    if net is None or len(net["what"].split()) > 8:
        return
    wrong = replace(line, text=net["what"].capitalize() + ".")
    if _FINDING.search(net["what"]):
        yield Damage("safety net as finding", "S", wrong)
    elif not re.search(r"\d|\b(?:twijfel|vragen|nood|geen|niet|onvoldoende|uitblijven|recidief)\b", net["what"]):
        yield Damage("safety net as finding, any", "S", wrong)


def _relatives(line: NoteLine) -> Iterator[Damage]:
    for match in _OF_RELATIVE.finditer(line.text):
        what = match["what"].strip()
        if not _BY_RELATIVE.search(what) and not line.text.lower().startswith("hetero"):
            yield Damage("somebody else's illness", "S", replace(line, text=f"{what[0].upper()}{what[1:]}."))


def _in_use(line: NoteLine) -> Iterator[Damage]:
    for sentence in re.split(r"(?<=[.;])\s+", line.text):
        named = [one for one in medicines_in(sentence) if one.kind is not Kind.CLASS]
        if len(named) == 1 and _STOPPED.search(sentence) and len(sentence.split()) <= 10:
            yield Damage("stopped medicine as in use", "S", replace(line, text=f"Gebruikt {named[0].text}."))

"""Check: an illness or medicine of somebody else is not written as the patient's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from soep.drafting.checks.items import items
from soep.drafting.checks.speech import Claim, Speech, sentences_of
from soep.drafting.checks.text import Said, fold, said, supports_strictly
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_KIN = (
    r"(?:schoon|stief|groot)?(?:moeder|vader|ouders|zus(?:je|ter)?|broer(?:tje)?|zoon(?:tje)?|dochter(?:tje)?)|oma|opa|"
    r"tante|oom|neef(?:je)?|nicht(?:je)?|klein(?:zoon|dochter|kind)|zwager|mama|papa"
)
_HOUSE = (
    r"man|vrouw|vriend(?:in)?|partner|kind(?:eren)?|collega(?:'s)?|buur(?:man|vrouw|meisje|jongen)|vriendje|huisgenoot"
)
_OTHERS = re.compile(rf"\b(?:{_KIN}|{_HOUSE}|familie|gezin|klas|school|creche|opvang)\b")
_OF = r"(?<!van )(?<!met )(?<!bij )(?<!naar )(?<!voor )(?<!door )(?<!aan )(?<!volgens )(?<!ik ben )\b"
_OWN = re.compile(
    rf"{_OF}(?:mijn|m'n|me|onze|ons|uw|je|jouw) (?:\w+ )?(?P<who>{_KIN}|{_HOUSE})\b|"
    r"\b(?P<group>in (?:de|uw|je|mijn|m'n) familie|bij ons thuis|een collega|op school|in de klas)\b"
)
_OF_THEM = re.compile(rf"{_OF}(?:zijn|z'n|haar|d'r|hun) (?:\w+ )?(?P<who>{_KIN}|{_HOUSE})\b")
_DICTATED = re.compile(rf"^\W*(?:en |ook )?(?:(?:haar|zijn) )?(?P<who>{_KIN})\b(?! en pati)")
_COMPANIONS_OWN = re.compile(
    r"\b(?P<group>ik (?:heb|had|ben|was|slik|gebruik) (?:het |dat |die )?(?:zelf|ook|vroeger|zwanger)|"
    r"zelf (?:heb|had|ben|was) ik|ik ben \w*zwanger\w*)\b"
)
# Who tells, brings or does something is not who is ill.
_TELLS = re.compile(
    r"\b(?:zegt|zei|zeggen|vertelt|vertelde|meldt|zette|vindt|vond|denkt|dacht|merkt\w*|ziet|zag|hoort|hoorde|wil|wilde|belt|belde|vroeg|vraagt|"
    r"kookt|helpt|rijdt|gaf|geeft|bracht|brengt|komt|kwam|maakt|stuurde|moest|moet|mag|kan|gemeten|gegeven|gezien|"
    r"geleerd|gezegd|verteld|gehaald|gekocht|smeert|werkt|woont|bezorgd|bang|ongerust|boos|regelt|weet|wist|heet|let|"
    r"zat|stond|lag|ging|pakte|tilde|tillen|drinkt|overleden|dood)\b"
)
_GOES_ON = re.compile(
    r"^\W*(?:en |maar |nou |want |ja |toen |of )?(?:die|hij|zij|ze|dat was|allebei|op (?:zijn|haar|d'r|z'n))\b"
)
_SELF = re.compile(r"\b(?:ik|mij|me|mezelf|mijn|m'n|zelf|u|uw|je|jij|jijzelf|uzelf)\b")
_CLAUSE = re.compile(r"[^,;:]+")
_SPOKEN_OF = re.compile(r"\bhetero\b[^:]*:|\(\w+\)", re.IGNORECASE)
_NOT_HERS = re.compile(
    r"\b(?:fam\w*|thuis|omgeving|contact|iedereen|zelf|vraagt|wil|dacht|plan|bang|vreest|zorg\w*|denkt|mantelzorg\w*|werk\w*|gezin\w*|partner\w*)\b"
)


def check_persons(claim: Claim) -> Iterator[Verdict]:
    """An item of S that every clause naming it gives to somebody else, in a line that names nobody."""
    line = fold(_SPOKEN_OF.sub(" ", claim.line.text))
    if claim.field not in {"S", ""} or _OTHERS.search(line) or _NOT_HERS.search(line):
        return
    clauses = list(_owners(claim))
    if not any(who for _, who in clauses):
        return
    for sentence in sentences_of(line):
        things = [item for item in items(sentence) if not item.cued]
        owners = [
            (word, [who for spoken, who in clauses if supports_strictly(spoken, word)])
            for item in things
            for word in item.words
        ]
        named = [(word, whose) for word, whose in owners if whose]
        if named and all(all(whose) for _, whose in named):
            yield objection(FlagCode.OF_SOMEBODY_ELSE, word=named[0][0], who=named[0][1][0])
            return


def _owners(claim: Claim) -> Iterator[tuple[Said, str]]:
    """The clauses of the evidence, each with whom it is about, empty for the patient; what was denied is left out."""
    who, speaker = "", None
    asked: list[tuple[Said, str]] = []
    patient = _patient(claim.speech)
    for sentence in claim.sentences():
        if sentence.role is not speaker and not _GOES_ON.match(sentence.text):
            who = ""
        for clause in _CLAUSE.findall(sentence.text):
            named = _named(clause, sentence.role, patient, dictated=claim.speech.dictation)
            if named and not _TELLS.search(clause):
                who = named
            elif named or (_SELF.search(clause) and not _GOES_ON.match(clause)):
                who = ""
            if sentence.question and not named:
                asked += [] if sentence.answer == "no" else [(said(clause), "")]
                continue
            yield from ((heard, who) for heard, _ in asked)
            asked = []
            yield said(clause), who
        speaker = sentence.role
    yield from asked


@lru_cache(maxsize=8)
def _patient(speech: Speech) -> str:
    """Whom a companion first calls "mijn …" (or the doctor "uw …"): the one they came with."""
    for utterance in speech.utterances:
        match = _OWN.search(fold(utterance.text))
        if match and match["who"]:
            return match["who"]
    return ""


def _named(clause: str, role: Role, patient: str, *, dictated: bool) -> str:
    """Whom a clause names; a companion's "mijn zoon" may be the patient, "zijn broer" is not."""
    if dictated:
        match = _DICTATED.match(clause) or _OF_THEM.search(clause)
        return match["who"] if match else ""
    companion = role is Role.BEGELEIDER
    for pattern in (_OF_THEM, _COMPANIONS_OWN, _OWN) if companion else (_OWN, _OF_THEM):
        match = pattern.search(clause)
        who = (match.groupdict().get("who") or match.groupdict().get("group")) if match else None
        if who and not (companion and pattern is _OWN and who.startswith(patient[:4])):
            return who
    return ""

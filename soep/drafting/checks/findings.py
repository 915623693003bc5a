"""Symptoms and findings whose presence or absence matters, and how a text has them: present, denied or asked.

A finding is a set of word forms that mean the same.  Polarity is read within a clause: "geen koorts, hoest of slijm"
denies three things, "geen koorts, wel hoest" denies one, and "kan niet slapen van de hoest" denies no cough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from soep.clinical.negation import is_negated
from soep.drafting.checks.speech import Sentence, sentences_of, supposes

_FINDINGS = r"""
koorts: koorts\w*|febris
dyspnoe: kortademig\w*|dyspnoe\w*|benauwd\w*
hoesten: hoest(?:en|t|te)?|nachthoest|prikkelhoest|hoesterig|hoestbui\w*
keelpijn: keelpijn|zere keel|pijn in (?:de|mijn|zijn|haar|je|uw) keel
oorpijn: oorpijn|pijn in (?:het|mijn|zijn|haar|je|uw) oor
hoofdpijn: hoofdpijn|koppijn
misselijkheid: misselijk\w*|nausea
braken: brak(?:en|t)|braakt|gebraakt|over(?:ge)?geven|gespuugd|spu(?:gen|ugt)|kotsen
diarree: diarree
obstipatie: obstipatie|verstopping
jeuk: jeuk|jeukt|jeuken
duizeligheid: duizelig\w*
tintelingen: tinteling\w*|tintelt|tintelen|paresthesie\w*
krachtsverlies: krachtverlies|krachtsverlies|krachtsvermindering
zwangerschap: zwanger|graviditeit|in verwachting
gewichtsverlies: afgevallen|afvallen|gewichtsverlies
nachtzweten: nachtzweten
hartkloppingen: hartkloppingen|palpitaties
flauwvallen: flauwgevallen|flauwvallen|syncope|wegraking\w*
loopoor: loopoor\w*|otorroe
nekstijfheid: nekstijf\w*
sufheid: suf|sufheid
trauma: trauma
bloedverlies: bloedverlies|bloeding\w*
hematurie: hematurie|bloed in de urine|bloed bij (?:het )?plassen
dysurie: dysurie|branderig plassen|pijn bij (?:het )?plassen
uitslag: huiduitslag|exantheem
oedeem: oedeem
geelzucht: icterus|icterisch|geelzucht
pijn op de borst: pob|pijn op de borst|druk op de borst|thoracale pijn
buikpijn: buikpijn|pijn in (?:de|mijn|zijn|haar|je|uw) buik
rugpijn: rugpijn|pijn in (?:de|mijn|zijn|haar|je|uw) rug
uitstraling: uitstraling|uitstralende
uitval: uitval
incontinentie: incontinentie|incontinent
stridor: stridor
intrekkingen: intrekkingen
crepitaties: crepitaties|crepiteren
rhonchi: rhonchi
piepen: piept|piepen
souffle: souffles?|geruis
perforatie: perforatie
pus: pus
drukpijn: drukpijn\w*
loslaatpijn: losla(?:at|ting)s?pijn
zwelling: zwelling|gezwollen
roodheid: rood|roodheid
allergie: allergie\w*|allergisch
suicidaliteit: suicidaal|suicidaliteit|suicidegedachten|doodswens
somberheid: somber|somberheid
slapeloosheid: slapeloos\w*
roken: rookt|roken
eetlust: eetlust
klieren: klieren|lymfeklieren
hallucinaties: hallucinaties
epilepsie: insult|insulten|trekkingen
dubbelzien: dubbelzien|dubbelbeelden|diplopie
melaena: melaena|melena
hemoptoe: hemoptoe
hypo: hypo's|hypos|hypo
astma: astma
diabetes: diabetes|suikerziekte
trombose: trombose
longontsteking: pneumonie|longontsteking
fractuur: fractuur|botbreuk|gebroken
verkoudheid: verkouden|verkoudheid
rillingen: rillingen|koude rilling\w*
spierpijn: spierpijn|myalgie
"""


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern with a named group a finding, and the finding that each group stands for."""
    parts, names = [], {}
    for number, row in enumerate(_FINDINGS.strip().splitlines()):
        name, forms = row.split(": ", 1)
        names[f"f{number}"] = name
        parts.append(f"(?P<f{number}>{forms})")
    return re.compile(rf"\b(?:{'|'.join(parts)})\b"), names


NAMES = frozenset(row.split(": ", 1)[0] for row in _FINDINGS.strip().splitlines())

_PART = re.compile(r"[^,;:()]+$")
_CUE = re.compile(r"\b(?:geen|niet|nooit|zonder|noch)\b")
_EXCLUDED_NEXT = re.compile(r"\s+(?:is\s+)?(?:uitgesloten|onwaarschijnlijk)\b")
_NOT_OWN = re.compile(
    r"\b(?:mijn|m'n|zijn|z'n|haar|d'r) (?:oudste|jongste|zus\w*|broer\w*|moeder|vader|man|vrouw|oma|opa|"
    r"tante|oom|zoon|dochter|collega|"
    r"buur\w*|vriend\w*|neef|nicht|zwager)\b|\bwas het maar waar\b"
)
"""Sentences about somebody else, or a wish: whose finding it is cannot be told from the word."""
_UNSURE = re.compile(r"\b(?:bang|vrees\w*|angst|zorgen|denkt|dacht|vraagt|hulpvraag|allergie)\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A finding in a text: ``present`` False when the text denies it; ``word`` as it stands there."""

    finding: str
    word: str
    present: bool
    start: int


def mentions(sentence: str) -> list[Mention]:
    """The findings that a folded sentence or line names, with their polarity."""
    return list(_mentions(sentence))


@lru_cache(maxsize=8192)
def _mentions(sentence: str) -> tuple[Mention, ...]:
    pattern, names = _table()
    return tuple(
        Mention(names[str(match.lastgroup)], match.group(), not _denied(sentence, match), match.start())
        for match in pattern.finditer(sentence)
    )


def _denied(sentence: str, match: re.Match[str]) -> bool:
    """Whether a finding is denied; what stands in brackets is not denied by what stands before them."""
    part = _PART.findall(sentence[: match.start()])
    open_bracket = sentence.rfind("(", 0, match.start()) > sentence.rfind(")", 0, match.start())
    if open_bracket and not _CUE.search(part[-1] if part else ""):
        return False
    if _EXCLUDED_NEXT.match(sentence, match.end()):
        return True
    return is_negated(sentence, match.span())


def line_mentions(text: str) -> list[Mention]:
    """The findings of a line of a note; sentences are read apart."""
    return [mention for sentence in sentences_of(text) for mention in mentions(sentence)]


def uncertain(sentence: str) -> bool:
    """Whether a sentence tells of a fear or an idea rather than a fact."""
    return bool(_UNSURE.search(sentence))


@dataclass(frozen=True, slots=True)
class Heard:
    """How the speech has one finding: present, absent, only supposed, only asked, or asked and half denied."""

    present: bool = False
    absent: bool = False
    supposed: bool = False
    asked: bool = False
    doubted: bool = False


def heard(sentences: Iterable[Sentence]) -> dict[str, Heard]:
    """Per finding what the sentences say of it.  A plain statement outweighs what follows from a yes or no."""
    stated: dict[str, set[str]] = {}
    answered: dict[str, set[str]] = {}
    for sentence in sentences:
        for finding, status, direct in _statuses(sentence):
            (stated if direct else answered).setdefault(finding, set()).add(status)
    found = {}
    for finding in stated.keys() | answered.keys():
        said, implied = stated.get(finding, set()), answered.get(finding, set())
        every = said & {"present", "absent"} or said | implied
        found[finding] = Heard(*(status in every for status in ("present", "absent", "supposed", "asked", "doubted")))
    return found


def _statuses(sentence: Sentence) -> Iterator[tuple[str, str, bool]]:
    if _NOT_OWN.search(sentence.text):
        return
    for mention in mentions(sentence.text):
        if sentence.question:
            yield mention.finding, _answered(mention, sentence), False
        elif sentence.conditional and supposes(sentence.text, mention.start):
            yield mention.finding, "supposed", True
        else:
            yield mention.finding, "present" if mention.present else "absent", True


def _answered(mention: Mention, sentence: Sentence) -> str:
    if sentence.answer == "no":
        return "absent"
    if sentence.answer == "hardly":
        return "doubted"
    if sentence.answer == "yes" and mention.present and len(mentions(sentence.text)) == 1:
        return "present"
    return "asked"

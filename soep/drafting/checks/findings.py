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
oorpijn: oorpijn|pijn (?:in|aan) (?:het|de|mijn|zijn|haar|je|uw) (?:oor|oren)
hoofdpijn: hoofdpijn|koppijn
misselijkheid: misselijk\w*|nausea
braken: brak(?:en|t)|braakt?|gebraakt|over(?:ge)?geven|gespuugd|spu(?:gen|ugt)|kotsen
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
loopoor: loopoor\w*|otorroe|uit (?:het|zijn|haar|je|uw|mijn) oor|uitgelopen
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

_FIGURES = re.compile(r"\s*\([^a-z)]*\)")
_PART = re.compile(r"[^,;:()]+$")
_CUE = re.compile(r"\b(?:geen|niet|nooit|zonder|noch)\b")
_EXCLUDED_NEXT = re.compile(
    r"\s+(?:is\s+)?(?:uitgesloten|onwaarschijnlijk)\b|(?:\s*[,/]\s*\w+)*\s*:\s*(?:geen|neg|blanco|-)(?!\s*\w)"
)
_NOT_OWN = re.compile(
    r"\b(?:mijn|m'n|zijn|z'n|haar|d'r) (?:oudste|jongste|zus\w*|broer\w*|moeder|vader|man|vrouw|oma|opa|"
    r"tante|oom|zoon|dochter|collega|"
    r"buur\w*|vriend\w*|neef|nicht|zwager)\b|\bwas het maar waar\b"
)
"""Sentences about somebody else, or a wish: whose finding it is cannot be told from the word."""
_LABEL = re.compile(r"\w+\s*:(?!\s*(?:geen|-))|\w+ alleen (?:moeder|vader|oma|opa|zus|broer)")
"""A word that says what follows, as in "allergie: pleisters"."""
_SAYS = re.compile(r"\b(?:zegt|zei|vindt|vond|volgens|denkt|dacht|merkt|ziet|zag) (?:mijn|m'n|z'n|zijn|haar|d'r)\b")
_LISTING = re.compile(r",\s|\bof\b")
_SCANTLY = re.compile(r"\b(?:nauwelijks|amper|weinig|bijna geen|minder|nooit|zelden|soms)\s+(?:\w+\s+)?$")
"""Words before a finding that make it neither there nor not there."""
_OF_A_DENIED = re.compile(r"\bgeen\s+\w+(?:\s+\w+)*\s*$")
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
    before, colon, _ = sentence[: match.start()].rpartition(":")
    if colon and not _CUE.search(sentence, len(before), match.start()) and _OF_A_DENIED.search(before):
        return False  # "geen hormonen: somber van pil"
    open_bracket = sentence.rfind("(", 0, match.start()) > sentence.rfind(")", 0, match.start())
    if open_bracket and not _CUE.search(part[-1] if part else ""):
        return False
    if _EXCLUDED_NEXT.match(sentence, match.end()):
        return True
    return is_negated(sentence, match.span())


def plain(sentence: str) -> str:
    """A sentence of a line without the figures in brackets that would end a list: "geen koorts (37,1), hoest"."""
    return _FIGURES.sub(" ", sentence)


def line_mentions(text: str) -> list[Mention]:
    """The findings of a line of a note that it has or denies; sentences are read apart."""
    return [
        mention
        for sentence in map(plain, sentences_of(text))
        for mention in mentions(sentence)
        if not (mention.present and _LABEL.match(sentence, mention.start))
        and not (
            mention.present
            and (_SCANTLY.search(sentence[: mention.start]) or _in_denied_brackets(sentence, mention.start))
        )
    ]


def _in_denied_brackets(sentence: str, at: int) -> bool:
    """As in "geen reactie (bultjes, spugen)": what the brackets hold is denied with what stands before them."""
    opened = sentence.rfind("(", 0, at)
    return opened > sentence.rfind(")", 0, at) and bool(_CUE.search(sentence, 0, opened))


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
    refuted: bool = False
    """Denied somewhere, be it only by an answer."""
    told: bool = False
    """Asked and answered with a story that denies nothing."""


_STATUSES = ("present", "absent", "supposed", "asked", "doubted", "told")


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
        present, absent, supposed, asked, doubted, told = (status in every for status in _STATUSES)
        found[finding] = Heard(present, absent, supposed, asked, doubted, "absent" in said | implied, told)
    return found


def _statuses(sentence: Sentence) -> Iterator[tuple[str, str, bool]]:
    if _NOT_OWN.search(sentence.text) and not _SAYS.search(sentence.text):
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
    if mention.present and len(mentions(sentence.text)) == 1 and not _LISTING.search(sentence.text):
        return {"yes": "present", "told": "told"}.get(sentence.answer, "asked")
    return "asked"

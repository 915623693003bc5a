"""Which field a line belongs in, by who said what it rests on, and in which words.

Conservative: without a clear sign a line stays where the drafter put it.  What only the patient or a companion told is
S; what the doctor measured or saw is O, concluded is E, agreed is P.  In a dictation the spoken headings decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from soep.clinical import complaints, sections
from soep.clinical.exchanges import is_question
from soep.clinical.medicines import find as medicines_in
from soep.drafting.checks.speech import split
from soep.drafting.checks.text import STOP_WORDS, Said, fold, joined, said, supports_strictly, words
from soep.drafting.drafter import ProposedLine
from soep.types import FieldName, Role, Source, Utterance

_MEASURED = re.compile(
    r"\b(?:rr\b[^.;]{0,14}\d|piekstroom|d-dimeer|ferritine|tsh|"
    r"t:? ?(?:3[4-9]|4[0-2])\b|temp\w* \d|sat\w*:? ?\d|pols:? ?\d|"
    r"(?:adem)?freq\w* \d|af \d|"
    r"crp:? ?<?\d|"
    r"gluc\w*:? ?\d|hb:? ?\d|bmi:? ?\d|gewicht:? \d|lengte:? \d|visus|urine\w*:|nitriet|leuko\w*|ecg:|phq|mmse|eai|"
    r"gfr:? ?\d|hba1c:? ?\d|peakflow|fev1|\d+(?:,\d+)? (?:bij|x) \d+(?:,\d+)? (?:cm|mm))"
)
_EXAMINED = re.compile(
    r"\b(?:longen|vag|ademgeruis|pulm\w*|cor|harttonen|souffles?|abdomen|buik|peristaltiek|wisselende tympanie|"
    r"drukpijn\w*|loslaatpijn|slagpijn|asdrukpijn|tv|trommelvlie\w*|gehoorgang\w*|retroauriculair|keel|tonsil\w*|huig|"
    r"farynx|(?:hals|lymfe|lies|oksel)?klieren|lasegue|slr|kracht|reflexen|sensibiliteit|pupillen|cornea|conjunctiva\w*|"
    r"fluor\w*|exorotatie|endorotatie|abductie|flexie|extensie|anteflexie|zwelling|gezwollen|hematoom|oedeem|crepitaties|"
    r"rhonchi|piepen|wheeze|rood|roodheid|warm|bleek|turgor|capillary|crt|mucosa|slijmvlies\w*|intrekkingen|"
    r"neusvleugelen|fontanel|nek soepel|meningeaal|exantheem|papels|pustels|"
    r"vesikels|maculae|plaque|schilfer\w*|erytheem|"
    r"petechien|rt|vt|speculum|portio|cervix|uitstrijk|stick|ziek|alert|helder|adequaat|orientatie|georienteerd|"
    r"stemming|affect|oogcontact|verzorgd|coherent|psychotisch|suf|matig ziek|looppatroon|gang|stand|pulsaties|varices|"
    r"homans|phalen|tinel|hallpike|kiepproef|nystagmus|romberg|fluistertest|"
    r"weber|rinne|mcmurray|lachman|schuiflade|"
    r"band\w*|gewricht\w*|hydrops|knijptest|finkelstein|jobe|neer|palp\w*|inspectie|percussie|lever|milt|weerstand|soepel|"
    r"defense|passen|staand|liggend|loopt|zet|mastoid|septum|korst\w*|wond\w*|scherp begrensd|"
    r"dermatoscop\w*|ga|gb|schoon|symmetrisch|intact)\b"
)
_EXAMINES = re.compile(
    r"\b(?:ik (?:hoor|zie|voel|meet|tel|druk|kijk|luister|vind)|hoor ik|zie ik|voel ik|even (?:kijken|voelen|luisteren|"
    r"meten)|bloeddruk|temperatuur|saturatie|pols|trommelvlies|longen|buik|hart\w*|keel|oren|klieren|gevoel|"
    r"drukpijn\w*|soepel|gezwollen|rechts|links|normaal|schoon|rustig|vergroot|knie|voet|huid|neus|ogen)\b"
)
_PLANNED = re.compile(
    r"(?:^|\W)r/|\b(?:ctrl|controle|contr|retour|terug\w*|bel\w*|verwij\w*|verw|recept|herhaal\w*|stop\w*|start\w*|"
    r"lab|prikken|bloedonderzoek|foto|echo|kweek|mri|ct|scan|insturen|seh|112|113|hap|vangnet|advies|adv|uitleg|folder|"
    r"thuisarts|afgesproken|afspraak|zn|max|dd|doorgaan|door(?=\W*(?:[.;,]|$))|ophogen|verhogen|verlagen|afbouwen|afwachten|poh\w*|"
    r"fysio\w*|spreekuur|consult|tel|evt|mag|niet meer|smeren|spoelen|koelen|rust|bewegen|oefen\w*|pas na|vanaf|"
    r"bedrijfsarts|ambulance|dezelfde dag|zelfde dag|direct|meteen|eerder|overleg\w*|aanvragen|inplannen|geven|nemen|"
    r"drinken|vermijd\w*|mijden|opname|cardioloog|neuroloog|dermatoloog|kno\w*|gynaecoloog|uroloog|chirurg|internist|"
    r"kinderarts|geriater|ggz|psycholoog|wijkverpleging|trombosedienst|apotheek|verband|hechting\w*|naar \d|overmorgen|"
    r"over \d+(?:-\d+)? (?:dgn?|dag|wkn?|mnd|uur|jr)|geen (?:ab|med|medicatie|antibiotic\w*|ecg|scopie|mri)|ontraden)\b"
)
_AGREES = re.compile(
    r"\b(?:ik (?:schrijf|geef|verwijs|stuur|bel|zie (?:u|je)|wil|ga|maak|regel|doe|laat|vraag)|schrijf ik|geef ik|"
    r"stuur ik|bel ik|u krijgt|je krijgt|gaan we|doen we|spreken we|we (?:gaan|doen|spreken|wachten|prikken|maken|"
    r"beginnen|stoppen|verhogen|laten)|neemt u|neem|smeer\w*|mag (?:u|je)|moet (?:u|je)|"
    r"u mag|kom\w* (?:u|je|dan|terug)|"
    r"bel\w*|over (?:een|twee|drie|vier|zes|\d+) (?:dag\w*|we\w+|maand\w*)|afspraak|"
    r"recept|verwijzing|stop\w*|advies|terug|controle|bloed|prikken|foto|assistente|apotheek|als u|als je|als het)\b"
)
_CONCLUDES = re.compile(
    r"\b(?:(?:dit|dat|het) (?:is|zijn) (?:dus |gewoon |echt |denk ik |waarschijnlijk |wel |nu |hier )*"
    r"(?:een|geen|het|de|"
    r"\w+(?:itis|ose|ontsteking|infectie|breuk|griep|virus|syndroom))|(?:u|je|hij|ze) (?:heeft|hebt) (?:dus |echt )?"
    r"(?:een|geen)|past (?:\w+ ){0,2}bij|ik denk (?:aan|dat|echt|toch)?|denk ik (?:aan)?|waarschijnlijk|conclusie|"
    r"diagnose|klinkt (?:als|dit)|lijkt (?:op|me)|geen aanwijzing\w*|ziet eruit als|noem\w* (?:ik|we)|heet|wijst op|"
    r"verdenk\w*|vermoed\w*|komt (?:\w+ )?(?:door|van)|hoort bij|ga ik uit van|mijn idee)\b"
)
_CONCLUDED = re.compile(
    r"\b(?:wrs|wsch|waarschijnlijk|mogelijk|verdenking|past bij|dd|eci|geen aanwijzing\w*|uitgesloten|hypertensie|"
    r"diabetes|dm ?2|copd|astma|uwi|otitis|sinusitis|bronchitis|pneumonie|cystitis|eczeem|artrose|depressie|hernia|"
    r"viraal|virale|infectie|status na|ontregeld|stabiel|goed ingesteld|bijwerking|werkdiagnose)\b"
)
_READ = re.compile(
    r"\b(?:dossier|systeem|computer|brief|vorige (?:keer|week|maand|jaar)|vorig jaar|staat (?:hier|er)|"
    r"ik zie (?:hier|in)|"
    r"u (?:slikt|gebruikt|had|heeft toen)|je (?:slikt|gebruikt|had)|samengevat|vertelt|begrijp|dus u|dus je|zei)\b"
)
_CALLS = re.compile(r"\b(?:dan|bel|belt|bellen|terug|kom)\b[^?]*$")
_TOUCHES = re.compile(
    r"\b(?:druk|drukt|duw|til|knijp|buig|strek|adem|zucht|voelt (?:u|je) dit|"
    r"doet (?:dit|dat|het hier)|hier|zo ook|pijn zo|"
    r"lig|ga (?:u |je )?(?:maar |even )?(?:liggen|staan|zitten)|kijk|volg|zeg eens|vinger|ogen dicht|lees|welke dag|"
    r"weet (?:u|je) (?:waar|welke)|onthoud|hoort (?:u|je))\b"
)
_DENIES = re.compile(r"\W*(?:nee|niet|geen|nooit|niks)\b")
_NOT_DONE = re.compile(r"(?:nu )?(?:geen|niet)\b.*\b(?:(?!geen)\w{2,}en|ab|scopie|ecg|mri|pufje|med)\b")
_PATIENTS_PLAN = re.compile(r"\b(?:pt|patient|mw|dhr|wil|denkt na|gaat|neemt|belt|komt|akkoord|moeder|partner|zelf)\b")
_BEFORE = re.compile(
    r"\b(?:geleden|vorige?|laatste|med|vg|sinds|was|eerder\w*|vroeger|gebruikt|gehad|gestopt|opgehoogd|thuis|toen|"
    r"als kind|allerg\w*|familie|fam|moeder|vader|rookt\w*|werkt|woont|bekend|in (?:19|20)\d\d)\b"
)
"""What was before today, or elsewhere: history, and so neither found nor agreed."""
_HISTORY = re.compile(
    r"^(?:hetero|vg\b|med:|allergie|fam\b|(?:moeder|vader|zus|broer) (?!\w+t\b)|rookte?|"
    r"sinds \d|\d+(?:,5)? (?:dgn?|wkn?|wk|mnd|jr) |"
    r"wil (?!\w+ niet)|vraagt|werkt|woont|denkt|bang|hulpvraag|nooit|eerder )|\bgeleden\b|\bgehad\b|\bthuis (?:t|rr)\b"
)
"""What only an anamnesis says."""
_USED = re.compile(
    r"\b(?:sinds|gebruikt\w*|gehad|vorige?|slikt\w*|rookt\w*|hielp\w*|geprobeerd|gestopt|effect|nooit|klacht\w*)\b"
)
_OF_A_DOSE = {"dd", "zn", "max"}
_FEWEST_WORDS = 3
_MOSTLY = 3
_MARGIN = 2
_DICTATED_MARGIN = 3


def place(proposed: ProposedLine, utterances: Mapping[int, Utterance], *, dictation: bool) -> ProposedLine:
    """The line under the field that it belongs in, or as it was.

    Args:
        proposed: a line as a drafter wrote it.
        utterances: of the consult, by id.
        dictation: only the GP speaks.
    """
    evidence = [utterances[one] for one in proposed.line.evidence if one in utterances]
    if not evidence or not proposed.line.text.strip():
        return proposed
    if dictation or all(one.source is Source.DICTAAT for one in evidence):
        field = _dictated(proposed, evidence, utterances)
    elif any(one.role is Role.ONBEKEND for one in evidence):
        field = proposed.field
    else:
        field = _spoken(proposed, evidence)
    return proposed if field == proposed.field else replace(proposed, field=field)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The evidence by speaker: what the doctor stated and asked, and what the others told, folded."""

    stated: tuple[str, ...]
    asked: tuple[str, ...]
    told: tuple[str, ...]


def _heard(evidence: Sequence[Utterance]) -> _Heard:
    stated, asked, told = [], [], []
    for utterance in evidence:
        for sentence in map(fold, split(utterance.text)):
            if utterance.role is not Role.ARTS:
                told.append(sentence)
            elif is_question(sentence.rstrip(" .…")) and not _CALLS.search(sentence):
                asked.append(sentence)
            elif len(words(sentence)) >= _FEWEST_WORDS or not told:
                stated.append(sentence)
    return _Heard(tuple(stated), tuple(asked), tuple(told))


def _spoken(proposed: ProposedLine, evidence: Sequence[Utterance]) -> FieldName:
    heard = _heard(evidence)
    content = _content(proposed.line.text)
    by_doctor = [word for word in content if supports_strictly(_all(heard.stated), word)]
    by_others = [word for word in content if supports_strictly(_all((*heard.told, *heard.asked)), word)]
    wished = bool(heard.stated or heard.asked) and any(one.endswith("?") or is_question(one) for one in heard.told)
    denied = bool(heard.asked) and any(_DENIES.match(one) for one in heard.told)
    touched = any(_TOUCHES.search(one) for one in (*heard.asked, *heard.stated))
    if not heard.stated or (heard.told and by_others and not by_doctor):
        return _of_the_patient(
            proposed, touched=touched, by_doctor=bool(heard.asked or heard.stated), denied=denied, wished=wished
        )
    if heard.told and len(by_others) > len(by_doctor):
        mostly = len(by_others) >= _MOSTLY * len(by_doctor) or _HISTORY.search(fold(proposed.line.text))
        return (
            _of_the_patient(proposed, touched=touched, by_doctor=True, denied=denied, wished=wished)
            if mostly
            else proposed.field
        )
    naming = [one for one in heard.stated if any(supports_strictly(said(one), word) for word in content)]
    return _by_words(proposed, naming or list(heard.stated), alone=not heard.told)


def _of_the_patient(proposed: ProposedLine, *, touched: bool, by_doctor: bool, denied: bool, wished: bool) -> FieldName:
    """S for what the doctor only asked; but an answer to "doet dit pijn?" is a finding."""
    line = fold(proposed.line.text)
    if proposed.field == "O" and (touched or _MEASURED.search(line) or len(set(_EXAMINED.findall(line))) > 1):
        return "O"
    planned = (_PLANNED.search(line) or (_NOT_DONE.match(line) and not denied)) and not (
        _HISTORY.search(line) or _USED.search(line)
    )
    if proposed.field == "P" and wished:
        return "P"
    if proposed.field == "P" and planned and (by_doctor or _PATIENTS_PLAN.search(line)):
        return "P"
    return "S"


def _by_words(proposed: ProposedLine, spoken: Sequence[str], *, alone: bool) -> FieldName:
    """The field that words of the line and of the doctor's sentences speak for, if clearly more than for its own."""
    line = fold(proposed.line.text)
    if _BEFORE.search(line) or (proposed.field == "S" and any(_READ.search(one) for one in spoken)):
        return proposed.field
    scores = _scores(proposed.line.text, " ".join(spoken), proposed.field)
    needed = _MARGIN - (proposed.field == "S") if alone else _MARGIN + 1
    return _best(proposed, scores, needed)


def _best(proposed: ProposedLine, scores: dict[FieldName, int], needed: int) -> FieldName:
    best = max(scores, key=lambda name: scores[name])
    own = scores.get(proposed.field, 0)
    figures = proposed.field == "O" and best == "E" and any(letter.isdigit() for letter in proposed.line.text)
    return best if scores[best] - own >= needed and not figures else proposed.field


def _scores(line: str, spoken: str, field: FieldName | None) -> dict[FieldName, int]:
    """What speaks for O, E and P; for a line under S (or O) that the doctor spoke, his words alone can suffice."""
    low = fold(line)
    measured, examined = bool(_MEASURED.search(low)), len(set(_EXAMINED.findall(low)))
    planned, concluded = len(set(_PLANNED.findall(low))), bool(_CONCLUDED.search(low) or complaints.conclusion(line))
    dosed = bool(medicines_in(line)) and bool(re.search(r"\d", low))
    if field == "S" and set(_PLANNED.findall(low)) <= _OF_A_DOSE and not _AGREES.search(spoken):
        planned, dosed = 0, False  # a list of what is in use, read aloud
    bare = field == "S" or (field == "O" and not _CONCLUDES.search(spoken))
    agreed = min(3, planned) + 2 * bool(_AGREES.search(spoken)) + dosed
    return {
        "O": 3 * measured + min(3, examined) + bool(_EXAMINES.search(spoken)),
        "E": 2 * concluded + 2 * bool(_CONCLUDES.search(spoken)) if concluded or (field == "S" and not planned) else 0,
        "P": agreed if planned or dosed or (bare and not concluded and not examined) else 0,
    }


def _dictated(proposed: ProposedLine, evidence: Sequence[Utterance], utterances: Mapping[int, Utterance]) -> FieldName:
    """The heading under which the words of the line were dictated; without headings, the words themselves."""
    parts = _headed(tuple(utterances.values()))
    headings = {field for _, field, _ in parts if field}
    if not headings:
        scores = _scores(proposed.line.text, fold(" ".join(one.text for one in evidence)), None)
        line = fold(proposed.line.text)
        if proposed.field in {"O", "E"} and _HISTORY.search(line) and not _MEASURED.search(line):
            return "S"
        return proposed.field if _BEFORE.search(line) else _best(proposed, scores, _DICTATED_MARGIN)
    ids = {one.id for one in evidence}
    content = _content(proposed.line.text)
    found: dict[FieldName, int] = {}
    for one, field, text in parts:
        if one in ids and field:
            support = sum(supports_strictly(said(text), word) for word in content)
            found[field] = max(found.get(field, 0), support)
    best = [field for field in found if found[field] == max(found.values())]
    # A doctor who leaves out a heading goes on under the last one: no sign against a field without its own.
    known = proposed.field in headings or proposed.field == "S"  # S begins without a word
    if proposed.field == "S" and best[:1] != ["S"]:
        scores = _scores(proposed.line.text, fold(" ".join(one.text for one in evidence)), None)
        known = bool(best) and scores.get(best[0], 0) >= 1
    return best[0] if len(best) == 1 and known else proposed.field


@lru_cache(maxsize=4)
def _headed(utterances: tuple[Utterance, ...]) -> tuple[tuple[int, FieldName | None, str], ...]:
    """The sentences of a dictation: the utterance each is in, and the field of the last heading before it."""
    current: FieldName | None = None
    found = []
    for utterance in sorted(utterances, key=lambda one: one.id):
        for sentence in split(sections.spoken_marks(utterance.text)):
            field, rest = sections.heading(sentence)
            current = field or current
            found.append((utterance.id, current, rest))
    return tuple(found)


def _all(sentences: Sequence[str]) -> Said:
    return joined(said(one) for one in sentences)


def _content(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS and len(word) > 2 and word[0].isalpha()]

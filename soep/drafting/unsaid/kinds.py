"""What kind of thing a piece of the conversation is: allergy, medicine, denial, finding, plan and so on."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from soep.clinical import complaints, negation
from soep.clinical.answers import Polarity, polarity
from soep.clinical.exchanges import Unit
from soep.clinical.numbers import Kind
from soep.clinical.numbers import find as quantities_in
from soep.drafting.checks.drugs import named
from soep.drafting.checks.findings import mentions
from soep.drafting.unsaid.facts import folded as fold
from soep.types import FieldName, UnsaidKind

OF_OTHERS = re.compile(
    r"\b(?:buur\w*|vriend\w*|collega\w*|(?:schoon)?moeder|(?:schoon)?vader|broer|zus|zusje|oma|opa|tante|oom|nicht|neef"
    r"|mijn man|mijn vrouw|m'n man|m'n vrouw|ma|pa|zwager|kennis|iedereen|mensen|internet|gelezen|google\w*|sommigen)\b"
)
_AGAINST = re.compile(r"\btegen\b[^.?!]{0,30}\ballergie\b")
_ALLERGY = re.compile(r"\b(?:\w*allergi\w*|overgevoelig\w*)\b")
_NO_DRUG_ALLERGY = re.compile(
    r"\b(?:hooikoorts|rhinitis|huisstofmijt|pollen|kat|gras|test\w*|prik\w*|bloed\w*|allergische)\b"
)
_SUICIDE = re.compile(
    r"suicid|ik wil niet meer(?=\W*$)|er een eind\w* aan|zelfmoord|zelfdoding|dood wil|dood wou|liever dood"
    r"|er (?:\w+ ){0,2}niet meer (?:te )?(?:mogen )?(?:zijn|wil|bent|was|zou)|niet meer (?:te )?leven"
    r"|niet meer wakker (?:te )?worden|eind\w* aan (?:je|uw|mijn|m'n|het|alles)"
    r"|(?:jezelf|uzelf|mezelf|zichzelf) iets aan|doodswens|gedachten? aan de dood|denken aan de dood"
    r"|uit het leven|leven geen zin|leven niet (?:meer )?(?:de moeite|waard)|beter zonder mij"
)
_CALL = (
    r"bel|belt|bellen|opbellen|terugbellen|terugkomen|terugkomt|terug|112|113|spoed\w*|huisartsenpost|hap|contact"
    r"|melden|meld|langskomen|langs|eerste hulp"
)
CALL = re.compile(rf"\b(?:{_CALL}|wil ik (?:u|je|hem|haar) zien)\b")
_AT_ONCE = re.compile(
    r"\b(?:direct|meteen|gelijk|onmiddellijk)\s+(?:\w+\s+)?(?:bel(?:t|len)?|112)\b|\bbelt?\s+(?:u\s+)?(?:direct|meteen)\b"
)
_UNREAL = re.compile(r"\b(?:had|was|waren)\b.*\b(?:geweest|was|had|zou\w*)\b")
_DOCTOR_CALLS = re.compile(r"\b(?:ik bel|bel ik|bellen we|we bellen|wij bellen|ik neem contact|belt u me straks)\b")
_INVERTED = re.compile(
    r"^(?:en |of |maar |dan )?(?!(?:weet|ziet?|hoort?|kijkt?|denkt?|met|dat|wat|of|omdat|want|ook|hoe|mag|mogen|kan"
    r"|kunt|spreekt|bel|belt) )(?:[a-z]+ (?:u|je|hij|ze|zij|er|het|de [a-z]+|uw [a-z]+)|valt?|krijgt?)\b[^?]*, "
    r".*\b(?:dan|bel|belt|bellen|direct|meteen|stop|stopt)\b"
)
_TIME = (
    r"over \d|\bna \d|\d (?:dgn|dag|wkn?|mnd)|morgen|overmorgen|volgende week|vandaag|vanmiddag|deze week|binnen"
    r"|(?:maan|dins|woens|donder|vrij)dag"
)
_FOLLOW_UP = re.compile(
    rf"\b(?:controle|terug|terugkomen|afspraak|bel ik|bel u|zie ik|kijk(?:en)? (?:ik|we)|komt u|kom je|evaluer\w+"
    rf"|kijk er|kijk ik|spreek)\b.*(?:{_TIME})|(?:{_TIME}).*\b(?:controle|terug\w*|afspraak|bel ik|bel u|bellen we"
    rf"|zie ik|kijk ik|kijken we|spreken we|kijk er)\b"
)
_WORRY = re.compile(
    r"\b(?:bang|zorgen|ongerust|gehoopt|hoopte|hoop|verwacht|denkt u zelf|denk je zelf|denk zelf|zelf gedacht"
    r"|vraag me af|wil graag|zou graag|liefst|kanker)\b"
)
_HISTORY = re.compile(
    r"\b(?:rook\w*|roker|pakje|alcohol|drink \w*|glazen|biertjes?|wijn|drugs|cannabis|blow\w*|familie|erfelijk"
    r"|geopereerd|operatie|zwanger\w*|menstruatie|ongesteld|anticonceptie|pil|spiraal\w*|werk(?:t|en)?|beroep|diabetes|suikerziekte|astma|copd"
    r"|hartinfarct|infarct|beroerte|tia|trombose|hart|nier\w*|vaccinatie|tetanus\w*|inenting\w*|geprikt|opgenomen"
    r"|woont?|alleenstaand|getrouwd|kinderen|gevallen|eerder|voorgeschiedenis|bekend)\b"
)
_MEASURED = {
    Kind.TEMPERATURE: re.compile(""),
    Kind.BLOOD_PRESSURE: re.compile(""),
    Kind.RATE: re.compile(""),
    Kind.PERCENT: re.compile(r"\b(?:sat\w*|zuurstof\w*)\b"),
    Kind.WEIGHT: re.compile(r"\b(?:weeg\w*|gewicht|gewogen|eraf)\b"),
}
"""Kinds of measurement, and what must stand beside the number."""
_DENIED_SIGN = re.compile(r"(?:geen|niet)\b(?!.*\b(?:nodig|doen|nemen|gebruiken|meer|eten|gaan|geven|hoeft)\b)")
_NAMING = re.compile(
    r"\W*(?:(?:ja|goed|oke|dus|nou|en|conclusie|eh)\b[\s,:.]*)*(?:(?:dit|dat|het) (?:is|past bij|lijkt)|u heeft|je hebt"
    r"|hij heeft|ze heeft|ik (?:noem|denk)|we noemen|past bij)\b"
)
_GUESS = re.compile(r"\b(?:bijvoorbeeld|zou\w*|kan|kunnen|misschien|sommige\w*|meestal|vaak|vroeger|mensen|soms)\b")
_BESIDE = 2
_LABELLED = re.compile(
    r"\b(?:pols|hartslag|saturatie|sat|glucose|suiker|nuchter|crp|hb|hba1c|egfr|nierfunctie|kalium|natrium|ldl|tsh|bse"
    r"|ferritine|ademfrequentie|bmi|visus|ketonen)\b[^\d.?!;]{0,40}\d"
)


@cache
def _alarm() -> re.Pattern[str]:
    text = resources.files("soep.drafting.unsaid").joinpath("data", "alarm.txt").read_text("utf-8")
    stems = (stem.replace("$", r"\b") for line in text.splitlines() if line[:1] != "#" for stem in line.split())
    return re.compile(rf"\b(?:{'|'.join(stems)})")


def is_safety_net(text: str) -> bool:
    """Whether a doctor's sentence says when to call or come back."""
    folded = fold(text)
    if _UNREAL.search(folded):
        return False
    if _AT_ONCE.search(folded):
        return True
    supposed = bool(negation.hypothetical(text)) or _INVERTED.search(folded) is not None
    return supposed and CALL.search(_DOCTOR_CALLS.sub("", folded)) is not None


def is_conditional(text: str) -> bool:
    """Whether a sentence begins with what it only supposes: nothing in it is a fact."""
    spans = negation.hypothetical(text)
    return bool(spans and spans[0][0] < 12) or _INVERTED.search(fold(text)) is not None


def is_measurement(text: str) -> bool:
    """Whether a text holds something measured."""
    folded = fold(text)
    for quantity in quantities_in(text):
        if quantity.kind in _MEASURED and _MEASURED[quantity.kind].search(folded):
            return True
    return _LABELLED.search(folded) is not None


def about_suicide(unit: Unit) -> bool:
    """Whether suicidality was asked or told."""
    return _SUICIDE.search(fold(f"{unit.question} {unit.text}")) is not None


def about_allergy(unit: Unit) -> bool:
    """Whether an allergy to something that is taken was asked or told."""
    whole = _AGAINST.sub("", fold(f"{unit.question} {unit.text}"))
    return _ALLERGY.search(whole) is not None and (
        not _NO_DRUG_ALLERGY.search(whole) or bool(named(f"{unit.question} {unit.text}"))
    )


def of_others(text: str) -> bool:
    """Whether it is about somebody else."""
    return OF_OTHERS.search(fold(text)) is not None


def names_alarm(text: str) -> bool:
    """Whether a text speaks of a symptom or sign that a GP asks or looks for because missing it would harm."""
    folded = fold(text)
    return _alarm().search(folded) is not None or bool(mentions(folded))


def denies(unit: Unit, text: str) -> bool:
    """Whether the patient denies something: by a no, or by "geen" and "niet" in front."""
    if unit.question and polarity(unit.text) is Polarity.NO:
        return True
    return re.match(r"(?:geen|niet|nooit|nergens|niemand)\b", fold(text)) is not None


def concludes(spoken: str, text: str) -> bool:
    """Whether the doctor names what it is: a condition by itself, or after "het is" and the like."""
    named_condition = complaints.conclusion(text)
    if not named_condition or is_conditional(spoken) or _GUESS.search(fold(spoken)):
        return False
    return len(text.split()) <= len(named_condition.split()) + _BESIDE or _NAMING.match(fold(spoken)) is not None


def kind_of(unit: Unit, text: str, field: FieldName) -> UnsaidKind:
    """The kind of a unit whose line is ``text`` and belongs in ``field``."""
    folded = fold(unit.text)
    if unit.by_doctor and is_safety_net(unit.text):
        return UnsaidKind.SAFETY_NET
    if about_suicide(unit):
        return UnsaidKind.SUICIDALITY
    if about_allergy(unit):
        return UnsaidKind.ALLERGY
    if unit.by_doctor and concludes(unit.text, text):
        return UnsaidKind.CONCLUSION
    if field == "P" and not (_DENIED_SIGN.match(folded) and names_alarm(text)):
        if named(text):
            return UnsaidKind.MEDICINE
        return UnsaidKind.FOLLOW_UP if _FOLLOW_UP.search(fold(text)) or _FOLLOW_UP.search(folded) else UnsaidKind.PLAN
    if is_measurement(text):
        return UnsaidKind.MEASUREMENT
    if field == "E":
        return UnsaidKind.CONCLUSION
    if field in {"O", "P"}:
        return UnsaidKind.FINDING
    if named(text) and not of_others(unit.text) and not denies(unit, text):
        return UnsaidKind.MEDICINE
    whole = fold(f"{unit.question} {text}")
    if _WORRY.search(whole):
        return UnsaidKind.WORRY
    if denies(unit, text):
        return UnsaidKind.DENIED
    return UnsaidKind.HISTORY if _HISTORY.search(whole) else UnsaidKind.SYMPTOM

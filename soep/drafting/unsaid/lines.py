"""A piece of the conversation as a line of a note, with what it leaves to be understood named."""

from __future__ import annotations

import re

from soep.clinical import answers, style
from soep.clinical.answers import Polarity, polarity
from soep.clinical.exchanges import Unit
from soep.drafting.checks.drugs import named
from soep.drafting.unsaid.context import ASKED_FOR, Context
from soep.drafting.unsaid.facts import content_words
from soep.drafting.unsaid.facts import folded as fold
from soep.drafting.unsaid.nets import net
from soep.types import FieldName, UnsaidKind

_STOP_NOW = re.compile(r"\b(?:daar|hier|die|dat)\b.*\b(?:mee (?:te )?stop(?:t|pen)|stopt? u|staken|weglaten)\b")
_ANSWERS = re.compile(r"\W*(?:(?:ja|nee)\b[\s,]*)?(?:vandaag|nu|liever|pas|mag|hoeft|beter|niet|alleen)\b")
_NO_SIGNS = re.compile(r"\bgeen (?:enkele )?aanwijzing")
_AMOUNT_FIRST = re.compile(r"\W*(?:ca |max(?:imaal)? |tot )?\d[\d,./-]*\s*(?:dd|x|mg|ml|tabl|puf|druppel)\b")
_ASKING = re.compile(r"^(?:weet|weten|herinner\w*)\s+(?:nog\s+)?(?:of|wanneer|wat|hoe\w*)\s+", re.IGNORECASE)
_REMAINS = re.compile(r"\b(?:nu|verder|ooit)\b\s*", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b\w*(?:kanker|infarct|trombose|suiker\w*|diabetes|ziekten?|astma|reuma|depressie|angst\w*|dwang|bloeding\w*|vaten)\b"
)
_EFFECT = re.compile(r"\b(?:effect|helpt|hielp|geholpen|werkt|werkte|baat\w*)\b")
_USES = re.compile(
    r"^(?:(?:ik|wel|alleen|nog|elke dag|dagelijks)\s+)*(?:slikt?|gebruikt?|neemt?|heb|med:)\s+(?:nu\s+)?", re.IGNORECASE
)
_USED = re.compile(
    r"\b(?:genomen|geslikt|gehad|gekregen|geprobeerd|gebruikt gehad|gestopt|gestaakt|vroeger|eerder"
    r"|ooit|toen|was|waren|had)\b"
)
_STOPPED = re.compile(
    r"\b(?:eraf gehaald|afgehaald|mee opgehouden|opgehouden met|niet meer (?:slik\w*|gebruik\w*|neem\w*|genomen)"
    r"|(?:slik|gebruik|neem) (?:ik )?(?:\w+ )?niet meer)\b"
)
_ASKED_THOUGHTS = re.compile(r"gedacht|denkt?\b|denken|zelfmoord|suicid|niet meer")
_TOPIC_WORDS = 3
_SHORT_ANSWER = 6
_PLAIN_NO = 5


def line(unit: Unit, field: FieldName, context: Context) -> str:
    """The unit in telegram style; empty when nothing can be told from it."""
    if unit.question:
        return _answer(unit)
    text = style.shorten(unit.text, by_patient=not unit.by_doctor)
    return text if unit.dictated or not unit.by_doctor else _understood(unit, text, field, context)


def _understood(unit: Unit, text: str, field: FieldName, context: Context) -> str:
    """The doctor's words with the medicine or the patient's question that they refer to."""
    folded = fold(unit.text)
    if (medicine := context.medicine(unit)) and not named(text):
        if _STOP_NOW.search(folded):
            return f"{medicine} stop"
        if field == "P" and _AMOUNT_FIRST.match(text):
            return f"{medicine} {text}"
    topic = context.asked(unit)
    if topic and not set(topic.split()) & set(content_words(text)):
        if _NO_SIGNS.search(folded):
            return f"geen aanwijzingen voor {topic}"
        if field == "P" and _ANSWERS.match(folded):
            return f"{topic}: {text}"
    return text


def _answer(unit: Unit) -> str:
    text = answers.phrase(unit.question, unit.text)
    asked = named(unit.question)
    if polarity(unit.text) is Polarity.NO:
        if asked and _EFFECT.search(fold(unit.question)):
            return f"{asked[-1].text} geen effect"
        return _REMAINS.sub("", text)
    if not text:
        return ""
    if asked and not named(text):
        return f"{asked[-1].text}: {text}"
    if text.startswith("fam:") and (conditions := _CONDITION.findall(fold(unit.question))):
        return f"{text} ({', '.join(dict.fromkeys(conditions))})"
    return _with_topic(unit.question, _ASKING.sub("", text))


def _with_topic(question: str, text: str) -> str:
    """A short answer with the subject of its question, where it does not say it."""
    if len(text.split()) > _SHORT_ANSWER or ":" in text:
        return text
    topic = [word for word in content_words(question) if word not in ASKED_FOR]
    if topic and len(topic) <= _TOPIC_WORDS and not set(topic) & set(content_words(text)):
        return f"{' '.join(topic)}: {text}"
    return text


def worded(unit: Unit, kind: UnsaidKind, text: str) -> str:
    """The line as a GP words a thing of its kind."""
    if kind is UnsaidKind.SAFETY_NET:
        return net(unit.text)
    if kind is UnsaidKind.ALLERGY:
        return re.sub(r"^med: (?:voor )?", "allergie: ", text)
    if kind is UnsaidKind.SUICIDALITY:
        return _on_suicide(unit, text)
    if kind is UnsaidKind.MEDICINE and not unit.by_doctor:
        return _medicine(unit, text)
    return text


def _on_suicide(unit: Unit, text: str) -> str:
    plain = polarity(unit.text) is Polarity.NO and len(unit.text.split()) <= _PLAIN_NO
    if unit.question and plain and _ASKED_THOUGHTS.search(fold(unit.question)):
        return "geen suïcidale gedachten"
    return text if re.search(r"su[iï]c", text, re.IGNORECASE) else f"suïcidaliteit: {style.lowered(text)}"


def _medicine(unit: Unit, text: str) -> str:
    """A medicine in use, or one that was stopped."""
    folded = fold(unit.text)
    mention = named(text)[0]
    if _STOPPED.search(folded) and "gestopt" not in text:
        return f"{mention.text} gestopt: {style.lowered(text)}"
    if _USES.match(text) and not _USED.search(folded):
        return f"med: {_USES.sub('', text, count=1)}"
    return text

"""Spoken Dutch into the telegram style of a GP's note: digits, short forms, no pronouns, no fillers.

Nothing is added and no word that carries meaning is taken away: negations, sides, quantities and names stay.
"""

from __future__ import annotations

import re

from soep.clinical import numbers

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern, re.IGNORECASE), short) for pattern, short in pairs)


# What a GP writes shorter, after the numbers are digits.
_SHORT_FORMS = _rules(
    (r"\b(?:links\s+en\s+rechts|rechts\s+en\s+links|beiderzijds|aan\s+beide\s+kanten|aan\s+beide\s+zijden)\b", "bdz"),
    (r"\b(?:aan\s+(?:de|je|uw)\s+)?linker(?:kant|zijde)\b", "li"),
    (r"\b(?:aan\s+(?:de|je|uw)\s+)?rechter(?:kant|zijde)\b", "re"),
    (r"\blinker\s*-?(?=[a-zé])", "li "),
    (r"\brechter\s*-?(?=[a-zé])", "re "),
    (r"\b(?:aan\s+de\s+)?linker\b|\blinks\b", "li"),
    (r"\b(?:aan\s+de\s+)?rechter\b|\brechts\b", "re"),
    (r"\b(?:uw\s+|de\s+)?(?:bloeddruk|tensie)\b(?=\s*(?:is|was|:)?\s*\d)", "RR"),
    (r"\b(?:uw\s+|de\s+|een\s+)?temperatuur\b(?=\s*(?:is|was|van|:)?\s*\d)", "T"),
    (r"\b(?:uw\s+|de\s+|een\s+)?saturatie\b", "sat"),
    (r"\bademhalingsfrequentie\b", "ademfrequentie"),
    (r"\b(?:indien|zo)\s+nodig\b|\bals\s+het\s+nodig\s+is\b", "zn"),
    (r"\b(?:(?:dat|die)\s+)?hoeft?\s+(?:\w+\s+){0,3}niet\s+(?:\w+\s+){0,3}te\s+stoppen\b", "doorgaan"),
    (r",\s+niet\s+om\s+[^,.;]*\bte\s+\w+", ""),  # what a medicine is not for
    (r"\bgeen\s+bijzonderheden\b", "gb"),
    (r"\bgeen\s+afwijkingen\b", "ga"),
    (r"\bvoorgeschiedenis\b", "VG"),
    (r"\b(?:één\s+keer|een\s+keer|eenmalig)\b(?!\s+(?:kijken|langs|horen|voelen))", "1x"),
    (r"\bongeveer\b|\bzo['’]?n(?=\s+\d)", "ca"),
    (r"\bin\s+verband\s+met\b", "ivm"),
)
# Frames of speech around a message; what they say of its certainty is kept.
_FRAMES = _rules(
    (
        r"^(?:(?:eh+|uh+|nou(?:\s+ja)?|ja|nee|oké|ok|goed|kijk|hm+|zo|tja|o|oh|ach|dus|en|maar|want|of|weet\s+u|weet\s+je|let\s+op|even|mooi|prima|fijn|dan|toen|verder|juist)\b[\s,.!…:-]*)+",
        "",
    ),
    (
        r"\b(?:ik\s+(?:denk|vermoed)|denk\s+ik)\s+(?:zelf\s+)?(?:dat\s+(?:het|dit|u|je|hij|ze)\s+|aan\s+|dat\s+)",
        "wsch ",
    ),
    (r",?\s*\b(?:denk\s+ik|geloof\s+ik|dacht\s+ik)\b", " wsch"),
    (
        r"\b(?:ik\s+)?(?:zie|hoor|voel|zag|hoorde|voelde|vind)\s+(?:ik\s+)?(?:dat\s+)?(?:nu\s+|hier\s+|ook\s+|wel\s+|alleen\s+|even\s+|verder\s+)*",
        "",
    ),
    (r"\b(?:dat|dit)\s+(?:noemen\s+we|heet(?:\s+\w+)?)\b", ""),
    (r"\b(?:u|je|hij|ze)\s+krijgt\s+(?:van\s+mij\s+)?", "krijgt "),
    (
        r"\b(?:ik|we)\s+(?:wil|willen|ga|gaan|zal|zullen|zou|doe|doen|laat|laten)\s+(?:u|je|hem|haar|het|dat|dan|ook|even|nog|graag|wel|nu)*\b",
        "",
    ),
    (
        r"\b(?:wil|ga|gaan|zal|zullen|zou|zouden)\s+(?:ik|we|wij)\s+(?:u|je|hem|haar|het|dat|dan|ook|even|nog|graag|wel|nu)*\b",
        "",
    ),
    (r"\bik\s+(?:verwijs|stuur)\s+(?:u|je|hem|haar|jullie)\b", "verwijzing"),
    (
        r"\b(?:moet|moeten|mag|kan|kunt|kunnen|gaat|wilt)\s+(?:u|je|jij|jullie|hij|ze)\s+(?:dan\s+|ook\s+|wel\s+|gewoon\s+|maar\s+|even\s+)*",
        "",
    ),
    (r"\b(?:u|je|jij|hij|ze|zij)\s+(?:moet|mag|kan|kunt|gaat|zult|zal|hebt|heeft|bent|is|was|had)\b", ""),
    (r"\b(?:heb|heeft|hebt|had|ben|bent|is|was)\s+(?:ik|u|je|jij|hij|ze|zij|het|er|dat|die|ie)\b", ""),
    (r"\bik\s+(?:heb|had|ben|was|word)\b", ""),
)
# A prescription, when the doctor says it.
_DOCTOR_FRAMES = _rules(
    (
        r"\b(?:ik|we)\s+(?:geef|schrijf|geven|schrijven)\s+(?:u|je|hem|haar|jullie)?\b(?:\s+(?:dan|nu|ook|wel|even)\b)*\s*",
        "R/ ",
    ),
)
# What a patient thinks is the patient's idea, never a finding.
_PATIENT_FRAMES = _rules(
    (
        r"\b(?:ik\s+(?:denk|dacht|vermoed)|(?:denk|dacht)\s+ik)\s+(?:zelf\s+)?(?:eerst\s+)?(?:dus\s+)?(?:wel\s+)?(?:aan\s+|dat\s+(?:het|ik|dit|hij|ze)?\s*)",
        "denkt zelf: ",
    ),
    (r",?\s*\b(?:denk\s+ik|geloof\s+ik|dacht\s+ik)\b", ""),
    (r"\bik\s+(?:ben|was)\s+(?:zo\s+|een\s+beetje\s+|toch\s+|ook\s+)*bang\s+(?:dat|voor)\b", "bang voor"),
)
_DOCTOR = r"do[ck]t[eo]r"
_ADDRESSED = rf"(?:{_DOCTOR}|mevrouw|meneer|jongeman|allemaal|samen)"
# "Goedemorgen, dokter", "Dag mevrouw": but "dag 4" is a day.
_GREETINGS = re.compile(
    r"(?<!\w\s)\b(?:goe(?:de|ie)n?\s?(?:morgen|middag|avond)|goe(?:de|ie)n?dag|hallo|hoi|welkom"
    rf"|dag(?=[\s,]+{_ADDRESSED}\b|\s*[,.!]))\b(?:[\s,]+{_ADDRESSED}\b)?[\s,.!]*",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    rf"(?<!\bde\s)(?<!\been\s)(?<!\buw\s)(?<!\bonze\s)(?<!\bandere\s)(?<!\bvorige\s)\b{_DOCTOR}\b,?"
    r"|\b(?:eh+|uh+|ehm|hm+|hè|hoor|zeg\s+maar|zeg|eigenlijk|gewoon|natuurlijk|namelijk|inderdaad|eens|eventjes|even|allemaal"
    r"|nou\s+ja|nou|of\s+zo|en\s+zo|ofzo|ja|oké|toch|maar\s+goed|mevrouw|meneer|lekker|netjes|gelukkig|dus|trouwens"
    r"|best\s+wel|heel\s+erg|echt|heel|ook|graag|alsjeblieft|alstublieft|daarvoor|daarom|daarbij)\b,?",
    re.IGNORECASE,
)
_SMALL_WORDS = re.compile(
    r"\b(?:ik|u|je|jij|jou|hij|zij|ze|we|wij|me|mij|zich|mezelf|uzelf|mijn|m['’]n|uw|jouw|zijn|haar|hem|het|de|een|d['’]r|er"
    r"|heb|hebt|heeft|hebben|ben|bent|is|wordt|worden|word|geworden|die|deze(?!\s+(?:week|maand)\b)|dit|dan|daar|hier|ie|zo['’]?n|ons|onze|'t)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",?\s+\b(?:want|omdat|zodat|doordat|dat\s+(?:betekent|wil\s+zeggen|is\s+(?:ook|wel|gewoon|heel|niet|een)))\b.*$",
    re.IGNORECASE,
)
_TIDY = _rules(
    (r"\s+([,.;:!?%])", r"\1"),
    (r"([,;:])(?:\s*[,;:])+", r"\1"),
    (r"^[\s,.;:!?…-]+|[\s,;:…-]+$", ""),
    (r"\.{2,}|…", ","),
    (r"[!?]", "."),
    (r"[,;]\s*\.", "."),
    (r"(?:\.\s*){2,}", ". "),
    (r"\s+", " "),
    (r"\bRR\s+RR\b", "RR"),
    (r"\bwsch(?:\s+wsch)+\b", "wsch"),
)
_NAMED_PRESSURE = re.compile(r"\b(?:RR:?|visus)\s*$", re.IGNORECASE)
_LONG_WORDS = 12


def shorten(text: str, *, by_patient: bool = False) -> str:
    """``text`` in telegram style, without a full stop at its end; empty when nothing but small words was said."""
    text = _GREETINGS.sub("", numbers.to_digits(text))
    for pattern, short in (*(_PATIENT_FRAMES if by_patient else _DOCTOR_FRAMES), *_FRAMES, *_SHORT_FORMS):
        text = pattern.sub(short, text)
    text = _pressures_named(text)
    text = _SMALL_WORDS.sub(" ", _FILLERS.sub(" ", text))
    if len(text.split()) > _LONG_WORDS:
        text = _ASIDE.sub("", text)
    return tidy(text)


def _pressures_named(text: str) -> str:
    """“RR” before each blood pressure that lacks it; a score or a visual acuity ("10/10") is no blood pressure."""
    for quantity in reversed(numbers.find(text)):
        start = quantity.span[0]
        if quantity.kind is numbers.Kind.BLOOD_PRESSURE and not _NAMED_PRESSURE.search(text, 0, start):
            text = f"{text[:start]}RR {text[start:]}"
    return text


def tidy(text: str) -> str:
    """Spaces and punctuation put right, without marks at either end."""
    for pattern, clean in (*_TIDY, *_TIDY[:3]):
        text = pattern.sub(clean, text)
    return text.strip(" .,;:")


def lowered(text: str) -> str:
    """A small first letter, but for short forms ("TIA", "RR")."""
    return text if text[1:2].isupper() or text[1:2] in {"", " ", "/"} else text[0].lower() + text[1:]


def sentence(text: str) -> str:
    """``text`` as a line of a note: with a capital and a full stop."""
    text = tidy(text)
    if not text:
        return ""
    first = text.split()[0]
    keep = any(letter.isupper() for letter in first[1:])  # "pH", "eGFR"
    return (text if keep else text[0].upper() + text[1:]) + "."

"""A conversation cut into the pieces that a note line can rest on: statements, and questions with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from soep.clinical import corrections, negation, numbers
from soep.types import Role, Source, Utterance

_SENTENCE = re.compile(r"[^.?!…]+(?:\.(?=\d)[^.?!…]+)*[.?!…]*")
_QUESTION_START = re.compile(
    r"(?:en\s+|eh+\s+|oké\s+|ja\s+|dus\s+|maar\s+|nog\s+)*(?:hoe(?!st)\w*|wanneer|waar|waarom|waardoor|waarmee|wat|wie|welke?"
    r"|sinds\s+wanneer"
    r"|(?:heeft|hebt|heb|bent|ben|is|zijn|was|kunt|kan|kon|gaat|voelt|voel|rookt|drinkt|gebruikt|slikt|neemt|komt|doet|zit|zitten|wordt|merkt|moet|wilt"
    r"|slaapt|eet|plast|hoest|werkt|woont|zou)\s+(?:u|je|jij|hij|ze|zij|het|er|de|dat|uw|ie|daar)\b)",
    re.IGNORECASE,
)
_TAG = re.compile(r",\s*(?:hè|toch|zeker|of\s+niet|niet|oké|goed|ja)\s*\?$", re.IGNORECASE)
_CUT_OFF = re.compile(r"(?:\.\.\.|…|[,–-])\s*$")
_PAUSE = re.compile(r"\s*(?:\.\.\.|…)\s*(?=[a-zéë])")
_SAID_ANEW = re.compile(r"(?:eh+,?\s+|o+h?,?\s+|of\s+)?(?:nee|wacht|sorry|ik\s+bedoel)\b", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"(?:en\s+)?(?:dan|ook\s+dan|in\s+dat\s+geval)\b", re.IGNORECASE)
_RETRACTION = re.compile(
    r"(?:eh+,?\s+)?(?:(?:of|o|oh)\s+nee|nee,?\s+(?:wacht|sorry)|wacht|sorry|pardon|correctie|ik\s+bedoel|ik\s+vergis\s+me)\b[\s,.:]*"
    r"(?:(?:even|nee|ik\s+bedoel|sorry)\b[\s,.:]*)*",
    re.IGNORECASE,
)
# "Dan krijgt u een prik. Maar dat is nu nog niet zo.": what was offered is called off at once.
_CANCELLATION = re.compile(
    r"maar\b(?=.*\b(?:niet|geen|nooit)\b)(?=.*\b(?:dat|dit|die|nu|nog|zover|nodig|doen)\b)", re.IGNORECASE
)
_CANCELLATION_WORDS = 12
# "Voor noten, geloof ik. Eh, hier: pinda.": a guess, and then what stands on the paper.
_HEDGE = re.compile(r"\b(?:geloof\s+ik|dacht\s+ik|volgens\s+mij|niet\s+zeker|even\s+denken)\b", re.IGNORECASE)
_LOOKED_UP = re.compile(
    r"(?:eh+,?\s+|o,?\s+)?(?:hier(?:\s+staat)?|even\s+kijken|kijk|ik\s+zie|het\s+staat\s+hier)\b[\s,.:]+", re.IGNORECASE
)
_TAKEN_BACK_WITHIN = 2
_FRAGMENT_WORDS = 4
_SUBJECT = re.compile(r"\b(?:ik|u|je|jij|hij|ze|zij|we|het|dat|die|er|ja|nee|niet|geen)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:geleden|terug|vorige?|toen|vroeger|destijds|jaren)\b", re.IGNORECASE)
_LONG_WORDS = 28
_ANSWER_GAP = 3
OPEN_UTTERANCES = 4
"""How many last utterances may still change what was made of them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said: a statement, or a patient's answer with the doctor's ``question`` before it.

    ``ids`` are the utterances it rests on, the question's included; ``place`` counts utterances from the start.
    """

    text: str
    role: Role
    ids: tuple[int, ...]
    place: int
    question: str = ""
    dictated: bool = False

    @property
    def by_doctor(self) -> bool:
        """Whether the GP said it."""
        return self.role is Role.ARTS or self.dictated


def split(text: str) -> list[str]:
    """The sentences of ``text``; a long one without punctuation is cut at its commas."""
    found: list[str] = []
    for match in _SENTENCE.finditer(_PAUSE.sub(", ", text)):
        sentence = match.group().strip()
        if len(sentence.split()) > _LONG_WORDS:
            found += [part for part in re.split(r",\s+(?=(?:en|maar|dus|want|toen|dan)\b)", sentence) if part]
        elif found and (retraction := _RETRACTION.match(sentence)):
            found[-1] = sentence[retraction.end() :]
        elif found and _CANCELLATION.match(sentence) and len(sentence.split()) <= _CANCELLATION_WORDS:
            found[-1] = sentence
        elif found and _HEDGE.search(found[-1]) and (looked_up := _LOOKED_UP.match(sentence)):
            found[-1] = sentence[looked_up.end() :]
        elif found and _goes_on(found[-1], sentence):
            found[-1] = f"{found[-1].rstrip(' .')}, {sentence[0].lower()}{sentence[1:]}"
        elif re.search(r"\w", sentence):
            found.append(sentence)
    return found


def _goes_on(before: str, sentence: str) -> bool:
    """Whether a sentence makes sense only with the one before it: “Dan bellen.”, “Twee dagen koorts.” of last month."""
    if _CONSEQUENCE.match(sentence):
        return bool(negation.hypothetical(before))
    return _fragment(sentence) and _PAST.search(before) is not None


def _fragment(sentence: str) -> bool:
    """Whether a sentence only adds to the one before it: a few words, none of them a subject."""
    return len(sentence.split()) <= _FRAGMENT_WORDS and _SUBJECT.search(sentence) is None and "?" not in sentence


def is_question(sentence: str) -> bool:
    """Whether a sentence asks; recognised speech often lacks the question mark."""
    if _TAG.search(sentence):
        return False
    return sentence.rstrip().endswith("?") or (
        _QUESTION_START.match(sentence.strip()) is not None and len(sentence.split()) < 16 and "." not in sentence[:-1]
    )


def units(utterances: Iterable[Utterance], *, dictation: bool = False) -> list[Unit]:
    """The units of a whole conversation, in the order in which they were said."""
    joined = list(_joined(utterances))
    found: list[Unit] = []
    question: Unit | None = None
    for place, (ids, utterance) in enumerate(joined):
        dictated = dictation or utterance.source is Source.DICTAAT
        doctor = utterance.role is Role.ARTS or dictated
        if not doctor and question is not None and place - question.place <= _ANSWER_GAP:
            found += _answered(question, utterance, ids, place)
            if not _empty(utterance.text):
                question = None
            continue
        for sentence in split(corrections.resolve(utterance.text)):
            unit = Unit(sentence, utterance.role, ids, place, dictated=dictated)
            if doctor and not dictated and is_question(sentence):
                together = question is not None and question.ids == ids
                question = replace(unit, text=f"{question.text} {sentence}") if together and question else unit
            elif not doctor or dictated or not _empty(sentence):
                found.append(unit)
                question = None if doctor and len(sentence.split()) > 6 else question
    return _corrected(found)


def _corrected(found: list[Unit]) -> list[Unit]:
    """A quantity that a speaker takes back in a later breath (“Nee, drie weken”) is put right where it was said."""
    kept: list[Unit] = []
    denying: tuple[int, ...] = ()
    for unit in found:
        if _SAID_ANEW.match(unit.text) and not unit.by_doctor and not unit.question:
            denying = unit.ids
        new = numbers.find(unit.text) if unit.ids == denying else []
        changed = next((at for at, old in reversed(list(enumerate(kept))) if _takes_back(old, unit, new)), None)
        if changed is None:
            kept.append(unit)
        else:
            old = kept[changed]
            start, end = next(q.span for q in numbers.find(old.text) if _other_value(q, new[0]))
            text = old.text[:start] + new[0].text + old.text[end:]
            kept[changed] = replace(old, text=text, ids=tuple(dict.fromkeys((*old.ids, *unit.ids))))
    return kept


def _takes_back(old: Unit, unit: Unit, new: list[numbers.Quantity]) -> bool:
    """Whether ``unit`` puts another quantity in the place of the one that ``old``, said just before, holds."""
    if len(new) != 1 or old.by_doctor or unit.place - old.place > _TAKEN_BACK_WITHIN:
        return False
    return any(_other_value(quantity, new[0]) for quantity in numbers.find(old.text))


def _other_value(old: numbers.Quantity, new: numbers.Quantity) -> bool:
    return (
        (old.kind, old.unit) == (new.kind, new.unit) and old.value != new.value and old.kind is not numbers.Kind.PLAIN
    )


def _answered(question: Unit, utterance: Utterance, ids: tuple[int, ...], place: int) -> Iterator[Unit]:
    """The answer's first sentences with the question; what the patient goes on to tell stands alone."""
    sentences = split(corrections.resolve(utterance.text))
    first = 0
    while first < len(sentences) - 1 and (_empty(sentences[first]) or len(sentences[first].split()) <= 2):
        first += 1
    answer = " ".join(sentences[: first + 1])
    if answer:
        yield Unit(answer, utterance.role, (*question.ids, *ids), place, question=question.text)
    for sentence in sentences[first + 1 :]:
        yield Unit(sentence, utterance.role, ids, place)


_EMPTY = re.compile(
    r"(?:\W|\b(?:ja|oké|ok|goed|hm+|mm+|eh+|uh+|juist|precies|prima|mooi|fijn|zo|nou|dank\s?(?:u|je)?(?:\s?wel)?|dag|hoor|o|oh|ah|tja|poe|super|graag)\b)*",
    re.IGNORECASE,
)


def _empty(text: str) -> bool:
    return _EMPTY.fullmatch(text) is not None


def _joined(utterances: Iterable[Utterance]) -> Iterator[tuple[tuple[int, ...], Utterance]]:
    """Utterances, with what one speaker broke off and went on with put together."""
    waiting: tuple[tuple[int, ...], Utterance] | None = None
    for utterance in utterances:
        if waiting is not None and waiting[1].role is utterance.role and _CUT_OFF.search(waiting[1].text):
            text = f"{_CUT_OFF.sub('', waiting[1].text)} {utterance.text}"
            waiting = ((*waiting[0], utterance.id), replace(utterance, text=_unrepeated(text)))
        else:
            if waiting is not None:
                yield waiting
            waiting = ((utterance.id,), utterance)
    if waiting is not None:
        yield waiting


def _unrepeated(text: str) -> str:
    """“Maar vannacht vannacht was hij”: the words said twice at the joint, once."""
    return re.sub(r"\b((?:\w+\s+){0,3}\w+)\s+\1\b", r"\1", text, flags=re.IGNORECASE)

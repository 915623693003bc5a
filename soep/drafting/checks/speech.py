"""A consult laid open for checking: its sentences, who said them, what they ask, suppose or state, and the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from soep.clinical.corrections import resolve
from soep.clinical.exchanges import is_question
from soep.clinical.negation import is_hypothetical
from soep.drafting.checks.text import Said, fold, joined, said
from soep.types import NoteLine, Role, Source, Utterance

Answer = Literal["yes", "no", "hardly", "open"]

_SENTENCE = re.compile(r"[^.?!…;]+[.?!…;]*")
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_INVERTED = re.compile(
    r"^(?:en |of |maar |dan )?(?!(?:weet|ziet?|hoort?|kijkt?|denkt?|met|dat|wat|of|omdat|want|ook|hoe|mag|"
    r"mogen|kan|kunt|spreekt) )(?:[a-z]+ (?:u|je|hij|ze|zij|er|het|de [a-z]+|uw [a-z]+)|valt?|krijgt?)\b"
    r"[^?]*, .*\b(?:dan|bel|belt|bellen|direct|meteen|stop|stopt)\b"
)
_CONDITION = re.compile(
    rf"\b(?:indien|mocht(?:en)?|zodra|tenzij)\b|(?:^|, |\bdan |\bof |\ben )bij (?!elkaar|\d)|\bals (?:u|je|"
    rf"jij|jullie|hij|ze|zij|het|er|de|die|"
    rf"dat|daar|dit|uw|zijn|haar|hem|iemand|mevrouw|meneer|een|koorts|pijn)\b|{_INVERTED.pattern}"
)
_COMPARISON = re.compile(
    r"\bals (?!(?:u|je|jij|jullie|hij|ze|zij|het|er|de|die|dat|daar|dit|uw|zijn|haar|hem|iemand|een|"
    r"koorts|pijn)\b)"
)
_FILLER = r"(?:(?:eh|uh|ehm|uhm|nou|o|oh|ach|hm|tja|goh|jeetje|gelukkig|dokter|och)\b[\s,.]*)*"
_NO = re.compile(rf"^{_FILLER}(?:nee|neen|nooit|niks|niets|geen|niet|ook niet|helemaal niet|absoluut niet|nergens)\b")
_YES = re.compile(
    rf"^{_FILLER}(?:ja|jawel|jazeker|zeker|klopt|precies|inderdaad|soms|best|wel|af en toe|een beetje|"
    rf"behoorlijk|enorm)\b"
)
_BUT = re.compile(
    r"\b(?:wel|beetje|soms|behalve|nou ja|hoewel|tenminste|maar|vroeger|of ja|keer|een of twee|af en toe|"
    r"weleens|wel eens|eigenlijk)\b|^\W*ja nee\b"
)
_TAG = re.compile(r"\b(?:he|toch|neem ik aan|of niet)\W*$")
_ANSWER_REACH = 3
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an utterance with how it must be read: ``text`` folded, ``shown`` as it was said."""

    utterance: int
    role: Role
    text: str
    shown: str
    question: bool
    conditional: bool
    answer: Answer = "open"


def split(text: str) -> list[str]:
    """The sentences of a text, each with its closing mark."""
    whole = _DECIMAL_POINT.sub(",", text)
    return [found.strip() for found in _SENTENCE.findall(whole) if found.strip(" .…")]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, folded."""
    return [fold(sentence) for sentence in split(text)]


def answer_in(text: str) -> Answer:
    """Whether an answer is a plain yes or no, or a no with something after it ("nee, alleen soms")."""
    low = fold(text).strip()
    if _NO.match(low):
        return "hardly" if _BUT.search(low) else "no"
    return "yes" if _YES.match(low) and not re.match(rf"^{_FILLER}ja[\s,]+nee\b", low) else "open"


def supposes(sentence: str, at: int) -> bool:
    """Whether a conditional sentence only supposes what stands at a place in it."""
    return bool(_INVERTED.search(sentence)) or is_hypothetical(_COMPARISON.sub("zoals ", sentence), (at, at))


def is_conditional(sentence: str, role: Role) -> bool:
    """Whether the doctor supposes something ("als u koorts krijgt …"); a patient's "als" tells when it happens."""
    return role in {Role.ARTS, Role.ONBEKEND} and not sentence.endswith("?") and bool(_CONDITION.search(sentence))


class Speech:
    """The utterances of one consult, with what the checks ask of them; made once a consult.

    Args:
        utterances: in order of time.
        dictation: only the doctor speaks, so every utterance counts as the doctor's.
    """

    def __init__(self, utterances: Sequence[Utterance], *, dictation: bool = False) -> None:
        self.utterances = tuple(utterances)
        self.dictation = dictation
        self.position = {utterance.id: at for at, utterance in enumerate(self.utterances)}
        self._sentences: dict[int, tuple[Sentence, ...]] = {}

    def role(self, utterance: Utterance) -> Role:
        """Who speaks; in a dictation the doctor."""
        return Role.ARTS if self.dictation or utterance.source is Source.DICTAAT else utterance.role

    def known(self, ids: Iterable[int]) -> list[Utterance]:
        """The utterances of these ids that exist, in order of time, each once."""
        return [self.utterances[at] for at in sorted({self.position[one] for one in ids if one in self.position})]

    def window(self, ids: Iterable[int], reach: int = NEIGHBOURS) -> list[Utterance]:
        """The utterances of these ids with ``reach`` neighbours on each side."""
        near = {
            at
            for one in ids
            if one in self.position
            for at in range(self.position[one] - reach, self.position[one] + reach + 1)
        }
        return [self.utterances[at] for at in sorted(near) if 0 <= at < len(self.utterances)]

    @cached_property
    def said(self) -> Said:
        """What the whole consult supports."""
        return joined(said(utterance.text) for utterance in self.utterances)

    @cached_property
    def text(self) -> str:
        """All that was said, for a last look whether a name occurs in it."""
        return " ".join(utterance.text for utterance in self.utterances)

    def sentences(self, utterance: Utterance) -> tuple[Sentence, ...]:
        """The sentences of an utterance; a question carries the answer that follows it."""
        if utterance.id not in self._sentences:
            self._sentences[utterance.id] = tuple(self._read(utterance))
        return self._sentences[utterance.id]

    def _read(self, utterance: Utterance) -> Iterable[Sentence]:
        role = self.role(utterance)
        shown = split(resolve(utterance.text))
        parts = [fold(sentence) for sentence in shown]
        for at, text in enumerate(parts):
            question = is_question(text) or (role is Role.ARTS and bool(_TAG.search(text)))
            answer: Answer = "open"
            if question:
                own = parts[at + 1] if at + 1 < len(parts) else ""
                answer = answer_in(own) if own and not is_question(own) else self._answer_to(utterance)
            yield Sentence(utterance.id, role, text, shown[at], question, is_conditional(text, role), answer)

    def reply_to(self, question: int) -> Utterance | None:
        """The first utterance of somebody else after a question."""
        at = self.position[question]
        asker = self.role(self.utterances[at])
        following = self.utterances[at + 1 : at + 1 + _ANSWER_REACH]
        return next((reply for reply in following if self.role(reply) is not asker), None)

    def _answer_to(self, question: Utterance) -> Answer:
        at = self.position[question.id]
        asker = self.role(question)
        replies: list[Answer] = []
        for reply in self.utterances[at + 1 : at + 1 + _ANSWER_REACH]:
            if self.role(reply) is asker and replies:
                break
            if self.role(reply) is not asker:
                replies.append(answer_in(reply.text))
        plain: set[Answer] = set(replies) - {"open"}
        return plain.pop() if len(plain) == 1 and replies[0] in plain else "open"


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of a note beside what it rests on: what every check is given."""

    field: str
    """S, O, E, P, or "" for the title."""
    line: NoteLine
    speech: Speech
    evidence: tuple[Utterance, ...]
    window: tuple[Utterance, ...]

    @property
    def spoken(self) -> str:
        """The text of the evidence."""
        return " … ".join(utterance.text for utterance in self.evidence)

    def sentences(self, *, window: bool = False) -> list[Sentence]:
        """The sentences of the evidence, or of the evidence with its neighbours."""
        return [
            sentence
            for utterance in (self.window if window else self.evidence)
            for sentence in self.speech.sentences(utterance)
        ]


def claim(field: str, line: NoteLine, speech: Speech) -> Claim:
    """Lay a line beside its evidence."""
    return Claim(field, line, speech, tuple(speech.known(line.evidence)), tuple(speech.window(line.evidence)))

"""A consult laid open for checking: its sentences, who said them, what they ask, suppose or state, and the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Literal

from soep.clinical.corrections import resolve
from soep.clinical.exchanges import is_question
from soep.clinical.negation import is_hypothetical
from soep.drafting.checks.text import Said, fold, joined, said
from soep.types import NoteLine, Role, Source, Utterance

Answer = Literal["yes", "no", "hardly", "told", "open"]

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
_FILLER = r"(?:(?:eh|uh|ehm|uhm|nou|o|oh|ah|ach|hm|tja|goh|jeetje|gelukkig|dokter|och)\b[\s,.]*)*"
_NO = re.compile(
    rf"^{_FILLER}(?:nee|neen|nooit|niks|niets|geen|niet|ook niet|helemaal niet|"
    rf"absoluut niet|ikzelf niet|zelf niet|ik niet|nergens|(?:(?:\w+ ){{1,3}})?van niet)\b"
)
_YES = re.compile(
    rf"^{_FILLER}(?:ja|jawel|jazeker|zeker|klopt|precies|inderdaad|soms|best|wel|af en toe|een beetje|"
    rf"behoorlijk|enorm|heel (?:erg|veel|vaak)|erg|veel|nogal|vreselijk|ook(?! niet))\b"
)
_BUT = re.compile(
    r"\b(?:wel|beetje|soms|behalve|nou ja|hoewel|tenminste|maar|vroeger|of ja|keer|een of twee|af en toe|"
    r"weleens|wel eens|eigenlijk)\b|^\W*ja nee\b"
)
_REST = re.compile(r"\b(?:verder|anders|de rest|al die dingen)(?: ook)? (?:niet|niks|niets|geen)\b")
_AFTERTHOUGHT = re.compile(
    r"^\W*(?:nou|of|ja|hoewel|behalve|tenminste|soms|een beetje|eigenlijk|wel eens|weleens|"
    r"alhoewel|alleen als|in het begin|"
    r"eerst|toen|gisteren|vorige?|vroeger|bij (?:de|het)|op de)\b"
)
"""What takes a plain no half back: "Nee. Nou, een beetje."  In "Nee. Wel een suis." the no stands."""
_ONCE = re.compile(r"\b(?:een|1|twee|paar|enkele) keer\b|\b(?:1|2)x\b")
_TAG = re.compile(r"\b(?:he|toch|neem ik aan|of niet)\W*$")
_DENIES = re.compile(r"\b(?:nee|niet|geen|nooit|niks|niets|zonder|nauwelijks|amper|weet|idee|hoezo|wat)\b|\?")
_CALL = re.compile(
    r"\b(?:bel|belt|bellen|terugkomen|terug te komen|kom (?:je|maar|dan)|komt u|contact|112|aan de bel|"
    r"langskomen|terugbellen)\b"
)
_AFTER_CALL = re.compile(r"\b(?:bij|als|indien|zodra|wanneer)\b")
_BELONGS_BEFORE = re.compile(r"^(?:dan|in dat geval|meteen|direct) (?:\w+ ){0,2}(?:bel|belt|bellen|kom|komt|terug)\b")
_NO_FRAGMENT = re.compile(
    r"\b(?:ik|we|wij|u|je|dat|dit|het|is|zijn|geen|niet|goed|prima|oke|dus|ja|nee|hm|juist|mooi|fijn|dank)\b"
)
_FRAGMENT_WORDS = 5
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
    """Whether an answer is a plain yes or no, a no with something after it ("nee, alleen soms"), or tells more."""
    low = fold(text).strip()
    if _REST.search(low):
        return "no"
    if _NO.match(low):
        first, _, rest = low.partition(".")
        if _ONCE.search(low):
            return "open"
        return "hardly" if _BUT.search(first) or _AFTERTHOUGHT.match(rest) else "no"
    if _YES.match(low) and not re.match(rf"^{_FILLER}ja[\s,]+nee\b", low):
        return "yes"
    return "open" if _DENIES.search(low) else "told"


def supposes(sentence: str, at: int) -> bool:
    """Whether a conditional sentence only supposes what stands at a place in it."""
    if _INVERTED.search(sentence) or is_hypothetical(_COMPARISON.sub("zoals ", sentence), (at, at)):
        return True
    call = _CALL.search(sentence)
    if call is None:
        return False
    condition = _AFTER_CALL.search(sentence, call.end())
    return at < call.start() or (condition is not None and at > condition.start())


def is_conditional(sentence: str, role: Role) -> bool:
    """Whether the doctor supposes something ("als u koorts krijgt …"); a patient's "als" tells when it happens."""
    if role not in {Role.ARTS, Role.ONBEKEND} or sentence.endswith("?"):
        return False
    return bool(_CONDITION.search(sentence) or _CALL.search(sentence))


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
        asking = self._asking(parts, utterance)
        for at, text in enumerate(parts):
            answer: Answer = "open"
            if asking[at]:
                own = parts[at + 1] if at + 1 < len(parts) else ""
                answer = answer_in(own) if own and not asking[at + 1] else "open"
                if answer in {"open", "told"}:
                    answer = self._answer_to(utterance)
                if answer in {"yes", "told"} and any(asking[at + 1 :]):
                    answer = "open"  # of several questions in a row, a yes answers the last
            conditional = is_conditional(text, role) or (
                role is Role.ARTS and at + 1 < len(parts) and bool(_BELONGS_BEFORE.match(parts[at + 1]))
            )
            yield Sentence(utterance.id, role, text, shown[at], asking[at], conditional, answer)

    def _asking(self, parts: Sequence[str], utterance: Utterance) -> list[bool]:
        """Which sentences ask: by their form, by a tag, or as a doctor's last words that somebody answers."""
        doctor = self.role(utterance) is Role.ARTS
        asking = [is_question(text.rstrip(" .…")) or (doctor and bool(_TAG.search(text))) for text in parts]
        if doctor and parts and not asking[-1] and self._answer_to(utterance) in {"no", "hardly", "yes"}:
            for at in range(len(parts) - 1, -1, -1):
                if not asking[at] and (len(parts[at].split()) > _FRAGMENT_WORDS or _NO_FRAGMENT.search(parts[at])):
                    break
                asking[at] = True
        return asking

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
        plain: set[Answer] = set(replies) - {"open", "told"} or set(replies[:1]) - {"open"}
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
        """The sentences of the evidence, or of the evidence with its neighbours.

        A question that nobody answers at once has the answer that the line cites for it.
        """
        utterances = self.window if window else self.evidence
        found: list[Sentence] = []
        for utterance, following in zip_longest(utterances, utterances[1:]):
            own = list(self.speech.sentences(utterance))
            if own and own[-1].question and own[-1].answer in {"open", "told"} and following is not None:
                other = self.speech.role(following) is not own[-1].role
                late = self.speech.position[following.id] - self.speech.position[utterance.id] > 1
                own[-1] = replace(own[-1], answer=answer_in(following.text)) if other and late else own[-1]
            found += own
        return found


def claim(field: str, line: NoteLine, speech: Speech) -> Claim:
    """Lay a line beside its evidence."""
    return Claim(field, line, speech, tuple(speech.known(line.evidence)), tuple(speech.window(line.evidence)))

"""What was said and matters, but stands in no line of the note: the omissions that the GP must see at a glance.

Only what was stated counts, not what was merely asked or supposed; safety nets are suppositions by nature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from soep.clinical import sides
from soep.clinical.corrections import resolve
from soep.clinical.medicines import Mention
from soep.clinical.numbers import Kind, to_digits
from soep.clinical.numbers import find as quantities_in
from soep.clinical.style import shorten
from soep.drafting.checks.drugs import named, same, substances
from soep.drafting.checks.laterality import mentioned
from soep.drafting.checks.quantities import spellings
from soep.drafting.checks.speech import Sentence, Speech
from soep.drafting.checks.text import STOP_WORDS, fold, said, supports_strictly, words
from soep.types import Role, SoepNote, Source, Unsaid, UnsaidKind, Utterance

_LONGEST_TEXT = 110
_OF_OTHERS = re.compile(
    r"\b(?:buur\w*|vriend\w*|collega\w*|(?:schoon)?moeder|(?:schoon)?vader|broer|zus|zusje|oma|opa|tante|"
    r"oom|nicht|neef|mijn man|mijn vrouw|m'n man|"
    r"m'n vrouw|ma|pa|zwager|vriendin|kennis|iedereen|mensen|internet|gelezen|google\w*|sommigen|vroeger|"
    r"toen|jaren geleden|jaar geleden)\b"
)
_NOT_CHOSEN = re.compile(r"\b(?:niet|geen|nooit|liever|zonder|of|bijvoorbeeld|zoals|tegen|denkt|soms wel|helpt niet)\b")
_ALLERGY = re.compile(r"\b(?:\w*allergi\w*|overgevoelig\w*)\b")
_ALLERGY_LINE = re.compile(r"\b(?:\w*allerg\w*|overgevoelig\w*|cave|verdraagt|verdragen|reactie op|bijwerking\w*)\b")
_NO_DRUG_ALLERGY = re.compile(
    r"\b(?:hooikoorts|rhinitis|huisstofmijt|pollen|kat|gras|test\w*|prik\w*|bloed\w*|allergische)\b"
)
_SUICIDE = re.compile(
    r"suicid|ik wil niet meer(?=\W*$)|er een eind\w* aan|zelfmoord|zelfdoding|dood wil|dood wou|"
    r"liever dood|er (?:\w+ ){0,2}niet meer (?:te )?(?:mogen )?(?:zijn|wil|bent|was|"
    r"zou)|niet meer (?:te )?leven|"
    r"niet meer wakker (?:te )?worden|eind\w* aan (?:je|uw|mijn|m'n|het|alles)|(?:jezelf|uzelf|mezelf|"
    r"zichzelf) iets aan|doodswens|gedachten? aan de dood|denken aan de dood|"
    r"uit het leven|leven geen zin|leven niet (?:meer )?(?:de moeite|waard)|"
    r"beter zonder mij"
)
_SUICIDE_LINE = re.compile(
    r"sui[cz]id|doodsgedacht|doodswens|zelfmoord|zelfdoding|gedachten? aan (?:de )?dood|niet meer (?:te )?leven|"
    r"er niet meer zijn|wakker worden"
)
_CALL = re.compile(
    r"\b(?:bel|belt|bellen|opbellen|terugbellen|terugkomen|terugkomt|terug|112|een[ -]een[ -]twee|"
    r"spoed\w*|huisartsenpost|"
    r"hap|contact|aan de bel|melden|langskomen|langs|eerste hulp|wil ik (?:u|je|hem|haar) zien)\b"
)
_THEN_CALL = re.compile(r"(?:dan|ook dan|bel|belt|direct|meteen)\b.{0,40}\b(?:bel|belt|bellen|terug|112|zien)\b")
_BACK = re.compile(r"\b(?:retour|ctrl|controle|co|vangnet|seh|ambulance|zn|direct|instructie\w*)\b")
_MEASURED = {
    Kind.TEMPERATURE: re.compile(""),
    Kind.BLOOD_PRESSURE: re.compile(""),
    Kind.PERCENT: re.compile(r"\b(?:sat\w*|zuurstof\w*)\b"),
    Kind.WEIGHT: re.compile(r"\b(?:weeg\w*|gewicht|gewogen)\b"),
}
"""Kinds of measurement, and what must stand beside the number."""
_LABELLED = re.compile(
    r"\b(?P<label>pols|hartslag|saturatie|glucose|suiker|crp|hb|hba1c|egfr|kalium|natrium|ldl|tsh|ademfrequentie|bmi)\b"
    r"(?P<between>[^\d.?!;]{0,25}?)(?P<value>\d+(?:,\d+)?)(?: (?P<tenth>\d)\b)?"
)
_BODY = re.compile(
    r"\b(?:linker|rechter)?(?:oor|oren|oog|ogen|arm|been|knie|heup|schouder|elleboog|pols|hand|voet|enkel|"
    r"teen|vinger|duim|"
    r"kuit|zij|flank|long|borst|"
    r"lies|nier|wang|bil|hiel|hak|rug|kant|buik|testikel|kaak|sleutelbeen|rib)\w*"
)
_UNITS_OF_DOSE = {"mg", "mcg", "g", "ml", "IE", "dd", "druppel", "tabl", "puf", "zakje", "caps"}
_MOST_MULTIPLES = 8
_COVERED = 0.5
_COVERED_WHEN_CITED = 0.25


@dataclass(frozen=True)
class _Note:
    """The text of all notes, asked what it holds."""

    text: str
    plan: str
    """Of the P lines alone: where a safety net belongs."""
    findings: str
    """Of the S, O and E lines."""
    cited_nets: frozenset[int]
    """The utterances that a line with "bellen" or "terug" rests on."""

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def medicines(self) -> tuple[Mention, ...]:
        return named(self.text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        found = {spellings(number) for number in re.findall(r"\d+(?:[.,]\d+)*", self.folded)}
        for quantity in quantities_in(self.text):
            found |= {spellings(part) for part in re.findall(r"\d+(?:,\d+)?", quantity.value)}
        return frozenset(found)

    def has_number(self, value: str) -> bool:
        """Whether a number stands in the note, or a multiple of it ("2 tabl van 500" as 1000 mg)."""
        if spellings(value) in self.numbers:
            return True
        if not value.isdigit():
            return False
        return any(str(int(value) * times) in self.numbers for times in range(2, _MOST_MULTIPLES + 1))


_Finder = Callable[[_Note, Speech, Sentence, str], Iterator[Unsaid]]


def find(notes: Sequence[SoepNote], utterances: Sequence[Utterance]) -> tuple[Unsaid, ...]:
    """What was said and stands in no line, the most important first, each thing once.

    Args:
        notes: as they stand now.
        utterances: all of the consult, in order of time.
    """
    lines = [line.text for note in notes for _, line in note.every_line()] + [note.problem.text for note in notes]
    nets = (line for note in notes for line in note.P if _CALL.search(fold(line.text)) or _BACK.search(fold(line.text)))
    plan = " . ".join(line.text for note in notes for line in note.P)
    rest = " . ".join(line.text for note in notes for name, line in note.every_line() if name != "P")
    note = _Note(" . ".join(lines), plan, rest, frozenset(one for line in nets for one in line.evidence))
    roles = {utterance.role for utterance in utterances if utterance.source is Source.GESPREK}
    speech = Speech(utterances, dictation=roles <= {Role.ARTS})
    found: dict[UnsaidKind, dict[str, Unsaid]] = {kind: {} for kind in _ORDER}
    for utterance in speech.utterances:
        meant = resolve(utterance.text)
        for sentence in speech.sentences(utterance):
            for finder in _FINDERS:
                for item in finder(note, speech, sentence, meant):
                    found[item.kind].setdefault(_same_thing(item), item)
    return tuple(item for kind in _ORDER for item in found[kind].values())


def _same_thing(item: Unsaid) -> str:
    """What makes two omissions one: the medicine, the numbers, or the kind alone where one reminder is enough."""
    if item.kind is UnsaidKind.MEDICINE:
        return min(min(substances(mention)) for mention in named(item.text))
    if item.kind in {UnsaidKind.MEASUREMENT, UnsaidKind.DOSE}:
        return " ".join(re.findall(r"\d+(?:[.,/]\d+)*", item.text))
    return "" if item.kind in {UnsaidKind.SUICIDALITY, UnsaidKind.SIDE} else item.text


def _shown(text: str) -> str:
    """Short Dutch text from what was said, numbers in digits."""
    short = shorten(to_digits(text)) or to_digits(text)
    if len(short) > _LONGEST_TEXT:
        short = short[:_LONGEST_TEXT].rsplit(" ", 1)[0] + " …"
    return short


def _item(kind: UnsaidKind, sentence: Sentence, speech: Speech, text: str | None = None) -> Unsaid:
    evidence: tuple[int, ...] = (sentence.utterance,)
    if sentence.question and (reply := speech.reply_to(sentence.utterance)) is not None:
        evidence = (sentence.utterance, reply.id)
    return Unsaid(kind, text or _shown(sentence.shown), evidence)


def _stated(sentence: Sentence) -> bool:
    """Stated, or asked and answered with yes."""
    return not sentence.conditional and (not sentence.question or sentence.answer == "yes")


def _medicine(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    if not _stated(sentence) or _OF_OTHERS.search(sentence.text):
        return
    kept = named(meant)
    for mention in named(sentence.shown):
        chosen = not _NOT_CHOSEN.search(fold(_clause(sentence.shown, mention.span)))
        if chosen and mention.exact and not same(mention, note.medicines) and same(mention, kept):
            yield _item(UnsaidKind.MEDICINE, sentence, speech)


def _clause(text: str, span: tuple[int, int]) -> str:
    """The part between commas in which something stands."""
    following = text.find(",", span[1])
    return text[text.rfind(",", 0, span[0]) + 1 : following if following >= 0 else len(text)]


def _dose(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    """A dose of a medicine that is in the note without it."""
    if (
        sentence.role is not Role.ARTS
        or not _stated(sentence)
        or sentence.question
        or _NOT_CHOSEN.search(sentence.text)
    ):
        return
    mentions = [mention for mention in named(sentence.shown) if same(mention, note.medicines)]
    if not mentions:
        return
    kept = {quantity.value for quantity in quantities_in(meant)}
    doses = [one for one in quantities_in(sentence.shown) if one.unit in _UNITS_OF_DOSE and one.value in kept]
    if any(not any(note.has_number(part) for part in one.value.split("-")) for one in doses):
        amounts = " ".join(one.text for one in doses)
        yield _item(UnsaidKind.DOSE, sentence, speech, f"{mentions[0].name} {amounts}")


def _allergy(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    del meant
    if not _ALLERGY.search(sentence.text) or _ALLERGY_LINE.search(note.folded) or _OF_OTHERS.search(sentence.text):
        return
    if _NO_DRUG_ALLERGY.search(sentence.text) or sentence.conditional:
        return
    if not sentence.question:
        yield _item(UnsaidKind.ALLERGY, sentence, speech)
    elif (reply := speech.reply_to(sentence.utterance)) is not None and not _ALLERGY.search(fold(reply.text)):
        text = "Geen allergie" if sentence.answer == "no" else f"Allergie: {_shown(reply.text)}"
        yield _item(UnsaidKind.ALLERGY, sentence, speech, text)


def _suicidality(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    del meant
    if _SUICIDE.search(sentence.text) and not _SUICIDE_LINE.search(fold(note.findings)) and not sentence.conditional:
        reply = speech.reply_to(sentence.utterance) if sentence.question else None
        text = _shown(sentence.shown) if reply is None else f"{_shown(sentence.shown)} – {_shown(reply.text)}"
        yield _item(UnsaidKind.SUICIDALITY, sentence, speech, text)


def _calls(speech: Speech, sentence: Sentence) -> bool:
    """Whether a condition ends in a call or a return, in its own sentence or in the next."""
    if _CALL.search(sentence.text):
        return True
    every = speech.sentences(speech.utterances[speech.position[sentence.utterance]])
    following = every[every.index(sentence) + 1 :][:1]
    return any(_THEN_CALL.match(other.text) for other in following)


def _safety_net(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    del meant
    if sentence.role is not Role.ARTS or not sentence.conditional or not _calls(speech, sentence):
        return
    content = [
        word for word in words(sentence.text) if len(word) > 3 and word not in STOP_WORDS and not _CALL.match(word)
    ]
    spoken = said(note.plan)
    covered = sum(supports_strictly(spoken, word) for word in content)
    enough = _COVERED_WHEN_CITED if sentence.utterance in note.cited_nets else _COVERED
    if content and covered < enough * len(content):
        yield _item(UnsaidKind.SAFETY_NET, sentence, speech)


def _side(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    """A side of a part of the body, in a consult whose notes name no side at all."""
    if sides.find(note.text) or sentence.question or sentence.conditional or _OF_OTHERS.search(sentence.text):
        return
    named_sides = {mention.side for mention in sides.find(sentence.text)} & mentioned(meant)
    if named_sides and _BODY.search(sentence.text):
        yield _item(UnsaidKind.SIDE, sentence, speech)


def _measurement(note: _Note, speech: Speech, sentence: Sentence, meant: str) -> Iterator[Unsaid]:
    if sentence.question or sentence.conditional or _OF_OTHERS.search(sentence.text):
        return
    kept = {quantity.value for quantity in quantities_in(meant)}
    for quantity in quantities_in(sentence.shown):
        measured = quantity.kind in _MEASURED and _MEASURED[quantity.kind].search(sentence.text)
        if measured and quantity.value in kept and not all(map(note.has_number, quantity.value.split("/"))):
            yield _item(UnsaidKind.MEASUREMENT, sentence, speech)
            return
    for match in _LABELLED.finditer(fold(to_digits(sentence.shown))):
        value = f"{match['value']},{match['tenth']}" if match["tenth"] else match["value"]
        if match["value"] in kept and not note.has_number(value):
            yield _item(UnsaidKind.MEASUREMENT, sentence, speech, f"{match['label']} {value}")


_FINDERS: tuple[_Finder, ...] = (_allergy, _suicidality, _medicine, _dose, _safety_net, _side, _measurement)
_ORDER = (
    UnsaidKind.ALLERGY,
    UnsaidKind.SUICIDALITY,
    UnsaidKind.MEDICINE,
    UnsaidKind.DOSE,
    UnsaidKind.SAFETY_NET,
    UnsaidKind.SIDE,
    UnsaidKind.MEASUREMENT,
)

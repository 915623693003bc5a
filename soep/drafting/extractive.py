"""The drafter that always works: it picks what was said, shortens it, and writes nothing else.

Each piece of the conversation is scored for S, O, E and P by its words and speaker; the best become lines in telegram
style, each resting on the utterances it was said in.  It needs no weights to be installed and cannot invent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from soep.clinical import answers, complaints, exchanges, medicines, negation, relevance, sections, style
from soep.clinical.exchanges import Unit
from soep.config import Settings
from soep.drafting.assemble import assemble
from soep.drafting.choosing import budget, importance
from soep.drafting.drafter import Draft, DraftOptions, DraftStream, ProposedLine
from soep.errors import CancelledError
from soep.i18n import _
from soep.types import FIELDS, FieldName, NoteLine, Role, SoepNote, Utterance

MIN_SCORE = 0.3
MIN_TOLD_SCORE = 0.35
MIN_CONCLUSION_SCORE = 0.15
MIN_DICTATED_SCORE = 0.08
_CONTACT = re.compile(
    r"\b(?:bel(?:t|len)?|112|terug(?:komen)?|contact|huisartsenpost|spoed\w*|melden|kom(?:t|en)?\b)", re.IGNORECASE
)
_AT_ONCE = re.compile(
    r"\b(?:direct|meteen|gelijk|onmiddellijk)\s+(?:\w+\s+)?(?:bel(?:t|len)?|112)\b|\bbelt?\s+(?:u\s+)?(?:direct|meteen)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"\b(?:trein|file|parkeer\w*|parkeren|verwarming|wachtkamer|assistente|(?:mooi|slecht|lekker)\s+weer|regent|voetbal\w*"
    r"|sorry|bedankt|dank\s?(?:u|je)|gefeliciteerd|vakantiegeld)\b",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:van|voor)\s+(?:mijn|m['’]n|zijn|z['’]n|haar|d['’]r|de|onze)\s+"
    r"(?:man|vrouw|vader|moeder|zus|broer|buur\w*|zoon|dochter|collega|vriend\w*|schoon\w+|oma|opa)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:genomen|gekregen|geslikt|gebruikt|geprobeerd|gesmeerd|ingenomen|gehad|gegeven)\b", re.IGNORECASE
)
# A conclusion that the doctor only holds possible is worth less than one that was drawn.
_GUESS = re.compile(
    r"\b(?:bijvoorbeeld|bestaan|zou\s+kunnen|kan\s+(?:ook\s+)?(?:een|zijn)|iets\s+anders|misschien|sommige|meestal|vaak|vroeger)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(r"(?:kan|kunnen|zou(?:den)?\s+kunnen|zou)\s+(?:ook\s+|nog\s+|zijn\s+)*", re.IGNORECASE)
_GUESS_COST = 0.4
# Costs and gains of a path through a dictation, in nats.
_BACK_COST = 2.5
_HEADING_GAIN = 8.0
_LAST_HEADING_GAIN = 0.7
_Path = tuple[float, tuple[FieldName, ...]]
_TITLE_LINES = 5


@dataclass(frozen=True, slots=True)
class _Scored:
    proposed: ProposedLine
    worth: float
    place: int


class ExtractiveDrafter:
    """Finds, joins and shortens what was said; without a model."""

    model_id = "extractive"
    sha256 = ""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def stream(self, options: DraftOptions) -> DraftStream:
        """Begin a consult."""
        return _Stream(options)

    def close(self) -> None:
        """Nothing is held."""


class _Stream:
    def __init__(self, options: DraftOptions) -> None:
        self._options = options
        self._said: list[Utterance] = []
        self._shown = 0
        self._known: dict[tuple[Unit, FieldName | None], _Scored | None] = {}  # feeding again must not score again

    def feed(self, utterances: Sequence[Utterance]) -> Sequence[ProposedLine]:
        """Take utterances; give the lines of all but the last few, which an answer may still change."""
        self._said += [self._plain(utterance) for utterance in utterances]
        scored = [line for line in self._lines() if line.place < len(self._said) - exchanges.OPEN_UTTERANCES]
        fresh, self._shown = scored[self._shown :], max(self._shown, len(scored))
        return [line.proposed for line in fresh]

    def finish(self) -> Draft:
        """The notes of the whole conversation."""
        lines = self._lines()
        if not lines:
            return Draft()
        units = exchanges.units(self._said, dictation=self._options.dictation)
        if all(line.proposed.field != "E" for line in lines):
            lines += _conclusion(units)
        draft = assemble(
            [line.proposed for line in lines],
            {0: _title(lines, units)},
            word_budget=budget(self._options.word_budget, self._said, dictation=self._options.dictation),
            worths=[line.worth for line in lines],
        )
        told = {said.id for said in self._said if said.role is Role.BEGELEIDER}
        return replace(draft, notes=tuple(_hetero(note, told) for note in draft.notes))

    def _plain(self, utterance: Utterance) -> Utterance:
        dictated = self._options.dictation or utterance.source == "dictaat"
        return replace(utterance, text=sections.spoken_marks(utterance.text)) if dictated else utterance

    def _lines(self) -> list[_Scored]:
        found: list[_Scored | None] = []
        units = exchanges.units(self._said, dictation=self._options.dictation)
        for unit, section in zip(units, _sections(units), strict=True):
            if self._options.cancelled():
                raise CancelledError(_("Gestopt."))
            if (unit, section) not in self._known:
                text = sections.heading(unit.text)[1] if unit.dictated else unit.text
                self._known[unit, section] = _line(replace(unit, text=text), section)
            found.append(self._known[unit, section])
        return [line for line in found if line is not None]


def _sections(units: Sequence[Unit]) -> list[FieldName | None]:
    """The field of each dictated unit, None for the rest of the units."""
    placed = iter(_in_order([unit for unit in units if unit.dictated]))
    return [next(placed) if unit.dictated else None for unit in units]


def _in_order(units: Sequence[Unit]) -> list[FieldName]:
    """The best path through S, O, E and P: going on is free, going back costs, a spoken heading rules (Viterbi)."""
    best: dict[FieldName, _Path] = {field: (0.0 if field == "S" else -1.0, ()) for field in FIELDS}
    last: FieldName | None = None
    for unit in units:
        heading, text = sections.heading(unit.text)
        last = heading or last
        scores = relevance.scores(replace(unit, text=text))
        gains = {
            field: math.log(scores[field] + 0.02)
            + _HEADING_GAIN * (field == heading)
            + _LAST_HEADING_GAIN * (field == last)
            for field in FIELDS
        }
        best = {field: _step(best, field, gains[field]) for field in FIELDS}
    return list(max(best.values(), key=lambda path: path[0])[1])


def _step(best: dict[FieldName, _Path], field: FieldName, gain: float) -> _Path:
    def cost(before: FieldName) -> float:
        return _BACK_COST if FIELDS.index(field) < FIELDS.index(before) else 0.0

    before = max(best, key=lambda name: best[name][0] - cost(name))
    return best[before][0] - cost(before) + gain, (*best[before][1], field)


def _line(unit: Unit, section: FieldName | None) -> _Scored | None:
    """The line that a unit gives, or None when it is not for the note."""
    if not unit.by_doctor and not unit.question and exchanges.is_question(unit.text):
        return None
    if not unit.by_doctor and (_anothers_medicine(unit.text) or (not unit.question and _SMALL_TALK.search(unit.text))):
        return None
    field, score = _place(unit, section)
    if score < _least(unit):
        return None
    text = _text(unit, field)
    if len(text) < 3 or (field == "P" and _only_named(text)):
        return None
    proposed = ProposedLine(field, NoteLine(text, evidence=tuple(dict.fromkeys(unit.ids))))
    worth = score + importance(proposed) - 0.5 - (_GUESS_COST if field == "E" and _GUESS.search(unit.text) else 0.0)
    return _Scored(proposed, worth, unit.place)


def _conclusion(units: Sequence[Unit]) -> list[_Scored]:
    """What comes nearest to a conclusion of the doctor, when nothing was one for sure: GPs often say it in passing."""
    said = [unit for unit in units if unit.by_doctor and not negation.hypothetical(unit.text)]
    best = max(said, key=lambda unit: relevance.scores(unit)["E"], default=None)
    score = 0.0 if best is None else relevance.scores(best)["E"]
    text = "" if best is None or _GUESS.search(best.text) else _text(best, "E")
    if best is None or score < MIN_CONCLUSION_SCORE or len(text) < 3:
        return []
    proposed = ProposedLine("E", NoteLine(text, evidence=best.ids))
    return [_Scored(proposed, score + importance(proposed) - 0.5, best.place)]


def _only_named(text: str) -> bool:
    """Whether a medicine is named and nothing more: that is no agreement to take it."""
    return len(text.split()) == 1 and bool(medicines.find(text))


def _least(unit: Unit) -> float:
    """The score below which a unit is left out: patients tell much besides, doctors dictate little."""
    if unit.dictated:
        return MIN_DICTATED_SCORE
    return MIN_SCORE if unit.by_doctor or unit.question else MIN_TOLD_SCORE


def _anothers_medicine(text: str) -> bool:
    """Whether a medicine is told of that is somebody else's ("die metoprolol is van mijn man") and was not taken."""
    return bool(medicines.find(text)) and _OF_ANOTHER.search(text) is not None and _TAKEN.search(text) is None


def _place(unit: Unit, section: FieldName | None) -> tuple[FieldName, float]:
    """Where a unit belongs, and how surely: a heading rules, and what patients say of themselves is S."""
    scores = relevance.scores(unit)
    if section is not None:
        return section, max(scores.values()) + 0.1
    if not unit.by_doctor:
        allowed: tuple[FieldName, ...] = ("S", "O") if unit.question else ("S",)
    else:
        allowed = FIELDS
    field = max(allowed, key=lambda name: scores[name])
    if unit.by_doctor and is_safety_net(unit.text):
        return "P", max(scores["P"], 0.5)
    return field, scores[field]


def is_safety_net(text: str) -> bool:
    """Whether the doctor says when to call or come back."""
    supposed = bool(negation.hypothetical(text)) and _CONTACT.search(text) is not None
    return supposed or _AT_ONCE.search(text) is not None


def _text(unit: Unit, field: FieldName) -> str:
    if unit.question:
        text = answers.phrase(unit.question, unit.text)
    else:
        text = style.shorten(unit.text, by_patient=not unit.by_doctor)
    if field == "P" and unit.by_doctor and is_safety_net(unit.text):
        text = f"vangnet: {style.lowered(text)}"
    if field == "E" and (possible := _POSSIBLE.match(text)):
        text = f"DD: {text[possible.end() :]}"
    return style.sentence(text) if _has_content(text) else ""


def _has_content(text: str) -> bool:
    """Whether a line says something: a number, a name, or more than one word."""
    return len(text.split()) > 1 or any(letter.isdigit() for letter in text) or bool(medicines.find(text))


def _hetero(note: SoepNote, told: set[int]) -> SoepNote:
    """The note with its history marked as told by somebody else, where most of it was."""
    if sum(bool(told & set(line.evidence)) for line in note.S) * 2 <= len(note.S):
        return note
    first, *others = note.S
    return replace(note, S=(replace(first, text=f"Hetero: {style.lowered(first.text)}"), *others))


def _title(lines: list[_Scored], units: Sequence[Unit]) -> NoteLine:
    """The complaint in a few words, or else the conclusion, with its evidence; empty rather than a guess.

    A complaint at its place comes before a bare name; what the patient opens with counts though it gave no line.
    """
    in_order = [scored.proposed for scored in sorted(lines, key=lambda scored: scored.place)]
    told = [proposed.line for proposed in in_order if proposed.field == "S"][:_TITLE_LINES]
    concluded = [scored.proposed.line for scored in lines if scored.proposed.field == "E"]
    opening = [unit for unit in units if not unit.by_doctor and not exchanges.is_question(unit.text)][:_TITLE_LINES]
    raw = [NoteLine(style.shorten(unit.text, by_patient=True), evidence=unit.ids) for unit in opening]
    named = [
        *(_named(complaints.complaint(line.text), line) for line in told),
        *(_named(complaints.conclusion(line.text), line) for line in concluded),
        *(_named(complaints.complaint(line.text), line) for line in raw),
    ]
    found = [title for title in named if title.text]
    return next((title for title in found if len(title.text.split()) > 1), found[0] if found else NoteLine(""))


def _named(text: str, line: NoteLine) -> NoteLine:
    return NoteLine(style.sentence(text).rstrip("."), evidence=line.evidence) if text else NoteLine("")

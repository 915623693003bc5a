"""A session that is known to be a dictation: one speaker, however many voices are heard and however little is said."""

from __future__ import annotations

import pytest

from soep.config import load_settings
from soep.events import DraftBegun, Event
from soep.jobs import SessionOptions
from soep.pipeline import Parts, Session
from soep.types import Consult, Role, Source, Utterance
from tests.factories import utterance
from tests.fakes import hearing


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    made = Parts(load_settings())
    monkeypatch.setattr(made, "warm_up", lambda _options, _emit: None)
    return made


def dictated(parts: Parts, *said: Utterance, events: list[Event] | None = None) -> Consult:
    told = events if events is not None else []
    session = Session(parts, SessionOptions(drafter="extractive", dictation=True), told.append)
    sound = hearing(parts, said)
    for start in range(0, len(sound), 16_000):
        session.feed(sound[start : start + 16_000])
    return session.finish().consult


def test_every_word_is_the_gps(parts: Parts) -> None:
    consult = dictated(
        parts,
        utterance(1, "Patiënt heeft sinds vijf dagen keelpijn en koorts.", speaker="A"),
        utterance(2, "Keel rood, longen schoon. Advies paracetamol.", speaker="B"),
    )
    assert {one.role for one in consult.transcript.utterances} == {Role.ARTS}
    assert {one.source for one in consult.transcript.utterances} == {Source.DICTAAT}
    assert consult.warnings == ()
    assert consult.draft


def test_a_few_words_are_enough(parts: Parts) -> None:
    consult = dictated(parts, utterance(1, "Bloeddruk honderdveertig over vijfentachtig, longen schoon.", speaker="A"))
    lines = [line for note in consult.draft for _name, line in note.every_line()]
    assert any("140/85" in line.text for line in lines)
    assert all(line.evidence for line in lines)


def test_a_draft_says_that_it_begins(parts: Parts) -> None:
    events: list[Event] = []
    dictated(parts, utterance(1, "Keel rood, longen schoon, temperatuur 38.", speaker="A"), events=events)
    assert sum(isinstance(event, DraftBegun) for event in events) == 1

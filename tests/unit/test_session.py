"""What a session does with doubt and failure: no transcript is lost, no role or id is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from soep.config import load_settings
from soep.drafting.drafter import DraftOptions
from soep.errors import SoepError
from soep.events import Stage
from soep.jobs import SessionOptions
from soep.pipeline import Parts, draft_transcript
from soep.pipeline.drafts import LiveDraft
from soep.pipeline.session import _Ids
from soep.types import Remark, Role, Transcript, Utterance
from soep.wording import RemarkCode, remark_sentence, stage_name

DIALOGUE = (
    Utterance(1, "Wat kan ik voor u doen?", Role.ARTS, 1.0, speaker="ARTS"),
    Utterance(2, "Ik heb sinds drie dagen koorts en keelpijn.", Role.PATIENT, 1.0, speaker="PATIENT"),
    Utterance(3, "Neem vier keer per dag duizend milligram paracetamol.", Role.ARTS, 1.0, speaker="ARTS"),
)


def drafted(transcript: Transcript) -> tuple[list[Role], list[str], int]:
    consult = draft_transcript(transcript, Parts(load_settings()), SessionOptions(drafter="extractive")).consult
    roles = [utterance.role for utterance in consult.transcript.utterances]
    return roles, [warning.code for warning in consult.warnings], len(consult.draft)


def test_roles_that_are_given_are_kept_when_one_is_missing() -> None:
    stranger = Utterance(4, "Goedemiddag allemaal.", speaker="Stagiair")
    roles, warnings, _notes = drafted(Transcript((*DIALOGUE, stranger)))
    assert roles == [Role.ARTS, Role.PATIENT, Role.ARTS, Role.ONBEKEND]
    assert warnings == ["roles_uncertain"]


def test_a_transcript_in_another_language_gets_no_note() -> None:
    _roles, warnings, notes = drafted(Transcript(DIALOGUE, language="en"))
    assert (warnings, notes) == (["no_dutch_note"], 0)


def test_a_text_without_speakers_is_a_dictation_with_a_remark() -> None:
    _roles, warnings, notes = drafted(Transcript((Utterance(1, "Vrouw 40, sinds 2 dagen keelpijn, geen koorts."),)))
    assert warnings == ["one_speaker"]
    assert notes == 1


@dataclass
class Broken:
    """A drafter that fails where it is told to."""

    where: str
    model_id: str = "stuk"
    sha256: str = ""
    fed: list[int] = field(default_factory=list)

    def stream(self, options: DraftOptions) -> Broken:
        return self

    def feed(self, utterances):  # type: ignore[no-untyped-def]
        if self.where == "feed":
            raise SoepError("kapot")
        return []

    def finish(self):  # type: ignore[no-untyped-def]
        raise SoepError("kapot")

    def close(self) -> None: ...


@pytest.mark.parametrize("where", ["feed", "finish"])
def test_a_failing_drafter_is_replaced_and_named(where: str) -> None:
    parts = Parts(load_settings())
    draft = LiveDraft(Broken(where), parts.fallback, lambda _event: None)
    draft.feed(DIALOGUE, DraftOptions())
    assert any(note.word_count for note in draft.finish().notes)
    assert draft.failed == "stuk"


def test_the_same_words_on_two_channels_have_two_ids() -> None:
    twice = [Utterance(0, "Ja.", speaker=name, start_s=1.0, end_s=1.5) for name in "AB"]
    given = _Ids().give(twice, channels=True)
    assert [utterance.id for utterance in given] == [1, 2]


def test_a_change_of_speaker_keeps_the_id() -> None:
    ids = _Ids()
    first = ids.give([Utterance(0, "Ja.", speaker="A", start_s=1.0, end_s=1.5)], channels=False)
    later = ids.give([Utterance(0, "Ja.", speaker="B", start_s=1.0, end_s=1.5)], channels=False)
    assert first[0].id == later[0].id


def test_every_remark_and_stage_has_a_sentence_without_gaps() -> None:
    params = {"expected": "2", "found": "3", "drafter": "x", "language": "en", "decoded_s": "1", "ids": "4"}
    for code in RemarkCode:
        sentence = remark_sentence(Remark(code, params))
        assert not re.search(r"[{}?]", sentence)
    assert all(stage_name(stage) for stage in Stage)

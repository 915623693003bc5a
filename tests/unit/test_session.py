"""What a session does with doubt and failure: no transcript is lost, no role or id is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from soep.clinical.own_style import restyler
from soep.config import DraftingSettings, load_settings
from soep.drafting.drafter import DraftOptions
from soep.errors import SoepError
from soep.events import Stage
from soep.jobs import SessionOptions
from soep.pipeline import Parts, draft_transcript
from soep.pipeline.drafts import LiveDraft
from soep.pipeline.session import _Ids
from soep.types import Consult, Remark, Role, Transcript, UnsaidKind, Utterance
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


def with_settings(**drafting: object) -> Consult:
    settings = load_settings(drafting=DraftingSettings.model_validate({"drafter": "extractive", **drafting}))
    return draft_transcript(Transcript(LONG), Parts(settings), SessionOptions(drafter="extractive")).consult


LONG = (
    *DIALOGUE,
    *(
        Utterance(number, text, role, 1.0, speaker=role.value.upper())
        for number, (role, text) in enumerate(
            (
                (Role.PATIENT, "Ik hoest ook, sinds twee weken, met groen slijm, vooral in de ochtend."),
                (Role.PATIENT, "Vorig jaar had ik een longontsteking en daarvoor ben ik opgenomen geweest."),
                (Role.PATIENT, "Ik slik metoprolol van vijftig milligram en een plaspil, al tien jaar."),
                (Role.ARTS, "De longen zijn schoon, de saturatie is achtennegentig procent, de pols tachtig."),
                (Role.ARTS, "De keel is rood zonder beslag en de bloeddruk is honderdveertig over negentig."),
                (Role.ARTS, "Ik denk dat het een virale bovenste luchtweginfectie is."),
                (Role.ARTS, "Als u benauwd wordt of langer dan drie dagen koorts houdt, dan moet u bellen."),
                (Role.ARTS, "Over twee weken zie ik u terug, dan prikken we ook bloed voor de nieren."),
            ),
            start=4,
        )
    ),
)


def test_the_gps_own_forms_stand_in_the_note_and_below_it() -> None:
    own = {"paracetamol": "acetaminofen", "koorts": "febris"}
    before, after = with_settings(), with_settings(own_forms=own)

    def texts(consult: Consult) -> list[str]:
        lines = [line.text for note in consult.draft for _, line in note.every_line()]
        return [*lines, *(note.problem.text for note in consult.draft), *(item.text for item in consult.unsaid)]

    written = " ".join(texts(after)).lower()
    assert "paracetamol" in " ".join(texts(before)).lower()
    assert "acetaminofen" in written
    assert "febris" in written
    assert "paracetamol" not in written
    assert texts(after) == [restyler(own)(text) for text in texts(before)]


def test_a_shorter_note_offers_the_rest_below_it() -> None:
    brief, rich = with_settings(length="kort"), with_settings(length="uitgebreid")
    words = [sum(note.word_count for note in consult.draft) for consult in (brief, rich)]
    offered = [[item for item in consult.unsaid if item.kind is UnsaidKind.LEFT_OUT] for consult in (brief, rich)]
    assert words[0] < words[1]
    assert len(offered[0]) > len(offered[1])
    lines = {line.text for note in rich.draft for _, line in note.every_line()}
    assert {item.text for item in offered[0]} <= lines
    assert all(item.evidence and item.field for item in offered[0])


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
    params |= {"reason": "x", "lost_s": "5"}
    for code in RemarkCode:
        sentence = remark_sentence(Remark(code, params))
        assert not re.search(r"[{}?]", sentence)
    assert all(stage_name(stage) for stage in Stage)

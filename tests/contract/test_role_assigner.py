"""What every ``RoleAssigner`` keeps to."""

from __future__ import annotations

import pytest

from soep.speech.interfaces import RoleAssigner
from soep.speech.roles import LexicalRoleAssigner
from soep.types import Role, Source, Utterance, Word

SAID = [
    Utterance(3, "Waar heeft u pijn?", speaker="A", start_s=0.5, end_s=1.5, words=(Word("Waar", 0.5, 0.8),)),
    Utterance(4, "Hier, in mijn buik, dokter.", speaker="B", start_s=2.0, end_s=3.0),
    Utterance(9, "Hm.", start_s=3.0, end_s=3.2, source=Source.DICTAAT),
]


@pytest.fixture(params=[LexicalRoleAssigner], ids=["lexical"])
def assigner(request: pytest.FixtureRequest) -> RoleAssigner:
    made: RoleAssigner = request.param()
    return made


def test_only_role_and_confidence_change(assigner: RoleAssigner) -> None:
    def rest(utterance: Utterance) -> tuple[object, ...]:
        return (
            utterance.id,
            utterance.text,
            utterance.speaker,
            utterance.start_s,
            utterance.end_s,
            utterance.words,
            utterance.source,
        )

    assert [rest(utterance) for utterance in assigner.assign(SAID)] == [rest(utterance) for utterance in SAID]


def test_confidence_is_a_probability_and_unknown_has_none(assigner: RoleAssigner) -> None:
    for utterance in assigner.assign(SAID):
        assert 0.0 <= utterance.role_confidence <= 1.0
        assert (utterance.role is Role.ONBEKEND) == (not utterance.speaker)


def test_a_speaker_has_one_role_and_one_speaker_is_the_gp(assigner: RoleAssigner) -> None:
    roles = {(utterance.speaker, utterance.role) for utterance in assigner.assign([*SAID, *SAID])}
    assert len(roles) == 3
    assert sum(role is Role.ARTS for _speaker, role in roles) == 1


def test_nothing_in_nothing_out(assigner: RoleAssigner) -> None:
    assert assigner.assign([]) == []

"""Evidence that misses the place where a number or medicine was said."""

from __future__ import annotations

from soep.drafting import verify
from soep.drafting.checks.speech import Speech
from soep.drafting.grounding import ground
from soep.types import NoteLine, SoepNote
from tests.unit.checked import said

TURNS = said(
    "P: Ik hoest.",
    "A: Hoe lang hoest u al?",
    "P: Al zes dagen hoest ik.",
    "A: Ik schrijf doxycycline voor, zeven dagen.",
    "A: Pols is achtentachtig.",
)
SPEECH = Speech(TURNS)


def test_the_one_place_where_a_number_was_said_is_added() -> None:
    assert ground(NoteLine("Hoest sinds 6 dgn.", (1,)), SPEECH).evidence == (1, 3)


def test_the_one_place_where_a_medicine_was_named_is_added() -> None:
    assert ground(NoteLine("R/ doxycycline 7 dgn.", (2,)), SPEECH).evidence == (2, 4)


def test_a_number_said_of_something_else_is_not_borrowed() -> None:
    line = NoteLine("Hoest sinds 88 dgn.", (1,))
    assert ground(line, SPEECH) is line
    doxy = NoteLine("Hoest sinds 7 dgn.", (1,))
    assert ground(doxy, SPEECH) is doxy


def test_two_places_are_a_guess() -> None:
    speech = Speech(said("P: Ik hoest.", "P: Zes dagen hoest ik.", "A: Zes dagen hoest dus.", "A: Ja."))
    line = NoteLine("Hoest sinds 6 dgn.", (1,))
    assert ground(line, speech) is line


def test_what_is_said_in_the_evidence_needs_no_more() -> None:
    line = NoteLine("Hoest sinds 6 dgn.", (3,))
    assert ground(line, SPEECH) is line
    assert ground(NoteLine("Hoest."), SPEECH) == NoteLine("Hoest.")


def test_another_medicine_in_the_evidence_leaves_the_doubt_to_the_checker() -> None:
    line = NoteLine("R/ doxycycline.", (1,))
    speech = Speech(said("A: Neem de naproxen.", "A: Of de doxycycline."))
    assert ground(line, speech) is line


def test_a_note_is_grounded_before_it_is_checked() -> None:
    note = SoepNote(S=(NoteLine("Hoest sinds 6 dgn.", (1,)), NoteLine("Hoest sinds 9 dgn.", (1,))))
    result = verify.check([note], TURNS)
    assert [(line.evidence, line.flags) for line in result.notes[0].S] == [((1, 3), ())]
    assert [item.text for item in result.rejected] == ["Hoest sinds 9 dgn."]

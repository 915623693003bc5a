"""Sides: what was found on each, which is the worse, and which one the patient came for."""

from __future__ import annotations

import pytest

from soep.types import FieldName
from soep.wording import FlagCode
from tests.unit.checked import codes, said

SIDE = {FlagCode.SIDE_DIFFERS, FlagCode.SIDE_MIXED}
EARS = ("A: Links eerst. Die is grijs en glanst.", "A: Nu rechts. Trommelvlies rood en bol.")


@pytest.mark.parametrize(
    ("field", "line", "turns"),
    [
        ("O", "AS rood, bol. AD grijs.", EARS),
        ("O", "Visus re 0,8, li 0,2.", ("A: Visus rechts nul komma twee, links nul komma acht.",)),
        ("S", "Kniepijn li > re.", ("P: Mijn kniepijn, rechts is erger, links ook wel.",)),
        ("S", "Rugpijn re > li.", ("P: Rugpijn, meer links dan rechts.",)),
        ("S", "Oorpijn li.", ("A: Welk oor, met die oorpijn?", "P: Rechts.", "A: Links niet?", "P: Nee.")),
        ("S", "Schouderpijn li.", ("P: Schouderpijn. Ik spaar links.", "A: Rechts dus.")),
        ("S", "Oor li zit dicht.", ("P: Mijn oor, links. Nee hé, rechts zit dicht.",)),
        ("S", "Plek li flank.", ("A: Een plek op de linkerflank, nee, correctie, rechterflank.",)),
    ],
)
def test_the_wrong_side_is_seen(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert SIDE & codes(field, line, said(*turns))


@pytest.mark.parametrize(
    ("field", "line", "turns"),
    [
        ("O", "AD rood, bol. AS grijs.", EARS),
        ("O", "Visus re 0,2, li 0,8.", ("A: Visus rechts nul komma twee, links nul komma acht.",)),
        ("S", "Kniepijn re > li.", ("P: Mijn kniepijn, rechts is erger, links ook wel.",)),
        ("S", "Rugpijn li > re.", ("P: Rugpijn, meer links dan rechts.",)),
        ("S", "Oorpijn re.", ("A: Welk oor, met die oorpijn?", "P: Rechts.", "A: Links niet?", "P: Nee.")),
        ("O", "Li trommelvlies gaaf.", ("A: Rechts zie ik niets. Links trommelvlies gaaf.",)),
    ],
)
def test_the_right_side_stands(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert not SIDE & codes(field, line, said(*turns))


def test_the_patient_knows_which_side_it_is() -> None:
    turns = said("P: Mijn linkerknie doet pijn.", "A: Rechts is soepel, links gezwollen.", "A: Dit is artrose.")
    assert FlagCode.SIDE_DIFFERS in codes("E", "Artrose knie re.", turns, cite=(2, 3))
    assert not SIDE & codes("E", "Artrose knie li.", turns, cite=(2, 3))

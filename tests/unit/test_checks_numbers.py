"""Numbers by what they count: a number of one sort is no number of another, and what nobody said leaves the note."""

from __future__ import annotations

import pytest

from soep.types import FieldName
from soep.wording import FlagCode
from tests.unit.checked import codes, rejected, said

COUNTED_BY_GPS: list[tuple[FieldName, str, tuple[str, ...]]] = [
    ("P", "Pcm 4 dd 1000 mg.", ("A: Paracetamol, vier keer per dag twee van vijfhonderd.",)),
    ("P", "Pcm 4 dd 1000.", ("A: Paracetamol, vier keer per dag twee tabletten van vijfhonderd.",)),
    ("S", "1½ wk knobbel.", ("P: Een knobbel, al anderhalve week.",)),
    ("P", "Bij toename direct bellen of 113.", ("A: Wordt het meer, dan belt u direct, of één één drie.",)),
    ("S", "Allergie penicilline (1984).", ("P: Penicilline, allergie, in negentienvierentachtig.",)),
    ("P", "Echo 13.30 uur.", ("A: U krijgt een echo, vandaag, halftwee.",)),
    ("S", "LM 22-09.", ("P: Mijn laatste menstruatie was tweeëntwintig september.",)),
    ("S", "Sinds 3 dgn hoest.", ("P: Ik hoest sinds maandag.",)),
    ("S", "Hoest 2 dd.", ("P: Ik hoest 's ochtends en 's avonds.",)),
    ("S", "Pcm 2x genomen.", ("P: Paracetamol, één gisteren, één vanmorgen, genomen.",)),
]


@pytest.mark.parametrize(("field", "line", "turns"), COUNTED_BY_GPS)
def test_what_a_gp_counts_together_stands(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert not {code for code in codes(field, line, said(*turns)) if "number" in code or "unit" in code}


ANOTHER_SORT: list[tuple[FieldName, str, str]] = [
    ("S", "Hoest 7 dgn, ibuprofen.", "P: Ik hoest drie dagen, ik neem zeven milligram ibuprofen."),
    ("O", "Hoest 4 wkn.", "P: Ik hoest al drie maanden."),
    ("O", "CRP 7.", "A: De week erna was de CRP acht."),
    ("S", "Hoest, ctrl 13 uur.", "P: Ik hoest al drie uur, controle."),
    ("O", "RR 118/70, pols 70.", "A: Bloeddruk honderdachttien over zeventig, pols zestig."),
    ("P", "Oxycodon 2 dd 20 mg.", "A: Oxycodon, twee keer per dag tien milligram."),
    ("P", "Terbinafine 2 dd.", "A: De terbinafine neemt u elke dag één keer."),
]


@pytest.mark.parametrize(("field", "line", "turn"), ANOTHER_SORT)
def test_a_number_of_another_sort_is_no_support(field: FieldName, line: str, turn: str) -> None:
    assert {code for code in codes(field, line, said(turn)) if "number" in code or "unit" in code}


@pytest.mark.parametrize(
    ("field", "line", "turn"),
    [
        ("S", "Sinds 9 dgn hoest.", "P: Ik hoest al vier dagen, sinds zondag."),
        ("S", "Zwanger, 15 wkn.", "P: Ik ben twaalf weken zwanger."),
        (
            "P",
            "R/ amoxicilline 3 dd 500 mg, 24 dgn.",
            "A: Amoxicilline, drie keer vijfhonderd, veertien dagen.",
        ),
    ],
)
def test_a_number_in_no_utterance_leaves_the_note(field: FieldName, line: str, turn: str) -> None:
    assert rejected(field, line, said(turn))


def test_numbers_from_opposite_ends_of_a_consult_are_not_multiplied() -> None:
    turns = said("P: Twee tabletten.", "A: Ja.", "P: Goed.", "A: Prima.", "A: Metformine driehonderd milligram.")
    assert FlagCode.NUMBER_NOT_SAID in codes("P", "Metformine 600 mg.", turns, cite=(5,))


def test_a_dose_of_the_other_medicine_is_flagged() -> None:
    turns = said("A: Naproxen, twee keer per dag vijfhonderd milligram. En omeprazol, twintig milligram.")
    assert FlagCode.NUMBER_MIXED in codes("P", "Omeprazol 500 mg. Naproxen 2 dd.", turns)
    assert codes("P", "Naproxen 2 dd 500 mg. Omeprazol 20 mg.", turns) == set()


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("CRP 24.", "A: CRP, vierentwintig, nee, ik lees verkeerd, veertien."),
        ("MRC 1.", "A: De MRC is één, nee, twee."),
        ("Na 1 mnd gestopt.", "P: Na een maand gestopt. Nee, zes weken."),
    ],
)
def test_the_earlier_version_is_flagged(line: str, turn: str) -> None:
    assert FlagCode.NUMBER_TAKEN_BACK in codes("S", line, said(turn))


def test_two_moments_are_no_correction() -> None:
    turns = said("P: Eergisteren was het achtendertig zes. Nu eh, wacht, zevenendertig negen.")
    assert FlagCode.NUMBER_TAKEN_BACK not in codes("S", "T thuis 38,6, nu 37,9.", turns)

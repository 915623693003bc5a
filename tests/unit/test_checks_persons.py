"""Whose it is, whether it still is, how sure it is, and who said it."""

from __future__ import annotations

import pytest

from soep.types import FieldName
from soep.wording import FlagCode
from tests.unit.checked import codes, said

SOMEBODY_ELSES = [
    ("Astma.", ("P: Mijn moeder heeft astma.",)),
    ("Prostaatkanker.", ("A: Prostaat in de familie?", "P: Mijn broer. Die heeft prostaatkanker.")),
    ("Borstkanker.", ("P: Ikzelf niet. M'n moeder op haar zeventigste, borstkanker.",)),
    ("Coeliakie.", ("P: Mijn nicht heeft coeliakie.",)),
    ("COPD.", ("P: Mijn vrouw heeft COPD.",)),
]


@pytest.mark.parametrize(("line", "turns"), SOMEBODY_ELSES)
def test_an_illness_of_somebody_else_is_flagged(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.OF_SOMEBODY_ELSE in codes("S", line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Moeder astma.", ("P: Mijn moeder heeft astma.",)),
        ("Fam: oom suïcide.", ("P: Mijn oom, suïcide.",)),
        ("Paars bij hoesten.", ("P: Mijn vrouw zegt dat ik paars word bij het hoesten.",)),
        ("Koorts.", ("B: Mijn zoon heeft koorts.",)),
        ("Astma.", ("P: Mijn moeder heeft astma. En ik heb ook astma.",)),
        ("Diclofenaczalf helpt.", ("P: Ik heb een zalf van m'n zus, diclofenaczalf. Dat helpt.",)),
        ("Denkt aan griep.", ("P: Mijn broer had griep.",)),
    ],
)
def test_what_is_the_patients_or_names_the_other_stands(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.OF_SOMEBODY_ELSE not in codes("S", line, said(*turns))


def test_a_companions_child_is_the_patient_and_its_father_is_not() -> None:
    turns = said("B: Mijn dochter hoest.", "B: Mijn man heeft astma.")
    assert codes("S", "Hoest.", turns, cite=(1,)) == set()
    assert FlagCode.OF_SOMEBODY_ELSE in codes("S", "Astma.", turns, cite=(2,))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Gebruikt metoprolol.", ("A: En metoprolol?", "P: Die neem ik niet meer.")),
        ("Med: diclofenac.", ("P: Diclofenac, maar daar ben ik mee opgehouden.",)),
        ("Fluticason.", ("A: Fluticason is vorig jaar gestopt.",)),
        ("Med: lisinopril.", ("P: En mijn bloeddrukpil heb ik gestopt.", "A: Welke?", "P: Die lisinopril.")),
        ("Gebruikt pantoprazol.", ("P: Ik slik pantoprazol.", "P: O nee, die pantoprazol is gestopt.")),
    ],
)
def test_a_stopped_medicine_in_use_is_flagged(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.MEDICINE_STOPPED in codes("S", line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Metoprolol gestopt.", ("P: Metoprolol neem ik niet meer.",)),
        ("Gebruikt metoprolol.", ("P: Ik slik metoprolol.", "P: Roken doe ik niet meer.")),
        ("Gebruikt metoprolol.", ("P: Metoprolol was gestopt, maar daar ben ik weer mee begonnen, opnieuw.",)),
        ("Med: tamsulosine.", ("P: Tamsulosine.", "P: En die pil voor het cholesterol is gestopt.")),
    ],
)
def test_a_medicine_that_goes_on_stands(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.MEDICINE_STOPPED not in codes("S", line, said(*turns))


UNSURE = [
    ("Schimmelinfectie.", ("A: Dat is waarschijnlijk een schimmelinfectie.",)),
    ("Galstenen.", ("A: Ik denk dat het galstenen zijn.",)),
    ("Orthostase, door furosemide.", ("A: U heeft orthostase. Dat komt denk ik door de furosemide.",)),
    ("Hartinfarct.", ("A: Dit kan een hartinfarct zijn.",)),
    ("Ringworm.", ("A: Ringworm. Dat zou kunnen.",)),
]


@pytest.mark.parametrize(("line", "turns"), UNSURE)
def test_a_reservation_lost_is_flagged(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.TOO_CERTAIN in codes("E", line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Wrs schimmelinfectie.", ("A: Dat is waarschijnlijk een schimmelinfectie.",)),
        ("Galstenen?", ("A: Ik denk dat het galstenen zijn.",)),
        ("Ringworm.", ("A: Ik denk eerst aan eczeem.", "A: Nee, dit is ringworm.")),
        ("Past bij tenniselleboog.", ("A: Dit past bij een tenniselleboog.",)),
    ],
)
def test_a_reservation_kept_or_none_said_stands(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.TOO_CERTAIN not in codes("E", line, said(*turns))


@pytest.mark.parametrize(
    ("field", "line", "turns", "code"),
    [
        ("O", "Keelpijn en hoest.", ("A: Heeft u keelpijn?", "P: Ja, en ik hoest."), FlagCode.NOT_FROM_DOCTOR),
        ("E", "Sinds 3 dgn hoest.", ("A: Hoe lang hoest u?", "P: Drie dagen."), FlagCode.NOT_FROM_DOCTOR),
        ("S", "RR 140/85, longen schoon.", ("A: Bloeddruk 140 over 85, longen schoon.",), FlagCode.NOT_FROM_PATIENT),
        ("S", "Trommelvlies rood.", ("A: Ik zie een rood trommelvlies.",), FlagCode.NOT_FROM_PATIENT),
    ],
)
def test_a_line_under_the_wrong_letter_is_flagged(
    field: FieldName, line: str, turns: tuple[str, ...], code: FlagCode
) -> None:
    assert code in codes(field, line, said(*turns))


def test_an_answer_to_a_touch_is_a_finding() -> None:
    turns = said("A: Doet het hier pijn, als ik druk?", "P: Au, ja.")
    assert FlagCode.NOT_FROM_DOCTOR not in codes("O", "Drukpijn.", turns)

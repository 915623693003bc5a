"""What was denied, told, asked or only supposed: findings by name, and any other word as an item of a line."""

from __future__ import annotations

import pytest

from soep.drafting.checks.speech import answer_in
from soep.types import FieldName
from soep.wording import FlagCode
from tests.unit.checked import codes, rejected, said

ANSWERS = [
    ("Nee.", "no"),
    ("Nee. Wel een suis links.", "no"),
    ("Kortademig op de trap. Verder niet.", "no"),
    ("Ah, nee. Niet ziek.", "no"),
    ("Hij zegt van niet.", "no"),
    ("Volgens haar van niet.", "no"),
    ("Nee, alleen soms.", "hardly"),
    ("Nee. Nou, een beetje.", "hardly"),
    ("Nee. In het begin één dag.", "hardly"),
    ("Nee, één keer, met slijm.", "open"),
    ("Ja, gisteren.", "yes"),
    ("Heel erg.", "yes"),
    ("Ook.", "yes"),
    ("Vooral 's avonds in bed.", "told"),
    ("Dat weet ik niet.", "open"),
]


@pytest.mark.parametrize(("answer", "how"), ANSWERS)
def test_how_an_answer_answers(answer: str, how: str) -> None:
    assert answer_in(answer) == how


@pytest.mark.parametrize(
    ("field", "line", "turns"),
    [
        ("O", "Longen schoon, enkeloedeem.", ("A: De longen zijn schoon, geen enkeloedeem.",)),
        ("E", "Sinusitis, alarmsymptomen.", ("A: Een sinusitis, zonder alarmsymptomen.",)),
        ("S", "Lenzen.", ("A: Draagt u lenzen?", "P: Nee.")),
        ("S", "Groen slijm, bloed.", ("P: Groen slijm.", "A: Bloed erbij?", "P: Nee, bloed niet.")),
        ("P", "Scan.", ("A: Geen scan dus, dat voegt niets toe.",)),
    ],
)
def test_any_word_that_was_denied_is_flagged_as_present(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.DENIED in codes(field, line, said(*turns))
    assert not rejected(field, line, said(*turns))


@pytest.mark.parametrize(
    ("field", "line", "turns"),
    [
        ("S", "Slaapt slecht, piekert.", ("P: Ik slaap bijna niet en ik pieker.",)),
        ("O", "Urine nitriet, leuko neg.", ("A: Nitriet negatief, leuko's ook negatief, geen nitriet dus.",)),
        ("S", "Verband per uur, stolsels.", ("A: Stolsels?", "P: Ja, soms.", "A: Geen verband over?", "P: Ieder uur.")),
        ("O", "Oogbewegingen vrij, pijnloos.", ("A: U kunt alle kanten op kijken zonder pijn, oogbewegingen vrij.",)),
        ("S", "Geen koorts (37,1), rillingen of jeuk.", ("A: Koorts, rillingen, jeuk?", "P: Nee. Zevenendertig één.")),
        ("S", "VG, allergie: geen.", ("A: Ziek geweest vroeger, allergisch?", "P: Nee.")),
        ("S", "Allergie: pleisters.", ("P: Ik ben nergens allergisch voor. Behalve voor pleisters, allergie.",)),
        ("S", "Nauwelijks hoest.", ("A: Hoesten?", "P: Nee, bijna niet.")),
        (
            "O",
            "Drukpijn rib re.",
            ("A: Doet dit pijn?", "P: Au.", "A: Links geen drukpijn, rechts wel."),
        ),
    ],
)
def test_a_denial_of_something_else_is_left_alone(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert not {FlagCode.DENIED, FlagCode.AFFIRMED} & codes(field, line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Geen hartkloppingen.", ("A: Hartkloppingen?", "P: Soms, 's avonds in bed.")),
        ("Niet misselijk.", ("A: Bent u misselijk?", "P: Heel erg.")),
        ("Geen benauwdheid.", ("A: Kreeg u het benauwd?", "P: Ook. Ik ben met de ambulance gegaan.")),
        ("Geen hoofdpijn, stress.", ("P: Het zit als een band om mijn hoofd.", "P: En er is stress.")),
        ("Geen slijm.", ("P: Ik geef ook slijm op.",)),
    ],
)
def test_what_was_told_is_flagged_as_denied(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.AFFIRMED in codes("S", line, said(*turns))


def test_a_yes_answers_the_last_of_several_questions() -> None:
    turns = said("A: Ben je somber? Geniet je nog?", "P: Ja, als ik ga dansen.")
    assert codes("S", "Niet somber.", turns) == set()


def test_a_doctors_fragment_that_is_answered_asks() -> None:
    turns = said("A: Goed. Koorts, nachtzweten, of...", "P: Nee.")
    assert codes("S", "Geen koorts of nachtzweten.", turns) == set()


def test_the_answer_that_a_line_cites_counts_though_it_comes_late() -> None:
    turns = said("A: Bent u duizelig?", "P: Wacht, mijn jas.", "A: Rustig maar.", "P: Zo.", "A: Nou?", "P: Nee.")
    assert FlagCode.DENIED in codes("S", "Duizelig.", turns, cite=(1, 6))
    assert codes("S", "Niet duizelig.", turns, cite=(1, 6)) == set()


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Wond open.", "A: Als de wond open gaat, dan belt u."),
        ("Ontroostbaar.", "A: U belt als ze ontroostbaar is."),
        ("Sufheid.", "A: Bellen bij sufheid, en ook bij koorts."),
        ("Blauwe lippen.", "A: Worden de blauwe lippen erger, dan belt u meteen."),
    ],
)
def test_any_word_of_a_safety_net_is_no_finding(line: str, turn: str) -> None:
    assert FlagCode.HYPOTHETICAL in codes("S", line, said(turn))


def test_when_it_hurts_is_no_condition() -> None:
    turns = said("P: Het doet pijn als ik til.")
    assert codes("S", "Pijn bij tillen.", turns) == set()


def test_a_diagnosis_that_the_doctor_takes_away_is_left_out() -> None:
    turns = said("A: Een depressie vind ik het nu niet, wel iets om in de gaten te houden.")
    assert rejected("E", "Depressie.", turns)
    assert not rejected("E", "Geen depressie.", turns)
    assert not rejected("E", "Depressie.", said("A: Het is een depressie, dus niet zomaar moe."))


def test_a_medicine_that_is_only_a_possibility_is_not_prescribed() -> None:
    turns = said("P: Er is ook een pil.", "A: Ivermectine. Dat is een optie als dit niet werkt.")
    assert rejected("P", "Ivermectine na de crème.", turns)
    assert not rejected("P", "Ivermectine als de crème niet helpt.", turns)
    assert not rejected("P", "Ivermectine.", said("A: U krijgt ivermectine, twee tabletten."))

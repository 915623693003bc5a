"""Lines under the wrong letter are moved, and all others stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from soep.drafting.drafter import ProposedLine
from soep.drafting.placing import place
from soep.types import FieldName, NoteLine, Source
from tests.unit.checked import said


def placed(field: FieldName, line: str, *turns: str, dictation: bool = False, cite: tuple[int, ...] = ()) -> FieldName:
    utterances = {one.id: one for one in said(*turns)}
    proposed = ProposedLine(field, NoteLine(line, cite or tuple(utterances)), problem=1)
    result = place(proposed, utterances, dictation=dictation)
    assert result == replace(proposed, field=result.field)
    return result.field


TOLD = ("A: Hoe lang hoest u?", "P: Drie dagen, en ik ben misselijk.")


@pytest.mark.parametrize("field", ["S", "O", "E", "P"])
def test_what_the_patient_tells_is_s(field: FieldName) -> None:
    assert placed(field, "Sinds 3 dgn hoest, misselijk.", *TOLD) == "S"


@pytest.mark.parametrize("field", ["S", "O", "E", "P"])
def test_a_home_measurement_is_s(field: FieldName) -> None:
    assert placed(field, "Thuis T 39,1.", "A: Heeft u gemeten?", "P: Negenendertig één, thuis.") in {"S", field}
    assert placed("S", "Thuis T 39,1.", "A: Heeft u gemeten?", "P: Negenendertig één, thuis.") == "S"


FOUND = [
    ("RR 145/85, pols 72.", "A: Bloeddruk honderdvijfenveertig over vijfentachtig, pols tweeënzeventig."),
    ("Longen schoon, T 38,2.", "A: De longen zijn schoon. Temperatuur achtendertig twee."),
    ("Trommelvlies re rood, bomberend.", "A: Ik zie rechts een rood trommelvlies, bomberend."),
    ("Buik soepel, geen drukpijn.", "A: De buik voelt soepel, geen drukpijn."),
]
CONCLUDED = [
    ("Otitis media re.", "A: Dit is een otitis media, rechts."),
    ("Past bij tenniselleboog.", "A: Het past bij een tenniselleboog."),
    ("Wrs virale bronchitis.", "A: Ik denk aan een virale bronchitis."),
]
AGREED = [
    (
        "R/ amoxicilline 3 dd 500 mg, 7 dgn.",
        "A: Ik schrijf amoxicilline voor, drie keer per dag vijfhonderd.",
    ),
    ("Ctrl 2 wkn.", "A: Ik zie u over twee weken terug voor controle."),
    ("Bellen bij koorts of benauwdheid.", "A: Als u koorts krijgt of benauwd wordt, belt u."),
    ("Verwijzing fysiotherapie.", "A: Ik verwijs u naar de fysiotherapeut."),
    ("Lab: nierfunctie, kalium.", "A: We prikken bloed, de nierfunctie en het kalium."),
]
WHERE: list[tuple[FieldName, list[tuple[str, str]]]] = [("O", FOUND), ("E", CONCLUDED), ("P", AGREED)]
CASES = [(field, line, turn) for field, cases in WHERE for line, turn in cases]


@pytest.mark.parametrize(("field", "line", "turn"), CASES)
def test_what_the_doctor_says_under_s_goes_to_its_own_field(field: FieldName, line: str, turn: str) -> None:
    assert placed("S", line, turn) == field


@pytest.mark.parametrize(("field", "line", "turn"), CASES)
def test_what_stands_right_stays(field: FieldName, line: str, turn: str) -> None:
    assert placed(field, line, turn) == field


@pytest.mark.parametrize(("line", "turn"), AGREED)
def test_what_was_agreed_is_no_conclusion(line: str, turn: str) -> None:
    assert placed("E", line, turn) == "P"


@pytest.mark.parametrize(
    ("field", "line", "turns"),
    [
        ("S", "Med: metoprolol 50 mg.", ("A: U gebruikt metoprolol vijftig, zie ik in het dossier.",)),
        ("S", "VG: hartinfarct 2017.", ("A: In het dossier staat een hartinfarct in tweeduizend zeventien.",)),
        ("O", "Drukpijn knie.", ("A: Doet het hier pijn als ik druk?", "P: Au, ja.")),
        ("P", "Geen antibiotica.", ("P: Kan ik antibiotica krijgen?", "A: Nee, dat helpt niet tegen een virus.")),
        ("P", "Pt denkt na over spiraal, belt.", ("A: Denkt u erover na?", "P: Ja, ik denk na over een spiraal.")),
        ("E", "Hooikoorts.", ("?: Dit is hooikoorts.",)),
    ],
)
def test_what_may_be_so_stays(field: FieldName, line: str, turns: tuple[str, ...]) -> None:
    assert placed(field, line, *turns) == field


DICTATED = (
    "A: S. Sinds drie dagen hoest en koorts.",
    "A: Onderzoek. Longen schoon, temperatuur achtendertig.",
    "A: Conclusie. Virale infectie.",
    "A: Beleid. Paracetamol, terug bij benauwdheid.",
)


@pytest.mark.parametrize(
    ("right", "line", "cite"),
    [
        ("O", "Longen schoon, T 38.", 2),
        ("E", "Virale infectie.", 3),
        ("P", "Paracetamol, terug bij benauwdheid.", 4),
    ],
)
def test_in_a_dictation_the_heading_decides(right: FieldName, line: str, cite: int) -> None:
    for field in ("S", "O", "E", "P"):
        assert placed(field, line, *DICTATED, dictation=True, cite=(cite,)) == right  # type: ignore[arg-type]


def test_a_heading_within_an_utterance_divides_it() -> None:
    turn = "A: Onderzoek. Buik soepel. Conclusie. Obstipatie. Plan. Macrogol."
    assert placed("O", "Obstipatie.", turn, dictation=True) == "E"
    assert placed("E", "Buik soepel.", turn, dictation=True) == "O"


def test_without_headings_words_decide_or_nothing() -> None:
    turn = "A: RR honderdveertig over tachtig, longen schoon, buik soepel."
    assert placed("S", "RR 140/80, longen schoon, buik soepel.", turn, dictation=True) == "O"
    assert placed("S", "Moe.", "A: Is moe.", dictation=True) == "S"


def test_dictated_words_in_a_conversation_are_the_doctors() -> None:
    utterances = {one.id: replace(one, source=Source.DICTAAT) for one in said("?: Onderzoek. Longen schoon.")}
    assert place(ProposedLine("S", NoteLine("Longen schoon.", (1,))), utterances, dictation=False).field in {"S", "O"}


def test_without_evidence_nothing_is_known() -> None:
    proposed = ProposedLine("O", NoteLine("Moe.", (9,)))
    assert place(proposed, {}, dictation=False) is proposed

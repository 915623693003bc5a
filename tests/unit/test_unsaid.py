"""What was said and stands in no line must be told; what was only asked or supposed must not."""

from __future__ import annotations

import time

import pytest

from soep.drafting import unsaid
from soep.drafting.unsaid.nets import net
from soep.drafting.unsaid.ranking import MOST_ITEMS
from soep.types import NoteLine, Role, SoepNote, Unsaid, UnsaidKind, Utterance

ROLES = {"A": Role.ARTS, "P": Role.PATIENT, "B": Role.BEGELEIDER}
NOTE = SoepNote(problem=NoteLine("Moe"), S=(NoteLine("Sinds 3 dgn moe.", (1000,)),))


def said(*turns: str) -> tuple[Utterance, ...]:
    return tuple(Utterance(at, turn[3:], ROLES[turn[0]]) for at, turn in enumerate(turns, 1))


def items(note: SoepNote, *turns: str) -> tuple[Unsaid, ...]:
    return unsaid.find([note], said(*turns))


def found(note: SoepNote, *turns: str) -> list[tuple[UnsaidKind, tuple[int, ...]]]:
    return [(item.kind, item.evidence) for item in items(note, *turns)]


@pytest.mark.parametrize(
    ("kind", "turns", "evidence"),
    [
        (UnsaidKind.MEDICINE, ("P: Ik slik metoprolol.",), (1,)),
        (UnsaidKind.MEDICINE, ("A: U krijgt van mij doxycycline.",), (1,)),
        (UnsaidKind.MEDICINE, ("A: Gebruikt u omeprazol?", "P: Ja, elke dag."), (1, 2)),
        (UnsaidKind.ALLERGY, ("A: Bent u ergens allergisch voor?", "P: Nee."), (1, 2)),
        (UnsaidKind.ALLERGY, ("P: Ik ben allergisch voor penicilline.",), (1,)),
        (UnsaidKind.MEASUREMENT, ("A: De bloeddruk is honderdveertig over tachtig.",), (1,)),
        (UnsaidKind.MEASUREMENT, ("A: Saturatie drieënnegentig procent.",), (1,)),
        (UnsaidKind.MEASUREMENT, ("A: En de CRP is tweeënzestig.",), (1,)),
        (UnsaidKind.SIDE, ("P: Het is mijn linkerknie.",), (1,)),
        (UnsaidKind.SUICIDALITY, ("A: Denkt u weleens aan zelfmoord?", "P: Nee, nooit."), (1, 2)),
        (UnsaidKind.SUICIDALITY, ("P: Ik wil er soms niet meer zijn.",), (1,)),
        (UnsaidKind.SAFETY_NET, ("A: Als u bloed ophoest, dan belt u meteen.",), (1,)),
        (UnsaidKind.SAFETY_NET, ("A: Wordt u benauwd, dan moet u direct bellen.",), (1,)),
        (UnsaidKind.DENIED, ("A: Heeft u koorts?", "P: Nee."), (1, 2)),
        (UnsaidKind.DENIED, ("A: Pijn op de borst, benauwd?", "P: Nee, dat niet."), (1, 2)),
        (UnsaidKind.FINDING, ("P: Goedemorgen.", "A: Nek soepel, geen petechiën."), (2,)),
        (UnsaidKind.FINDING, ("P: Goedemorgen.", "A: De longen zijn schoon."), (2,)),
        (UnsaidKind.CONCLUSION, ("P: Goedemorgen.", "A: Het is een longontsteking."), (2,)),
        (UnsaidKind.PLAN, ("P: Goedemorgen.", "A: Ik verwijs u naar de cardioloog."), (2,)),
    ],
)
def test_what_was_said_and_is_missing_is_told(
    kind: UnsaidKind, turns: tuple[str, ...], evidence: tuple[int, ...]
) -> None:
    assert (kind, evidence) in found(NOTE, *turns)


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        (("A: Heeft u koorts?", "P: Nee."), "Geen koorts"),
        (("A: Bent u misschien zwanger?", "P: Nee hoor."), "Niet zwanger"),
        (("A: Bent u ergens allergisch voor?", "P: Nee."), "Geen allergie"),
        (("P: Ik slik metoprolol vijftig milligram.",), "Med: metoprolol 50 mg"),
        (("P: De amlodipine heb ik gestopt.",), "Amlodipine gestopt"),
        (("A: Denkt u weleens aan zelfmoord?", "P: Nee, nooit."), "Geen suïcidale gedachten"),
        (("A: Heeft de ibuprofen geholpen?", "P: Nee."), "Ibuprofen geen effect"),
        (("P: Geen trombose toch, dokter?", "A: Nee, daar zie ik geen aanwijzingen voor."), "voor trombose"),
        (("P: Ik slik sinds maandag naproxen.", "A: Daar moet u mee stoppen."), "Naproxen stop"),
    ],
)
def test_a_line_is_worded_as_a_gp_would(turns: tuple[str, ...], text: str) -> None:
    assert any(text in item.text for item in items(NOTE, *turns))


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("Als u koorts krijgt of benauwd wordt, dan belt u direct.", "Direct bellen bij koorts krijgt of benauwd"),
        ("Wordt de kuit dikker, rood of warm, dan belt u.", "Bellen bij kuit dikker, rood of warm"),
        ("Bel 112 als hij blauw wordt.", "112 bij blauw"),
        ("Kom terug als het na een week niet over is.", "Terug bij na 1 wk niet over"),
    ],
)
def test_a_safety_net_says_what_to_do_and_when(spoken: str, text: str) -> None:
    assert net(spoken) == text


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Med: metoprolol.", ("P: Ik slik Selokeen, metoprolol dus.",)),
        ("Allergie: penicilline.", ("P: Ik ben allergisch voor penicilline.",)),
        ("Geen allergie.", ("A: Bent u allergisch?", "P: Nee.")),
        ("RR 140/80.", ("A: De bloeddruk is honderdveertig over tachtig.",)),
        ("Niet suïcidaal.", ("A: Denkt u weleens aan zelfmoord?", "P: Nee.")),
        ("Knie li dik.", ("P: Het is mijn linkerknie.",)),
        ("Bellen bij bloed ophoesten.", ("A: Als u bloed ophoest, dan belt u meteen.",)),
        ("Pcm 4 dd 1000 mg.", ("A: Paracetamol, vier keer per dag twee van vijfhonderd milligram.",)),
        ("Geen koorts.", ("A: Heeft u koorts?", "P: Nee.")),
        ("Niet dyspnoeïsch.", ("A: Bent u kortademig?", "P: Nee.")),
        ("Nek soepel.", ("A: De nek is soepel.",)),
        ("Pneumonie.", ("A: Het is een longontsteking.",)),
        ("Geen NSAID.", ("A: Geen naproxen meer nemen.",)),
    ],
)
def test_what_stands_in_a_line_is_not_told_again(line: str, turns: tuple[str, ...]) -> None:
    evidence = tuple(range(1, len(turns) + 1))
    note = SoepNote(S=(NoteLine(line, evidence),), P=(NoteLine(line, evidence),))
    assert found(note, *turns) == []


@pytest.mark.parametrize(
    "turns",
    [
        ("A: Gebruikt u metoprolol?", "P: Nee."),
        ("P: Mijn buurman slikt metoprolol.",),
        ("A: Als de klachten blijven kunnen we prednisolon proberen.",),
        ("A: Was de koorts gisteren gebleven, dan had u moeten bellen, dat was anders geweest.",),
        ("A: Heeft u iets geslikt? Tegen verkoudheid, allergie?", "P: Nee."),
    ],
)
def test_what_was_asked_or_supposed_is_not_told_as_a_fact(turns: tuple[str, ...]) -> None:
    kinds = {kind for kind, _ in found(NOTE, *turns)}
    assert not kinds & {UnsaidKind.MEDICINE, UnsaidKind.DOSE, UnsaidKind.ALLERGY, UnsaidKind.SAFETY_NET}


@pytest.mark.parametrize(
    "turns",
    [
        ("A: Als u koorts heeft hoort dat bij griep.",),
        ("A: Heeft u weleens de bloeddruk gemeten?", "P: Nee."),
        ("A: Heeft u koorts?",),
        ("P: Kan het kanker zijn?",),
        ("A: Goedemorgen, komt u verder.", "P: Dank u wel, wat een weer hè."),
        (
            "P: Een virus?",
            "A: Een virus moet je lichaam zelf opruimen, dat is bij iedereen zo.",
        ),
    ],
)
def test_questions_suppositions_and_talk_are_not_told(turns: tuple[str, ...]) -> None:
    assert found(NOTE, *turns) == []


def test_a_refused_medicine_is_a_plan_and_reads_as_refused() -> None:
    texts = [item.text for item in items(NOTE, "A: Ik geef u geen prednisolon.")]
    assert all("geen prednisolon" in text.lower() for text in texts)


def test_a_dose_without_its_numbers_in_the_note_is_told() -> None:
    note = SoepNote(P=(NoteLine("R/ naproxen.", (1,)),))
    (item,) = items(note, "A: Ik geef u naproxen, twee keer per dag vijfhonderd milligram.")
    assert item.kind is UnsaidKind.DOSE
    assert item.text == "Naproxen 2 dd 500 mg"


def test_a_wrong_side_in_the_note_leaves_the_said_one_missing() -> None:
    note = SoepNote(S=(NoteLine("Kramp kuit re.", (9,)),))
    assert any("li" in item.text.split() for item in items(note, "P: Ik heb kramp in mijn linkerkuit, heel veel pijn."))


def test_the_other_polarity_in_the_note_does_not_hold_a_denial() -> None:
    note = SoepNote(S=(NoteLine("Koorts.", (1, 2)),))
    assert [item.text for item in items(note, "A: Heeft u koorts?", "P: Nee.")] in ([], ["Geen koorts"])
    apart = SoepNote(S=(NoteLine("Koorts.", (9,)),))
    assert [item.text for item in items(apart, "A: Heeft u koorts?", "P: Nee.")] == ["Geen koorts"]


def test_what_was_taken_back_is_not_told() -> None:
    told = items(NOTE, "A: Ik geef u naproxen, nee sorry, diclofenac.")
    assert [(item.kind, "naproxen" in item.text.lower()) for item in told] == [(UnsaidKind.MEDICINE, False)]


def test_each_thing_is_told_once_and_the_most_important_first() -> None:
    kinds = [
        kind
        for kind, _ in found(
            NOTE,
            "A: De temperatuur is negenendertig één.",
            "P: Ik slik metoprolol.",
            "P: Ja, metoprolol slik ik.",
            "P: En ik ben allergisch voor amoxicilline.",
        )
    ]
    assert kinds[0] is UnsaidKind.ALLERGY
    assert kinds[-1] is UnsaidKind.MEASUREMENT
    assert kinds.count(UnsaidKind.MEASUREMENT) == 1


def test_denials_are_one_line_with_the_evidence_of_each() -> None:
    (item,) = items(NOTE, "A: Heeft u koorts?", "P: Nee.", "A: Benauwd?", "P: Nee.", "A: Bloed opgehoest?", "P: Nee.")
    assert item.kind is UnsaidKind.DENIED
    assert item.evidence == (1, 2, 3, 4, 5, 6)


def test_an_item_knows_its_field() -> None:
    fields = {item.kind: item.field for item in items(NOTE, "P: Dag.", "A: Nek soepel.", "A: Ik geef u doxycycline.")}
    assert fields == {UnsaidKind.FINDING: "O", UnsaidKind.MEDICINE: "P"}


def test_the_text_is_short_and_has_digits() -> None:
    (item,) = items(NOTE, "A: Nou eh, de bloeddruk die is dan honderdveertig over tachtig.")
    assert "140/80" in item.text
    assert len(item.text) < 60


LONG = [
    turn
    for number in range(40)
    for turn in (
        f"A: Heeft u last van koorts, benauwdheid of pijn op de borst, na dag {number}?",
        "P: Nee, dat heb ik niet gehad.",
        f"A: Ik geef u amoxicilline {number + 100} milligram, drie keer per dag, zeven dagen lang.",
        f"P: Mijn bloeddruk was thuis honderd{number} over tachtig en ik had pijn in mijn linkerknie en rechterheup.",
    )
]


def test_the_list_stays_short_and_its_lines_too() -> None:
    told = items(NOTE, *LONG)
    assert 0 < len(told) <= MOST_ITEMS
    assert max(len(item.text) for item in told) <= 110


def test_a_long_consult_is_read_quickly() -> None:
    utterances = said(*LONG[:150])
    started_s = time.process_time()
    unsaid.find([NOTE], utterances)
    assert time.process_time() - started_s < 2.0  # far above what it takes, for slow and busy machines


def test_nothing_said_is_nothing_missing() -> None:
    assert unsaid.find([], []) == ()
    assert found(NOTE, "A: Goedemorgen.", "P: Goedemorgen.") == []

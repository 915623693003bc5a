"""What was said and stands in no line must be told; what was only asked or supposed must not."""

from __future__ import annotations

import pytest

from soep.drafting import unsaid
from soep.types import NoteLine, Role, SoepNote, UnsaidKind, Utterance

ROLES = {"A": Role.ARTS, "P": Role.PATIENT, "B": Role.BEGELEIDER}
NOTE = SoepNote(problem=NoteLine("Hoesten"), S=(NoteLine("Hoest sinds 3 dgn.", (1,)),))


def said(*turns: str) -> tuple[Utterance, ...]:
    return tuple(Utterance(at, turn[3:], ROLES[turn[0]]) for at, turn in enumerate(turns, 1))


def found(note: SoepNote, *turns: str) -> list[tuple[UnsaidKind, tuple[int, ...]]]:
    return [(item.kind, item.evidence) for item in unsaid.find([note], said(*turns))]


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
    ],
)
def test_what_was_said_and_is_missing_is_told(
    kind: UnsaidKind, turns: tuple[str, ...], evidence: tuple[int, ...]
) -> None:
    assert (kind, evidence) in found(NOTE, *turns)


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
    ],
)
def test_what_stands_in_a_line_is_not_told_again(line: str, turns: tuple[str, ...]) -> None:
    assert found(SoepNote(S=(NoteLine(line, (1,)),), P=(NoteLine(line, (1,)),)), *turns) == []


@pytest.mark.parametrize(
    "turns",
    [
        ("A: Gebruikt u metoprolol?", "P: Nee."),
        ("P: Mijn buurman slikt metoprolol.",),
        ("A: Ik geef u geen prednisolon.",),
        ("A: Als de klachten blijven kunnen we prednisolon proberen.",),
        ("A: Als u koorts heeft hoort dat bij griep.",),
        ("A: Heeft u weleens de bloeddruk gemeten?", "P: Nee."),
    ],
)
def test_what_was_asked_or_supposed_is_not_told(turns: tuple[str, ...]) -> None:
    assert found(NOTE, *turns) == []


def test_a_dose_without_its_numbers_in_the_note_is_told() -> None:
    note = SoepNote(P=(NoteLine("R/ naproxen.", (1,)),))
    (item,) = unsaid.find([note], said("A: Ik geef u naproxen, twee keer per dag vijfhonderd milligram."))
    assert item.kind is UnsaidKind.DOSE
    assert item.text == "naproxen 2 dd 500 mg"


def test_what_was_taken_back_is_not_told() -> None:
    items = unsaid.find([NOTE], said("A: Ik geef u naproxen, nee sorry, diclofenac."))
    assert [(item.kind, "naproxen" in item.text.lower()) for item in items] == [(UnsaidKind.MEDICINE, False)]


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


def test_the_text_is_short_and_has_digits() -> None:
    (item,) = unsaid.find([NOTE], said("A: Nou eh, de bloeddruk die is dan honderdveertig over tachtig."))
    assert "140/80" in item.text
    assert len(item.text) < 60


def test_nothing_said_is_nothing_missing() -> None:
    assert unsaid.find([], []) == ()
    assert unsaid.find([NOTE], said("A: Goedemorgen.", "P: Goedemorgen.")) == ()

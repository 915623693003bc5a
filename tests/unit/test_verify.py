"""Each rule of the checker on real phrases: what it must object to, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from soep.drafting import verify
from soep.types import FieldName, NoteLine, Origin, Role, SoepNote, Source, UnsaidKind
from soep.wording import FlagCode, flag_sentence
from tests.unit.checked import codes, rejected, said

# --- numbers -------------------------------------------------------------------------------------------------------

NUMBERS_SAID = [
    ("O", "T 38,5.", "A: De temperatuur is achtendertig vijf."),
    ("O", "T 38,5.", "A: Achtendertig komma vijf, dat is koorts."),
    ("O", "RR 145/85.", "A: Bloeddruk honderdvijfenveertig over vijfentachtig."),
    ("O", "Sat 97%, pols 88.", "A: Saturatie zevenennegentig, en de pols is achtentachtig."),
    ("O", "Glucose 8,1.", "A: Uw suiker is acht komma één."),
    ("O", "Wond 2,5 cm.", "A: De wond is twee en een halve centimeter."),
    ("O", "T 38,5.", "A: Iets boven de achtendertigeneenhalf."),
    ("S", "Sinds 7 dgn hoest.", "P: Ik hoest al een week."),
    ("S", "1 wk hoest.", "P: Al zeven dagen hoest ik."),
    ("S", "2 dgn hoest.", "P: Sinds eergisteren hoest ik."),
    ("S", "Sinds 3 dgn hoest.", "P: Het hoesten begon op maandag."),
    ("S", "1,5 jr hoest.", "P: Ik hoest al anderhalf jaar."),
    ("S", "½ jr hoest.", "P: Al een half jaar hoest ik."),
    ("S", "Hoest 15 min na het eten.", "P: Een kwartier na het eten moet ik hoesten."),
    ("S", "Vader op 51e infarct.", "P: Mijn vader had op zijn eenenvijftigste een infarct."),
    ("S", "Gevallen om 04.15 uur.", "P: Ik ben om kwart over vier gevallen."),
    ("S", "Hoofdpijn 60-90 min.", "P: De hoofdpijn duurt een uur, soms anderhalf uur."),
    ("S", "Schuld 11.000 euro.", "P: Ik heb elfduizend euro schuld."),
    ("S", "Operatie in 2014.", "P: De operatie was in tweeduizend veertien."),
    ("S", "Laatste prik 2022.", "P: De laatste prik was in tweeëntwintig."),
    ("S", "Pcm 2x gehad.", "P: Paracetamol, één gisteren en één vanmorgen."),
    ("P", "Pcm 4 dd 1000 mg.", "A: Paracetamol, vier keer per dag twee tabletten van vijfhonderd."),
    ("P", "Pcm 4 dd 1000 mg.", "A: Paracetamol, om de zes uur een gram."),
    ("P", "Naproxen 2 dd 250 mg, 5 dgn.", "A: Naproxen, tweemaal daags tweehonderdvijftig, vijf dagen."),
    ("P", "Amoxicilline 500 mg, 3 dd, 7 dgn.", "A: Amoxicilline vijfhonderd, driemaal daags, een week."),
    ("P", "Bel 112.", "A: Dan belt u één-één-twee."),
    ("P", "Bellen 18.00 uur.", "A: Ik bel u vanavond om zes uur."),
    ("P", "Over 2 wkn ctrl.", "A: Over veertien dagen wil ik u terugzien."),
]


@pytest.mark.parametrize(("field", "line", "turn"), NUMBERS_SAID)
def test_a_number_that_was_said_in_any_way_stands(field: FieldName, line: str, turn: str) -> None:
    found = codes(field, line, said(turn))
    assert not {code for code in found if "number" in code or "unit" in code}


NUMBERS_WRONG = [
    ("O", "T 39,5.", "A: De temperatuur is achtendertig vijf."),
    ("O", "RR 154/85.", "A: Bloeddruk honderdvijfenveertig over vijfentachtig."),
    ("O", "Sat 79%.", "A: Saturatie zevenennegentig."),
    ("S", "Sinds 5 dgn hoest.", "P: Ik hoest al drie dagen."),
    ("P", "Pcm 3 dd 500 mg.", "A: Paracetamol, drie keer per dag duizend milligram."),
    ("P", "Prednisolon 30 mg, 7 dgn.", "A: Prednisolon dertig milligram, vijf dagen."),
    ("P", "Metformine 850 mg.", "A: De metformine wordt vijfhonderd milligram."),
]


@pytest.mark.parametrize(("field", "line", "turn"), NUMBERS_WRONG)
def test_a_number_that_nobody_said_leaves_the_note(field: FieldName, line: str, turn: str) -> None:
    assert FlagCode.NUMBER_NOT_SAID in codes(field, line, said(turn))
    assert rejected(field, line, said(turn))


def test_a_number_from_another_moment_is_flagged_and_kept() -> None:
    turns = said("P: Ik hoest drie dagen.", "A: Ja.", "P: Ja.", "A: Goed.", "P: Ja.", "A: De pols is achtentachtig.")
    assert codes("S", "Hoest sinds 88 dgn.", turns, cite=(1,)) == {FlagCode.NUMBER_ELSEWHERE}


def test_the_number_that_was_taken_back_is_flagged() -> None:
    turns = said("A: We verhogen de lisinopril naar veertig milligram, eh nee, twintig milligram.")
    assert FlagCode.NUMBER_TAKEN_BACK in codes("P", "Lisinopril naar 40 mg.", turns)
    assert codes("P", "Lisinopril naar 20 mg.", turns) == set()


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Sinds 3 wkn hoest.", "P: Ik hoest al drie dagen."),
        ("Sinds 3 dgn hoest.", "P: Ik hoest al drie maanden."),
        ("Pcm 4 dd gebruikt, 2 tabl.", "P: Ik neem twee keer per dag paracetamol, twee tabletten, vier dagen."),
    ],
)
def test_the_right_number_with_another_unit_is_flagged(line: str, turn: str) -> None:
    assert FlagCode.UNIT_DIFFERS in codes("S", line, said(turn))


def test_numbers_in_names_are_no_quantities() -> None:
    assert codes("E", "DM type 2.", said("A: Het is diabetes, suikerziekte dus.")) == set()


# --- medicines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("R/ Ventolin.", "A: Ik schrijf salbutamol voor."),
        ("R/ salbutamol.", "A: U krijgt van mij de Ventolin."),
        ("R/ pcm.", "A: Neem maar paracetamol."),
        ("R/ doxycycline.", "A: Dan wordt het weer de doxy."),
        ("R/ HCT.", "A: Hydrochloorthiazide voor de bloeddruk."),
        ("Geen AB.", "A: Een antibioticum heeft geen zin."),
    ],
)
def test_a_medicine_under_another_of_its_names_stands(line: str, turn: str) -> None:
    assert codes("P", line, said(turn)) == set()


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("R/ prednisolon.", "A: Ik schrijf salbutamol voor."),
        ("R/ diclofenac.", "A: Neem er naproxen bij."),
        ("R/ amoxicilline.", "A: U krijgt doxycycline."),
    ],
)
def test_a_medicine_that_nobody_named_leaves_the_note(line: str, turn: str) -> None:
    assert FlagCode.MEDICINE_NOT_SAID in codes("P", line, said(turn))
    assert rejected("P", line, said(turn))


def test_a_medicine_named_elsewhere_is_flagged_when_the_evidence_names_another() -> None:
    turns = said("P: Ik slik metoprolol.", "A: U krijgt omeprazol erbij.")
    assert FlagCode.MEDICINE_ELSEWHERE in codes("P", "R/ metoprolol.", turns, cite=(2,))


def test_that_tablet_may_be_the_one_named_before() -> None:
    turns = said("P: Ik slik al jaren apixaban.", "A: Die gaat gewoon door.")
    assert codes("P", "Apixaban door.", turns, cite=(2,)) == set()


def test_the_medicine_that_was_taken_back_is_flagged() -> None:
    turns = said("A: Ik geef u naproxen, nee sorry, diclofenac.")
    assert FlagCode.MEDICINE_TAKEN_BACK in codes("P", "R/ naproxen.", turns)
    assert FlagCode.MEDICINE_TAKEN_BACK not in codes("P", "R/ diclofenac.", turns)


# --- sides ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Oorpijn re.", "P: Het is mijn rechteroor, oorpijn."),
        ("Oorpijn AS.", "P: Oorpijn, aan de linkerkant."),
        ("Oorpijn li.", "P: Oorpijn rechts, nee, links."),
        ("Oorpijn bdz.", "P: Oorpijn, aan allebei de kanten."),
        ("Oorpijn bdz.", "P: Oorpijn, links en rechts."),
        ("Oorpijn re > li.", "P: Oorpijn, rechts meer."),
        ("Buikpijn li onder.", "P: Buikpijn, linksonder zit het."),
    ],
)
def test_the_side_that_was_said_stands(line: str, turn: str) -> None:
    assert codes("S", line, said(turn)) == set()


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("Oorpijn re.", "P: Ik heb links oorpijn."),
        ("Oorpijn AD.", "P: Oorpijn, het linkeroor."),
        ("Oorpijn re.", "P: Oorpijn rechts, nee, links."),
        ("Oogpijn OS.", "P: Mijn rechteroog doet pijn, oogpijn."),
    ],
)
def test_the_other_side_leaves_the_note(line: str, turn: str) -> None:
    assert FlagCode.SIDE_DIFFERS in codes("S", line, said(turn))
    assert rejected("S", line, said(turn))


def test_a_side_that_nobody_named_is_flagged() -> None:
    assert codes("S", "Knie re dik.", said("P: Mijn knie is dik.")) == {FlagCode.SIDE_NOT_SAID}


def test_findings_of_two_sides_that_changed_places_are_flagged() -> None:
    turns = said("A: Rechts is het trommelvlies rood en bomberend. Links is het trommelvlies doorschijnend.")
    assert FlagCode.SIDE_MIXED in codes("O", "AS: rood, bomberend. AD: doorschijnend.", turns) | codes(
        "O", "Li rood en bomberend. Re doorschijnend.", turns
    )
    assert codes("O", "Re rood en bomberend. Li doorschijnend.", turns) == set()


# --- negation ------------------------------------------------------------------------------------------------------

DENIED_RIGHTLY = [
    ("Geen koorts.", ("A: Heeft u koorts?", "P: Nee.")),
    ("Geen koorts of hoest.", ("A: Koorts, hoesten?", "P: Nee, niks.")),
    ("Geen koorts.", ("P: Ik heb geen koorts gehad.",)),
    ("Koorts gehad.", ("A: Koorts gehad?", "P: Ja, gisteren.")),
    ("Geen koorts, wel hoest.", ("A: Koorts?", "P: Nee, maar ik hoest wel.")),
    ("Niet misselijk.", ("P: Misselijk ben ik niet.",)),
    ("Benauwd bij traplopen.", ("A: Bent u benauwd?", "P: Ja, bij traplopen.")),
    ("Eerst koorts, nu niet.", ("P: Ik had eerst koorts, nu heb ik geen koorts meer.",)),
]


@pytest.mark.parametrize(("line", "turns"), DENIED_RIGHTLY)
def test_polarity_that_agrees_stands(line: str, turns: tuple[str, ...]) -> None:
    assert not {FlagCode.DENIED, FlagCode.AFFIRMED} & codes("S", line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Koorts.", ("A: Heeft u koorts?", "P: Nee.")),
        ("Koorts en hoest.", ("A: Koorts?", "P: Nee, maar ik hoest wel.")),
        ("Misselijk.", ("P: Ik ben niet misselijk.",)),
        ("Dyspnoe.", ("A: Bent u kortademig?", "P: Nee, gelukkig niet.")),
        ("Braken.", ("A: Overgegeven?", "B: Nee, dat niet.")),
    ],
)
def test_a_denied_symptom_as_present_leaves_the_note(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.DENIED in codes("S", line, said(*turns))


@pytest.mark.parametrize(
    ("line", "turns"),
    [
        ("Geen koorts.", ("A: Heeft u koorts?", "P: Ja.")),
        ("Geen koorts.", ("P: Ik heb al drie dagen koorts.",)),
        ("Niet duizelig.", ("P: Ik ben de hele dag duizelig.",)),
        ("Geen hoofdpijn.", ("A: Heeft u hoofdpijn?", "P: Ja, behoorlijk.")),
    ],
)
def test_a_present_symptom_as_denied_leaves_the_note(line: str, turns: tuple[str, ...]) -> None:
    assert FlagCode.AFFIRMED in codes("S", line, said(*turns))
    assert rejected("S", line, said(*turns))


def test_a_finding_of_one_place_is_flagged_but_not_rejected() -> None:
    turns = said("A: Geen drukpijn van de nek. De schouder voelt stijf.")
    assert FlagCode.DENIED in codes("O", "Drukpijn schouder.", turns)
    assert not rejected("O", "Drukpijn schouder.", turns)


# --- hypothetical --------------------------------------------------------------------------------------------------

NET = "A: Als u koorts krijgt of benauwd wordt, dan belt u meteen."


@pytest.mark.parametrize("line", ["Koorts.", "Benauwd en koorts."])
def test_a_safety_net_is_no_finding(line: str) -> None:
    assert FlagCode.HYPOTHETICAL in codes("S", line, said(NET))
    assert rejected("S", line, said(NET))


def test_a_safety_net_is_a_plan() -> None:
    assert codes("P", "Bellen bij koorts of benauwdheid.", said(NET)) == set()


def test_an_inverted_condition_is_a_safety_net_too() -> None:
    turns = said("A: Krijgt u koorts, dan moet u bellen.")
    assert FlagCode.HYPOTHETICAL in codes("S", "Koorts.", turns)


def test_the_patients_when_tells_when_it_happens() -> None:
    turns = said("P: Als ik de trap op loop ben ik benauwd.")
    assert codes("S", "Benauwd bij traplopen.", turns) == set()


# --- who said it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["O", "E", "P"])
def test_what_only_the_patient_said_is_not_the_doctors(field: FieldName) -> None:
    turns = said("P: Ik denk dat het een ontsteking is.")
    assert codes(field, "Ontsteking.", turns) == {FlagCode.NOT_FROM_DOCTOR}


def test_the_patients_idea_beside_a_word_of_the_doctor_is_no_diagnosis() -> None:
    turns = said("P: Volgens mij is het een hernia.", "A: Ik ga u eerst onderzoeken.")
    assert FlagCode.PATIENT_IDEA in codes("E", "Hernia.", turns)


def test_the_doctors_words_are_the_doctors() -> None:
    assert codes("E", "Tenniselleboog.", said("A: Dit is een tenniselleboog.")) == set()


def test_in_a_dictation_everything_is_the_doctors() -> None:
    turns = said("?: Buik soepel, geen drukpijn. Obstipatie.")
    assert codes("O", "Buik soepel, geen drukpijn.", turns, dictation=True) == set()
    marked = tuple(replace(one, source=Source.DICTAAT, role=Role.PATIENT) for one in turns)
    assert codes("E", "Obstipatie.", marked) == set()


def test_an_unknown_speaker_is_not_held_against_a_line() -> None:
    assert codes("E", "Obstipatie.", said("?: Dit is obstipatie.")) == set()


def test_an_examination_finding_as_a_complaint_is_flagged() -> None:
    turns = said("A: De enkel is dik en blauw. De banden zijn stevig.")
    assert FlagCode.NOT_FROM_PATIENT in codes("S", "Enkel dik en blauw.", turns)


# --- certainty -----------------------------------------------------------------------------------------------------


def test_no_signs_is_not_excluded() -> None:
    turns = said("A: Ik heb geen aanwijzingen voor een longontsteking.")
    assert FlagCode.NOT_EXCLUDED in codes("E", "Longontsteking uitgesloten.", turns)
    assert codes("E", "Geen aanwijzingen pneumonie.", turns) == set()


def test_what_was_excluded_may_be_so_called() -> None:
    turns = said("A: Een breuk is met de foto uitgesloten.")
    assert FlagCode.NOT_EXCLUDED not in codes("E", "Fractuur uitgesloten.", turns)


def test_a_reservation_must_not_get_lost() -> None:
    turns = said("A: Het is mogelijk een beginnende jicht.")
    assert FlagCode.TOO_CERTAIN in codes("E", "Jicht.", turns)
    assert codes("E", "Mogelijk jicht.", turns) == set()


# --- support and evidence ------------------------------------------------------------------------------------------


def test_a_line_that_nobody_said_is_flagged() -> None:
    turns = said("P: Ik heb pijn in mijn schouder sinds het schilderen.")
    assert codes("S", "Stridor en heesheid.", turns) == {FlagCode.NOT_SAID}


@pytest.mark.parametrize(
    ("field", "line", "turn"),
    [
        ("S", "Slaapt slecht, piekert.", "P: Ik slaap bijna niet en ik maak me zorgen."),
        ("O", "Abdomen: soepel, gb.", "A: De buik is soepel, niets bijzonders."),
        ("P", "Verwijzing fysio.", "A: Ik stuur u door naar de fysiotherapeut."),
        ("S", "Mictie gb, def hard.", "P: Plassen gaat gewoon, poepen is hard."),
        ("O", "TV bdz gb.", "A: De trommelvliezen zijn allebei normaal."),
    ],
)
def test_telegram_style_has_support_in_speech(field: FieldName, line: str, turn: str) -> None:
    assert codes(field, line, said(turn)) == set()


def test_a_line_without_evidence_leaves_the_note() -> None:
    turns = said("P: Ik hoest.")
    note = SoepNote(S=(NoteLine("Hoest."), NoteLine("Hoest.", (7,))))
    result = verify.check([note], turns)
    assert result.notes[0].S == ()
    assert [item.reason.code for item in result.rejected if item.reason] == [FlagCode.NO_EVIDENCE] * 2


def test_evidence_that_partly_does_not_exist_is_flagged() -> None:
    assert codes("S", "Hoest.", said("P: Ik hoest."), cite=(1, 99)) == {FlagCode.UNKNOWN_EVIDENCE}


# --- the whole -----------------------------------------------------------------------------------------------------


def test_a_left_out_line_is_told_with_reason_field_and_evidence() -> None:
    turns = said("A: De temperatuur is achtendertig vijf.")
    result = verify.check([SoepNote(O=(NoteLine("T 39,5.", (1,)),))], turns)
    assert result.notes[0].O == ()
    (item,) = result.rejected
    assert (item.kind, item.text, item.evidence, item.field) == (UnsaidKind.REJECTED_LINE, "T 39,5.", (1,), "O")
    assert item.reason is not None
    assert item.reason.critical
    assert flag_sentence(item.reason) == "“39,5” is niet gezegd in de aangehaalde uitingen."


def test_the_title_is_checked_but_never_left_out() -> None:
    turns = said("P: Ik heb links oorpijn.")
    result = verify.check([SoepNote(problem=NoteLine("Oorpijn re", (1,)))], turns)
    assert [flag.code for flag in result.notes[0].problem.flags] == [FlagCode.SIDE_DIFFERS]
    assert result.rejected == ()


def test_what_the_gp_wrote_is_left_alone() -> None:
    lines = (NoteLine("T 41,0.", (), origin=Origin.HUISARTS), NoteLine("T 41,0.", (1,), touched=True))
    result = verify.check([SoepNote(O=lines)], said("A: Temperatuur zevenendertig."))
    assert lines == result.notes[0].O
    assert result.rejected == ()


def test_checking_twice_gives_the_same() -> None:
    turns = said("P: Mijn knie is dik.")
    once = verify.check([SoepNote(S=(NoteLine("Knie re dik.", (1,)),))], turns)
    assert verify.check(once.notes, turns) == once


def test_nothing_to_check_is_no_problem() -> None:
    assert verify.check([], []) == verify.Checked((), ())
    assert verify.check([SoepNote()], []).notes == (SoepNote(),)

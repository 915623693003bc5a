"""Spoken sentences and answered questions in telegram style."""

import pytest

from soep.clinical import answers, exchanges, sections, style
from soep.types import Role, Utterance


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("Ik heb sinds drie dagen keelpijn.", "sinds 3 dgn keelpijn"),
        ("En uw bloeddruk is honderdveertig over vijfentachtig.", "RR 140/85"),
        ("Ik zie een rood trommelvlies rechts.", "rood trommelvlies re"),
        ("De saturatie is achtennegentig procent.", "sat 98%"),
        ("Nou ja, eh, eigenlijk niks.", "niks"),
        ("Ik denk dat het een bronchitis is.", "wsch bronchitis"),
        ("Ja hoor, dokter.", ""),
    ],
)
def test_shorten(said: str, note: str) -> None:
    assert style.shorten(said) == note


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("140/85", "RR 140/85"),
        ("Thuis gemeten 128/76.", "Thuis gemeten RR 128/76"),
        ("Honderdzestig over vijfennegentig.", "RR 160/95"),
        ("RR 150/90", "RR 150/90"),
        ("Tensie was 50/20.", "RR was 50/20"),
        ("De pijn is 10/10.", "pijn 10/10"),
        ("Visus 10/10 beiderzijds.", "Visus 10/10 bdz"),
        ("Visus 80/60.", "Visus 80/60"),
        ("Afspraak op 12/11.", "Afspraak op 12/11"),
        ("MMSE 28/30", "MMSE 28/30"),
        ("Van honderd op vijftig milligram.", "Van 100 op 50 mg"),
        ("Salmeterol 250/50 microgram.", "Salmeterol 250/50 microgram"),
    ],
)
def test_only_what_can_be_a_blood_pressure_is_called_one(said: str, note: str) -> None:
    assert style.shorten(said) == note


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("Goedemorgen, dokter, al drie weken pijn in mijn schouder.", "al 3 wkn pijn in schouder"),
        ("Dag dokter, ik hoest zo.", "hoest zo"),
        ("Goedemiddag docter. Jeuk aan mijn arm.", "Jeuk aan arm"),
        ("Goeiemorgen meneer, hoofdpijn.", "hoofdpijn"),
        ("Nou zeg, dokter, mijn rug doet pijn hoor.", "rug doet pijn"),
        ("Twee keer per dag, dokter.", "2 dd"),
        ("Elke dag, mevrouw.", "Elke dag"),
        ("Dag vier van de menstruatie.", "Dag 4 van menstruatie"),
        ("De dokter in het ziekenhuis gaf een spuit.", "dokter in ziekenhuis gaf spuit"),
        ("Ik had een goede dag gisteren.", "goede dag gisteren"),
    ],
)
def test_greetings_and_forms_of_address_are_left_out(said: str, note: str) -> None:
    assert style.shorten(said, by_patient=True) == note


def test_what_the_patient_thinks_stays_the_patients() -> None:
    assert style.shorten("Ik denk dat het een longontsteking is.", by_patient=True).startswith("denkt zelf")


@pytest.mark.parametrize(
    ("question", "answer", "note"),
    [
        ("Rookt u?", "Nee, al tien jaar niet.", "rookt niet, al 10 jr niet"),
        ("Heeft u koorts gehad?", "Nee.", "geen koorts"),
        ("Heeft u koorts gehad, of rillen?", "Nee hoor.", "geen koorts, rillen"),
        ("Bent u misselijk?", "Nee.", "niet misselijk"),
        ("Benauwd? Pijn op de borst?", "Nee.", "niet benauwd, geen pijn op borst"),
        ("Sinds wanneer heeft u dat?", "Drie dagen.", "sinds 3 dgn"),
        ("Bent u ergens allergisch voor?", "Nee, niet dat ik weet.", "geen allergie"),
        ("Welke medicijnen gebruikt u?", "Metoprolol vijftig.", "med: Metoprolol 50"),
        ("Geen slijm?", "Nee.", "geen slijm"),
        ("Is er iets veranderd?", "Weet ik niet.", ""),
        ("Koorts?", "Achtendertig twee.", "koorts: 38,2"),
    ],
)
def test_question_and_answer(question: str, answer: str, note: str) -> None:
    assert answers.phrase(question, answer).lower() == note.lower()


@pytest.mark.parametrize(
    ("answer", "polarity"),
    [
        ("Nee.", answers.Polarity.NO),
        ("Eh, nee hoor", answers.Polarity.NO),
        ("Geen van beide.", answers.Polarity.NO),
        ("Jeuken niet.", answers.Polarity.NO),
        ("Ja, soms.", answers.Polarity.YES),
        ("Drie dagen.", answers.Polarity.OPEN),
    ],
)
def test_polarity(answer: str, polarity: answers.Polarity) -> None:
    assert answers.polarity(answer) is polarity


def test_an_answer_rests_on_its_question_too() -> None:
    said = [Utterance(4, "Heeft u koorts gehad?", Role.ARTS), Utterance(5, "Nee.", Role.PATIENT)]
    (unit,) = exchanges.units(said)
    assert (unit.ids, unit.question) == ((4, 5), "Heeft u koorts gehad?")


def test_a_broken_off_sentence_is_joined() -> None:
    said = [Utterance(1, "Maar vannacht...", Role.PATIENT), Utterance(2, "vannacht had hij koorts.", Role.PATIENT)]
    assert [(unit.text, unit.ids) for unit in exchanges.units(said)] == [("Maar vannacht had hij koorts.", (1, 2))]


def test_what_was_taken_back_a_breath_later_is_put_right() -> None:
    said = [Utterance(1, "Dat heb ik al twee weken.", Role.PATIENT), Utterance(2, "Nee, drie weken.", Role.PATIENT)]
    (unit,) = exchanges.units(said)
    assert "3 wkn" in unit.text and "twee" not in unit.text and unit.ids == (1, 2)


def test_what_is_called_off_at_once_is_left_out() -> None:
    assert exchanges.split("Dan krijg je een prik. Maar dat doen we nu nog niet.") == ["Maar dat doen we nu nog niet."]


def test_spoken_punctuation() -> None:
    assert sections.spoken_marks("hoest sinds drie dagen punt geen koorts") == "hoest sinds drie dagen. geen koorts"
    assert sections.spoken_marks("nul komma vijf milligram") == "nul komma vijf milligram"


@pytest.mark.parametrize(
    ("said", "field", "rest"),
    [
        ("Subjectief: hoest", "S", "hoest"),
        ("Bij onderzoek longen schoon", "O", "longen schoon"),
        ("Conclusie bronchitis", "E", "bronchitis"),
        ("Plan: rust", "P", "rust"),
        ("Hoest sinds gisteren", None, "Hoest sinds gisteren"),
    ],
)
def test_spoken_headings(said: str, field: str | None, rest: str) -> None:
    assert sections.heading(said) == (field, rest)

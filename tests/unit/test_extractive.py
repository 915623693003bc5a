"""The drafter that writes only what was said, and the assembly of its lines."""

import json
from pathlib import Path

import pytest

from soep.clinical import negation
from soep.config import Settings
from soep.drafting.drafter import DraftOptions
from soep.drafting.extractive import ExtractiveDrafter
from soep.errors import CancelledError
from soep.types import FieldName, Role, SoepNote, Source, Utterance

CONVERSATION = (
    (Role.ARTS, "Goedemorgen, waar kan ik u mee helpen?"),
    (Role.PATIENT, "Nou dokter, ik heb sinds vijf dagen keelpijn en ik hoest."),
    (Role.ARTS, "Heeft u koorts gehad?"),
    (Role.PATIENT, "Nee."),
    (Role.ARTS, "Bent u benauwd?"),
    (Role.PATIENT, "Nee, dat niet."),
    (Role.ARTS, "Bent u ergens allergisch voor?"),
    (Role.PATIENT, "Ja, voor penicilline, daar kreeg ik uitslag van."),
    (Role.PATIENT, "Het is hier wel koud zeg, en de trein had vertraging."),
    (Role.ARTS, "Ik kijk even in de keel. De keel is rood, geen beslag. De temperatuur is zevenendertig twee."),
    (Role.ARTS, "De longen zijn schoon."),
    (Role.ARTS, "Ik denk dat het een virale keelontsteking is."),
    (Role.ARTS, "U mag paracetamol nemen, vier keer per dag duizend milligram."),
    (Role.ARTS, "Als u koorts krijgt of benauwd wordt, dan moet u direct bellen."),
    (Role.PATIENT, "Oké, dank u wel dokter."),
)


def draft(*said: tuple[Role, str], options: DraftOptions | None = None, source: Source = Source.GESPREK) -> SoepNote:
    stream = ExtractiveDrafter(Settings()).stream(options or DraftOptions())
    stream.feed([Utterance(number, text, role, source=source) for number, (role, text) in enumerate(said, start=1)])
    (note,) = stream.finish().notes
    return note


def text(note: SoepNote, field: FieldName) -> str:
    return "\n".join(line.text for line in note.lines(field))


def test_a_consult_becomes_a_note() -> None:
    note = draft(*CONVERSATION)
    assert "5 dgn" in text(note, "S") and "keelpijn" in text(note, "S").lower()
    assert "Geen koorts." in text(note, "S") and "Niet benauwd" in text(note, "S")
    assert "penicilline" in text(note, "S")
    assert "T 37,2" in text(note, "O") and "Longen schoon" in text(note, "O")
    assert "keelontsteking" in text(note, "E")
    assert "4 dd 1000 mg" in text(note, "P")


def test_small_talk_is_left_out() -> None:
    written = " ".join(line.text for _, line in draft(*CONVERSATION).every_line())
    assert "trein" not in written and "dank" not in written


def test_what_is_only_supposed_is_a_safety_net() -> None:
    note = draft(*CONVERSATION)
    net = next(line.text for line in note.P if line.text.startswith("Vangnet"))
    assert negation.is_hypothetical(net, (net.index("koorts"), net.index("koorts") + 6))
    assert all(line.text == "Geen koorts." for line in note.S if "koorts" in line.text.lower())


def test_an_answer_rests_on_question_and_answer() -> None:
    (line,) = (line for line in draft(*CONVERSATION).S if "koorts" in line.text)
    assert line.evidence == (3, 4)


def test_lines_have_ids_of_their_own() -> None:
    note = draft(*CONVERSATION)
    ids = [note.problem.id, *(line.id for _, line in note.every_line())]
    assert ids == list(range(1, len(ids) + 1))


def test_the_title_has_evidence() -> None:
    note = draft(*CONVERSATION)
    assert note.problem.text and note.problem.evidence


def test_the_title_is_the_complaint_without_greeting_or_duration() -> None:
    note = draft(
        (Role.ARTS, "Goedemorgen, zegt u het eens."),
        (Role.PATIENT, "Goedemorgen, dokter, ik heb al drie weken pijn in mijn rechterschouder."),
        (Role.ARTS, "Heeft u koorts gehad?"),
        (Role.PATIENT, "Nee."),
    )
    assert (note.problem.text, note.problem.evidence) == ("Pijn in re schouder", (2,))
    assert "morgen" not in text(note, "S").lower()


def test_without_a_complaint_there_is_no_title() -> None:
    note = draft(
        (Role.ARTS, "Heeft u koorts gehad?"),
        (Role.PATIENT, "Nee."),
        (Role.ARTS, "Bent u benauwd?"),
        (Role.PATIENT, "Nee, dat niet."),
    )
    assert note.problem.text == "" and note.S


def test_the_last_of_a_correction_counts() -> None:
    note = draft(
        *CONVERSATION[:2],
        (Role.ARTS, "Ik zie het rechter trommelvlies, nee, het linker trommelvlies is rood."),
        (Role.ARTS, "Dan verhogen we de lisinopril naar veertig, nee, twintig milligram."),
    )
    assert text(note, "O").lower() == "li trommelvlies rood."
    assert "20 mg" in text(note, "P") and "40" not in text(note, "P")


def test_another_persons_medicine_is_not_the_patients() -> None:
    note = draft(*CONVERSATION[:2], (Role.PATIENT, "Die metoprolol in de kast is van mijn man."))
    assert "metoprolol" not in text(note, "S").lower()


def test_a_medicine_only_named_is_not_agreed() -> None:
    note = draft(*CONVERSATION[:2], (Role.ARTS, "Ivermectine. Dat bestaat ook, als dit niet werkt."))
    assert "ivermectine" not in text(note, "P").lower()


def test_a_companion_is_named_as_the_one_who_told() -> None:
    note = draft((Role.ARTS, "Wat is er?"), (Role.BEGELEIDER, "Mijn zoon heeft sinds gisteren koorts en oorpijn."))
    assert note.S[0].text.startswith("Hetero: ")


def test_dictation_with_spoken_headings() -> None:
    note = draft(
        (Role.ARTS, "Subjectief sinds drie dagen oorpijn links punt geen koorts punt"),
        (Role.ARTS, "Objectief trommelvlies links rood en bol punt rechts normaal punt"),
        (Role.ARTS, "Conclusie otitis media acuta links punt"),
        (
            Role.ARTS,
            "Plan paracetamol drie keer per dag vijfhonderd milligram punt nieuwe regel controle over een week punt",
        ),
        source=Source.DICTAAT,
    )
    assert "3 dgn" in text(note, "S") and "Geen koorts" in text(note, "S")
    assert "Trommelvlies li rood" in text(note, "O")
    assert "Otitis media acuta li" in text(note, "E")
    assert "3 dd 500 mg" in text(note, "P") and "1 wk" in text(note, "P")


def test_nothing_said_gives_no_note() -> None:
    stream = ExtractiveDrafter(Settings()).stream(DraftOptions())
    stream.feed([Utterance(1, "Ja.", Role.PATIENT), Utterance(2, "Oké, dag hoor.", Role.ARTS)])
    assert stream.finish().notes == ()


def test_feeding_bit_by_bit_gives_the_same_notes() -> None:
    said = [Utterance(number, words, role) for number, (role, words) in enumerate(CONVERSATION, start=1)]
    stream = ExtractiveDrafter(Settings()).stream(DraftOptions())
    shown = [line for utterance in said for line in stream.feed([utterance])]
    assert shown
    assert stream.finish().notes == (draft(*CONVERSATION),)


def test_cancelling_stops() -> None:
    stream = ExtractiveDrafter(Settings()).stream(DraftOptions(cancelled=lambda: True))
    with pytest.raises(CancelledError):
        stream.feed([Utterance(1, "Ik heb koorts.", Role.PATIENT)])


def test_every_line_of_the_shared_consults_has_evidence(shared_data: Path) -> None:
    for path in sorted((shared_data / "consults_nl").glob("c*.json")):
        consult = json.loads(path.read_text("utf-8"))
        stream = ExtractiveDrafter(Settings()).stream(DraftOptions(dictation=consult["setting"] == "dictaat"))
        stream.feed([Utterance(said["i"], said["text"], Role(said["role"])) for said in consult["utterances"]])
        known = {said["i"] for said in consult["utterances"]}
        lines = [line for note in stream.finish().notes for _, line in note.every_line()]
        assert lines
        assert all(line.evidence and set(line.evidence) <= known for line in lines)

"""Dictation added to a draft: its lines beside what was there, as one edit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from soep.errors import WorkflowError
from soep.types import Consult, Role, SoepNote, Source, Unsaid, UnsaidKind, Utterance, Word
from soep.workflow import approval, dictating, editing, intake
from soep.workflow.edits import SetText
from soep.workflow.owners import owned
from tests.factories import line, transcript
from tests.stores import SAID, Office, drafted, office, result, second, throat
from tests.tui.microphones import FakeSound, HearingEngine

DICTATED = transcript((Role.ARTS, "RR honderdveertig over vijfentachtig."), (Role.ARTS, "Longen schoon."))


def spoken(*, lines: bool = True) -> dictating.Result:
    said = tuple(
        Utterance(
            one.id,
            one.text,
            Role.ARTS,
            1.0,
            one.id - 1.0,
            one.id - 0.2,
            "A",
            (Word(one.text, one.id - 1.0, one.id),),
            Source.DICTAAT,
        )
        for one in DICTATED.utterances
    )
    note = SoepNote(O=(line("RR 140/85.", 1), line("Pulm schoon.", 2))) if lines else SoepNote()
    found = () if lines else (Unsaid(UnsaidKind.MEASUREMENT, "RR 140/85", (1,)),)
    return result(note, said=type(DICTATED)(said), unsaid=found)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


def texts(consult: Consult) -> list[str]:
    return [one.text for note in consult.working for _name, one in note.every_line()]


def test_lines_come_at_the_end_of_their_fields_and_rest_on_what_was_dictated(made: Office) -> None:
    consult_id = drafted(made.desk)
    before = made.desk.peek(consult_id)
    consult = dictating.add(made.desk, consult_id, spoken(), np.concatenate([second()] * 2))
    assert consult == made.desk.peek(consult_id)
    note = consult.working[0]
    assert [one.text for one in note.O] == ["RR 140/85.", "Pulm schoon."]
    assert note.S == before.working[0].S
    assert note.P == before.working[0].P
    added = consult.transcript.utterances[len(SAID.utterances) :]
    assert [one.id for one in added] == [4, 5]
    assert [one.evidence for one in note.O] == [(4,), (5,)]
    assert all(one.source is Source.DICTAAT for one in added)
    assert added[0].start_s == 3.0  # behind the three seconds of the consult
    assert added[0].words[0].start_s == 3.0
    assert intake.sound_s(made.desk, consult_id) == 5.0
    assert consult.audio is not None
    assert consult.audio.duration_s == 5.0
    assert len({one.id for _name, one in note.every_line()} | {note.id, note.problem.id}) == 6
    assert [one.text for one in consult.draft[0].O] == ["RR 140/85.", "Pulm schoon."]


def test_what_the_gp_did_stays_and_each_edit_can_be_taken_back(made: Office) -> None:
    consult_id = drafted(made.desk)
    first = made.desk.peek(consult_id).working[0].S[0].id
    editing.edit(made.desk, consult_id, SetText(first, "Sinds 5 dgn keelpijn, geen koorts."))
    dictating.add(made.desk, consult_id, spoken())
    assert texts(made.desk.peek(consult_id))[0] == "Sinds 5 dgn keelpijn, geen koorts."
    assert (undone := editing.undo(made.desk, consult_id)) is not None
    assert texts(undone) == ["Sinds 5 dgn keelpijn, geen koorts.", "Pcm."]
    assert len(undone.transcript.utterances) == 5  # said is said
    assert (undone := editing.undo(made.desk, consult_id)) is not None
    assert texts(undone) == ["5 dgn keelpijn.", "Pcm."]
    editing.redo(made.desk, consult_id)
    assert (redone := editing.redo(made.desk, consult_id)) is not None
    assert "RR 140/85." in texts(redone)


def test_what_stands_in_no_line_is_listed(made: Office) -> None:
    consult_id = drafted(made.desk)
    consult = dictating.add(made.desk, consult_id, spoken(lines=False))
    assert texts(consult) == ["5 dgn keelpijn.", "Pcm."]
    assert [(one.kind, one.evidence) for one in consult.unsaid] == [
        (UnsaidKind.MEASUREMENT, (4,)),
        (UnsaidKind.DICTATED, (5,)),
    ]


def test_the_problem_can_be_chosen(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), SoepNote(problem=line("Knie", 2), S=(line("Knie.", 2),)))
    first, second_note = made.desk.peek(consult_id).working
    assert [note.O != () for note in dictating.add(made.desk, consult_id, spoken()).working] == [False, True]
    consult = dictating.add(made.desk, consult_id, spoken(), note=first.id)
    assert [len(note.O) for note in consult.working] == [2, 2]
    assert second_note.id == consult.working[1].id


def test_the_same_line_does_not_come_twice(made: Office) -> None:
    consult_id = drafted(made.desk)
    dictating.add(made.desk, consult_id, spoken())
    assert len(dictating.add(made.desk, consult_id, spoken()).working[0].O) == 2


def test_two_tracks_stay_two(made: Office) -> None:
    from tests.stores import AGREED

    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, np.stack([second(), second()]))
    intake.end_of_sound(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result())
    dictating.add(made.desk, consult_id, spoken(), second(0.3))
    chunks = list(intake.sound(made.desk, consult_id))
    assert [chunk.shape for chunk in chunks] == [(2, 16_000)] * 2
    assert chunks[1][0].max() == pytest.approx(0.3, abs=1e-3)
    assert not chunks[1][1].any()


def test_an_approved_note_takes_none(made: Office) -> None:
    consult_id = drafted(made.desk)
    approval.approve(made.desk, consult_id)
    with pytest.raises(WorkflowError):
        dictating.add(made.desk, consult_id, spoken())


def test_what_nobody_foresaw_is_told(made: Office) -> None:
    def broken() -> FakeSound:
        raise ZeroDivisionError

    dictation = dictating.Dictation(made.desk, HearingEngine(), drafted(made.desk), broken)  # type: ignore[arg-type]
    dictation.start()
    dictation.wait()
    assert dictation.step is dictating.Step.FAILED
    assert "ZeroDivisionError" in str(dictation.trouble)


def test_who_drafts_it_again_makes_way_first(made: Office) -> None:
    consult_id, leave, left = drafted(made.desk), threading.Event(), threading.Event()
    begun = threading.Event()

    def drafting() -> None:
        with owned(made.folder, consult_id):
            begun.set()
            leave.wait()
        left.set()

    @contextmanager
    def held() -> Iterator[None]:
        leave.set()
        yield

    def opened() -> FakeSound:
        assert left.wait(5.0)
        sound = FakeSound()
        sound.speak(second())
        sound.stop()
        return sound

    threading.Thread(target=drafting).start()
    begun.wait()
    dictation = dictating.Dictation(made.desk, HearingEngine(), consult_id, opened)  # type: ignore[arg-type]
    dictation.start(held())
    dictation.wait()
    assert dictation.trouble is None
    assert dictation.step is dictating.Step.ADDED

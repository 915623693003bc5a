"""Lines that rest on what was misheard are drafted again; the rest stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from soep.engine.supervisor import Engine
from soep.jobs import Result
from soep.types import NoteLine, Origin, Role, SoepNote, Unsaid, UnsaidKind
from soep.workflow import correcting, editing, intake
from soep.workflow.correcting import Redraft
from soep.workflow.edits import AddLine, CorrectUtterance, RemoveLine, SetText
from soep.workflow.worklist import Worklist
from tests.factories import consult, line, transcript
from tests.stores import Office, drafted, office, recorded, result, throat

FIRST = throat(S=(line("5 dgn keelpijn.", 2), line("T 38,5.", 2)), P=(line("Pcm.", 3),))


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


def texts(made: Office, consult_id: str, field: str = "S") -> list[str]:
    return [line.text for line in made.desk.peek(consult_id).working[0].lines(field)]  # type: ignore[arg-type]


def redraft(made: Office, consult_id: str, *notes: SoepNote, said: tuple[int, ...] = (2,), **values: object) -> None:
    first = made.desk.peek(consult_id).draft
    editing.edit(made.desk, consult_id, Redraft(said, notes, first=first, **values))  # type: ignore[arg-type]


def test_untouched_lines_on_it_are_replaced_and_nothing_else(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    before = made.desk.peek(consult_id).working[0]
    redraft(
        made,
        consult_id,
        throat(problem=line("Oorpijn", 2), S=(line("6 dgn oorpijn.", 2), line("T 39,5.", 2)), P=(line("Ander.", 3),)),
    )
    after = made.desk.peek(consult_id).working[0]
    assert [one.text for one in after.S] == ["6 dgn oorpijn.", "T 39,5."]
    assert [one.id for one in after.S] == [one.id for one in before.S]
    assert after.P == before.P
    assert (after.problem.text, after.problem.id) == ("Oorpijn", before.problem.id)


def test_what_the_gp_wrote_changed_or_took_out_stays_so(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    note = made.desk.peek(consult_id).working[0]
    editing.edit(made.desk, consult_id, SetText(note.problem.id, "Keel"))
    editing.edit(made.desk, consult_id, SetText(note.S[0].id, "Bijna een week keelpijn."))
    editing.edit(made.desk, consult_id, RemoveLine(note.S[1].id))
    editing.edit(made.desk, consult_id, AddLine(note.id, "O", "Keel rood.", (2,)))
    redraft(
        made,
        consult_id,
        throat(
            problem=line("Oorpijn", 2),
            S=(line("6 dgn keelpijn.", 2), line("T 38,5.", 2)),
            O=(line("Roodheid.", 2),),
        ),
    )
    after = made.desk.peek(consult_id).working[0]
    assert after.problem.text == "Keel"
    assert texts(made, consult_id) == ["Bijna een week keelpijn."]
    assert texts(made, consult_id, "O") == ["Keel rood."]


def test_more_lines_follow_the_last_that_was_replaced_and_fewer_leave_none(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    editing.edit(made.desk, consult_id, AddLine(made.desk.peek(consult_id).working[0].id, "S", "Eigen."))
    redraft(made, consult_id, throat(S=(line("a", 2), line("b", 2), line("c", 2)), E=(line("d", 2),)))
    assert texts(made, consult_id) == ["a", "b", "c", "Eigen."]
    assert texts(made, consult_id, "E") == ["d"]
    ids = [one.id for _field, one in made.desk.peek(consult_id).working[0].every_line()]
    assert len(set(ids)) == len(ids)
    redraft(made, consult_id, throat(S=(line("a", 2),)))
    assert texts(made, consult_id) == ["a", "Eigen."]
    assert texts(made, consult_id, "E") == []


def test_it_is_one_edit_that_can_be_undone(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    redraft(made, consult_id, throat(S=(line("6 dgn.", 2),)))
    editing.undo(made.desk, consult_id)
    assert texts(made, consult_id) == ["5 dgn keelpijn.", "T 38,5."]
    editing.redo(made.desk, consult_id)
    assert texts(made, consult_id) == ["6 dgn."]


def test_the_list_of_what_was_said_follows_for_what_was_corrected(made: Office) -> None:
    old = (Unsaid(UnsaidKind.SYMPTOM, "hoest", (2,)), Unsaid(UnsaidKind.PLAN, "bellen", (3,)))
    consult_id = drafted(made.desk, FIRST, unsaid=())
    with made.desk.store.transaction() as tables:
        known = tables.consults.get(consult_id)
        tables.consults.put(replace(known, unsaid=old))
    fresh = (Unsaid(UnsaidKind.SYMPTOM, "niest", (2,)), Unsaid(UnsaidKind.SYMPTOM, "6 dgn.", (2,)))
    redraft(made, consult_id, throat(S=(line("6 dgn.", 2),)), unsaid=(*fresh, Unsaid(UnsaidKind.PLAN, "anders", (3,))))
    assert [item.text for item in made.desk.peek(consult_id).unsaid] == ["niest", "bellen"]


def test_each_problem_gets_what_is_about_it(made: Office) -> None:
    knee = SoepNote(line("Knie", 3), S=(line("Kniepijn.", 3),))
    consult_id = drafted(made.desk, throat(P=()), knee)
    redraft(made, consult_id, SoepNote(line("Knie", 3), S=(line("Knie li.", 3),)), throat(P=()), said=(3,))
    after = made.desk.peek(consult_id).working
    assert [one.text for one in after[0].S] == ["5 dgn keelpijn."]
    assert [one.text for one in after[1].S] == ["Knie li."]


def test_untouched_tells_what_would_be_replaced(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    note = made.desk.peek(consult_id).working[0]
    editing.edit(made.desk, consult_id, SetText(note.S[0].id, "Anders."))
    found = correcting.untouched(made.desk.peek(consult_id), {2})
    assert [one.text for one in found] == ["Keelpijn", "T 38,5."]
    assert all(isinstance(one, NoteLine) and one.origin is Origin.MACHINE for one in found)


def wait(so: Callable[[], bool], within_s: float = 60.0) -> None:
    ends_s = time.monotonic() + within_s
    while not so():
        assert time.monotonic() < ends_s
        time.sleep(0.01)


def test_the_engine_drafts_a_corrected_transcript_again(made: Office) -> None:
    """The extractive drafter, in the real engine: no weights."""
    said = transcript(
        (Role.ARTS, "Wat kan ik voor u doen?"),
        (Role.PATIENT, "Ik heb sinds vijf dagen keelpijn en koorts."),
        (Role.ARTS, "Ik zie een rode keel zonder beslag."),
        (Role.ARTS, "Dit is een keelontsteking. Neem vier keer per dag duizend milligram paracetamol."),
        (Role.ARTS, "Als het na een week niet over is belt u mij weer."),
        timed=True,
    )
    engine = Engine(made.desk.settings)
    worklist = Worklist(made.desk, engine, lambda _id: None)
    try:
        with engine:
            from soep.engine.protocol import DraftJob

            first = engine.submit(DraftJob(said)).result().consult
            consult_id = recorded(made.desk)
            worklist.cancel(consult_id)
            intake.processed(made.desk, consult_id, Result(replace(consult(*first.draft), transcript=said)))
            kept = made.desk.peek(consult_id).working[0].lines("P")
            wrong = said.utterances[1].text
            editing.edit(made.desk, consult_id, CorrectUtterance(2, wrong.replace("vijf dagen", "drie weken")))
            worklist.redraft(consult_id, {2})
            wait(lambda: not worklist.is_redrafting(consult_id))
            assert worklist.trouble(consult_id) is None
            after = made.desk.peek(consult_id).working[0]
            about = " ".join(one.text for one in after.S if 2 in one.evidence)
            assert "3 w" in about
            assert "5 d" not in about
            assert after.lines("P") == kept
    finally:
        worklist.stop()


def test_a_correction_made_meanwhile_is_drafted_after_it(made: Office) -> None:
    consult_id = drafted(made.desk, FIRST)
    drafts: list[tuple[str, ...]] = []

    class Engine_:  # noqa: N801
        def submit(self, job: object) -> object:
            return self

        def cancel(self) -> None: ...

        def result(self, _on_event: object) -> Result:
            if not drafts:
                worklist.redraft(consult_id, {3})
            drafts.append(tuple(texts(made, consult_id)))
            return result(throat(S=(line("6 dgn.", 2),), P=(line("Ibu.", 3),)))

    worklist = Worklist(made.desk, Engine_(), lambda _id: None)  # type: ignore[arg-type]
    worklist.redraft(consult_id, {2})
    wait(lambda: not worklist.is_redrafting(consult_id))
    worklist.stop()
    assert len(drafts) == 2
    assert (texts(made, consult_id), texts(made, consult_id, "P")) == (["6 dgn."], ["Ibu."])

"""Edits: each does one thing, is saved at once, and can be undone and done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soep.errors import InputError, WorkflowError
from soep.types import FIELDS, Consult, Flag, NoteLine, Origin, Role, SoepNote, Unsaid, UnsaidKind
from soep.wording import FlagCode
from soep.workflow import approval, editing
from soep.workflow.edits import (
    AcceptFlags,
    AddLine,
    AddUnsaid,
    Content,
    CorrectUtterance,
    DismissUnsaid,
    Edit,
    JoinProblems,
    MoveLine,
    RemoveLine,
    SetIcpc,
    SetRole,
    SetText,
    SplitProblem,
    SwapRoles,
)
from tests.factories import line
from tests.stores import SAID, Office, drafted, office, throat

FLAG = Flag(FlagCode.NUMBER_NOT_SAID, {"number": "5"}, critical=True)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


@pytest.fixture
def consult(made: Office) -> Consult:
    """Two problems, a flag, and something unsaid."""
    first = throat(S=(line("5 dgn keelpijn.", 2, flags=(FLAG,)), line("Geen koorts.", 2)))
    consult_id = drafted(
        made.desk,
        first,
        throat(problem=line("Knie", 2)),
        said=SAID,
        unsaid=(Unsaid(UnsaidKind.MEDICINE, "Paracetamol", (3,)),),
    )
    return made.desk.peek(consult_id)


def texts(note: SoepNote) -> dict[str, list[str]]:
    return {name: [one.text for one in note.lines(name)] for name in FIELDS}


def do(made: Office, consult: Consult, edit: Edit) -> Consult:
    """Do it; what is told is what is kept, and undo and redo go there and back."""
    before = made.desk.peek(consult.id)
    after = editing.edit(made.desk, consult.id, edit)
    assert made.again().peek(consult.id) == after
    assert editing.undo(made.desk, consult.id) == before
    assert editing.redo(made.desk, consult.id) == after
    return after


def test_a_line_is_written_anew(made: Office, consult: Consult) -> None:
    first = consult.working[0]
    after = do(made, consult, SetText(first.S[0].id, "  4 dgn\tkeelpijn. ")).working[0].S[0]
    assert after == NoteLine("4 dgn keelpijn.", (2,), (), first.S[0].id, Origin.MACHINE, touched=True)


def test_a_line_that_says_something_else_is_the_gps(made: Office, consult: Consult) -> None:
    after = do(made, consult, SetText(consult.working[0].S[0].id, "Hoest."))
    assert after.working[0].S[0].origin is Origin.HUISARTS


def test_an_emptied_line_goes_and_an_emptied_title_stays(made: Office, consult: Consult) -> None:
    first = consult.working[0]
    after = do(made, consult, SetText(first.S[0].id, " ")).working[0]
    assert texts(after)["S"] == ["Geen koorts."]
    assert do(made, consult, SetText(first.problem.id, "")).working[0].problem.text == ""


def test_flags_are_accepted_and_the_line_counts_as_touched(made: Office, consult: Consult) -> None:
    after = do(made, consult, AcceptFlags(consult.working[0].S[0].id)).working[0].S[0]
    assert (after.flags, after.touched, after.text) == ((), True, "5 dgn keelpijn.")


def test_a_line_is_removed(made: Office, consult: Consult) -> None:
    after = do(made, consult, RemoveLine(consult.working[0].S[0].id))
    assert texts(after.working[0])["S"] == ["Geen koorts."]


def test_a_line_is_added_at_a_place(made: Office, consult: Consult) -> None:
    note = consult.working[0]
    do(made, consult, AddLine(note.id, "S", "Eerst.", position=0))
    after = do(made, consult, AddLine(note.id, "S", "Laatst.", (2,)))
    assert texts(after.working[0])["S"] == ["Eerst.", "5 dgn keelpijn.", "Geen koorts.", "Laatst."]
    ids = [one.id for one in after.working[0].S]
    assert len(set(ids)) == 4


def test_a_line_moves_to_another_field_and_problem(made: Office, consult: Consult) -> None:
    first, second = consult.working
    after = do(made, consult, MoveLine(first.S[0].id, second.id, "O"))
    assert texts(after.working[0])["S"] == ["Geen koorts."]
    assert after.working[1].O[0].id == first.S[0].id
    assert after.working[1].O[0].touched


def test_what_was_unsaid_is_added_with_its_evidence(made: Office, consult: Consult) -> None:
    after = do(made, consult, AddUnsaid(consult.unsaid[0], consult.working[0].id, "P"))
    assert after.unsaid == ()
    assert after.working[0].P[-1].text == "Paracetamol"
    assert after.working[0].P[-1].evidence == (3,)


def test_an_item_is_itself_wherever_the_list_has_it_by_then(made: Office, consult: Consult) -> None:
    item = consult.unsaid[0]
    other = Unsaid(UnsaidKind.ALLERGY, "penicilline", (1,))
    content = Content(consult.working, consult.transcript, (other, item), 99)
    assert DismissUnsaid(item).apply(content).unsaid == (other,)
    after = AddUnsaid(item, consult.working[0].id, "P").apply(content)
    assert (after.unsaid, after.notes[0].P[-1].text) == ((other,), "Paracetamol")
    with pytest.raises(InputError, match="niet meer in de lijst"):
        DismissUnsaid(item).apply(after)


def test_codes_are_checked_by_their_form(made: Office, consult: Consult) -> None:
    note = consult.working[0]
    assert do(made, consult, SetIcpc(note.id, "E", " r74 ")).working[0].icpc_e == "R74"
    assert do(made, consult, SetIcpc(note.id, "S", "R21.01")).working[0].icpc_s == "R21.01"
    assert do(made, consult, SetIcpc(note.id, "E", None)).working[0].icpc_e is None
    for wrong in ("R7", "Q74", "R741", "keel"):
        with pytest.raises(InputError, match="ICPC"):
            editing.edit(made.desk, consult.id, SetIcpc(note.id, "E", wrong))
    with pytest.raises(InputError, match="Alleen S en E"):
        editing.edit(made.desk, consult.id, SetIcpc(note.id, "P", "R74"))


def test_problems_are_split_and_joined(made: Office, consult: Consult) -> None:
    first = consult.working[0]
    after = do(made, consult, SplitProblem(first.id, (first.S[1].id,), "Koorts"))
    assert [note.problem.text for note in after.working] == ["Keelpijn", "Koorts", "Knie"]
    assert texts(after.working[1])["S"] == ["Geen koorts."]
    joined = do(made, consult, JoinProblems(after.working[1].id, first.id))
    assert [note.problem.text for note in joined.working] == ["Keelpijn", "Knie"]
    assert texts(joined.working[0])["S"] == ["5 dgn keelpijn.", "Geen koorts."]


def test_roles_are_set_and_swapped(made: Office, consult: Consult) -> None:
    after = do(made, consult, SetRole(2, Role.BEGELEIDER))
    assert [one.role for one in after.transcript.utterances] == [Role.ARTS, Role.BEGELEIDER, Role.ARTS]
    after = do(made, consult, SwapRoles(Role.ARTS, Role.BEGELEIDER))
    assert [one.role for one in after.transcript.utterances] == [Role.BEGELEIDER, Role.ARTS, Role.BEGELEIDER]


def test_what_was_heard_wrong_is_corrected(made: Office, consult: Consult) -> None:
    after = do(made, consult, CorrectUtterance(2, "Ik heb sinds zes dagen keelpijn."))
    assert after.transcript.utterances[1].text == "Ik heb sinds zes dagen keelpijn."
    with pytest.raises(InputError, match="leeg"):
        editing.edit(made.desk, consult.id, CorrectUtterance(2, " "))


def test_what_rests_on_a_corrected_utterance_is_not_approved_unseen(made: Office, consult: Consult) -> None:
    own = next(one for one in consult.working[0].S if 2 in one.evidence)
    after = editing.edit(made.desk, consult.id, CorrectUtterance(2, "Ik heb sinds zes dagen keelpijn."))
    marked = [one for _, one in after.working[0].every_line() if FlagCode.SAID_CORRECTED in {f.code for f in one.flags}]
    assert own.id in [one.id for one in marked]
    assert all(2 in one.evidence for one in marked)
    with pytest.raises(WorkflowError, match="nagekeken"):
        approval.approve(made.desk, consult.id)
    editing.undo(made.desk, consult.id)
    assert made.desk.peek(consult.id).working == consult.working


@pytest.mark.parametrize(
    "edit",
    [
        SetText(999, "x"),
        AcceptFlags(999),
        RemoveLine(999),
        AddLine(999, "S", "x"),
        MoveLine(999, 1, "S"),
        AddUnsaid(Unsaid(UnsaidKind.PLAN, "x"), 1, "S"),
        SplitProblem(999, (1,), "x"),
        JoinProblems(1, 999),
        SetRole(999, Role.ARTS),
        CorrectUtterance(999, "x"),
        SetText(2, "x" * 3000),
    ],
)
def test_what_does_not_fit_changes_nothing(made: Office, consult: Consult, edit: Edit) -> None:
    before = made.desk.peek(consult.id)
    with pytest.raises(InputError):
        editing.edit(made.desk, consult.id, edit)
    assert made.desk.peek(consult.id) == before


def test_a_new_edit_ends_redo(made: Office, consult: Consult) -> None:
    note = consult.working[0]
    editing.edit(made.desk, consult.id, SetText(note.S[0].id, "Een."))
    editing.edit(made.desk, consult.id, SetText(note.S[0].id, "Twee."))
    editing.undo(made.desk, consult.id)
    editing.edit(made.desk, consult.id, SetText(note.S[0].id, "Drie."))
    assert editing.redo(made.desk, consult.id) is None
    assert editing.undo(made.desk, consult.id).working[0].S[0].text == "Een."  # type: ignore[union-attr]


def test_undo_ends_where_the_draft_began(made: Office, consult: Consult) -> None:
    assert editing.undo(made.desk, consult.id) is None
    assert editing.redo(made.desk, consult.id) is None


SOME_EDITS = st.one_of(
    st.builds(SetText, st.integers(0, 14), st.sampled_from(["", "Nieuw.", "5 dgn keelpijn re."])),
    st.builds(RemoveLine, st.integers(0, 14)),
    st.builds(AddLine, st.integers(0, 14), st.sampled_from(FIELDS), st.just("Erbij."), position=st.integers(0, 2)),
    st.builds(MoveLine, st.integers(0, 14), st.integers(0, 14), st.sampled_from(FIELDS)),
    st.builds(JoinProblems, st.integers(0, 14), st.integers(0, 14)),
    st.builds(SplitProblem, st.integers(0, 14), st.tuples(st.integers(0, 14)), st.just("Nieuw")),
    st.builds(SwapRoles, st.just(Role.ARTS), st.just(Role.PATIENT)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(SOME_EDITS, max_size=12))
def test_any_edits_undone_give_the_draft_and_redone_give_the_work(made: Office, edits: list[Edit]) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    start = made.desk.peek(consult_id)
    done = 0
    for edit in edits:
        try:
            editing.edit(made.desk, consult_id, edit)
            done += 1
        except InputError:
            continue
    end = made.desk.peek(consult_id)
    ids = [one.id for note in end.working for _, one in note.every_line()] + [note.id for note in end.working]
    assert len(set(ids)) == len(ids)
    for _each in range(done):
        assert editing.undo(made.desk, consult_id) is not None
    assert made.desk.peek(consult_id) == start
    for _each in range(done):
        assert editing.redo(made.desk, consult_id) is not None
    assert made.desk.peek(consult_id) == end

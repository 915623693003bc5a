"""A consult's life: what may happen when, by whom, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from soep.errors import InputError, WorkflowError
from soep.types import About, ConsentBy, Flag, Remark, Role, Status, Transcript
from soep.wording import FlagCode, RemarkCode
from soep.workflow import approval, editing, erasing, intake, keeping, rules
from soep.workflow.edits import AcceptFlags, AddLine, SetText
from soep.workflow.erasing import Stretch
from tests.factories import MOMENT, line, transcript
from tests.stores import AGREED, Office, drafted, found_in, office, recorded, result, second, throat

FLAGGED = line("Pcm 500 mg.", 3, flags=(Flag(FlagCode.NUMBER_NOT_SAID, {"number": "500"}, critical=True),))


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


def approved(made: Office) -> str:
    consult_id = drafted(made.desk)
    approval.approve(made.desk, consult_id)
    return consult_id


def test_from_recording_to_export(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED, About("Keel"))
    assert made.desk.peek(consult_id).status is Status.RECORDING
    intake.add_sound(made.desk, consult_id, second())
    intake.end_of_sound(made.desk, consult_id, sha256="ab")
    assert made.desk.peek(consult_id).status is Status.PROCESSING
    intake.processed(made.desk, consult_id, result())
    draft = made.desk.peek(consult_id)
    assert (draft.status, draft.draft, draft.final) == (Status.DRAFT, draft.working, ())
    assert draft.audio is not None
    assert (draft.audio.sha256, draft.audio.duration_s) == ("ab", 1.0)
    with pytest.raises(WorkflowError, match="goedgekeurd"):
        approval.to_export(made.desk, consult_id, "txt")
    approval.approve(made.desk, consult_id)
    assert made.desk.peek(consult_id).status is Status.APPROVED
    leaving = approval.to_export(made.desk, consult_id, "txt")
    assert leaving.notes == leaving.final != ()
    approval.exported(made.desk, consult_id, "txt", "c" * 64)
    assert made.desk.peek(consult_id).status is Status.EXPORTED
    with made.desk.store.reading() as tables:
        assert tables.consults.exports(consult_id) == [(MOMENT, "txt", "c" * 64)]
    actions = [entry.action for entry in keeping.log(made.desk, consult=consult_id)]
    assert actions == ["create", "change", "change", "approve", "export", "export"]


def test_sound_comes_back_as_it_went_in(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    tracks = np.stack([np.linspace(-1, 1, 16_000), np.zeros(16_000)]).astype(np.float32)
    intake.add_sound(made.desk, consult_id, tracks)
    intake.add_sound(made.desk, consult_id, tracks[:, :800])
    first, rest = intake.sound(made.desk, consult_id)
    assert np.abs(first - tracks).max() < 1e-4
    assert rest.shape == (2, 800)
    with pytest.raises(ValueError, match="second"):
        intake.add_sound(made.desk, consult_id, np.zeros(16_001, np.float32))


def test_nothing_begins_without_consent(made: Office) -> None:
    with pytest.raises(WorkflowError, match="toestemming"):
        intake.begin(made.desk, None)
    assert made.desk.find() == []


@pytest.mark.parametrize(
    ("age", "by", "allowed"),
    [
        (8, ConsentBy.PARENTS, True),
        (8, ConsentBy.PATIENT, False),
        (8, ConsentBy.REPRESENTATIVE, True),
        (12, ConsentBy.BOTH, True),
        (15, ConsentBy.PATIENT, False),
        (15, ConsentBy.PARENTS, False),
        (16, ConsentBy.PATIENT, True),
        (16, ConsentBy.PARENTS, False),
        (80, ConsentBy.REPRESENTATIVE, True),
        (None, ConsentBy.PARENTS, True),
        (8, ConsentBy.NOT_NEEDED, True),
    ],
)
def test_consent_fits_the_age(age: int | None, by: ConsentBy, allowed: bool) -> None:
    if allowed:
        assert rules.consent(by, MOMENT, age=age, others_informed=True).given_by is by
    else:
        with pytest.raises(InputError, match="toestemming"):
            rules.consent(by, MOMENT, age=age)


def test_an_assistant_prepares_and_the_gp_decides(made: Office) -> None:
    assistant = made.as_("assistent")
    consult_id = drafted(assistant)
    editing.edit(assistant, consult_id, AddLine(made.desk.peek(consult_id).working[0].id, "P", "Controle."))
    for refused in (
        lambda: approval.approve(assistant, consult_id),
        lambda: approval.to_export(assistant, consult_id, "txt"),
        lambda: erasing.delete(assistant, consult_id),
    ):
        with pytest.raises(WorkflowError, match="alleen de huisarts"):
            refused()
    approval.approve(made.desk, consult_id)


def test_a_critical_flag_comes_before_approval(made: Office) -> None:
    consult_id = drafted(made.desk, throat(P=(FLAGGED,)))
    with pytest.raises(WorkflowError, match="1 regel met"):
        approval.approve(made.desk, consult_id)
    (flagged,) = made.desk.peek(consult_id).working[0].P
    editing.edit(made.desk, consult_id, AcceptFlags(flagged.id))
    assert approval.approve(made.desk, consult_id).final[0].P[0].flags == ()
    assert made.desk.peek(consult_id).draft[0].P[0].flags != ()


def test_an_empty_note_is_not_approved(made: Office) -> None:
    consult_id = drafted(made.desk, throat(S=(), P=()))
    with pytest.raises(WorkflowError, match="leeg"):
        approval.approve(made.desk, consult_id)


def test_each_problem_is_approved_by_itself(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    first, second_ = made.desk.peek(consult_id).working
    approval.approve(made.desk, consult_id, [first.id])
    halfway = made.desk.peek(consult_id)
    assert (halfway.status, [note.id for note in halfway.final]) == (Status.DRAFT, [first.id])
    assert [note.id for note in approval.to_export(made.desk, consult_id, "txt").notes] == [first.id]
    with pytest.raises(WorkflowError, match="goedgekeurd"):
        editing.edit(made.desk, consult_id, SetText(first.S[0].id, "Anders."))
    editing.edit(made.desk, consult_id, SetText(second_.S[0].id, "Anders."))
    approval.approve(made.desk, consult_id)
    assert made.desk.peek(consult_id).status is Status.APPROVED


def test_undo_does_not_reach_behind_an_approval(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat())
    first, other = made.desk.peek(consult_id).working
    editing.edit(made.desk, consult_id, SetText(other.S[0].id, "Anders."))
    approval.approve(made.desk, consult_id, [first.id])
    with pytest.raises(WorkflowError, match="goedgekeurd"):
        editing.undo(made.desk, consult_id)
    assert made.desk.peek(consult_id).working[1].S[0].text == "Anders."


def test_approval_can_be_withdrawn_while_the_transcript_is_there(made: Office) -> None:
    consult_id = approved(made)
    approval.exported(made.desk, consult_id, "txt", "c" * 64)
    consult = approval.withdraw_approval(made.desk, consult_id)
    assert (consult.status, consult.final) == (Status.DRAFT, ())
    editing.edit(made.desk, consult_id, SetText(consult.working[0].S[0].id, "Beter."))
    approval.approve(made.desk, consult_id)
    made.clock.pass_(hours=1)
    erasing.sweep(made.desk)
    with pytest.raises(WorkflowError, match="gewist"):
        approval.withdraw_approval(made.desk, consult_id)


def test_a_failure_keeps_the_sound_and_can_be_tried_again(made: Office) -> None:
    consult_id = recorded(made.desk)
    intake.failed(made.desk, consult_id, InputError("Te weinig spraak."))
    failed = made.desk.peek(consult_id)
    assert failed.status is Status.FAILED
    assert failed.warnings == (Remark(RemarkCode.PROCESSING_FAILED, {"reason": "Te weinig spraak."}),)
    intake.again(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result())
    assert made.desk.peek(consult_id).warnings == ()


def test_a_new_draft_leaves_what_the_gp_touched(made: Office) -> None:
    consult_id = drafted(made.desk)
    note = made.desk.peek(consult_id).working[0]
    editing.edit(made.desk, consult_id, SetText(note.S[0].id, "Sinds 5 dgn keelpijn li."))
    editing.edit(made.desk, consult_id, AddLine(note.id, "O", "Keel rood."))
    intake.again(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result(throat(S=(line("Anders.", 2),), P=(line("Naproxen.", 3),))))
    (after,) = made.desk.peek(consult_id).working
    assert [one.text for one in after.S] == ["Sinds 5 dgn keelpijn li.", "Anders."]
    assert [one.text for one in after.O] == ["Keel rood."]
    assert [one.text for one in after.P] == ["Naproxen."]
    ids = [one.id for _, one in after.every_line()] + [after.problem.id, after.id]
    assert len(set(ids)) == len(ids)


def test_a_recording_that_was_cut_off_says_so(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, second())
    intake.interrupted(made.desk, consult_id)
    consult = made.desk.peek(consult_id)
    assert consult.status is Status.PROCESSING
    assert [remark.code for remark in consult.warnings] == [RemarkCode.INTERRUPTED]
    intake.processed(made.desk, consult_id, result())
    assert [remark.code for remark in made.desk.peek(consult_id).warnings] == [RemarkCode.INTERRUPTED]
    assert keeping.log(made.desk, consult=consult_id)[1].user == "soep"


# --- erasing and moving -----------------------------------------------------------------------------------------------


def test_a_stretch_of_sound_can_be_erased(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    for tone in (0.1, 0.2, 0.3, 0.4):
        intake.add_sound(made.desk, consult_id, second(tone))
    intake.end_of_sound(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result())
    erasing.erase_sound(made.desk, consult_id, Stretch(1.5, 3.0))
    left = [round(float(chunk[0, 0]), 1) for chunk in intake.sound(made.desk, consult_id)]
    assert left == [0.1, 0.4]
    assert made.desk.peek(consult_id).status is Status.PROCESSING
    assert made.desk.peek(consult_id).transcript == Transcript()
    with pytest.raises(InputError):
        Stretch(2.0, 2.0)


def test_a_forgotten_stop_becomes_two_consults(made: Office) -> None:
    first = recorded(made.desk, seconds=5)
    with pytest.raises(WorkflowError, match="eigen toestemming"):
        erasing.move_sound(made.desk, first, Stretch(3, 5))
    second_ = erasing.move_sound(made.desk, first, Stretch(3, 5), consent=AGREED)
    third = recorded(made.desk, seconds=1)
    erasing.move_sound(made.desk, first, Stretch(2, 3), to_id=third)
    assert [intake.sound_s(made.desk, one) for one in (first, second_, third)] == [2.0, 2.0, 2.0]
    assert {made.desk.peek(one).status for one in (first, second_, third)} == {Status.PROCESSING}


def test_sound_of_an_approved_consult_is_not_cut(made: Office) -> None:
    with pytest.raises(WorkflowError, match="niet meer gewijzigd"):
        erasing.erase_sound(made.desk, approved(made), Stretch(0, 1))


def test_withdrawn_consent_erases_what_was_said(made: Office) -> None:
    consult_id = drafted(made.desk)
    erasing.withdraw_consent(made.desk, consult_id)
    assert made.desk.find() == []
    kept = approved(made)
    erasing.withdraw_consent(made.desk, kept)
    consult = made.desk.peek(kept)
    assert (consult.transcript, consult.draft, consult.unsaid) == (Transcript(), (), ())
    assert consult.final != ()
    assert intake.sound_s(made.desk, kept) == 0.0


def test_a_discarded_recording_is_gone(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, second())
    intake.discard(made.desk, consult_id)
    assert made.desk.find() == []


def test_deleted_is_deleted(made: Office) -> None:
    """Every page, free page and frame of the log is searched with the key."""
    consult_id = drafted(made.desk, throat(S=(line("Merkteken xqzjw in de keel.", 2),)))
    editing.edit(
        made.desk, consult_id, SetText(made.desk.peek(consult_id).working[0].S[0].id, "Merkteken xqzjw nogmaals.")
    )
    markers = (b"xqzjw", b"keelpijn", b"kaart 12345", b"Rode trui")
    for marker in markers:
        assert found_in(made.folder, made.key, marker) > 0, marker
    erasing.delete(made.desk, consult_id)
    for marker in markers:
        assert found_in(made.folder, made.key, marker) == 0, marker


def an_hour_after_approval(made: Office, consult_id: str) -> None:
    approval.approve(made.desk, consult_id)
    made.clock.pass_(hours=1)
    erasing.sweep(made.desk)


def after_a_weekend(made: Office, _consult_id: str) -> None:
    made.clock.pass_(hours=72)
    erasing.sweep(made.desk)


def withdrawn(made: Office, consult_id: str) -> None:
    erasing.withdraw_consent(made.desk, consult_id)


def cut(made: Office, consult_id: str) -> None:
    erasing.erase_sound(made.desk, consult_id, Stretch(0, 1))


@pytest.mark.parametrize("erase", [an_hour_after_approval, after_a_weekend, withdrawn, cut])
def test_what_was_said_is_gone_from_every_page(erase: Callable[[Office, str], None], made: Office) -> None:
    said = transcript((Role.ARTS, "Waar hebt u last van?"), (Role.PATIENT, "Sinds maandag gezegdxqz in de keel."))
    first = (np.full(100, 0.3, np.float32) * 32767).round().astype("<i2").tobytes()
    consult_id = intake.begin(made.desk, AGREED, About("Keel"))
    intake.add_sound(made.desk, consult_id, second(0.3))
    intake.add_sound(made.desk, consult_id, second())
    intake.end_of_sound(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result(said=said))
    for marker in (b"gezegdxqz", first):
        assert found_in(made.folder, made.key, marker) > 0
    erase(made, consult_id)
    for marker in (b"gezegdxqz", first):
        assert found_in(made.folder, made.key, marker) == 0


def test_sound_is_found_before_and_not_after(made: Office) -> None:
    consult_id = recorded(made.desk)
    samples = (np.full(100, 0.1, np.float32) * 32767).round().astype("<i2").tobytes()
    assert found_in(made.folder, made.key, samples) > 0
    erasing.delete(made.desk, consult_id)
    assert found_in(made.folder, made.key, samples) == 0


# --- time -------------------------------------------------------------------------------------------------------------


def test_an_hour_after_approval_sound_and_transcript_go(made: Office) -> None:
    consult_id = approved(made)
    made.clock.pass_(minutes=59)
    assert erasing.sweep(made.desk) == 0
    made.clock.pass_(minutes=1)
    assert erasing.sweep(made.desk) == 1
    consult = made.desk.peek(consult_id)
    assert (consult.transcript, consult.draft, consult.working) == (Transcript(), (), ())
    assert consult.final[0].S[0].text == "5 dgn keelpijn."
    assert intake.sound_s(made.desk, consult_id) == 0.0
    assert erasing.sweep(made.desk) == 0
    assert keeping.log(made.desk)[-1].user == "soep"


def test_after_a_weekend_they_go_whatever_happened(made: Office) -> None:
    never, touched = recorded(made.desk), drafted(made.desk)
    made.clock.pass_(hours=71, minutes=59)
    assert erasing.sweep(made.desk) == 0
    made.clock.pass_(minutes=1)
    assert erasing.sweep(made.desk) == 2
    assert made.desk.peek(never).status is Status.FAILED
    left = made.desk.peek(touched)
    assert (left.status, left.transcript) == (Status.DRAFT, Transcript())
    assert left.working[0].S[0].text == "5 dgn keelpijn."
    assert [remark.code for remark in left.warnings] == [RemarkCode.SOUND_ERASED]


def test_a_recording_that_runs_is_never_swept(made: Office) -> None:
    consult_id = intake.begin(made.desk, AGREED)
    intake.add_sound(made.desk, consult_id, second())
    made.clock.pass_(hours=100)
    assert erasing.sweep(made.desk) == 0
    assert intake.sound_s(made.desk, consult_id) == 1.0


def test_an_exported_note_goes_after_a_month(made: Office) -> None:
    consult_id = approved(made)
    approval.exported(made.desk, consult_id, "txt", "c" * 64)
    made.clock.pass_(days=29)
    erasing.sweep(made.desk)
    assert len(made.desk.find()) == 1
    made.clock.pass_(days=1)
    erasing.sweep(made.desk)
    assert made.desk.find() == []


def test_a_copy_of_one_problem_does_not_send_the_other_away(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    approval.approve(made.desk, consult_id, [made.desk.peek(consult_id).working[0].id])
    approval.exported(made.desk, consult_id, "klembord", "c" * 64)
    row = made.desk.row(consult_id)
    assert (row.status, row.exported_at) == (Status.DRAFT, None)
    made.clock.pass_(days=40)
    erasing.sweep(made.desk)
    assert len(made.desk.find()) == 1


def test_what_was_never_exported_goes_in_the_end(made: Office) -> None:
    draft, decided = drafted(made.desk), approved(made)
    made.clock.pass_(days=89)
    erasing.sweep(made.desk)
    assert {row.id for row in made.desk.find()} == {draft, decided}
    made.clock.pass_(days=1)
    erasing.sweep(made.desk)
    assert made.desk.find() == []


def test_withdrawn_consent_leaves_only_what_was_approved(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    first, _second = made.desk.peek(consult_id).working
    approval.approve(made.desk, consult_id, [first.id])
    erasing.withdraw_consent(made.desk, consult_id)
    left = made.desk.peek(consult_id)
    assert (left.status, left.working, [note.id for note in left.final]) == (Status.APPROVED, (), [first.id])
    assert approval.to_export(made.desk, consult_id, "txt").final == left.final


def test_the_times_can_be_set(tmp_path: Path) -> None:
    made = office(tmp_path / "soep", retention={"after_approval_h": 0.0, "after_recording_h": 1.0})
    consult_id = approved(made)
    assert erasing.sweep(made.desk) == 1
    assert made.desk.peek(consult_id).transcript == Transcript()


def test_reading_is_checking_too_and_practising_is_not(made: Office) -> None:
    consult_id = drafted(made.desk)
    made.desk.view(consult_id)
    made.clock.pass_(seconds=25)
    approval.approve(made.desk, consult_id)
    assert keeping.stats(made.desk).edit_s == 25.0
    practised = intake.begin(made.desk, replace(AGREED, given_by=ConsentBy.SAMPLE))
    intake.add_sound(made.desk, practised, second())
    intake.end_of_sound(made.desk, practised)
    intake.processed(made.desk, practised, result())
    approval.approve(made.desk, practised)
    assert keeping.stats(made.desk).consults == 1


def test_what_was_read_before_the_draft_is_not_about_it(made: Office) -> None:
    consult_id = recorded(made.desk)
    made.desk.view(consult_id)
    made.clock.pass_(seconds=50)
    intake.processed(made.desk, consult_id, result())
    made.clock.pass_(seconds=5)
    made.desk.view(consult_id)
    made.clock.pass_(seconds=10)
    approval.approve(made.desk, consult_id)
    assert keeping.stats(made.desk).edit_s == 10.0


def test_figures_outlive_the_consult_and_hold_no_content(made: Office) -> None:
    consult_id = drafted(made.desk, throat(P=(FLAGGED,)))
    note = made.desk.view(consult_id).working[0]
    for seconds, edit in (
        (30, SetText(note.S[0].id, "Anders.")),
        (20, AcceptFlags(note.P[0].id)),
        (600, AddLine(note.id, "O", "Keel rood.")),
    ):
        made.clock.at += timedelta(seconds=seconds)
        editing.edit(made.desk, consult_id, edit)
    made.clock.pass_(seconds=10)
    approval.approve(made.desk, consult_id)
    erasing.delete(made.desk, consult_id)
    found = keeping.stats(made.desk)
    assert (found.consults, found.edit_s) == (1, 120.0)  # a pause of ten minutes counts as one
    assert (found.kept, found.changed, found.removed, found.added, found.flags) == (0.5, 0.5, 0.0, 0.5, 1.0)

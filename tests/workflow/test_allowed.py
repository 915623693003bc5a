"""Who may do what to a consult, what of a refusal stands in the log, and whose note stays whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from soep.config import ExportSettings
from soep.errors import InputError, WorkflowError
from soep.types import About, Status
from soep.workflow import Desk, approval, delivery, editing, erasing, intake, keeping
from soep.workflow.erasing import Stretch
from soep.workflow.rules import Act
from tests.factories import line
from tests.stores import AGREED, Office, drafted, office, recorded, throat

NUMBER = "kaart 12345"


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep", export=ExportSettings(folder=tmp_path))


ACTS: dict[str, tuple[Callable[[Desk, str], object], str, str]] = {
    "approve": (approval.approve, "approve", "approve"),
    "take approval back": (approval.withdraw_approval, "withdraw", "withdraw approval"),
    "export": (lambda desk, consult_id: approval.to_export(desk, consult_id, "txt"), "export", "export"),
    "deliver": (delivery.deliver, "export", "export"),
    "delete": (erasing.delete, "delete", "delete"),
    "erase sound": (
        lambda desk, consult_id: erasing.erase_sound(desk, consult_id, Stretch(0, 1)),
        "erase",
        "cut sound",
    ),
    "move sound": (
        lambda desk, consult_id: erasing.move_sound(desk, consult_id, Stretch(0, 1), consent=AGREED),
        "erase",
        "cut sound",
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_an_assistant_may_not_do_changes_nothing_and_stands_in_the_log(made: Office, name: str) -> None:
    act, action, detail = ACTS[name]
    consult_id = drafted(made.desk)
    before = made.desk.peek(consult_id)
    with pytest.raises(WorkflowError, match="alleen de huisarts"):
        act(made.as_("assistent"), consult_id)
    assert made.desk.peek(consult_id) == before
    assert intake.sound_s(made.desk, consult_id) == 3.0
    assert [row.id for row in made.desk.find()] == [consult_id]
    entry = keeping.log(made.desk, consult=consult_id)[-1]
    assert (entry.action, entry.result, entry.detail) == (action, "refused", detail)
    assert (entry.user, entry.responsible) == ("piet", "dokter Jansen")
    with made.desk.store.reading() as tables:
        assert entry.patient == tables.log.pseudonym(before.patient_ref)
        assert tables.log.verify(made.desk.store.head.read()) == []


def test_what_cannot_be_now_is_no_refusal_of_a_person(made: Office) -> None:
    consult_id = recorded(made.desk)
    entries = keeping.log(made.desk)
    for refused in (approval.approve, approval.withdraw_approval):
        with pytest.raises(WorkflowError):
            refused(made.desk, consult_id)
    with pytest.raises(InputError, match="geen consult"):
        made.desk.must_allow(Act.DELETE, "onbekend")
    assert keeping.log(made.desk) == entries


def test_whoever_may_gets_the_consult(made: Office) -> None:
    consult_id = drafted(made.desk)
    assert made.desk.must_allow(Act.APPROVE, consult_id) == made.desk.peek(consult_id)


def test_an_assistant_may_record_that_consent_was_withdrawn(made: Office) -> None:
    assistant = made.as_("assistent")
    consult_id = drafted(assistant)
    erasing.withdraw_consent(assistant, consult_id)
    assert made.desk.find() == []
    entry = keeping.log(made.desk, consult=consult_id)[-1]
    assert (entry.user, entry.action, entry.result, entry.detail) == ("piet", "withdraw", "ok", "consent")


# --- whose note it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["kaart 54321", "", None])
def test_an_approved_note_keeps_its_patient(made: Office, number: str | None) -> None:
    consult_id = drafted(made.desk)
    editing.name(made.desk, consult_id, About("Keel", NUMBER))
    approval.approve(made.desk, consult_id)
    with pytest.raises(WorkflowError, match="niet meer gewijzigd") as refused:
        editing.name(made.desk, consult_id, About("Keel", number))
    assert refused.value.hint == "Trek eerst de goedkeuring in."
    assert made.desk.peek(consult_id).patient_ref == NUMBER
    editing.name(made.desk, consult_id, About("Andere naam", NUMBER))
    assert made.desk.peek(consult_id).label == "Andere naam"
    approval.withdraw_approval(made.desk, consult_id)
    editing.name(made.desk, consult_id, About("Keel", number))
    assert made.desk.peek(consult_id).patient_ref == (number or None)


def test_one_approved_problem_is_enough(made: Office) -> None:
    consult_id = drafted(made.desk, throat(), throat(problem=line("Knie", 2)))
    approval.approve(made.desk, consult_id, [made.desk.peek(consult_id).working[0].id])
    assert made.desk.peek(consult_id).status is Status.DRAFT
    with pytest.raises(WorkflowError, match="patiëntnummer"):
        editing.name(made.desk, consult_id, About("Keel", "kaart 54321"))


def test_where_approval_cannot_be_taken_back_it_is_for_the_ehr(made: Office) -> None:
    consult_id = drafted(made.desk)
    approval.approve(made.desk, consult_id)
    made.clock.pass_(hours=1)
    erasing.sweep(made.desk)
    with pytest.raises(WorkflowError) as refused:
        editing.name(made.desk, consult_id, About("Keel", "kaart 54321"))
    assert "HIS" in refused.value.hint


def test_an_approved_note_without_a_number_may_get_one_once(made: Office) -> None:
    consult_id = drafted(made.desk)
    editing.name(made.desk, consult_id, replace(About("Keel"), patient_ref=None))
    approval.approve(made.desk, consult_id)
    editing.name(made.desk, consult_id, About("Keel", NUMBER))
    assert made.desk.peek(consult_id).patient_ref == NUMBER
    with pytest.raises(WorkflowError):
        editing.name(made.desk, consult_id, About("Keel", "kaart 54321"))

"""The GP's edits, each saved as it is made, with undo and redo."""

from __future__ import annotations

from dataclasses import replace

from soep.errors import WorkflowError
from soep.i18n import _
from soep.store.log import Action
from soep.types import About, Consult, SoepNote, Status
from soep.workflow import changes, redraft, rules
from soep.workflow.desk import Desk
from soep.workflow.edits import Content, Edit
from soep.workflow.rules import Act


def edit(desk: Desk, consult_id: str, edit: Edit) -> Consult:
    """Do an edit and save it.

    Raises:
        InputError: the edit does not fit the note.
        WorkflowError: the note is approved, or the consult is not there yet.
    """
    with desk.store.transaction() as tables:
        known = tables.consults.get(consult_id)
        rules.allow(Act.EDIT, known.status, desk.role)
        notes = notes_to_edit(known)
        before = Content(notes, known.transcript, known.unsaid, redraft.next_id(replace(known, working=notes)))
        after = edit.apply(before)
        change = changes.between(type(edit).__name__, before, after)
        consult = replace(
            known,
            working=after.notes,
            transcript=after.transcript,
            unsaid=after.unsaid,
            status=rules.move(known.status, Status.DRAFT),
        )
        tables.consults.put(consult, known)
        tables.history.add(consult_id, desk.now(), change.to_text())
        desk.log(tables, Action.CHANGE, consult, detail=change.name)
    return consult


def notes_to_edit(consult: Consult) -> tuple[SoepNote, ...]:
    """The notes as the GP has them; an empty one where there is none yet, with the ids that it gets when edited."""
    return consult.working or consult.final or redraft.numbered((SoepNote(),), redraft.next_id(consult))


def undo(desk: Desk, consult_id: str) -> Consult | None:
    """Take the last edit back; None when there is none."""
    return _step(desk, consult_id, back=True)


def redo(desk: Desk, consult_id: str) -> Consult | None:
    """Do again what was taken back; None when there is nothing."""
    return _step(desk, consult_id, back=False)


def name(desk: Desk, consult_id: str, about: About) -> None:
    """Give a consult its label, patient's number and kind of contact.

    Raises:
        WorkflowError: something of it is approved, and the number would be another.
    """
    with desk.store.transaction() as tables:
        consult = tables.consults.get(consult_id)
        rules.must_be_same_patient(consult, about)
        consult = replace(
            consult,
            label=about.label,
            patient_ref=about.patient_ref or None,
            contact_type=about.contact_type,
        )
        tables.consults.put(consult)
        desk.log(tables, Action.CHANGE, consult, detail="name")


def _step(desk: Desk, consult_id: str, *, back: bool) -> Consult | None:
    with desk.store.transaction() as tables:
        known = tables.consults.get(consult_id)
        rules.allow(Act.EDIT, known.status, desk.role)
        body = tables.history.undo(consult_id) if back else tables.history.redo(consult_id)
        if body is None:
            return None
        change = changes.from_text(body)
        approved = [note for note in known.working if note.approved_at is not None]
        consult = change.undone(known) if back else change.done(known)
        if approved != [note for note in consult.working if note.approved_at is not None]:
            raise WorkflowError(_("Dit verslag is goedgekeurd."), _("Trek eerst de goedkeuring in."))
        tables.consults.put(consult, known)
        desk.log(tables, Action.CHANGE, consult, detail=f"{'undo' if back else 'redo'} {change.name}")
    return consult

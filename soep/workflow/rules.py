"""The states of a consult, who may do what in them, and whose consent a recording needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from soep.errors import InputError, WorkflowError
from soep.i18n import _, mark, ngettext
from soep.types import About, Consent, ConsentBy, Consult, FieldName, NoteLine, SoepNote, Status

Role = Literal["huisarts", "assistent"]
ADULT_CONSENT_AGE = 16
OWN_CONSENT_AGE = 12


class Act(StrEnum):
    """What somebody wants to do to a consult."""

    VIEW = "view"
    ADD_SOUND = "add sound"
    PROCESS = "process"
    EDIT = "edit"
    APPROVE = "approve"
    WITHDRAW_APPROVAL = "withdraw approval"
    EXPORT = "export"
    CUT_SOUND = "cut sound"
    WITHDRAW_CONSENT = "withdraw consent"
    DELETE = "delete"


_EVERY = frozenset(Status)
_ALLOWED: Mapping[Act, frozenset[Status]] = {
    Act.VIEW: _EVERY,
    Act.ADD_SOUND: frozenset({Status.RECORDING}),
    Act.PROCESS: frozenset({Status.PROCESSING, Status.FAILED, Status.DRAFT}),
    Act.EDIT: frozenset({Status.DRAFT, Status.FAILED}),
    Act.APPROVE: frozenset({Status.DRAFT}),
    Act.WITHDRAW_APPROVAL: frozenset({Status.DRAFT, Status.APPROVED, Status.EXPORTED}),
    Act.EXPORT: frozenset({Status.DRAFT, Status.APPROVED, Status.EXPORTED}),
    Act.CUT_SOUND: frozenset({Status.RECORDING, Status.PROCESSING, Status.FAILED, Status.DRAFT}),
    Act.WITHDRAW_CONSENT: _EVERY,
    Act.DELETE: _EVERY - {Status.RECORDING},
}
_GP_ONLY = frozenset({Act.APPROVE, Act.WITHDRAW_APPROVAL, Act.EXPORT, Act.CUT_SOUND, Act.DELETE})
_NEXT: Mapping[Status, frozenset[Status]] = {
    Status.RECORDING: frozenset({Status.PROCESSING, Status.DRAFT}),
    Status.PROCESSING: frozenset({Status.DRAFT, Status.FAILED, Status.RECORDING}),
    Status.FAILED: frozenset({Status.PROCESSING, Status.DRAFT}),
    Status.DRAFT: frozenset({Status.PROCESSING, Status.APPROVED}),
    Status.APPROVED: frozenset({Status.DRAFT, Status.EXPORTED}),
    Status.EXPORTED: frozenset({Status.DRAFT}),
}
_REFUSALS: Mapping[Act, str] = {
    Act.ADD_SOUND: mark("Dit consult wordt niet meer opgenomen."),
    Act.PROCESS: mark("Dit consult kan nu niet verwerkt worden."),
    Act.EDIT: mark("Dit verslag kan nu niet gewijzigd worden."),
    Act.APPROVE: mark("Dit verslag kan nu niet goedgekeurd worden."),
    Act.WITHDRAW_APPROVAL: mark("De goedkeuring van dit verslag kan niet ingetrokken worden."),
    Act.EXPORT: mark("Alleen een goedgekeurd verslag kan geëxporteerd worden."),
    Act.CUT_SOUND: mark("Het geluid van dit consult kan niet meer gewijzigd worden."),
    Act.DELETE: mark("Dit consult wordt nu opgenomen."),
}


def may(act: Act, role: Role) -> bool:
    """Whether somebody with this role may do it at all."""
    return role == "huisarts" or act not in _GP_ONLY


def allow(act: Act, consult_status: Status, role: Role) -> None:
    """Let it pass, or say why not.

    Raises:
        WorkflowError: not by this person, or not in this state.
    """
    if not may(act, role):
        raise WorkflowError(_("Dit mag alleen de huisarts."), _("Vraag het de huisarts onder wie u werkt."))
    if consult_status not in _ALLOWED[act]:
        raise WorkflowError(_(_REFUSALS[act]), _("Bekijk waar het consult staat met: soep show."))


def move(consult_status: Status, to: Status) -> Status:
    """The state after a step.

    Raises:
        WorkflowError: there is no such step.
    """
    if to is not consult_status and to not in _NEXT[consult_status]:
        raise WorkflowError(_("Deze stap kan nu niet."), _("Bekijk waar het consult staat met: soep show."))
    return to


def consent(by: ConsentBy, at: datetime, *, age: int | None = None, others_informed: bool = False) -> Consent:
    """Consent to a recording, checked against the patient's age where that is given (WGBO, art. 7:447 and 7:450 BW).

    Raises:
        InputError: at this age somebody else must agree too.
    """
    if by is ConsentBy.REPRESENTATIVE or by is ConsentBy.NOT_NEEDED or age is None:
        return Consent(by, at, others_informed)
    if age < OWN_CONSENT_AGE and by is not ConsentBy.PARENTS:
        raise InputError(
            _("Onder de 12 jaar geven de ouders toestemming."), _("Kies ouders, of vertegenwoordiger (voogd).")
        )
    if OWN_CONSENT_AGE <= age < ADULT_CONSENT_AGE and by is not ConsentBy.BOTH:
        raise InputError(
            _("Van 12 tot en met 15 jaar geven patiënt en ouders samen toestemming."), _("Vraag het beiden.")
        )
    if age >= ADULT_CONSENT_AGE and by is not ConsentBy.PATIENT:
        raise InputError(
            _("Vanaf 16 jaar geeft de patiënt zelf toestemming."), _("Kies patiënt, of vertegenwoordiger.")
        )
    return Consent(by, at, others_informed)


def must_be_same_patient(consult: Consult, about: About) -> None:
    """Whether a consult may get this patient's number: what is approved stays this patient's.

    One that has no number yet may get it, also when its note is approved.

    Raises:
        WorkflowError: something of it is approved for another number.
    """
    if not consult.final or not consult.patient_ref or consult.patient_ref == about.patient_ref:
        return
    raise WorkflowError(
        _("Dit verslag is goedgekeurd; het patiëntnummer kan niet meer gewijzigd worden."),
        _("Trek eerst de goedkeuring in.")
        if consult.working
        else _("Het transcript is al gewist; verbeter het verslag in het HIS."),
    )


def critical_lines(note: SoepNote) -> list[tuple[FieldName | None, NoteLine]]:
    """The lines that must be looked at before approval, with their fields; None for the title."""
    return [(field, line) for field, line in note.title_and_lines() if any(flag.critical for flag in line.flags)]


def not_looked_at(count: int) -> str:
    """So many lines must be looked at first; their mark is told apart without colour too."""
    return ngettext(
        "Nog niet nagekeken: {count} regel met de markering !!.",
        "Nog niet nagekeken: {count} regels met de markering !!.",
        count,
    ).format(count=count)


def must_be_ready(note: SoepNote) -> None:
    """Whether a note can be approved.

    Raises:
        WorkflowError: it is empty, or a critical flag has not been resolved.
    """
    if not any(line.text.strip() for _field, line in note.every_line()):
        raise WorkflowError(_("Dit verslag is leeg."), _("Vul minstens een regel in, of verwijder het probleem."))
    waiting = critical_lines(note)
    if waiting:
        raise WorkflowError(
            not_looked_at(len(waiting)),
            _("Accepteer of verbeter ze eerst."),
        )

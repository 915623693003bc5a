"""The resources of an approved consult, as JSON objects in one Bundle.

What goes into a resource is Dutch whatever the language of the interface: it is read by the patient's record.
Addresses (``urn:uuid:…``) come from the consult's id, so that the same consult gives the same ones again, and never
from the patient's number, which could be found back from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from soep.clinical import icpc
from soep.config import PracticeSettings
from soep.errors import ExportError
from soep.export.fhir.base import Json
from soep.export.fhir.narrative import to_div
from soep.export.fhir.profiles import encounter_classes, value_sets
from soep.export.fhir.validator import BSN_SYSTEM
from soep.export.identifiers import is_bsn
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import FIELDS, Consult, FieldName, SoepNote

ADDRESSES = UUID("5f1f3c7e-2c0b-4f0c-9f0e-6d2f0b6d8a31")
NICTIZ = "http://nictiz.nl/fhir/StructureDefinition/"
NL_CORE = "http://fhir.nl/fhir/StructureDefinition/nl-core-"
NAMING = "http://fhir.nl/fhir/NamingSystem/"
ACT_CODE = "http://hl7.org/fhir/v3/ActCode"
ICPC = "http://hl7.org/fhir/sid/icpc-1-nl"
CONTACT_TYPE = "https://referentiemodel.nhg.org/tabellen/nhg-tabel-14-contactwijze"
CONTACT_TYPES = "http://decor.nictiz.nl/fhir/ValueSet/2.16.840.1.113883.2.4.3.11.60.103.11.3--20110902000000"
NULL_FLAVOR = "http://hl7.org/fhir/v3/NullFlavor"
UNKNOWN = "90"  # how table 14 itself calls a contact type that is not known

_FIELD_NAMES: dict[FieldName, str] = {"S": "Subjectief", "O": "Objectief", "E": "Evaluatie", "P": "Plan"}
_DIAGNOSES: dict[FieldName, tuple[str, str]] = {
    "S": ("ADMDX", "admitting diagnosis"),
    "E": ("DISDX", "discharge diagnosis"),
}
_BSN = re.compile(r"bsn:\s*(.*)", re.IGNORECASE)


def bundle_of(consult: Consult, practice: PracticeSettings) -> Json:
    """A Bundle of type collection.

    Raises:
        ExportError: a note is not approved, a BSN does not pass its check, or a code is no ICPC code.
    """
    entries = list(_Consult(consult, practice).entries())
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": _address(consult.id, "bundle")},
        "type": "collection",
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }


Entry = tuple[str, Json]


class _Consult:
    """The resources of one consult, which all point at the same patient, contact and people."""

    def __init__(self, consult: Consult, practice: PracticeSettings) -> None:
        self._consult = consult
        self._practice = practice
        self._date = consult.created_at.astimezone().date().isoformat()  # stored in UTC: at night that is another day
        self._has_organization = bool(practice.name or practice.agb or practice.ura)
        self._recorder = one_line(consult.author or "")
        own = {"", one_line(practice.user_name), one_line(practice.responsible_name)}
        self._is_own = self._recorder in own

    def entries(self) -> Iterator[Entry]:
        """All resources with their addresses: whom it is about, who they are, the contact, and what was written."""
        yield self._entry("patient", self._patient())
        if self._has_organization:
            yield self._entry("organization", self._organization())
        yield from self._people()
        yield self._entry("encounter", self._encounter())
        for number, note in enumerate(self._consult.final, start=1):
            yield from self._note(note, f"note/{number}")

    def _entry(self, name: str, resource: Json) -> Entry:
        return _address(self._consult.id, name), resource

    def _reference(self, name: str, display: str = "") -> Json:
        reference = {"reference": _address(self._consult.id, name)}
        return {**reference, "display": display} if display else reference

    def _identifier(self, name: str) -> Json:
        return {"system": "urn:ietf:rfc:3986", "value": _address(self._consult.id, name)}

    # Who

    def _patient(self) -> Json:
        patient: Json = {"resourceType": "Patient", "meta": _meta(f"{NL_CORE}patient")}
        number = one_line(self._consult.patient_ref or "")
        if number:
            patient["identifier"] = [self._patient_identifier(number)]
        return patient

    def _patient_identifier(self, number: str) -> Json:
        """A number is a BSN only where it says so: nine digits that pass the check may as well be the EHR's own."""
        said = _BSN.fullmatch(number)
        if said is None:
            own = {"system": self._practice.patient_numbers} if self._practice.patient_numbers else {}
            return {**own, "value": number}
        digits = re.sub(r"[\s.]", "", said[1])
        if re.fullmatch(r"[0-9]{9}", digits) is None or not is_bsn(digits):
            raise ExportError(
                _("Het BSN van de patiënt is niet geldig: het voldoet niet aan de elfproef."),
                _("Verbeter het nummer bij de gegevens van het consult, of laat “bsn:” weg als het geen BSN is."),
            )
        return {"use": "official", "system": BSN_SYSTEM, "value": digits}

    def _organization(self) -> Json:
        numbers = [("ura", self._practice.ura), ("agb-z", self._practice.agb)]
        return {
            "resourceType": "Organization",
            "meta": _meta(f"{NL_CORE}organization"),
            **_identified(numbers),
            "type": [
                _concept(
                    "http://nictiz.nl/fhir/NamingSystem/organization-type",
                    "Z3",
                    "Huisartspraktijk (zelfstandig of groepspraktijk)",
                )
            ],
            **({"name": one_line(self._practice.name)} if one_line(self._practice.name) else {}),
        }

    def _people(self) -> Iterator[Entry]:
        """The GP whose numbers are set, and who recorded the consult where that is somebody else."""
        numbers = [("uzi-nr-pers", self._practice.responsible_uzi), ("agb-z", self._practice.responsible_agb)]
        yield self._entry("gp", _practitioner(one_line(self._practice.responsible_name), numbers))
        role: Json = {
            "resourceType": "PractitionerRole",
            "meta": _meta(f"{NL_CORE}practitionerrole"),
            "practitioner": self._gp(),
            "specialty": [_concept(f"{NAMING}uzi-rolcode", "01.015", "Huisarts")],
        }
        if self._has_organization:
            role["organization"] = self._reference("organization", one_line(self._practice.name))
        yield self._entry("role", role)
        if not self._is_own:
            yield self._entry("recorder", _practitioner(self._recorder, []))

    def _gp(self) -> Json:
        return self._reference("gp", one_line(self._practice.responsible_name))

    def _gp_in_role(self) -> Json:
        """STU3 has no reference to a role where a person stands: an extension carries it."""
        role = {"url": f"{NICTIZ}practitionerrole-reference", "valueReference": self._reference("role", "Huisarts")}
        return {"extension": [role], **self._gp()}

    def _author(self) -> Json:
        return self._gp_in_role() if self._is_own else self._reference("recorder", self._recorder)

    # The contact

    def _encounter(self) -> Json:
        coding, text = _contact_type(one_line(self._consult.contact_type or ""))
        system, code, display = encounter_classes().get(coding["code"].lstrip("0"), encounter_classes()[UNKNOWN])
        encounter: Json = {
            "resourceType": "Encounter",
            "meta": _meta(f"{NICTIZ}gp-Encounter"),
            "identifier": [self._identifier("encounter")],
            "status": "finished",
            "class": {"system": system, "code": code, "display": display},
            "type": [{"coding": [coding], **({"text": text} if text else {})}],
            "subject": self._reference("patient"),
            "participant": [{"individual": self._author()}],
            # Times of a recording are not those of a contact, and the profile gives both ends the date then.
            "period": {"start": self._date, "end": self._date},
        }
        if self._has_organization:
            encounter["serviceProvider"] = self._reference("organization", one_line(self._practice.name))
        return encounter

    # What was written

    def _note(self, note: SoepNote, name: str) -> Iterator[Entry]:
        approved_at = note.approved_at or self._consult.approved_at
        if approved_at is None:
            raise not_approved()
        sections: list[Json] = []
        entries: list[Entry] = []
        for field in FIELDS:
            lines = [text for text in (one_line(line.text) for line in note.lines(field)) if text]
            code = _icpc(note, field)
            mine = [
                self._entry(f"{name}/{field}/{number}", self._line(f"{name}/{field}/{number}", field, text))
                for number, text in enumerate(lines, start=1)
            ]
            if mine and code:
                mine[0][1]["component"] = [_diagnosis(field, code)]
            if lines or code:
                sections.append(_section(field, lines, code, [{"reference": url} for url, _line in mine]))
            entries += mine
        yield self._entry(name, self._composition(note, name, approved_at, sections))
        yield from entries

    def _composition(self, note: SoepNote, name: str, approved_at: datetime, sections: Sequence[Json]) -> Json:
        composition: Json = {
            "resourceType": "Composition",
            "meta": _meta(f"{NICTIZ}gp-EncounterReport"),
            "identifier": self._identifier(name),
            "status": "final",
            "type": _concept("http://loinc.org", "67781-5", "Summarization of encounter note Narrative"),
            "subject": self._reference("patient"),
            "encounter": self._reference("encounter"),
            "date": _moment(approved_at),
            "author": [self._author()],
            "title": one_line(note.problem.text) or f"Contactverslag dd. {self._date}",
            "attester": [{"mode": ["professional"], "time": _moment(approved_at), "party": self._gp_in_role()}],
        }
        if self._has_organization:
            composition["custodian"] = self._reference("organization", one_line(self._practice.name))
        return {**composition, "section": list(sections)} if sections else composition

    def _line(self, name: str, field: FieldName, text: str) -> Json:
        return {
            "resourceType": "Observation",
            "meta": _meta(f"{NICTIZ}gp-JournalEntry"),
            "identifier": [self._identifier(name)],
            "status": "final",
            "code": _field_code(field),
            "subject": self._reference("patient"),
            "context": self._reference("encounter"),
            "effectiveDateTime": self._date,
            "performer": [self._author()],
            "valueString": text,
        }


def not_approved() -> ExportError:
    """Only what a GP approved goes to a record."""
    return ExportError(
        _("FHIR is er alleen van een goedgekeurd verslag."), _("Keur het verslag eerst goed en exporteer het dan.")
    )


def _address(consult_id: str, name: str) -> str:
    return f"urn:uuid:{uuid5(ADDRESSES, f'{consult_id}/{name}')}"


def _meta(profile: str) -> Json:
    return {"profile": [profile]}


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> Json:
    return {"coding": [_coding(system, code, display)]}


def _field_code(field: FieldName) -> Json:
    return _concept(f"{NAMING}journaalregeltypen", field, _FIELD_NAMES[field])


def _identified(numbers: Sequence[tuple[str, str]]) -> Json:
    identifiers = [{"system": f"{NAMING}{system}", "value": number} for system, number in numbers if number]
    return {"identifier": identifiers} if identifiers else {}


def _practitioner(name: str, numbers: Sequence[tuple[str, str]]) -> Json:
    practitioner = {"resourceType": "Practitioner", "meta": _meta(f"{NL_CORE}practitioner"), **_identified(numbers)}
    return {**practitioner, "name": [{"text": name}]} if name else practitioner


def _moment(at: datetime) -> str:
    """A time with its zone, or the date alone where the zone is not known: FHIR has no time without one."""
    return at.date().isoformat() if at.tzinfo is None else at.isoformat(timespec="seconds")


def _contact_type(text: str) -> tuple[Json, str]:
    """The code of NHG table 14 that a consult gives, as code or in the table's words, and the words that are no code.

    Without any, the type is unknown; nothing is made of other words.
    """
    known = value_sets()[CONTACT_TYPES].codes
    for (system, code), display in known.items():
        if system == CONTACT_TYPE and text.casefold() in (code, code.lstrip("0"), display):
            return _coding(system, code, display), ""
    return _coding(NULL_FLAVOR, "UNK", known[NULL_FLAVOR, "UNK"]), text


def _icpc(note: SoepNote, field: FieldName) -> str:
    code = {"S": note.icpc_s, "E": note.icpc_e}.get(field) or ""
    if code and icpc.CODE.fullmatch(code) is None:
        raise ExportError(
            _("De ICPC-code bij {field} heeft niet de vorm van een ICPC-code.").format(field=field),
            _("Verbeter of verwijder de code en exporteer opnieuw."),
        )
    return code


def _diagnosis(field: FieldName, code: str) -> Json:
    return {
        "code": _concept(ACT_CODE, *_DIAGNOSES[field]),
        "valueCodeableConcept": {"coding": [{"system": ICPC, "code": code}]},
    }


def _section(field: FieldName, lines: Sequence[str], code: str, entries: Sequence[Json]) -> Json:
    """A section; one without lines says its code, since the profile asks for text."""
    section: Json = {
        "code": _field_code(field),
        "text": {"status": "additional", "div": to_div(lines or [f"ICPC {code}"])},
    }
    if code:
        value = {"coding": [{"system": ICPC, "code": code}]}
        section["extension"] = [{"url": f"{NICTIZ}code-icpc-1-nl", "valueCodeableConcept": value}]
    return {**section, "entry": list(entries)} if entries else section

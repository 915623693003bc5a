"""An approved consult in FHIR: what goes in, what stays out, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fhir.resources.STU3.bundle import Bundle

from soep.config import PracticeSettings, Settings
from soep.errors import ExportError, InputError
from soep.export.exporter import load_exporter
from soep.export.fhir.base import Json
from soep.export.fhir.validator import validate
from soep.types import Consult, SoepNote, Status
from tests.clock import amsterdam
from tests.commands import assert_refused, soep
from tests.export.bundles import lines_of, resources_of
from tests.factories import MOMENT, consult, line, rich_consult

PRACTICE = PracticeSettings(
    name="Huisartsenpraktijk De Linde",
    responsible="J. de Wit",
    agb="01004567",
    ura="00003333",
    responsible_agb="01054321",
    responsible_uzi="000001111",
)


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)


@pytest.fixture
def dutch_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with amsterdam(monkeypatch):
        yield


def approved(drafted: Consult, **values: Any) -> Consult:
    final = tuple(replace(note, approved_at=MOMENT + timedelta(minutes=20)) for note in drafted.draft)
    return replace(drafted, final=final, status=Status.APPROVED, **values)


def export(approved: Consult, practice: PracticeSettings = PRACTICE) -> Json:
    bundle: Json = json.loads(load_exporter("fhir", Settings(practice=practice)).render(approved))
    assert validate(bundle) == []
    assert Bundle.model_validate(bundle).type == "collection"
    return bundle


def test_each_line_of_each_note_with_its_field() -> None:
    bundle = export(approved(rich_consult()))
    assert lines_of(bundle) == [
        [(name, each.text) for name, each in note.every_line()] for note in rich_consult().draft
    ]
    assert [report["title"] for report in resources_of(bundle, "Composition")] == ["Keelpijn", "Kniepijn re"]


@pytest.mark.usefixtures("dutch_time")
def test_a_consult_at_night_has_the_date_of_the_practice() -> None:
    """The store keeps the moment in UTC, in which half past midnight is the day before."""
    bundle = export(approved(rich_consult(), created_at=datetime(2026, 3, 11, 23, 30, tzinfo=UTC)))
    (encounter,) = resources_of(bundle, "Encounter")
    assert encounter["period"]["start"].startswith("2026-03-12")
    assert {each["effectiveDateTime"] for each in resources_of(bundle, "Observation")} == {"2026-03-12"}


def test_what_only_a_draft_has_stays_out() -> None:
    text = json.dumps(export(approved(rich_consult(), label="mw Jansen", warnings=())))
    for word in ("penicilline", "Amoxicilline", "Jansen", "telefoon", "faster-whisper", "CONCEPT", "achtendertig"):
        assert word not in text


def test_codes_stand_with_the_first_line_and_the_section() -> None:
    bundle = export(approved(rich_consult()))
    coded = [each for each in resources_of(bundle, "Observation") if "component" in each]
    assert [
        (each["valueString"], each["component"][0]["code"]["coding"][0]["code"], icpc(each["component"][0]))
        for each in coded
    ] == [("Sinds 5 dgn keelpijn en hoest.", "ADMDX", "R21"), ("BLWI.", "DISDX", "R74")]
    sections = resources_of(bundle, "Composition")[0]["section"]
    assert [icpc(each["extension"][0]) if "extension" in each else "" for each in sections] == ["R21", "", "R74", ""]


def icpc(part: Json) -> str:
    code: str = part["valueCodeableConcept"]["coding"][0]["code"]
    return code


def test_a_code_without_a_line_is_in_the_section_alone() -> None:
    bundle = export(approved(consult(SoepNote(S=(line(" \t"),), icpc_e="A97"))))
    assert resources_of(bundle, "Observation") == []
    (section,) = resources_of(bundle, "Composition")[0]["section"]
    assert icpc(section["extension"][0]) == "A97"
    assert "ICPC A97" in section["text"]["div"]


def test_a_note_without_anything() -> None:
    (report,) = resources_of(export(approved(consult(SoepNote()))), "Composition")
    assert "section" not in report
    assert report["title"] == "Contactverslag dd. 2026-03-12"


@pytest.mark.parametrize(
    ("given", "code", "contact_class"),
    [
        ("01", "01", "HH"),
        ("3", "03", "AMB"),
        ("03", "03", "AMB"),
        ("Consult", "03", "AMB"),
        ("visite", "01", "HH"),
        ("05", "05", "VR"),
        ("12", "12", "VR"),
        ("e-consult", "12", "VR"),
        (None, "UNK", "UNK"),
        ("spreekuur", "UNK", "UNK"),
        ("7", "UNK", "UNK"),
    ],
)
def test_contact_type(given: str | None, code: str, contact_class: str) -> None:
    (contact,) = resources_of(export(approved(rich_consult(), contact_type=given)), "Encounter")
    assert contact["type"][0]["coding"][0]["code"] == code
    assert contact["class"]["code"] == contact_class
    assert contact["type"][0].get("text") == (given if code == "UNK" else None)


def test_what_the_profiles_behind_the_shipped_ones_ask() -> None:
    """zib-Encounter and nl-core-observation are not among the shipped profiles: this is all that they require."""
    bundle = export(approved(rich_consult()))
    (contact,) = resources_of(bundle, "Encounter")
    assert contact["class"]
    assert contact["subject"]
    assert contact["period"]["start"]
    assert all(each["subject"] for each in resources_of(bundle, "Observation"))


# The patient ----------------------------------------


def patient(reference: str | None, practice: PracticeSettings = PRACTICE) -> Json:
    (found,) = resources_of(export(approved(rich_consult(), patient_ref=reference), practice), "Patient")
    return found


def test_nine_digits_are_the_practices_own_number_unless_they_are_said_to_be_a_bsn() -> None:
    assert patient("999911120")["identifier"] == [{"value": "999911120"}]
    for said in ("bsn:999911120", "BSN: 9999 11 120", "bsn: 999.911.120"):
        assert patient(said)["identifier"] == [
            {"use": "official", "system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999911120"}
        ]


def test_the_practices_own_numbers_have_the_system_that_was_set() -> None:
    practice = PRACTICE.model_copy(update={"patient_numbers": "urn:oid:2.16.840.1.113883.2.4.3.11.999.7.6"})
    assert patient("20481", practice)["identifier"] == [
        {"system": "urn:oid:2.16.840.1.113883.2.4.3.11.999.7.6", "value": "20481"}
    ]
    assert "identifier" not in patient(None, practice)


@pytest.mark.parametrize("said", ["bsn:999911121", "bsn:12345", "bsn:", "bsn:99991112a", "bsn:٩٩٩٩١١١٢٠"])
def test_a_wrong_bsn_is_refused_and_not_quoted(said: str) -> None:
    with pytest.raises(ExportError, match="elfproef") as refused:
        export(approved(rich_consult(), patient_ref=said))
    assert said.removeprefix("bsn:")[:5] not in refused.value.message or said == "bsn:"


def test_no_address_comes_from_the_patients_number() -> None:
    first, second = (export(approved(rich_consult(), patient_ref=number)) for number in ("bsn:999911120", "20481"))
    assert [entry["fullUrl"] for entry in first["entry"]] == [entry["fullUrl"] for entry in second["entry"]]


# The practice ----------------------------------------


def numbers(resource: Json) -> dict[str, str]:
    return {each["system"].rpartition("/")[2]: each["value"] for each in resource.get("identifier", [])}


def test_the_numbers_of_the_practice() -> None:
    bundle = export(approved(rich_consult(), author="J. de Wit"))
    (organization,) = resources_of(bundle, "Organization")
    (gp,) = resources_of(bundle, "Practitioner")
    assert numbers(organization) == {"ura": "00003333", "agb-z": "01004567"}
    assert numbers(gp) == {"uzi-nr-pers": "000001111", "agb-z": "01054321"}
    assert gp["name"] == [{"text": "J. de Wit"}]


def test_who_recorded_is_the_author_and_gets_no_numbers_of_the_gp() -> None:
    bundle = export(approved(rich_consult(), author="A. Assistent"))
    gp, recorder = resources_of(bundle, "Practitioner")
    assert numbers(gp)
    assert recorder["name"] == [{"text": "A. Assistent"}]
    assert numbers(recorder) == {}
    (report, _knee) = resources_of(bundle, "Composition")
    assert report["author"][0]["display"] == "A. Assistent"
    assert "extension" not in report["author"][0]
    assert report["attester"][0]["party"]["display"] == "J. de Wit"


def test_without_settings_there_is_no_organization() -> None:
    bundle = export(approved(rich_consult()), PracticeSettings(responsible="J. de Wit"))
    assert resources_of(bundle, "Organization") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("AGB", "1234567"), ("URA", "1234567x"), ("RESPONSIBLE_UZI", "12345678"), ("PATIENT_NUMBERS", "praktijk")],
)
def test_a_number_in_the_settings_has_its_form(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from soep.config import load_settings

    monkeypatch.setenv(f"SOEP_PRACTICE__{name}", value)
    with pytest.raises(InputError, match=f"practice.{name.lower()}"):
        load_settings()


# What is refused ----------------------------------------


def test_only_approved_notes() -> None:
    for draft in (rich_consult(), replace(rich_consult(), final=rich_consult().draft)):
        with pytest.raises(ExportError, match="goedgekeurd"):
            export(draft)


def test_a_code_that_is_none() -> None:
    with pytest.raises(ExportError, match="bij E") as refused:
        export(approved(consult(SoepNote(icpc_e="keelpijn"))))
    assert "keelpijn" not in str(refused.value)


def test_drafts_are_refused_before_the_work() -> None:
    assert_refused(soep("draft", "a.txt", "--format", "fhir"), 2, "fhir", "goedgekeurd")

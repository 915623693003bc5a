"""Nictiz's own examples are valid; each kind of damage is found at its place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soep.export.fhir.base import Json
from soep.export.fhir.profiles import profiles, type_of, value_sets
from soep.export.fhir.reading import read_resource
from soep.export.fhir.validator import unchecked_profiles, validate

EXAMPLES = Path(__file__).parent / "nictiz"
NICTIZ = "http://nictiz.nl/fhir/StructureDefinition/"
NAMING = "http://fhir.nl/fhir/NamingSystem/"

REPORT = "gp-EncounterReport-gpdata-encounter-contact04"
LINE = "gp-JournalEntry-01"
CONTACT = "gp-Encounter-01"
PATIENT = "nl-core-patient-01"
PRACTITIONER = "nl-core-practitioner-01"
ROLE = "gpdata-practitionerrole-01"
ORGANIZATION = "gpdata-organization-01"
EPISODE = "nl-core-episodeofcare-01"


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)


def example(name: str) -> Json:
    return read_resource(EXAMPLES / f"{name}.xml")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.xml")), ids=lambda file: file.stem)
def test_an_example_is_valid(file: Path) -> None:
    assert validate(read_resource(file)) == []


def test_an_example_of_every_resource_profile_is_there() -> None:
    named = {url for file in EXAMPLES.glob("*.xml") for url in read_resource(file)["meta"]["profile"]}
    assert {profile.url for profile in profiles().values() if profile.type != "Extension"} <= named


def test_what_no_profile_is_at_hand_for_is_named() -> None:
    assert unchecked_profiles(example("gpdata-condition-icpc-l8601")) == [f"{NICTIZ}zib-Problem"]
    assert unchecked_profiles(example(REPORT)) == []


# Damage ----------------------------------------


def at(resource: Json, path: str) -> tuple[Any, int | str]:
    """What holds the end of a path like ``section.0.code``, and the key or index there."""
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = resource
    for step in steps:
        place = place[step]
    return place, last


def put(path: str, value: Any) -> Callable[[Json], None]:
    def edit(resource: Json) -> None:
        place, last = at(resource, path)
        place[last] = value

    return edit


def drop(path: str) -> Callable[[Json], None]:
    def edit(resource: Json) -> None:
        place, last = at(resource, path)
        del place[last]

    return edit


def again(path: str) -> Callable[[Json], None]:
    """The first of a list once more."""

    def edit(resource: Json) -> None:
        place, last = at(resource, path)
        place[last] = [*place[last], copy.deepcopy(place[last][0])]

    return edit


@dataclass(frozen=True)
class Damage:
    name: str
    example: str
    edit: Callable[[Json], None]
    path: str


ICPC_EXTENSION = {
    "url": f"{NICTIZ}code-icpc-1-nl",
    "valueCodeableConcept": {"coding": [{"system": "http://hl7.org/fhir/sid/icpc-1-nl", "code": "R74"}]},
}
ROLE_EXTENSION = {"url": f"{NICTIZ}practitionerrole-reference", "valueReference": {"display": "Huisarts"}}
CODE = {"url": f"{NICTIZ}code-specification", "valueCodeableConcept": {"text": "x"}}
BSN = {"system": f"{NAMING}bsn", "value": "999911120"}
UZI = {"system": f"{NAMING}uzi-nr-pers", "value": "000001111"}
ICPC_VALUE = "component.0.valueCodeableConcept.coding"

DAMAGES = (
    # gp-EncounterReport
    Damage("report without contact", REPORT, drop("encounter"), "Composition.encounter"),
    Damage("report of another type", REPORT, put("type.coding.0.code", "11488-4"), "Composition.type.coding[0].code"),
    Damage("type of another system", REPORT, put("type.coding.0.system", "urn:x"), "Composition.type.coding[0].system"),
    Damage("section without code", REPORT, drop("section.0.code"), "Composition.section[0].code"),
    Damage("section of no field", REPORT, put("section.0.code.coding.0.code", "X"), "Composition.section[0].code"),
    Damage(
        "section of another system",
        REPORT,
        put("section.0.code.coding.0.system", "urn:x"),
        "Composition.section[0].code",
    ),
    Damage("section without text", REPORT, drop("section.0.text"), "Composition.section[0].text"),
    Damage("two ICPC codes", REPORT, again("section.0.extension"), "Composition.section[0].extension:code_icpc_1_nl"),
    Damage(
        "ICPC of another system",
        REPORT,
        put("section.0.extension.0.valueCodeableConcept.coding.0.system", "http://snomed.info/sct"),
        "Composition.section[0].extension[0].valueCodeableConcept.coding[0].system",
    ),
    Damage("ICPC beside the sections", REPORT, put("extension", [ICPC_EXTENSION]), "Composition.extension[0]"),
    Damage(
        "ICPC as text",
        REPORT,
        put("section.0.extension.0", {"url": ICPC_EXTENSION["url"], "valueString": "R74"}),
        "Composition.section[0].extension[0].valueString",
    ),
    Damage(
        "author an organization", REPORT, put("author.0.reference", "Organization/a"), "Composition.author[0].reference"
    ),
    Damage(
        "author with two roles",
        REPORT,
        again("author.0.extension"),
        "Composition.author[0].extension:practitionerRole",
    ),
    Damage("contact a patient", REPORT, put("encounter.reference", "Patient/a"), "Composition.encounter.reference"),
    # gp-JournalEntry
    Damage("line not final", LINE, put("status", "preliminary"), "Observation.status"),
    Damage("line without contact", LINE, drop("context"), "Observation.context"),
    Damage("line without text", LINE, drop("valueString"), "Observation.valueString"),
    Damage("line of no field", LINE, put("code.coding.0.code", "A"), "Observation.code"),
    Damage("field as text only", LINE, put("code", {"text": "Subjectief"}), "Observation.code"),
    Damage("line with time of issue", LINE, put("issued", "2026-03-12T09:41:00+01:00"), "Observation.issued"),
    Damage("line based on a request", LINE, put("basedOn", [{"display": "x"}]), "Observation.basedOn"),
    Damage("line with interpretation", LINE, put("interpretation", {"text": "x"}), "Observation.interpretation"),
    Damage("line of a body site", LINE, put("bodySite", {"text": "x"}), "Observation.bodySite"),
    Damage("two numbers of a line", LINE, again("identifier"), "Observation.identifier"),
    Damage("three codes with a line", LINE, put("component", [{"code": {"text": "x"}}] * 3), "Observation.component"),
    Damage("two codes for S", LINE, again("component"), "Observation.component:ICPC_S"),
    Damage(
        "code without value",
        LINE,
        drop("component.0.valueCodeableConcept"),
        "Observation.component[0].valueCodeableConcept",
    ),
    Damage(
        "code as text only",
        LINE,
        put("component.0.valueCodeableConcept", {"text": "R02"}),
        "Observation.component[0].valueCodeableConcept.coding",
    ),
    Damage("code twice", LINE, again(ICPC_VALUE), "Observation.component[0].valueCodeableConcept.coding"),
    Damage(
        "code of another system",
        LINE,
        put(f"{ICPC_VALUE}.0.system", "urn:x"),
        "Observation.component[0].valueCodeableConcept.coding[0].system",
    ),
    Damage(
        "code without system",
        LINE,
        drop(f"{ICPC_VALUE}.0.system"),
        "Observation.component[0].valueCodeableConcept.coding[0].system",
    ),
    Damage("contact an episode", LINE, put("context.reference", "EpisodeOfCare/a"), "Observation.context.reference"),
    Damage("subject a group", LINE, put("subject.reference", "Group/a"), "Observation.subject.reference"),
    # gp-Encounter
    Damage("two contact types", CONTACT, again("type"), "Encounter.type"),
    Damage("contact type of no table", CONTACT, put("type.0.coding.0.code", "77"), "Encounter.type[0]"),
    Damage("contact type of another table", CONTACT, put("type.0.coding.0.system", "urn:x"), "Encounter.type[0]"),
    # nl-core
    Damage("two BSNs", PATIENT, put("identifier", [BSN, BSN]), "Patient.identifier:BSN"),
    Damage("BSN without number", PATIENT, drop("identifier.0.value"), "Patient.identifier[0].value"),
    Damage("BSN with a wrong digit", PATIENT, put("identifier.0.value", "999911121"), "Patient.identifier[0].value"),
    Damage("two GPs of a patient", PATIENT, again("generalPractitioner"), "Patient.generalPractitioner"),
    Damage("gender of no list", PATIENT, put("gender", "man"), "Patient.gender"),
    Damage("two UZI numbers", PRACTITIONER, put("identifier", [UZI, UZI]), "Practitioner.identifier:UZI"),
    Damage("AGB without number", PRACTITIONER, drop("identifier.1.value"), "Practitioner.identifier[1].value"),
    Damage("two specialties", ROLE, again("specialty"), "PractitionerRole.specialty"),
    Damage(
        "role of an organization",
        ROLE,
        put("practitioner.reference", "Organization/a"),
        "PractitionerRole.practitioner.reference",
    ),
    Damage("URA without number", ORGANIZATION, drop("identifier.0.value"), "Organization.identifier[0].value"),
    Damage(
        "two titles of an episode",
        EPISODE,
        put("extension.0", example(EPISODE)["extension"][1]),
        "EpisodeOfCare.extension:title",
    ),
    # Extensions in their places
    Damage("role where nobody is named", CONTACT, put("extension", [ROLE_EXTENSION]), "Encounter.extension[0]"),
    Damage("code beside a period", CONTACT, put("period.extension", [CODE]), "Encounter.period.extension[0]"),
    Damage(
        "code extension without code",
        CONTACT,
        put("class.extension.0", {"url": CODE["url"]}),
        "Encounter.class.extension[0].valueCodeableConcept",
    ),
    # The base standard
    Damage("element that is not known", LINE, put("opmerking", "x"), "Observation.opmerking"),
    Damage("two kinds of value", LINE, put("valueBoolean", True), "Observation"),
    Damage("date that is none", LINE, put("effectiveDateTime", "12 maart"), "Observation.effectiveDateTime"),
    Damage("no list where one belongs", LINE, put("component", {}), "Observation.component"),
    Damage("profile of another resource", LINE, put("meta.profile", [f"{NICTIZ}gp-Encounter"]), "Observation"),
    Damage(
        "script in the text",
        LINE,
        put("text.div", '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'),
        "Observation.text.div",
    ),
    Damage(
        "link that runs",
        LINE,
        put("text.div", '<div xmlns="http://www.w3.org/1999/xhtml"><a href="java\nscript:x">x</a></div>'),
        "Observation.text.div",
    ),
)


def test_there_are_at_least_thirty_kinds_of_damage() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 30


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_damage_is_found_at_its_place(damage: Damage) -> None:
    resource = example(damage.example)
    damage.edit(resource)
    issues = validate(resource)
    assert damage.path in [issue.path for issue in issues]
    assert all(issue.message for issue in issues)


@pytest.mark.parametrize("name", ["class_fhir", "fhir_comments", "resource_type", "status__ext"])
def test_a_name_that_only_the_library_has_is_not_known(name: str) -> None:
    contact = example(CONTACT)
    contact[name] = {"id": "a"} if name.endswith("ext") else contact["class"] if name == "class_fhir" else "Encounter"
    assert f"Encounter.{name}" in [issue.path for issue in validate(contact)]


def test_a_path_leads_into_a_bundle() -> None:
    line = example(LINE)
    line["status"] = "amended"
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": example(PATIENT)}, {"resource": line}],
    }
    assert [issue.path for issue in validate(bundle)] == ["Bundle.entry[1].resource.status"]


def test_two_of_one_address_and_a_reference_to_nothing() -> None:
    line, patient = example(LINE), example(PATIENT)
    line["subject"] = {"reference": "urn:uuid:b"}
    entries = [{"fullUrl": "urn:uuid:a", "resource": each} for each in (line, patient)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert [issue.path for issue in validate(bundle)] == [
        "Bundle.entry[1].fullUrl",
        "Bundle.entry[0].resource.subject.reference",
    ]


def test_a_resource_by_itself_may_name_another_but_not_a_contained_one_that_is_not_there() -> None:
    line = example(LINE)
    line["subject"] = {"reference": "urn:uuid:b"}
    assert validate(line) == []
    line["subject"] = {"reference": "#b"}
    assert [issue.path for issue in validate(line)] == ["Observation.subject.reference"]
    line["contained"] = [{"resourceType": "Patient", "id": "b"}]
    assert validate(line) == []


def test_a_reference_within_a_bundle_is_followed() -> None:
    line = example(LINE)
    line["context"] = {"reference": "urn:uuid:b"}
    entries = [{"fullUrl": "urn:uuid:a", "resource": line}, {"fullUrl": "urn:uuid:b", "resource": example(PATIENT)}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert {issue.path for issue in validate(bundle)} == {"Bundle.entry[0].resource.context.reference"}


def test_an_unknown_resource_in_a_bundle() -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Recept"}}]}
    assert [issue.path for issue in validate(bundle)] == ["Bundle.entry[0].resource"]


def test_a_message_says_nothing_of_the_resource() -> None:
    for damage in DAMAGES:
        resource = example(damage.example)
        damage.edit(resource)
        text = " ".join(issue.message for issue in validate(resource))
        assert not [word for word in ("9999", "hoesten", "preliminary", "12 maart", "Subjectief") if word in text]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([REPORT, LINE, CONTACT, PATIENT]), st.data())
def test_anything_anywhere_gives_a_verdict(name: str, data: st.DataObject) -> None:
    resource: Any = example(name)
    place = resource
    while True:
        keys = [key for key in (place if isinstance(place, dict) else range(len(place))) if key != "resourceType"]
        if not keys:
            break
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(ANY_JSON)
            break
        place = place[key]
    assert isinstance(validate(resource), list)


# What was read of the profiles ----------------------------------------


def test_every_profile_and_value_set_is_read() -> None:
    assert len(profiles()) == 12
    assert sorted(len(each.codes) for each in value_sets().values()) == [4, 12]


def test_the_type_of_a_profile() -> None:
    assert type_of(f"{NICTIZ}gp-JournalEntry") == "Observation"
    assert type_of("http://hl7.org/fhir/StructureDefinition/Group") == "Group"
    assert type_of(f"{NICTIZ}zib-Encounter") is None

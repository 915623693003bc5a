"""FHIR files: JSON and XML give the same, and what is no FHIR is refused without a traceback or a quotation."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soep.errors import InputError
from soep.export.fhir import reading
from soep.export.fhir.narrative import XHTML, is_safe, to_div
from soep.export.fhir.reading import FHIR, parse_resource, read_resource
from tests.commands import assert_refused, soep

EXAMPLES = Path(__file__).parent / "nictiz"
PATIENT = EXAMPLES / "nl-core-patient-01.xml"


def test_xml_as_json() -> None:
    patient = read_resource(PATIENT)
    assert patient["multipleBirthBoolean"] is False
    assert patient["_gender"]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "M"
    assert patient["contact"][0]["name"]["given"] == ["Jannie"]
    assert patient["contact"][0]["name"]["_given"][0]["extension"][0]["valueCode"] == "CL"
    assert patient["text"]["div"].startswith(f'<div xmlns="{XHTML}">')
    assert "_birthDate" not in patient
    assert parse_resource(json.dumps(patient).encode()) == patient


def test_a_bundle_and_contained_resources_in_xml() -> None:
    text = (
        f'<Bundle xmlns="{FHIR}"><type value="collection"/><total value="1"/><entry><resource><Patient><contained>'
        '<Organization><name value="A"/></Organization></contained></Patient></resource></entry></Bundle>'
    )
    assert parse_resource(text.encode()) == {
        "resourceType": "Bundle",
        "type": "collection",
        "total": 1,
        "entry": [
            {"resource": {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "name": "A"}]}}
        ],
    }


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
REFUSED = {
    "nothing": b"",
    "text": b"Geen koorts.",
    "half": b'{"resourceType": "Patient"',
    "a list": b"[1]",
    "no type": b"{}",
    "another type": b'{"resourceType": "Recept"}',
    "a part of a type": b'{"resourceType": "HumanName"}',
    "a type that is no word": b'{"resourceType": ["Patient"]}',
    "no number": b'{"resourceType": "Patient", "multipleBirthInteger": NaN}',
    "bytes": b"\xff\xfe\x00\x01",
    "deep JSON": b'{"resourceType": "Patient", "extension": ' + b"[" * 70 + b"]" * 70 + b"}",
    "very deep JSON": b"[" * 200_000,
    "half XML": f'<Patient xmlns="{FHIR}">'.encode(),
    "other XML": b"<Patient/>",
    "entities": f'{ENTITY}<Patient xmlns="{FHIR}"><id value="&a;"/></Patient>'.encode(),
    "a document type": f'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Patient xmlns="{FHIR}"/>'.encode(),
    "deep XML": f'<Patient xmlns="{FHIR}">{"<extension>" * 2000}{"</extension>" * 2000}</Patient>'.encode(),
    "an encoding that is none": f'<?xml version="1.0" encoding="klingon"?><Patient xmlns="{FHIR}"/>'.encode(),
    "two resources in one place": f'<Bundle xmlns="{FHIR}"><entry><resource><Patient/><Patient/></resource></entry>'
    "</Bundle>".encode(),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_fhir_is_refused(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)
    file = tmp_path / "a.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.json is geen FHIR-resource") as refused:
        read_resource(file)
    assert "koorts" not in str(refused.value)


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError):
        read_resource(tmp_path / "a.json")
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(InputError):
        read_resource(PATIENT)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        assert parse_resource(content)


# Narrative ----------------------------------------


@given(st.text())
def test_any_text_becomes_safe_xhtml(text: str) -> None:
    clean = "".join(character for character in text if character.isprintable())
    assert is_safe(to_div([clean])) == bool(clean.strip())


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "  ",
        "<script>x</script>",
        "x<img src='http://x/y.png'/>",
        "<p onclick='x()'>x</p>",
        "<a href='javascript:x'>x</a>",
        "<a href='&#106;avascript:x'>x</a>",
        "<form>x</form>",
        "<iframe src='#'>x</iframe>",
        "<p style='background: url(http://x)'>x</p>",
        "<p xmlns='urn:x'>x</p>",
        "<!-- x -->x",
        "<p>x",
        "&x;",
    ],
)
def test_what_a_browser_would_run_or_fetch_is_not_safe(inner: str) -> None:
    assert not is_safe(f'<div xmlns="{XHTML}">{inner}</div>')


@pytest.mark.parametrize("div", [None, 1, "x", "<div>x</div>", f'<p xmlns="{XHTML}">x</p>'])
def test_what_is_no_div_is_not_safe(div: object) -> None:
    assert not is_safe(div)


def test_formatting_is_safe() -> None:
    inner = '<table><tr><td style="color: red">x</td></tr></table><a href="tel:112">x</a><img src="#a"/>'
    assert is_safe(f'<div xmlns="{XHTML}">{inner}</div>')


# The command ----------------------------------------


def test_the_command_says_where_and_what(tmp_path: Path) -> None:
    valid = soep("validate", PATIENT)
    assert (valid.returncode, valid.stdout) == (0, "")
    assert "is geldig" in valid.stderr
    patient = read_resource(PATIENT)
    patient["identifier"][0]["value"] = "999911121"
    file = tmp_path / "a.json"
    file.write_text(json.dumps(patient), "utf-8")
    wrong = soep("validate", file)
    assert wrong.returncode == 7
    assert wrong.stdout == "Patient.identifier[0].value: is geen geldig BSN (elfproef)\n"
    assert "999911121" not in wrong.stdout + wrong.stderr


def test_the_command_names_profiles_that_it_does_not_have() -> None:
    outcome = soep("validate", EXAMPLES / "gpdata-condition-icpc-l8601.xml")
    assert outcome.returncode == 0
    assert "zib-Problem" in outcome.stderr


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", "utf-8")
    assert_refused(soep("validate", tmp_path / "a.json"), 2, "a.json", "geen FHIR")
    assert_refused(soep("validate", tmp_path), 2, "gelezen")

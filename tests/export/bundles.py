"""What a Bundle of the FHIR exporter holds, read as a receiver would."""

from __future__ import annotations

from soep.export.fhir.base import Json


def resources_of(bundle: Json, kind: str) -> list[Json]:
    """The resources of one type, in their order."""
    found = (entry["resource"] for entry in bundle["entry"])
    return [resource for resource in found if resource["resourceType"] == kind]


def lines_of(bundle: Json) -> list[list[tuple[str, str]]]:
    """Field and text of every line, a list for each note: from its sections to the lines that they name."""
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    return [
        [
            (section["code"]["coding"][0]["code"], by_url[entry["reference"]]["valueString"])
            for section in report.get("section", [])
            for entry in section.get("entry", [])
        ]
        for report in resources_of(bundle, "Composition")
    ]

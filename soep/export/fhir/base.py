"""The base standard, FHIR STU3: which elements a type has and what may stand in them, as fhir.resources knows it.

Resources are plain JSON objects here (``Json``), types have their names in the standard: ``Observation``,
``Reference``, ``string``; the parts of a resource are called as in fhir.resources: ``ObservationComponent``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from fhir.resources.STU3 import fhirtypes  # noqa: F401 - registers the types of STU3
from fhir_core.constraints import FHIR_TYPES_MAPS
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from fhir_core.utils import get_fhir_type_name, is_list_type
from pydantic import ValidationError

from soep.i18n import _

Json: TypeAlias = dict[str, Any]

_VERSION = "STU3."
_MORE_CODES = "+"  # ends a list of codes that fhir.resources left incomplete
_INHERITED = "fhir_comments"


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong, and where: a path like ``Composition.section[0].code``; nothing of what the resource says."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Element:
    """What may stand under a name.  ``codes`` and ``targets`` are empty when any code or resource may."""

    type: str
    is_list: bool
    codes: frozenset[str]
    targets: frozenset[str]

    @property
    def is_primitive(self) -> bool:
        """Whether it is a value by itself; the standard writes the names of such types in lower case."""
        return self.type[0].islower()

    @property
    def inner_type(self) -> str:
        """The type of what stands under it: a primitive has an id and extensions beside its value."""
        return "Element" if self.is_primitive else self.type


def is_resource_type(name: object) -> bool:
    """Whether the standard has a resource of that name."""
    return isinstance(name, str) and f"{_VERSION}{name}Type" in FHIR_TYPES_MAPS and _model(name).has_resource_base()


@cache
def elements_of(type_name: str) -> Mapping[str, Element]:
    """The elements of a type by their names in JSON."""
    fields = _model(type_name).model_fields
    return {
        field.alias or name: _element(field)
        for name, field in fields.items()
        if not name.endswith("__ext") and name != _INHERITED
    }


def base_issues(resource: Json, path: str) -> Iterator[Issue]:
    """What fhir.resources finds wrong in one resource; resources inside it are to be checked by themselves."""
    try:
        _model(resource["resourceType"]).model_validate(_without_inner(resource))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            yield Issue(_path(path, each["loc"]), _sentence(each["type"], each["msg"]))


def empty_issues(value: object, path: str) -> Iterator[Issue]:
    """Names with nothing behind them, which FHIR does not allow; in a list null may hold a place."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from empty_issues(each, f"{path}[{number}]")
    elif isinstance(value, dict):
        for name, each in value.items():
            if each is None or each in ("", [], {}):
                yield Issue(f"{path}.{name}", _("is leeg"))
            yield from empty_issues(each, f"{path}.{name}")


def _without_inner(resource: Json) -> Json:
    """A copy without the resources inside it: those of a Bundle's entries, and contained ones."""
    copy = {name: value for name, value in resource.items() if name != "contained"}
    entries = copy.get("entry")
    if resource["resourceType"] == "Bundle" and isinstance(entries, list):
        copy["entry"] = [
            {name: value for name, value in entry.items() if name != "resource"} if isinstance(entry, dict) else entry
            for entry in entries
        ]
    return copy


@cache
def _model(type_name: str) -> type[FHIRAbstractModel]:
    module, _dot, name = FHIR_TYPES_MAPS[f"{_VERSION}{type_name}Type"].rpartition(".")
    model: type[FHIRAbstractModel] = getattr(importlib.import_module(module), name)
    return model


def _element(field: Any) -> Element:
    extra = field.json_schema_extra or {}
    codes = frozenset(extra.get("enum_values") or ())
    targets = frozenset(extra.get("enum_reference_types") or ())
    return Element(
        type=get_fhir_type_name(field, prefix=_VERSION),
        is_list=is_list_type(field),
        codes=frozenset() if _MORE_CODES in codes else codes,
        targets=frozenset() if "Resource" in targets else targets,
    )


def _path(path: str, place: tuple[int | str, ...]) -> str:
    return path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)


def _sentence(kind: str, message: str) -> str:
    """The finding in words; the library's own message only tells what kind of finding it is."""
    if kind == "extra_forbidden":
        return _("dit element kent FHIR hier niet")
    if kind in ("missing", "model_field_validation.missing") or "required" in message:
        return _("ontbreekt")
    if "got multiple" in message:
        return _("hiervan mag er maar één staan")
    if kind == "list_type":
        return _("moet een lijst zijn")
    return _("heeft niet de vorm die FHIR vraagt")

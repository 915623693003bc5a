"""Nictiz's profiles: StructureDefinitions as trees of what each element asks for, and the codes of value sets.

Read from the files in ``profiles/``.  Only the differential is there (the files have no snapshot); what it leaves open
the base standard says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any
from xml.etree import ElementTree as ET

from soep.export.fhir.base import Json
from soep.export.fhir.reading import FHIR, parse_xml, value_of

_STRUCTURES = "http://hl7.org/fhir/StructureDefinition/"
CHOICE = "[x]"


@dataclass(slots=True)
class Node:
    """What a profile asks of the element ``name``, of its slices, and of what stands under it.

    ``choices`` are the only names that a choice such as ``value[x]`` may have here.
    """

    name: str
    slice: str = ""
    minimum: int = 0
    maximum: int | None = None
    fixed: str | None = None
    pattern: Json | None = None
    value_set: str = ""
    """Of a required binding."""
    extension: str = ""
    """The profile of an extension that has one."""
    targets: tuple[str, ...] = ()
    """The profiles that a reference may point at."""
    discriminators: tuple[str, ...] = ()
    """Paths that tell slices apart."""
    is_closed: bool = False
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """A StructureDefinition; ``contexts`` are the places where an extension may stand."""

    url: str
    type: str
    contexts: frozenset[str]
    root: Node


@dataclass(frozen=True, slots=True)
class ValueSet:
    """``codes`` are systems and codes with what they mean."""

    name: str
    codes: Mapping[tuple[str, str], str]


@cache
def profiles() -> Mapping[str, Profile]:
    """The profiles at hand, by URL."""
    return {profile.url: profile for profile in map(_profile, _files("StructureDefinition"))}


@cache
def value_sets() -> Mapping[str, ValueSet]:
    """The value sets at hand, by URL."""
    return {_text(root, "url"): _value_set(root) for root in _files("ValueSet")}


@cache
def encounter_classes() -> Mapping[str, tuple[str, str, str]]:
    """From a contact type of NHG table 14 (without leading zero) to system, code and display of ``Encounter.class``."""
    return {
        _text(element, "code"): (
            _text(group, "target"),
            _text(element, "target/code"),
            _text(element, "target/display"),
        )
        for root in _files("ConceptMap")
        for group in _all(root, "group")
        for element in _all(group, "element")
    }


def type_of(profile: str) -> str | None:
    """The resource type that a profile is about; None when it is not at hand."""
    if profile in profiles():
        return profiles()[profile].type
    return profile.removeprefix(_STRUCTURES) if profile.startswith(_STRUCTURES) else None


def _files(kind: str) -> Iterator[ET.Element]:
    folder = resources.files("soep.export.fhir") / "profiles"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".xml"):
            root = parse_xml(file.read_bytes())
            if root.tag == f"{{{FHIR}}}{kind}":
                yield root


def _all(part: ET.Element, path: str) -> list[ET.Element]:
    return part.findall("/".join(f"{{{FHIR}}}{step}" for step in path.split("/")))


def _texts(part: ET.Element, path: str) -> tuple[str, ...]:
    return tuple(each.get("value", "") for each in _all(part, path))


def _text(part: ET.Element, path: str) -> str:
    return next(iter(_texts(part, path)), "")


def _value_set(root: ET.Element) -> ValueSet:
    codes = {
        (_text(include, "system"), _text(concept, "code")): _text(concept, "display")
        for include in _all(root, "compose/include")
        for concept in _all(include, "concept")
    }
    return ValueSet(_text(root, "name"), codes)


def _profile(root: ET.Element) -> Profile:
    top = Node(_text(root, "type"))
    for definition in _all(root, "differential/element"):
        _fill(_node(top, definition.get("id", "")), definition)
    return Profile(_text(root, "url"), top.name, frozenset(_texts(root, "context")), top)


def _node(top: Node, element_id: str) -> Node:
    """The node of an element's id, such as ``Observation.component:ICPC_S.value[x]:valueString.coding``, made if new.

    A slice of a choice, or one that is called as its own element, is no slice but the choice's name.
    """
    node = top
    for step in element_id.split(".")[1:]:
        name, _colon, cut = step.partition(":")
        if cut and name.endswith(CHOICE):
            node.choices.setdefault(name, set()).add(cut)
            name = cut
        node = node.children.setdefault(name, Node(name))
        if cut and cut != name:
            node = node.slices.setdefault(cut, Node(name, cut))
    return node


def _fill(node: Node, definition: ET.Element) -> None:
    node.minimum = int(_text(definition, "min") or node.minimum)
    maximum = _text(definition, "max")
    node.maximum = int(maximum) if maximum.isdigit() else node.maximum
    for part in definition:
        name = part.tag.rpartition("}")[2]
        if name.startswith("fixed"):
            node.fixed = part.get("value")
        elif name.startswith("pattern"):
            node.pattern = value_of(part, name.removeprefix("pattern"))
    if _text(definition, "binding/strength") == "required":
        node.value_set = _text(definition, "binding/valueSetReference/reference")
    if _text(definition, "type/code") == "Extension":
        node.extension = _text(definition, "type/profile")
    node.targets = _texts(definition, "type/targetProfile")
    node.discriminators = _texts(definition, "slicing/discriminator/path")
    node.is_closed = _text(definition, "slicing/rules") == "closed"


def matches(value: Any, pattern: Any) -> bool:
    """Whether a value has everything of a pattern; it may have more."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(value.get(name), each) for name, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(matches(each, wanted) for each in value) for wanted in pattern)
    return bool(value == pattern)

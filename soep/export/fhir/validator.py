"""Whether a resource, or a Bundle of them, is valid: by the base standard and by Nictiz's profiles that it names.

Checked of a profile: how often an element may stand, fixed values and patterns, required bindings to the value sets at
hand, slices, the profile and the place of extensions, and what a reference points at.  Not checked: invariants
(FHIRPath), the order of slices, bindings that are not required, and what profiles that are not at hand ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from soep.export.fhir.base import Element, Issue, Json, base_issues, elements_of, empty_issues, is_resource_type
from soep.export.fhir.narrative import is_safe
from soep.export.fhir.profiles import CHOICE, Node, Profile, matches, profiles, type_of, value_sets
from soep.export.identifiers import is_bsn
from soep.i18n import _

BSN_SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"

_TYPED_REFERENCE = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")


@dataclass(frozen=True, slots=True)
class _Item:
    """One element of a resource.  ``inner`` has what stands under it: for a primitive its id and extensions."""

    path: str
    value: Any
    inner: Json


@dataclass(frozen=True, slots=True)
class _Place:
    """An element with its type, and the names that it goes by where an extension says in what it may stand."""

    item: _Item
    element: Element
    names: frozenset[str]


def validate(resource: Json) -> list[Issue]:
    """Everything that is wrong with a resource and the resources in it; nothing when it is valid.

    Args:
        resource: a JSON object whose ``resourceType`` is one of STU3.
    """
    found = list(_resources(resource, resource["resourceType"]))
    unknown = [Issue(path, _("is geen soort resource van FHIR STU3")) for path, each in found if not _has_type(each)]
    if unknown:
        return unknown
    empty = empty_issues(resource, resource["resourceType"])
    base = [*empty, *(issue for path, each in found for issue in base_issues(each, path))]
    if base:
        return base  # what follows counts on the form that the base standard gives
    check = _Check(found)
    issues = [issue for path, each in found for issue in check.resource(each, path)]
    return list(dict.fromkeys([*_bundle_issues(resource), *issues]))


def unchecked_profiles(resource: Json) -> list[str]:
    """The profiles that the resources name and that are not at hand, sorted."""
    named = {url for _path, each in _resources(resource, "") for url in _named_profiles(each)}
    return sorted(named - profiles().keys())


def _has_type(resource: Json) -> bool:
    return is_resource_type(resource.get("resourceType"))


def _resources(resource: Json, path: str) -> Iterator[tuple[str, Json]]:
    """A resource and those inside it, each with its path."""
    yield path, resource
    for number, inner in enumerate(_objects(resource.get("contained"))):
        yield from _resources(inner, f"{path}.contained[{number}]")
    if resource.get("resourceType") == "Bundle":
        for number, entry in enumerate(_objects(resource.get("entry"))):
            if isinstance(entry.get("resource"), dict):
                yield from _resources(entry["resource"], f"{path}.entry[{number}].resource")


def _objects(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _named_profiles(resource: Json) -> list[str]:
    meta = resource.get("meta")
    named = meta.get("profile") if isinstance(meta, dict) else None
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def _bundle_issues(resource: Json) -> Iterator[Issue]:
    """Entries that have the same address."""
    seen: set[str] = set()
    entries = _objects(resource.get("entry")) if resource["resourceType"] == "Bundle" else []
    for number, entry in enumerate(entries):
        url = entry.get("fullUrl")
        if url in seen:
            yield Issue(f"Bundle.entry[{number}].fullUrl", _("staat er meer dan één keer"))
        if url is not None:
            seen.add(url)


class _Check:
    """The checks beyond the form: what is in a resource, and what its profiles ask of it."""

    def __init__(self, resources: Iterable[tuple[str, Json]]) -> None:
        self._targets = dict(_addresses(resources))

    def resource(self, resource: Json, path: str) -> Iterator[Issue]:
        name = resource["resourceType"]
        top = _Item(path, resource, resource)
        for url in _named_profiles(resource):
            if url in profiles():
                yield from self._follows(top, profiles()[url], name)
        for place in _places(top, name, name):
            yield from self._place(place)

    def _follows(self, item: _Item, profile: Profile, type_name: str) -> Iterator[Issue]:
        if profile.type != type_name:
            message = _("is geen {type}, zoals profiel {url} vraagt")
            yield Issue(item.path, message.format(type=profile.type, url=profile.url))
        else:
            yield from self._under(item, profile.root)

    # What the base standard says of a place

    def _place(self, place: _Place) -> Iterator[Issue]:
        item, element = place.item, place.element
        yield from _unknown_names(item, element)
        if element.codes and item.value is not None and item.value not in element.codes:
            listed = ", ".join(sorted(element.codes))
            yield Issue(item.path, _("is geen code die hier mag: {codes}").format(codes=listed))
        if element.type == "xhtml" and not is_safe(item.value):
            yield Issue(item.path, _("is leeg of bevat meer dan opgemaakte tekst (XHTML)"))
        if element.type == "Reference":
            yield from self._reference(item, element.targets)
        if element.type == "Identifier" and item.inner.get("system") == BSN_SYSTEM and not _is_bsn(item.inner):
            yield Issue(f"{item.path}.value", _("is geen geldig BSN (elfproef)"))
        for extension in _items(item, "extension"):
            yield from self._extension(extension, place.names)

    def _extension(self, item: _Item, places: frozenset[str]) -> Iterator[Issue]:
        profile = profiles().get(item.value.get("url", ""))
        if profile is None:
            return
        if not profile.contexts & places:
            allowed = ", ".join(sorted(profile.contexts))
            yield Issue(item.path, _("deze extensie mag hier niet staan, alleen bij {places}").format(places=allowed))
        yield from self._under(item, profile.root)

    def _reference(self, item: _Item, types: Iterable[str | None]) -> Iterator[Issue]:
        """Whether a reference points at one of these types; None among them stands for one that is not known."""
        target = item.inner.get("reference")
        if target is None:
            return
        name = self._type_at(target)
        if name is None and self._is_missing(target):
            yield Issue(f"{item.path}.reference", _("verwijst naar iets wat er niet bij zit"))
        allowed = set(types)
        if name is not None and allowed and None not in allowed and name not in allowed:
            listed = ", ".join(sorted(filter(None, allowed)))
            yield Issue(f"{item.path}.reference", _("moet verwijzen naar {types}").format(types=listed))

    def _type_at(self, target: str) -> str | None:
        if target in self._targets:
            return self._targets[target]
        typed = _TYPED_REFERENCE.fullmatch(target)
        return typed[1] if typed and is_resource_type(typed[1]) else None

    def _is_missing(self, target: str) -> bool:
        """Whether it should be in the file; ``#`` is the resource itself, and one by itself may name another's UUID."""
        if target.startswith("urn:uuid:"):
            return any(address.startswith("urn:uuid:") for address in self._targets)
        return target.startswith("#") and target != "#"

    # What a profile says of a place

    def _under(self, item: _Item, node: Node) -> Iterator[Issue]:
        """What a node asks of what stands under an element."""
        for name, choices in node.choices.items():
            for each in _items(item, name):
                if each.path.rpartition(".")[2] not in choices:
                    listed = ", ".join(sorted(choices))
                    yield Issue(each.path, _("hier mag alleen {names} staan").format(names=listed))
        for name, child in node.children.items():
            items = _items(item, name)
            yield from _counted(items, child, f"{item.path}.{name}")
            for each in items:
                yield from self._content(each, child)
            if child.slices:
                yield from self._sliced(items, child, f"{item.path}.{name}")

    def _content(self, item: _Item, node: Node) -> Iterator[Issue]:
        if node.fixed is not None and item.value is not None and item.value != node.fixed:
            yield Issue(item.path, _("moet {value} zijn").format(value=node.fixed))
        if node.pattern is not None and not matches(item.value, node.pattern):
            yield Issue(item.path, _("heeft niet de vaste inhoud van het profiel"))
        if node.value_set in value_sets() and not _is_in(item.value, node.value_set):
            name = value_sets()[node.value_set].name
            yield Issue(item.path, _("heeft geen code uit {value_set}").format(value_set=name))
        if node.targets:
            yield from self._reference(item, map(type_of, node.targets))
        yield from self._under(item, node)

    def _sliced(self, items: list[_Item], node: Node, path: str) -> Iterator[Issue]:
        left = list(items)
        for cut in node.slices.values():
            marks = _marks(cut, node.discriminators or ("url",))
            if not marks:
                continue  # what tells this slice apart stands in a profile that is not at hand
            mine = [item for item in items if all(_has_mark(item.value, where, what) for where, what in marks.items())]
            left = [item for item in left if item not in mine]
            yield from _counted(mine, cut, f"{path}:{cut.slice}")
            for item in mine:
                yield from self._content(item, cut)
        if node.is_closed:
            for item in left:
                yield Issue(item.path, _("past in geen van de delen die het profiel kent"))


def _addresses(resources: Iterable[tuple[str, Json]]) -> Iterator[tuple[str, str]]:
    """By what each resource is referred to within the file, and its type."""
    for path, resource in resources:
        if resource["resourceType"] == "Bundle":
            for entry in _objects(resource.get("entry")):
                if "fullUrl" in entry and isinstance(entry.get("resource"), dict):
                    yield entry["fullUrl"], entry["resource"]["resourceType"]
        if "id" in resource:
            contained = path.rpartition(".")[2].startswith("contained[")
            yield ("#" if contained else f"{resource['resourceType']}/") + resource["id"], resource["resourceType"]


def _places(item: _Item, type_name: str, path: str) -> Iterator[_Place]:
    """Every element under an element, and the resource itself first; resources inside it are others."""
    if path == type_name:
        resource = Element(type_name, is_list=False, codes=frozenset(), targets=frozenset())
        yield _Place(item, resource, frozenset([type_name, "Resource"]))
    known = elements_of(type_name)
    for name in dict.fromkeys(key.removeprefix("_") for key in item.inner):
        element = known.get(name)
        if element is None or element.type == "Resource":
            continue
        for each in _items(item, name):
            within = f"{path}.{name}"
            yield _Place(each, element, frozenset([within, f"{type_name}.{name}", element.type]))
            yield from _places(each, element.inner_type, within)


def _unknown_names(item: _Item, element: Element) -> Iterator[Issue]:
    """Names of fhir.resources' own that it takes beside those of the standard, such as ``class_fhir``."""
    known = elements_of(element.inner_type)
    for name in item.inner:
        if name.removeprefix("_") not in known and name != "resourceType":
            yield Issue(f"{item.path}.{name}", _("dit element kent FHIR hier niet"))


def _items(item: _Item, name: str) -> list[_Item]:
    """What stands under a name, with its path; under ``value[x]`` whichever choice there is."""
    if name.endswith(CHOICE):
        stem = re.compile(rf"_?({re.escape(name.removesuffix(CHOICE))}[A-Z]\w*)")
        names = dict.fromkeys(match[1] for match in map(stem.fullmatch, item.inner) if match)
        return [each for choice in names for each in _items(item, choice)]
    value, beside = item.inner.get(name), item.inner.get(f"_{name}")
    path = f"{item.path}.{name}"
    if not isinstance(value, list) and not isinstance(beside, list):
        return [] if value is None and beside is None else [_item(path, value, beside)]
    values, extras = _list(value), _list(beside)
    length = max(len(values), len(extras))
    padded = zip(values + [None] * (length - len(values)), extras + [None] * (length - len(extras)), strict=True)
    return [_item(f"{path}[{number}]", *pair) for number, pair in enumerate(padded)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _item(path: str, value: Any, beside: Any) -> _Item:
    inner = value if isinstance(value, dict) else beside if isinstance(beside, dict) else {}
    return _Item(path, value, inner)


def _counted(items: list[_Item], node: Node, path: str) -> Iterator[Issue]:
    if len(items) < node.minimum:
        yield Issue(path, _("ontbreekt"))
    if node.maximum is not None and len(items) > node.maximum:
        message = _("mag hier niet staan") if node.maximum == 0 else _("mag hier hoogstens {maximum} keer staan")
        yield Issue(path, message.format(maximum=node.maximum))


def _marks(cut: Node, discriminators: Iterable[str]) -> Mapping[str, Any]:
    """What tells a slice apart, by where it stands: the profile of an extension, fixed values and patterns."""
    if cut.extension:
        return {"url": cut.extension}
    found: dict[str, Any] = {}
    for where in discriminators:
        node: Node | None = cut
        for step in where.split("."):
            node = node.children.get(step) if node is not None else None
        if node is not None and (node.fixed is not None or node.pattern is not None):
            found[where] = node.fixed if node.pattern is None else node.pattern
    return found


def _has_mark(value: Any, where: str, what: Any) -> bool:
    here, _dot, rest = where.partition(".")
    inner = value.get(here) if isinstance(value, dict) else None
    each = inner if isinstance(inner, list) else [inner]
    return any(_has_mark(one, rest, what) if rest else matches(one, what) for one in each)


def _is_in(value: Any, value_set: str) -> bool:
    """Whether a CodeableConcept or Coding has a code of a value set."""
    if not isinstance(value, dict):
        return False
    codings = _objects(value["coding"]) if "coding" in value else [value]
    return any((each.get("system"), each.get("code")) in value_sets()[value_set].codes for each in codings)


def _is_bsn(identifier: Json) -> bool:
    value = identifier.get("value")
    return isinstance(value, str) and re.fullmatch(r"[0-9]{9}", value) is not None and is_bsn(value)

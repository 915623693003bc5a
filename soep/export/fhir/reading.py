"""FHIR from files, as JSON or XML, with bounds: what is read came from somebody else.

In XML a document type is refused, so that no entity can make a small file large or fetch another.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from soep.errors import InputError
from soep.export.fhir.base import Element, Json, elements_of, is_resource_type
from soep.export.fhir.narrative import XHTML
from soep.i18n import _

MAX_BYTES = 16 * 1024**2
MAX_DEPTH = 64
FHIR = "http://hl7.org/fhir"


def read_resource(file: Path) -> Json:
    """A resource from a file.

    Raises:
        InputError: it cannot be read, is too large or too deep, or is no FHIR resource in JSON or XML.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            _("{name} kan niet worden gelezen.").format(name=file.name), _("Controleer of het bestand er is.")
        ) from error
    if len(content) > MAX_BYTES:
        raise InputError(
            _("{name} is te groot.").format(name=file.name),
            _("Een bestand mag {megabytes} MB zijn.").format(megabytes=MAX_BYTES // 1024**2),
        )
    try:
        return parse_resource(content)
    except (ValueError, RecursionError) as error:  # what it says may quote the file
        raise InputError(
            _("{name} is geen FHIR-resource in JSON of XML.").format(name=file.name),
            _("Een resource in JSON begint met {start}.").format(start='{"resourceType": …'),
        ) from error


def parse_resource(content: bytes) -> Json:
    """A resource from the bytes of a file.

    Raises:
        ValueError: it is none.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    resource = _from_xml(content) if start == b"<" else json.loads(content, parse_constant=_no_number)
    if not isinstance(resource, dict) or not is_resource_type(resource.get("resourceType")):
        raise ValueError("no resource of STU3")
    if _is_deep(resource):
        raise ValueError("nested too deep")
    return resource


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _is_deep(value: object) -> bool:
    layer = [value]
    for _level in range(MAX_DEPTH):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(layer)


# XML ----------------------------------------


class _NoDoctype(ET.TreeBuilder):
    def doctype(self, _name: str, _public: str, _system: str) -> None:
        raise ValueError("a document type is not accepted")


def parse_xml(content: bytes) -> ET.Element:
    """The root of an XML document without a document type.

    Raises:
        ValueError: it is none.
    """
    try:
        return ET.fromstring(content, parser=ET.XMLParser(target=_NoDoctype()))
    except (ET.ParseError, LookupError) as error:  # LookupError: an encoding that Python does not have
        raise ValueError("no XML") from error


def _from_xml(content: bytes) -> Json:
    return _resource(parse_xml(content), 0)


def _resource(root: ET.Element, depth: int) -> Json:
    namespace, _brace, name = root.tag.rpartition("}")
    if namespace != f"{{{FHIR}" or not is_resource_type(name):
        raise ValueError("no resource of STU3")
    return {"resourceType": name, **value_of(root, name, depth)}


def value_of(part: ET.Element, type_name: str, depth: int = 0) -> Json:
    """An XML element of a complex type as a JSON object.

    Raises:
        ValueError: it is nested too deep.
    """
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    known = elements_of(type_name)
    value: Json = {name: text for name, text in part.attrib.items() if name in ("id", "url")}
    for child in part:
        name = child.tag.rpartition("}")[2]
        element = known.get(name, Element("Element", is_list=False, codes=frozenset(), targets=frozenset()))
        if element.is_primitive:
            _add_primitive(value, name, child, element, depth)
        else:
            _add(value, name, _complex(child, element.type, depth), is_list=element.is_list)
    return {name: each for name, each in value.items() if not _is_nothing(each)}


def _is_nothing(value: object) -> bool:
    """What stands beside primitives that have no extensions."""
    return isinstance(value, list) and all(each is None for each in value)


def _complex(part: ET.Element, type_name: str, depth: int) -> Json:
    if type_name != "Resource":
        return value_of(part, type_name, depth + 1)
    inner = list(part)
    if len(inner) != 1:
        raise ValueError("not one resource")
    return _resource(inner[0], depth + 1)


def _add_primitive(value: Json, name: str, part: ET.Element, element: Element, depth: int) -> None:
    is_xhtml = element.type == "xhtml"
    _add(value, name, _xhtml(part) if is_xhtml else _typed(part.get("value"), element.type), is_list=element.is_list)
    beside = None if is_xhtml else value_of(part, "Element", depth + 1) or None
    _add(value, f"_{name}", beside, is_list=element.is_list)


def _add(value: Json, name: str, content: Any, *, is_list: bool) -> None:
    if is_list:
        value.setdefault(name, []).append(content)
    elif name in value:  # twice what may stand once: a list, which is then found wrong
        value[name] = [*(value[name] if isinstance(value[name], list) else [value[name]]), content]
    elif content is not None:
        value[name] = content


def _typed(text: str | None, type_name: str) -> Any:
    """A primitive as JSON has it; what cannot be one stays text, which is then found wrong."""
    if text is None:
        return None
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in ("integer", "unsignedInt", "positiveInt", "decimal"):
        try:
            return float(text) if type_name == "decimal" else int(text)
        except ValueError:
            return text
    return text


def _xhtml(part: ET.Element) -> str:
    """The ``div`` as text, with the namespace once."""
    for each in part.iter():
        namespace, _brace, tag = each.tag.rpartition("}")
        each.tag = tag if namespace == f"{{{XHTML}" else each.tag
    if not part.tag.startswith("{"):
        part.set("xmlns", XHTML)
    part.tail = None
    return ET.tostring(part, encoding="unicode")

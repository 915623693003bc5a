"""The readable part of a resource: XHTML with formatting and nothing that a browser would run or fetch."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from xml.etree import ElementTree as ET

XHTML = "http://www.w3.org/1999/xhtml"

# Chapters 7 to 11 and 15 of HTML 4.0 without forms, scripts and frames (FHIR STU3, Narrative, txt-1).
_TAGS = """
    a abbr acronym address b big blockquote br caption center cite code col colgroup dd dfn div dl dt em font
    h1 h2 h3 h4 h5 h6 hr i img li ol p pre q s samp small span strike strong sub sup
    table tbody td tfoot th thead tr tt u ul var
"""
_ATTRIBUTES = """
    abbr align alt axis border cellpadding cellspacing char charoff class colspan compact dir frame headers height href
    hspace id lang name noshade nowrap rowspan rules scope size span src start style summary title type valign value
    vspace width {http://www.w3.org/XML/1998/namespace}lang
"""
_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_PICTURES = ("#", "data:image/")


def to_div(lines: Iterable[str]) -> str:
    """Lines as paragraphs."""
    paragraphs = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    return f'<div xmlns="{XHTML}">{paragraphs}</div>'


def is_safe(div: object) -> bool:
    """Whether this is a ``div`` that says something, with nothing in it but formatting."""
    if not isinstance(div, str) or "<!" in div or "<?" in div:
        return False
    try:
        root = ET.fromstring(div)
    except (ET.ParseError, ValueError):
        return False
    says_something = "".join(root.itertext()).strip() or root.find(f".//{{{XHTML}}}img") is not None
    return root.tag == f"{{{XHTML}}}div" and bool(says_something) and all(map(_is_formatting, root.iter()))


def _is_formatting(part: ET.Element) -> bool:
    namespace, _brace, tag = part.tag.rpartition("}")
    if namespace != f"{{{XHTML}" or tag not in _TAGS.split():
        return False
    return all(name in _ATTRIBUTES.split() and _is_harmless(name, value) for name, value in part.attrib.items())


def _is_harmless(name: str, value: str) -> bool:
    plain = "".join(value.split()).lower()
    if name == "href":
        return plain.startswith(_LINKS)
    if name == "src":
        return plain.startswith(_PICTURES)
    return name != "style" or not any(word in plain for word in ("url(", "expression(", "javascript:", "@import", "\\"))

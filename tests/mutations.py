"""Strategies that damage what is valid: bytes of a file, and values in a JSON object."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

LARGEST_BYTES = 100_000
ODD_PIECES = [
    b"\x00", b"\x1b[2J", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e".encode(),
    "\u2028".encode(), "\U000e0041".encode(), "a\u0300\u0323".encode(), "\uff9e\u0300".encode(), "٣:٤٥".encode(),
    b"../../x", b"..\\..\\x", b"C:\\x", b"/etc/passwd", b"9" * 5_000, b"1e400", b"-1e400", b"-0.0", b"NaN", b"Infinity",
    b"9007199254740993", b"-1", b"\\ud800", b"\\u0000", b"[" * 3_000, b'{"a":' * 3_000, b"(" * 50, b"<v " + b" " * 50,
    b"&#" + b"9" * 5_000 + b";", b"&#xD800;", b"&lt;", b"-->", b"999:59:59.999", b"\r", b"\n\n", b'"', b":", b" ", b",",
]  # fmt: skip
ODD_VALUES: list[Any] = [
    None, True, -1, 0, 1, 1e-300, 1e300, 2**53 + 1, 10**30, -(10**400), float("inf"), float("nan"), "", "nl", "arts",
    "../../x", "/x", "\ud800", "\x00\x1b[2J", "\u202eabc", "a" + "\u0300\u0323" * 3_000, "(" * 3_000, "x" * 300_000,
    [], {}, [[]], [{}] * 500, {"a": None}, {"\ud800": "x"}, {"text": "x"},
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, wholes: Sequence[bytes], head_bytes: int | None = None) -> bytes:
    """One of the files after a few bit flips, cuts, repeats, swaps and odd pieces, in its first bytes or anywhere."""
    content = draw(st.sampled_from(wholes))
    for _each in range(draw(st.integers(1, 6))):
        content = _once(draw, content, head_bytes)[:LARGEST_BYTES]
    return content


def _once(draw: st.DrawFn, content: bytes, head_bytes: int | None) -> bytes:
    end = min(len(content), head_bytes or len(content))
    start, middle, stop = sorted(draw(st.tuples(*[st.integers(0, end)] * 3)))
    match draw(st.sampled_from(["flip", "byte", "number", "cut", "end", "repeat", "swap", "odd"])):
        case "flip" if start < end:
            changed = content[start] ^ (1 << draw(st.integers(0, 7)))
            return content[:start] + bytes([changed]) + content[start + 1 :]
        case "byte":
            return content[:start] + draw(st.binary(min_size=1, max_size=4)) + content[start + 1 :]
        case "number":
            size = draw(st.sampled_from([2, 4, 8]))
            number = draw(st.sampled_from([0, 1, 0x7F, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63]))
            written = (number % 256**size).to_bytes(size, draw(st.sampled_from(["big", "little"])))
            return content[:start] + written + content[start + size :]
        case "cut":
            return content[:start] + content[middle:]
        case "end":
            return content[:middle]
        case "repeat":
            times = draw(st.sampled_from([2, 3, 50, 5_000]))
            piece = content[start : min(middle, start + 1 + LARGEST_BYTES // times)]
            return content[:start] + piece * times + content[middle:]
        case "swap":
            return content[:start] + content[middle:stop] + content[start:middle] + content[stop:]
        case _:
            return content[:start] + draw(st.sampled_from(ODD_PIECES)) + content[start:]


@st.composite
def disturbed(draw: st.DrawFn, whole: Any) -> bytes:
    """The object as JSON, with some values replaced, left out, moved or nested."""
    changed = [copy.deepcopy(whole)]
    for _each in range(draw(st.integers(1, 4))):
        parent, key = draw(st.sampled_from(list(_places(changed))))
        match draw(st.sampled_from(["odd", "odd", "drop", "move", "nest"])):
            case "drop":
                del parent[key]
                if not changed:
                    changed.append(None)
            case "move":
                other, place = draw(st.sampled_from(list(_places(changed))))
                parent[key] = copy.deepcopy(other[place])
            case "nest":
                for _level in range(draw(st.sampled_from([1, 3, 400]))):
                    parent[key] = [parent[key]]
            case _:
                parent[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
    return json.dumps(changed[0]).encode()


def _places(values: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Every value in lists and dicts, as what holds it and its key."""
    if depth > 10:
        return
    pairs = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in pairs:
        yield values, key
        yield from _places(value, depth + 1)

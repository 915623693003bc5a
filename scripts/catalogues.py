"""Update and compile the message catalogues: `python scripts/catalogues.py [--check]`.

The messages in the code are Dutch; `soep/locale/en/LC_MESSAGES/soep.po` is their English.  New messages are added to
it with an empty translation, to be filled in by hand; messages that left the code leave the catalogue.  `--check`
changes nothing and fails when a translation is missing or a compiled catalogue is old.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).parent))
from click_nl import PLURAL, SINGULAR

REPOSITORY = Path(__file__).parent.parent
LOCALE = REPOSITORY / "soep" / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "soep.po"
DUTCH_CLICK = LOCALE / "nl" / "LC_MESSAGES" / "click.mo"
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}
ONE_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""Dates in a catalogue's header would make each compilation differ."""
DATES = {"creation_date": ONE_DATE, "revision_date": ONE_DATE}
HEADER = "# English translations of soep.  The messages themselves are Dutch.\n#"


def extracted() -> set[str | tuple[str, ...]]:
    """Every message in the code."""
    found = extract_from_dir(REPOSITORY / "soep", [("**.py", "python")], keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def english() -> Catalog:
    """The English catalogue as it stands."""
    if not ENGLISH.exists():
        return Catalog(locale="en")
    return read_po(io.BytesIO(ENGLISH.read_bytes()), locale="en")


def updated() -> Catalog:
    """The English catalogue with just the messages of the code, in order."""
    old = english()
    new = Catalog(locale="en", project="soep", header_comment=HEADER, fuzzy=False, **DATES)
    for message in sorted(extracted(), key=lambda m: m if isinstance(m, str) else m[0]):
        known = old.get(message if isinstance(message, str) else message[0])
        new.add(message, known.string if known is not None else "")
    return new


def untranslated(catalog: Catalog) -> list[str]:
    """Messages without English."""
    return [str(m.id) for m in catalog if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]


def click_in_dutch() -> Catalog:
    """The catalogue of click's own words."""
    catalog = Catalog(locale="nl", fuzzy=False, **DATES)
    for message, translation in {**SINGULAR, **PLURAL}.items():
        catalog.add(message, translation)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def source(catalog: Catalog) -> bytes:
    """A catalogue as people edit it."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=False, include_lineno=False, no_location=True)
    return out.getvalue()


def main() -> int:
    """Update, or with `--check` report what is not right."""
    check = "--check" in sys.argv[1:]
    new = updated()
    missing = untranslated(new)
    for message in missing:
        print(f"no English for: {message}")
    files = {ENGLISH.with_suffix(".mo"): compiled(new), DUTCH_CLICK: compiled(click_in_dutch())}
    old = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    if check:
        left = {str(m.id) for m in english()} - {str(m.id) for m in new}
        for path in old:
            print(f"not compiled: {path.name}")
        for message in left:
            print(f"no longer in the code: {message}")
        return 1 if missing or old or left else 0
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_bytes(source(new))
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())

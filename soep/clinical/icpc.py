"""ICPC codes: their form, and the practice's own table of codes with titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from soep.errors import InputError
from soep.i18n import _

CODE = re.compile(r"[ABDFHKLNPRSTUWXYZ]\d{2}(\.\d{2})?")
MAX_BYTES = 1024**2
MAX_CODES = 20_000
MAX_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class IcpcTable:
    """Codes with their titles, as the practice has them; an empty one completes nothing."""

    titles: Mapping[str, str]

    def complete(self, typed: str) -> str | None:
        """The first code with its title that begins with what was typed."""
        wanted = typed.strip().upper()
        found = next((code for code in self.titles if wanted and code.startswith(wanted)), None)
        return None if found is None else f"{found} {self.titles[found]}"

    def matches(self, typed: str, limit: int) -> list[str]:
        """Codes with titles that begin with what was typed, or whose title holds all of its words."""
        words = typed.casefold().split()
        if not words:
            return []
        found = (
            f"{code} {title}"
            for code, title in self.titles.items()
            if code.casefold().startswith(words[0]) or all(word in title.casefold() for word in words)
        )
        return list(islice(found, limit))


EMPTY = IcpcTable({})


def code_of(typed: str) -> str | None:
    """The code at the beginning of what was typed, in capitals; None when nothing was."""
    words = typed.split(maxsplit=1)
    return words[0].upper() if words else None


def read_table(path: Path) -> IcpcTable:
    """Read a table of the practice: a code and a title a line, with a semicolon between; one line of headings may lead.

    Raises:
        InputError: it cannot be read, is too large, or a line has another form; the message names the line.
    """
    titles: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        code, _separator, rest = line.partition(";")
        code, title = code.strip().strip('"').upper(), " ".join(rest.split(";")[0].strip().strip('"').split())
        if CODE.fullmatch(code) and title.isprintable() and 0 < len(title) <= MAX_TITLE_CHARACTERS:
            titles[code] = title
        elif line.strip() and number > 1:
            raise InputError(
                _("Regel {number} van de ICPC-tabel is niet te lezen.").format(number=number),
                _("Schrijf op elke regel een code en een titel: R74;Acute infectie bovenste luchtwegen."),
            )
        if len(titles) > MAX_CODES:
            raise _too_large()
    return IcpcTable(dict(sorted(titles.items())))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            _("De ICPC-tabel kan niet worden gelezen."), _("Controleer practice.icpc_table in de instellingen.")
        ) from error
    if len(content) > MAX_BYTES:
        raise _too_large()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # as spreadsheets on Windows write it


def _too_large() -> InputError:
    return InputError(_("De ICPC-tabel is te groot."), _("Een tabel heeft een code en een titel op elke regel."))

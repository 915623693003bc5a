"""The text of reference files, which come from elsewhere: bounded, and a sentence where one cannot be read."""

from __future__ import annotations

from pathlib import Path

from soep.errors import InputError
from soep.formats.files import read_bounded
from soep.i18n import _


def reference_text(path: Path, max_bytes: int) -> str:
    """The text of a reference.

    Raises:
        InputError: it cannot be read, is larger than ``max_bytes``, or is not UTF-8.
    """
    try:
        content = read_bounded(path, max_bytes)
        if content is not None:
            return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    raise _unreadable(path)


def _unreadable(path: Path) -> InputError:
    return InputError(
        _("De referentie {name} kan niet worden gelezen.").format(name=path.name),
        _("Er hoort tekst in UTF-8 te staan, van hooguit enkele megabytes."),
    )

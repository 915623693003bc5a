"""The language of what the user reads.

Messages are written in Dutch in the code, so Dutch needs no catalogue; English comes from the gettext
catalogue under ``soep/locale/en``.  ``SOEP_LANG=en`` chooses it, else ``interface.language`` in the settings file.
"""

from __future__ import annotations

import gettext
import os
import tomllib
from functools import cache
from pathlib import Path

from soep.places import config_file

DOMAIN = "soep"
DEFAULT_LANGUAGE = "nl"
LOCALE_DIR = Path(__file__).parent / "locale"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == DEFAULT_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def interface_language() -> str:
    """The two-letter language of the interface: ``SOEP_LANG``, else the settings, else Dutch."""
    return os.environ.get("SOEP_LANG", "")[:2].lower() or _language_of_settings()


@cache
def _language_of_settings() -> str:
    """Read apart from the other settings: messages are needed to tell what is wrong with those."""
    try:
        with config_file().open("rb") as file:
            return str(tomllib.load(file)["interface"]["language"])
    except (OSError, ValueError, LookupError, TypeError):
        return DEFAULT_LANGUAGE


def _(message: str) -> str:
    """Translate a Dutch message; fill in values afterwards with ``str.format``."""
    return _catalogue(interface_language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a Dutch message that depends on a count."""
    return _catalogue(interface_language()).ngettext(singular, plural, count)


def mark(message: str) -> str:
    """Mark a message for the catalogue without translating it yet (for tables made at import)."""
    return message

"""The consult as a JSON object for other programs; see ``soep/formats/schema``."""

from __future__ import annotations

from soep.config import Settings
from soep.errors import ExportError
from soep.formats.consult_json import to_json
from soep.i18n import _
from soep.types import Consult


class JsonExporter:
    """One object a consult, as UTF-8 with a line break at the end; ``status`` tells a concept from an approved note."""

    suffix = ".json"
    is_text = True
    takes_drafts = True

    def __init__(self, settings: Settings) -> None:
        """Nothing of the settings matters here: the object is the same for everybody."""

    def render(self, consult: Consult) -> bytes:
        """The object; half a surrogate pair, which UTF-8 cannot hold, becomes a question mark.

        Raises:
            ExportError: a time is not a finite number.
        """
        try:
            return to_json(consult).encode("utf-8", errors="replace")
        except ValueError as error:
            raise ExportError(
                _("Dit consult bevat een ongeldige tijd en kan niet als JSON worden bewaard."),
                _("Verwerk de opname opnieuw."),
            ) from error

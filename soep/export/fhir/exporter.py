"""An approved consult as FHIR STU3, in Nictiz's profiles for GP data; checked before it leaves.

The Bundle is a collection and no document: the standard's own examples give each part of a contact (deelcontact) a
Composition of its own, while a document has exactly one and is signed as a whole.  The EHR's episodes are not known
here, so there is no EpisodeOfCare; the EHR puts each part under one.
"""

from __future__ import annotations

from fhir.resources.STU3.bundle import Bundle

from soep.config import Settings
from soep.errors import ExportError
from soep.export.fhir.building import bundle_of, not_approved
from soep.export.fhir.validator import validate
from soep.i18n import _
from soep.types import Consult


class FhirExporter:
    """JSON in UTF-8 with a line break at the end: one Bundle with a Composition for each approved note."""

    suffix = ".fhir.json"
    is_text = True
    takes_drafts = False

    def __init__(self, settings: Settings) -> None:
        """The practice's name and numbers come from the settings."""
        self._practice = settings.practice

    def render(self, consult: Consult) -> bytes:
        """The Bundle.

        Raises:
            ExportError: a note is not approved, a BSN or code is wrong, or what was made is not valid.
        """
        if not consult.final:
            raise not_approved()
        resource = bundle_of(consult, self._practice)
        if issues := validate(resource):
            raise ExportError(
                _("Van dit consult is geen geldige FHIR te maken: {path} {message}.").format(
                    path=issues[0].path, message=issues[0].message
                ),
                _("Exporteer als tekst, en meld deze regel aan de makers."),
            )
        bundle: Bundle = Bundle.model_validate(resource)
        return (bundle.model_dump_json(indent=1) + "\n").encode("utf-8")

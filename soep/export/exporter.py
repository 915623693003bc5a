"""The seam of export: a consult becomes bytes in a format that somebody else reads.

Exporters are entry points in the group ``soep.exporters``: a factory ``(Settings) -> Exporter``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from soep import plugins
from soep.config import Settings
from soep.i18n import _
from soep.types import Consult

ENTRY_POINT_GROUP = "soep.exporters"


class Exporter(Protocol):
    """A consult as a file of one format; a note that is not approved says CONCEPT, or is refused."""

    @property
    def suffix(self) -> str:
        """File name suffix with the dot."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether the bytes are UTF-8 text that may be printed."""
        ...

    @property
    def takes_drafts(self) -> bool:
        """Whether it renders a note that is not approved; one that does not refuses it with an ``ExportError``."""
        ...

    def render(self, consult: Consult) -> bytes:
        """The file's content.

        Raises:
            ExportError: the consult cannot be expressed in this format.
        """
        ...


def exporter_names() -> list[str]:
    """The names of the installed exporters, sorted."""
    return plugins.names(ENTRY_POINT_GROUP)


def load_exporter(name: str, settings: Settings) -> Exporter:
    """Make an exporter by name; no other exporter is imported.

    Raises:
        InputError: no exporter of that name is installed.
    """
    unknown = _("Er is geen uitvoerformaat “{name}”.").format(name=name)
    factory: Callable[[Settings], Exporter] = plugins.find(ENTRY_POINT_GROUP, name, unknown).load()
    return factory(settings)

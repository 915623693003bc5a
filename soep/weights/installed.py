"""Weights on disk: found and checked.  No network, and nothing slow to import.

A model lives in ``<models folder>/<id>/``, put there by ``soep models install`` or by hand.  Every file is compared
with the SHA-256 of the manifest before its first use.  A stamp beside the files remembers size, modification time
and checksum, so that gigabytes are not read again at every start; files that may run code when they are loaded
(pickles) are read again every time.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from soep.errors import WeightsError
from soep.hashing import Read, file_sha256
from soep.i18n import _
from soep.weights.manifest import Model, ModelFile, load_manifest

STAMP_NAME = ".soep-verified.json"


class State(Enum):
    """How a model stands on disk."""

    MISSING = "missing"
    DAMAGED = "damaged"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files were checked."""

    id: str
    folder: Path
    sha256: str
    """Of the main file, the first in the manifest."""

    def path(self, name: str) -> Path:
        """The path of one of its files."""
        return self.folder / name


def require(model_id: str, folder: Path) -> InstalledModel:
    """The model, checked and ready to load.

    Args:
        model_id: id in the manifest.
        folder: the folder of all models (``Settings.models``).

    Raises:
        WeightsError: it is not installed, not complete, or its content is not what the manifest says.
        InputError: the manifest does not know the id.
    """
    model = load_manifest().model(model_id)
    check(model, folder)
    return InstalledModel(model.id, folder / model.id, model.files[0].sha256)


def check(model: Model, folder: Path, *, again: bool = False, read: Read | None = None) -> None:
    """Compare the files with the manifest; ``again`` reads every file whatever its stamp says.

    Raises:
        WeightsError: missing or damaged.
    """
    home = folder / model.id
    if state(model, folder) is State.MISSING:
        raise _missing(model)
    known = {} if again else _read_stamp(home)
    stamp: dict[str, list[int | str]] = {}
    for file in model.files:
        stamp[file.name] = _checked(model, file, home, known, read)
    if stamp != known:
        _write_stamp(home, stamp)


def state(model: Model, folder: Path) -> State:
    """How the model stands, by names and sizes only."""
    home = folder / model.id
    if not home.is_dir():
        return State.MISSING
    sizes_agree = all(_size_bytes(home / file.name) == file.size_bytes for file in model.files)
    return State.PRESENT if sizes_agree else State.DAMAGED


def _checked(
    model: Model, file: ModelFile, home: Path, known: dict[str, list[int | str]], read: Read | None
) -> list[int | str]:
    """Check one file; give its line of the stamp."""
    path = home / file.name
    try:
        before = path.stat()
        line: list[int | str] = [before.st_size, before.st_mtime_ns, file.sha256]
        trusted = not file.pickle and known.get(file.name) == line
        intact = before.st_size == file.size_bytes and (trusted or file_sha256(path, read) == file.sha256)
    except OSError as error:
        raise damaged(model, file.name) from error
    if not intact:
        raise damaged(model, file.name)
    return line


def _missing(model: Model) -> WeightsError:
    return WeightsError(
        _("Het model {model} is niet geïnstalleerd.").format(model=model.id),
        _("Installeer het met: soep models install {model}").format(model=model.id),
    )


def damaged(model: Model, name: str) -> WeightsError:
    """The refusal of a file that is not what the manifest says."""
    return WeightsError(
        _("Het bestand {name} van model {model} is beschadigd of onvolledig en wordt niet gebruikt.").format(
            name=name, model=model.id
        ),
        _("Installeer het opnieuw met: soep models install {model}").format(model=model.id),
    )


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _read_stamp(home: Path) -> dict[str, list[int | str]]:
    try:
        stamp = json.loads((home / STAMP_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(home: Path, stamp: dict[str, list[int | str]]) -> None:
    """Remember what was checked; a folder that cannot be written to is checked again next time."""
    draft = home / f"{STAMP_NAME}.{os.getpid()}"
    try:
        draft.write_text(json.dumps(stamp), "utf-8")
        draft.replace(home / STAMP_NAME)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)

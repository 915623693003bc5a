"""The folder from which the EHR takes notes: a file appears whole or not at all, and then a receipt beside it.

The receipt comes last, so an EHR that waits for it never reads half a file.  Names hold nothing about a patient.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

from soep.errors import DeviceError
from soep.export.write import explain
from soep.i18n import _

RECEIPT_SUFFIX = ".ok"
_PART_SUFFIX = ".deel"


def check(folder: Path) -> None:
    """Whether the folder is there; it is never made, since a drive of the network may be away.

    Raises:
        DeviceError: it is not.
    """
    if not folder.is_dir():
        raise DeviceError(
            _("De map die het HIS leest, is er niet: {folder}.").format(folder=folder),
            _("Controleer de verbinding met die map, of pas export.folder aan."),
        )


def holds(file: Path, sha256: str) -> bool:
    """Whether a file is there with this content.

    Raises:
        DeviceError: the folder cannot be read.
    """
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except FileNotFoundError as error:
        if file.exists() or not file.parent.is_dir():  # it was the folder that was away
            raise explain(error) from error
        return False
    except OSError as error:
        raise explain(error) from error


def has_receipt(file: Path) -> bool:
    """Whether the file was handed over before, and not taken since.

    To be asked before ``holds``: an EHR takes the file first and its receipt last, so a file that is there after its
    receipt was not was never handed over.
    """
    return _receipt(file).exists()


def place(file: Path, content: bytes) -> None:
    """Put a file there, on the disk and not only in its cache.

    Raises:
        DeviceError: the folder is full, read-only or gone; never does half a file stand under its name.
    """
    part = file.with_name(f".{file.name}{_PART_SUFFIX}")  # the same at every try: a killed one leaves one at most
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, file)  # noqa: PTH105 - the name that tests make fail
        _sync(file.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(part)  # noqa: PTH108 - as above
        raise explain(error) from error


def hand_over(file: Path, sha256: str, at: datetime) -> None:
    """Put the receipt beside a file that is there.

    Raises:
        DeviceError: as ``place``.
    """
    receipt = {"file": file.name, "sha256": sha256, "written_at": at.isoformat(timespec="seconds")}
    place(_receipt(file), (json.dumps(receipt) + "\n").encode())


def _receipt(file: Path) -> Path:
    return file.with_name(file.name + RECEIPT_SUFFIX)


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is; where a system or a network has no such call, so be it."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError:
            pass
        finally:
            os.close(descriptor)

"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from soep.errors import DeviceError
from soep.i18n import _


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write several files that belong together: each appears whole, and none when one cannot be written.

    Raises:
        DeviceError: the disk is full or read-only, or the folder cannot be made.
    """
    waiting: dict[Path, Path] = {}
    try:
        for target, data in contents.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            waiting[target] = _write_beside(target, data)
        for target, temporary in waiting.items():
            temporary.replace(target)
    except OSError as error:
        raise _explain(error) from error
    finally:
        for temporary in waiting.values():
            temporary.unlink(missing_ok=True)


def _write_beside(target: Path, data: bytes) -> Path:
    """Write to a hidden file in the same folder, flushed to disk, so that the rename is atomic."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".soep-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _explain(error: OSError) -> DeviceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DeviceError(
            _("De schijf is vol; er is niets half weggeschreven."), _("Maak ruimte en probeer het opnieuw.")
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DeviceError(
            _("In deze map mag niet geschreven worden."), _("Kies met -o een andere map of pas de rechten aan.")
        )
    return DeviceError(
        _("Wegschrijven lukt niet ({reason}).").format(reason=os.strerror(error.errno or 0)),
        _("Kies met -o een andere map."),
    )

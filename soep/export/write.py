"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from soep.errors import DeviceError
from soep.i18n import _


def check_writable(folder: Path) -> None:
    """Find out before the work whether a folder can be made and written to; nothing stays behind.

    Raises:
        DeviceError: it cannot.
    """
    made: list[Path] = []
    try:
        made += [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise explain(error) from error
    finally:
        for path in made:
            with contextlib.suppress(OSError):  # it was not made after all
                path.rmdir()


def check_replaceable(target: Path) -> None:
    """Find out before the work whether an existing file can be replaced.

    Raises:
        DeviceError: another program has it open (Windows refuses then), or it is protected.
    """
    try:
        with target.open("r+b"):
            pass
    except OSError as error:
        raise _in_use(target) from error


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write several files that belong together: each appears whole, and none when one cannot be written.

    Raises:
        DeviceError: the disk is full or read-only, the folder cannot be made, or a file to replace is in use.
    """
    try:
        with ExitStack() as leftovers:
            new: dict[Path, Path] = {}
            for target, data in contents.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                new[target] = _beside(target, leftovers)
                _write(new[target], data)
            _replace_all(new, leftovers)
    except OSError as error:
        raise explain(error) from error


def _replace_all(new: Mapping[Path, Path], leftovers: ExitStack) -> None:
    """Put every file in its place; when one cannot be replaced, put back what stood in the others."""
    old: dict[Path, Path] = {}
    for target in new:
        if target.exists():
            old[target] = _beside(target, leftovers)
            shutil.copy2(target, old[target])
    done: list[Path] = []
    for target, temporary in new.items():
        try:
            temporary.replace(target)
        except OSError as error:
            for each in done:
                _put_back(each, old.get(each))
            if isinstance(error, PermissionError) and target in old:
                raise _in_use(target) from error
            raise
        done.append(target)


def _put_back(target: Path, old: Path | None) -> None:
    if old is None:
        target.unlink()
    else:
        old.replace(target)


def _beside(target: Path, leftovers: ExitStack) -> Path:
    """An empty hidden file in the same folder, so that putting it in place is one rename; it goes with the stack."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".soep-")
    os.close(descriptor)
    leftovers.callback(Path(name).unlink, missing_ok=True)
    return Path(name)


def _write(file: Path, data: bytes) -> None:
    """Write and flush to disk: a rename must not come before its content."""
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _in_use(target: Path) -> DeviceError:
    return DeviceError(
        _("{name} kan niet worden vervangen: het is nog open in een ander programma, of het is beveiligd.").format(
            name=target.name
        ),
        _("Sluit het bestand, of kies een andere map."),
    )


def explain(error: OSError) -> DeviceError:
    """Why a file could not be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DeviceError(
            _("De schijf is vol; er is niets half weggeschreven."), _("Maak ruimte en probeer het opnieuw.")
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DeviceError(
            _("In deze map mag niet geschreven worden."), _("Kies een andere map of pas de rechten aan.")
        )
    return DeviceError(
        _("Wegschrijven lukt niet ({reason}).").format(reason=os.strerror(error.errno or 0)),
        _("Kies een andere map."),
    )

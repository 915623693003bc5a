"""Who works on a consult: a lock that ends with its process, so that a killed one shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from soep.errors import DeviceError, WorkflowError
from soep.i18n import _

FOLDER = "locks"


@contextmanager
def owned(home: Path, consult_id: str, within_s: float = 0.0) -> Iterator[None]:
    """Work on a consult, alone; who works on it already may take ``within_s`` to end.

    Raises:
        WorkflowError: another window does.
        DeviceError: the folder of the store refuses.
    """
    lock = _lock(home, consult_id)
    try:
        _acquire(lock, within_s)
    except Timeout:
        raise WorkflowError(
            _("Aan dit consult wordt al gewerkt."), _("Wacht tot het andere venster van soep klaar is.")
        ) from None
    try:
        yield
    finally:
        lock.release()  # its file stays: unlinked, it could be held twice, by who opened it before and who made it anew


def forget(home: Path, consult_ids: Collection[str]) -> None:
    """Remove the lock files of all but these consults; an id is never given twice, so nobody will want those."""
    for file in (home / FOLDER).glob("*.lock"):
        if file.stem not in consult_ids:
            file.unlink(missing_ok=True)


def is_owned(home: Path, consult_id: str) -> bool:
    """Whether a living process works on it.

    Raises:
        DeviceError: the folder of the store refuses.
    """
    if not (home / FOLDER / f"{consult_id}.lock").exists():
        return False
    lock = _lock(home, consult_id)
    try:
        _acquire(lock)
    except Timeout:
        return True
    lock.release()
    return False


def _lock(home: Path, consult_id: str) -> FileLock:
    return FileLock(home / FOLDER / f"{consult_id}.lock")


def _acquire(lock: FileLock, within_s: float = 0.0) -> None:
    try:
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=within_s)
    except Timeout:
        raise
    except OSError as error:  # no access, or the disk is full or gone
        raise DeviceError(
            _("De opslag kan niet geschreven worden."), _("Controleer of de map van soep beschrijfbaar is.")
        ) from error

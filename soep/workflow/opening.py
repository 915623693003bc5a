"""From the folder of a store to a desk: made when there is none, unlocked, and what was left behind taken up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from soep.config import Settings
from soep.errors import InputError, StoreLockedError
from soep.i18n import _
from soep.store import Store, keys
from soep.store.log import Action, LogEntry
from soep.workflow import erasing, owners
from soep.workflow.desk import Desk
from soep.workflow.processing import take_up

Ask = Callable[[bool], str]
"""Asks the user for the passphrase; True asks for a new one."""


def open_desk(settings: Settings, ask: Ask | None, *, make: bool = True) -> Desk:
    """Open the store of the settings.

    The passphrase comes from ``SOEP_PASSPHRASE_FILE``, else from the user.  Wrong ones that were tried since the last
    time come into the log; recordings that were cut off go on; what was kept long enough is erased.

    Raises:
        StoreLockedError: the passphrase is wrong, or there is nobody to ask for it.
        InputError: there is no store and ``make`` is False, or a new passphrase is too short.
        StoreDamagedError: the store is damaged.
        DeviceError: the disk is full, read-only or fails.
    """
    home = settings.home
    new = not keys.exists(home)
    if new and not make:
        raise InputError(_("Er is nog geen opslag."), _("Begin met soep record of soep import."))
    if new:
        keys.new_store_folder(home)
        key = keys.create(home, None if settings.store.keyring else passphrase(settings, ask, new=True))
    elif keys.needs_passphrase(home):
        key = keys.unlock(home, passphrase(settings, ask, new=False))
    else:
        key = keys.unlock_from_keyring(home)
    desk = Desk(Store(home, key, create=new), settings)
    _look_at_log(desk)
    _log_unlock(desk)
    take_up(desk)
    erasing.sweep(desk)
    owners.forget(home, {row.id for row in desk.find()})
    return desk


def change_passphrase(settings: Settings, ask: Ask) -> None:
    """Lock the store with another passphrase, which ``ask`` is asked for; the log has it.

    A store that opened with the keyring needs a passphrase from then on.

    Raises:
        StoreLockedError: the old one is wrong.
        InputError: the new one is too short, or there is no store.
    """
    desk = open_desk(settings, ask, make=False)
    try:
        keys.change_passphrase(settings.home, desk.store.key, ask(True))
        with desk.store.transaction() as tables:
            tables.log.add(store_entry(settings, Action.PASSPHRASE, desk.now()))
    finally:
        desk.store.close()


def _look_at_log(desk: Desk) -> None:
    """Whether the log fits its head; when not, that goes into the log for good, and every check of it tells."""
    store = desk.store
    head = store.head.read()
    with store.transaction() as tables:
        finding = tables.log.beside(head)
        if finding is None:
            return
        moment = desk.now()
        tables.log.add(store_entry(desk.settings, Action.BROKEN, moment, result=finding.kind))
    with store.reading() as tables:
        newest = tables.log.newest_mark()
    if newest is not None:
        store.head.write(newest)


def _log_unlock(desk: Desk) -> None:
    folder = desk.store.folder
    with desk.store.transaction() as tables:
        for moment in keys.failures(folder):
            tables.log.add(store_entry(desk.settings, Action.FAILED_UNLOCK, moment, result="wrong passphrase"))
        tables.log.add(store_entry(desk.settings, Action.UNLOCK, desk.now()))
    keys.forget_failures(folder)


def store_entry(settings: Settings, action: Action, moment: datetime | str, result: str = "ok") -> LogEntry:
    """An entry of the log about the store as a whole; ``moment`` as text was written down at the time."""
    at = moment if isinstance(moment, str) else moment.isoformat(timespec="milliseconds")
    practice = settings.practice
    return LogEntry(at, practice.user_name, practice.responsible_name, "", action.value, "store", result)


def passphrase(settings: Settings, ask: Ask | None, *, new: bool = False) -> str:
    """The passphrase: from its file where the settings name one, else from the user.

    Raises:
        StoreLockedError: the file cannot be read, or there is nobody to ask.
    """
    if settings.passphrase_file is not None:
        return _read(settings.passphrase_file)
    if ask is None:
        raise StoreLockedError(
            _("De opslag is vergrendeld."), _("Geef het wachtwoord, of zet SOEP_PASSPHRASE_FILE op een bestand.")
        )
    return ask(new)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise StoreLockedError(
            _("Het bestand met het wachtwoord kan niet gelezen worden."),
            _("Controleer de variabele SOEP_PASSPHRASE_FILE."),
        ) from error

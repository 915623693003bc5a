"""A backup: one file with a copy of the database under a key of its own, locked by the passphrase of that moment.

The file is a zip without compression: ``backup.json`` (version, the locked key) and ``store.db`` (SQLCipher).  It can
be made while the store is in use, and opens on another computer with the passphrase alone.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import zipfile
from pathlib import Path

from soep.errors import DeviceError, InputError
from soep.i18n import _
from soep.store import keys
from soep.store.database import DATABASE_FILE, Store, told
from soep.store.keys import StoreKey

MANIFEST = "backup.json"
_VERSION = 1
MAX_MANIFEST = 10_000


def write(store: Store, target: Path, passphrase: str) -> None:
    """Write a backup of this moment.

    Raises:
        DeviceError: the disk is full or cannot be written; nothing is left of it.
        InputError: the passphrase is too short, or the file is there already.
    """
    if target.exists():
        raise InputError(_("Dit bestand bestaat al."), _("Kies een andere naam voor de back-up."))
    key = StoreKey(secrets.token_bytes(keys.KEY_BYTES))
    manifest = json.dumps({"version": _VERSION, "key": keys.lock_copy(key, passphrase)})
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with told(), tempfile.TemporaryDirectory(dir=target.parent, prefix=".soep-") as folder:
            copy = Path(folder) / DATABASE_FILE
            store.copy_to(copy, key)
            with zipfile.ZipFile(beside, "x") as archive:
                archive.writestr(MANIFEST, manifest)
                archive.write(copy, DATABASE_FILE)
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def restore(source: Path, folder: Path, passphrase: str) -> Store:
    """Put a backup in the place of a store that is not there, and open it.

    The log goes on behind that of the backup; its head is written anew.

    Raises:
        InputError: there is a store already, or the file is no backup.
        StoreLockedError: the passphrase is wrong.
        DeviceError: the disk is full or cannot be written; nothing is left of it.
    """
    if keys.exists(folder) or (folder / DATABASE_FILE).exists():
        raise InputError(_("Er is al een opslag."), _("Zet die eerst opzij, of kies met SOEP_HOME een andere map."))
    part = folder / f"{DATABASE_FILE}.part"
    try:
        with zipfile.ZipFile(source) as archive:
            _refuse_packed(archive)
            manifest = json.loads(archive.read(MANIFEST))
            key = keys.open_copy(manifest["key"], passphrase)
            keys.new_store_folder(folder)
            part.unlink(missing_ok=True)
            part.touch(0o600)
            with archive.open(DATABASE_FILE) as packed, part.open("wb") as file:
                shutil.copyfileobj(packed, file)
        part.replace(folder / DATABASE_FILE)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise InputError(_("Dit is geen back-up van soep."), _("Kies het bestand dat soep backup maakte.")) from error
    except FileNotFoundError as error:
        raise InputError(_("Deze back-up is er niet."), _("Controleer de naam van het bestand.")) from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DeviceError(_("De back-up kan niet teruggezet worden."), _("Controleer of er ruimte is.")) from error
    keys.adopt(folder, manifest["key"])
    store = Store(folder, key)
    with store.reading() as tables:
        newest = tables.log.newest_mark()
    if newest is not None:
        store.head.advance(newest)
    return store


def _refuse_packed(archive: zipfile.ZipFile) -> None:
    """What a backup holds is as large as it looks, and its manifest small: else it was not made by soep."""
    for name in (MANIFEST, DATABASE_FILE):
        member = archive.getinfo(name)
        if member.compress_type != zipfile.ZIP_STORED or (name == MANIFEST and member.file_size > MAX_MANIFEST):
            raise ValueError(name)

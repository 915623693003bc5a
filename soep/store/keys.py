"""The key of the store: random, and itself locked by a passphrase or kept in the system's keyring.

The data key is 32 random bytes and never changes.  A passphrase locks it: Argon2id makes a key of the passphrase
(RFC 9106), and AES-256-GCM with that key encrypts the data key, with the header of the key file as associated data.
A change of passphrase so rewrites a file of 400 bytes and no consult.  The database's key is derived from it with
HKDF-SHA256; the keys of the log lie in the database, so that a copy under another key has the same log.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from soep.errors import InputError, StoreDamagedError, StoreLockedError
from soep.i18n import _
from soep.store import files

KEY_FILE = "store.key"
FAILURES_FILE = "store.failures"
KEYRING_SERVICE = "soep"
KEY_BYTES = 32
MIN_PASSPHRASE = 12
MOST_PASSES, MOST_LANES = 20, 16
"""In a key file, which others may have made: more would only be a way to keep this computer busy."""
MOST_DELAY_S = 30.0
FREE_FAILURES = 2
_MOST_FAILURES = 1000
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at the passphrase costs: passes over so much memory (RFC 9106, Argon2id)."""

    passes: int = 3
    memory_kib: int = 256 * 1024
    lanes: int = 4


DEFAULT_COST = Cost()
"""About half a second on a computer of today, and a quarter of a gigabyte for each guess of an attacker."""


@dataclass(frozen=True, slots=True, repr=False)
class StoreKey:
    """The data key."""

    data: bytes

    @property
    def database(self) -> bytes:
        """The raw key of SQLCipher."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"soep database").derive(self.data)


def exists(folder: Path) -> bool:
    """Whether a store was made in this folder."""
    return (folder / KEY_FILE).is_file()


def create(folder: Path, passphrase: str | None, cost: Cost = DEFAULT_COST) -> StoreKey:
    """Make the key of a new store; without a passphrase it lies in the system's keyring only.

    Raises:
        InputError: the passphrase is too short, or there is a store already.
        StoreLockedError: the system has no keyring that works.
    """
    if exists(folder):
        raise InputError(_("Er is al een opslag."), _("Gebruik die, of kies met SOEP_HOME een andere map."))
    key = StoreKey(secrets.token_bytes(KEY_BYTES))
    content: dict[str, Any] = {"version": _VERSION, "id": secrets.token_hex(8)}
    if passphrase is None:
        _put_in_keyring(content["id"], key)
    else:
        content["passphrase"] = _locked(key, passphrase, cost)
    files.write(folder / KEY_FILE, json.dumps(content, indent=1))
    return key


def needs_passphrase(folder: Path) -> bool:
    """Whether the key is locked by a passphrase rather than kept in the keyring."""
    return "passphrase" in _read(folder)


def unlock(folder: Path, passphrase: str, sleep: Callable[[float], None] = time.sleep) -> StoreKey:
    """Open the key with its passphrase.

    A wrong one costs the time of Argon2id, and after the second one more each time; all that is told is that it is
    wrong.  Wrong ones are counted in a file until the log can be opened (``failures``).

    Raises:
        StoreLockedError: the passphrase is wrong, or the key lies in the keyring.
        StoreDamagedError: the key file is missing or damaged.
    """
    content = _read(folder)
    if "passphrase" not in content:
        raise StoreLockedError(_("Deze opslag opent met de sleutelbos van het systeem, niet met een wachtwoord."))
    earlier = len(failures(folder))
    if earlier >= FREE_FAILURES:
        sleep(min(MOST_DELAY_S, 2.0 ** (earlier - FREE_FAILURES)))
    try:
        return _opened(content["passphrase"], passphrase)
    except InvalidTag:
        _count_failure(folder)
        raise wrong_passphrase() from None


def unlock_from_keyring(folder: Path) -> StoreKey:
    """Take the key from the system's keyring.

    Raises:
        StoreLockedError: it is not there, or the keyring does not open.
        StoreDamagedError: the key file is missing or damaged.
    """
    kept = _keyring("get_password", KEYRING_SERVICE, _read(folder)["id"])
    if not kept:
        raise StoreLockedError(
            _("De sleutel van de opslag staat niet in de sleutelbos van dit systeem."),
            _("Meld u aan als dezelfde gebruiker, of herstel een back-up met soep restore."),
        )
    return StoreKey(base64.b64decode(kept))


def change_passphrase(folder: Path, key: StoreKey, new: str, cost: Cost = DEFAULT_COST) -> None:
    """Lock the key with another passphrase; a copy in the keyring goes.

    Raises:
        InputError: the new passphrase is too short.
    """
    content = _read(folder)
    kept = "passphrase" not in content
    content["passphrase"] = _locked(key, new, cost)
    files.write(folder / KEY_FILE, json.dumps(content, indent=1))
    if kept:
        _keyring("delete_password", KEYRING_SERVICE, content["id"])


def failures(folder: Path) -> list[str]:
    """When a wrong passphrase was tried since the store was last opened, in ISO 8601."""
    try:
        return (folder / FAILURES_FILE).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def forget_failures(folder: Path) -> None:
    """Called when they stand in the log."""
    (folder / FAILURES_FILE).unlink(missing_ok=True)


def lock_copy(key: StoreKey, passphrase: str, cost: Cost = DEFAULT_COST) -> dict[str, Any]:
    """The key locked by a passphrase, for a backup: an object that JSON can hold."""
    return _locked(key, passphrase, cost)


def open_copy(locked: dict[str, Any], passphrase: str) -> StoreKey:
    """Open what ``lock_copy`` gave.

    Raises:
        StoreLockedError: the passphrase is wrong.
        StoreDamagedError: it is not what ``lock_copy`` gives.
    """
    try:
        return _opened(locked, passphrase)
    except InvalidTag:
        raise wrong_passphrase() from None


def adopt(folder: Path, locked: dict[str, Any]) -> None:
    """Write a key file around a key that is locked already (of a backup that is put back)."""
    content = {"version": _VERSION, "id": secrets.token_hex(8), "passphrase": locked}
    files.write(folder / KEY_FILE, json.dumps(content, indent=1))


def wrong_passphrase() -> StoreLockedError:
    """All that is told of a wrong passphrase."""
    return StoreLockedError(_("Dit wachtwoord klopt niet."), _("Probeer het opnieuw."))


def _locked(key: StoreKey, passphrase: str, cost: Cost) -> dict[str, Any]:
    if len(passphrase) < MIN_PASSPHRASE:
        raise InputError(
            _("Dit wachtwoord is te kort."),
            _("Neem minstens {count} tekens, liefst vier of meer losse woorden.").format(count=MIN_PASSPHRASE),
        )
    header: dict[str, Any] = {
        "kdf": "argon2id",
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
        "salt": base64.b64encode(secrets.token_bytes(16)).decode(),
        "nonce": base64.b64encode(secrets.token_bytes(12)).decode(),
    }
    sealed = AESGCM(_stretched(passphrase, header)).encrypt(
        base64.b64decode(header["nonce"]), key.data, _canonical(header)
    )
    return header | {"key": base64.b64encode(sealed).decode()}


def _opened(locked: dict[str, Any], passphrase: str) -> StoreKey:
    try:
        header = {name: locked[name] for name in ("kdf", "passes", "memory_kib", "lanes", "salt", "nonce")}
        sealed = base64.b64decode(locked["key"])
        stretched = _stretched(passphrase, header)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged() from error
    return StoreKey(AESGCM(stretched).decrypt(base64.b64decode(header["nonce"]), sealed, _canonical(header)))


def _stretched(passphrase: str, header: dict[str, Any]) -> bytes:
    bounds = {"passes": MOST_PASSES, "memory_kib": 4 * DEFAULT_COST.memory_kib, "lanes": MOST_LANES}
    if header["kdf"] != "argon2id" or not all(0 < header[name] <= most for name, most in bounds.items()):
        raise ValueError
    return hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode(),
        base64.b64decode(header["salt"]),
        time_cost=header["passes"],
        memory_cost=header["memory_kib"],
        parallelism=header["lanes"],
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _canonical(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True).encode()


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / KEY_FILE).read_text("utf-8"))
        if content["version"] != _VERSION or not isinstance(content["id"], str):
            raise ValueError
    except FileNotFoundError:
        raise StoreDamagedError(
            _("De sleutel van de opslag ontbreekt ({file}).").format(file=KEY_FILE),
            _("Zet het bestand terug, of herstel een back-up met soep restore."),
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    found: dict[str, Any] = content
    return found


def _damaged() -> StoreDamagedError:
    return StoreDamagedError(
        _("De sleutel van de opslag is beschadigd ({file}).").format(file=KEY_FILE),
        _("Zet het bestand terug, of herstel een back-up met soep restore."),
    )


def _count_failure(folder: Path) -> None:
    tried = [*failures(folder), datetime.now(UTC).isoformat(timespec="seconds")][-_MOST_FAILURES:]
    files.write(folder / FAILURES_FILE, "\n".join(tried) + "\n")


def _put_in_keyring(name: str, key: StoreKey) -> None:
    _keyring("set_password", KEYRING_SERVICE, name, base64.b64encode(key.data).decode())


def _keyring(action: str, *arguments: str) -> str | None:
    import keyring  # noqa: PLC0415 - slow to import, and seldom needed
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        found: str | None = getattr(keyring, action)(*arguments)
    except KeyringError as error:
        raise StoreLockedError(
            _("De sleutelbos van dit systeem werkt niet."),
            _("Open hem, of gebruik een wachtwoord in plaats van de sleutelbos."),
        ) from error
    return found


def new_store_folder(folder: Path) -> None:
    """Make the folder of a store, for this user only."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)

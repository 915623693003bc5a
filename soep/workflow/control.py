"""A way in for hot keys and pedals: another process of this user asks the running application to do something.

It is a socket in a folder of this user only, or on Windows a named pipe, and who asks must know a secret that lies in
a file of this user only.  Only the names of commands and short answers pass over it, as plain text: nothing of a
consult, and nothing that Python would have to unpack.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from soep.errors import DeviceError, InputError
from soep.i18n import _
from soep.store import files

FOLDER = "control"
_ADDRESS = "address.json"
_SECRET_BYTES = 32
_LONGEST_PATH = 100
"""Bytes of a socket's path: 104 on macOS, 108 on Linux."""
_LONGEST_MESSAGE = 4096
_ANSWER_WITHIN_S = 10.0
_CLOSE_WITHIN_S = 1.0
_AFTER_FAILURE_S = 0.05


class Command(StrEnum):
    """What can be asked."""

    START = "start"
    STOP = "stop"
    PAUSE = "pauze"
    NEXT = "volgende"
    FIELD = "veld"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: a short sentence, and whether it was done."""

    text: str
    done: bool = True


class Control:
    """Listens on a thread until it is closed.

    Args:
        home: the folder of the store, which only this user can enter.
        obey: does what is asked and answers; called on that thread.

    Raises:
        DeviceError: the folder or the socket cannot be made.
    """

    def __init__(self, home: Path, obey: Callable[[Command], Answer]) -> None:
        self._obey = obey
        self._file = _private_folder(home / FOLDER) / _ADDRESS
        self._secret = secrets.token_bytes(_SECRET_BYTES)
        self._ended = threading.Event()
        try:
            self._address = _new_address(home)
            self._listener = Listener(self._address, authkey=self._secret)
            self._written = json.dumps({"address": self._address, "secret": self._secret.hex()})
            files.write(self._file, self._written)
        except OSError as error:
            raise DeviceError(_("Bediening van buiten (soep ctl) is niet mogelijk.")) from error
        self._thread = threading.Thread(target=self._serve, daemon=True, name="soep-control")
        self._thread.start()

    def close(self) -> None:
        """Stop listening and leave nothing behind."""
        self._ended.set()
        with contextlib.suppress(OSError):  # it wakes the thread, which then ends
            Client(self._address).close()
        self._thread.join(_CLOSE_WITHIN_S)
        self._listener.close()
        with contextlib.suppress(OSError):  # another window may have put its own address there
            if self._file.read_text("utf-8") == self._written:
                self._file.unlink()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                with self._listener.accept() as connection:
                    if not self._ended.is_set():
                        self._answer(connection)
            except (OSError, EOFError, AuthenticationError):
                self._ended.wait(_AFTER_FAILURE_S)  # whoever asked went away or does not know the secret

    def _answer(self, connection: Connection) -> None:
        if not connection.poll(_ANSWER_WITHIN_S):
            return
        asked = connection.recv_bytes(_LONGEST_MESSAGE).decode("utf-8", "replace")
        if asked in set(Command):
            answer = self._obey(Command(asked))
            connection.send_bytes(f"{'+' if answer.done else '-'}{answer.text}".encode())


def ask(home: Path, command: Command) -> Answer:
    """Ask the running application.

    Raises:
        InputError: none runs, or it is locked.
    """
    try:
        known = json.loads((home / FOLDER / _ADDRESS).read_text("utf-8"))
        with Client(known["address"], authkey=bytes.fromhex(known["secret"])) as connection:
            connection.send_bytes(command.value.encode())
            if not connection.poll(_ANSWER_WITHIN_S):
                raise TimeoutError
            said = connection.recv_bytes(_LONGEST_MESSAGE).decode("utf-8")
    except (OSError, EOFError, AuthenticationError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            _("soep staat niet open, of is vergrendeld."), _("Open soep en geef het wachtwoord.")
        ) from error
    return Answer(said[1:], said.startswith("+"))


def _new_address(home: Path) -> str:
    """Where to listen: never a port, which others on the computer could reach."""
    name = secrets.token_hex(4)
    if sys.platform == "win32":
        return rf"\\.\pipe\soep-{name}"
    path = home / FOLDER / f"{name}.sock"
    if len(os.fsencode(path)) > _LONGEST_PATH:
        owner = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        path = _private_folder(Path(tempfile.gettempdir()) / f"soep-{os.getuid()}-{owner}") / f"{name}.sock"
    for left in path.parent.glob("*.sock"):
        if not _is_alive(left):
            left.unlink(missing_ok=True)
    return str(path)


def _is_alive(path: Path) -> bool:
    """Whether a process listens there; one that was killed leaves its socket behind."""
    import socket  # noqa: PLC0415 - only where sockets are files

    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _private_folder(folder: Path) -> Path:
    """A folder that only this user can enter.

    Raises:
        OSError: it cannot be made, or somebody else made it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError
        folder.chmod(0o700)
    return folder

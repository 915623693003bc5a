"""The way in for hot keys: only this user, only commands, and nothing left behind."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from soep.errors import InputError
from soep.workflow import control
from soep.workflow.control import Answer, Command, Control, ask


class Obeying:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.answer = Answer("De opname is gestopt.")

    def __call__(self, command: Command) -> Answer:
        self.asked.append(command)
        return self.answer


@pytest.fixture
def obey() -> Obeying:
    return Obeying()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "soep"


@pytest.fixture
def listening(home: Path, obey: Obeying) -> Iterator[Control]:
    made = Control(home, obey)
    yield made
    made.close()


def known(home: Path) -> dict[str, str]:
    import json

    return json.loads((home / "control" / "address.json").read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.usefixtures("listening")
def test_what_is_asked_is_done_and_answered(home: Path, obey: Obeying) -> None:
    assert ask(home, Command.STOP) == Answer("De opname is gestopt.")
    obey.answer = Answer("Er loopt geen opname.", done=False)
    assert ask(home, Command.PAUSE) == obey.answer
    assert obey.asked == [Command.STOP, Command.PAUSE]


def test_nobody_there_is_told(home: Path, obey: Obeying) -> None:
    with pytest.raises(InputError, match="staat niet open") as told:
        ask(home, Command.STOP)
    assert told.value.exit_code == 2
    Control(home, obey).close()
    with pytest.raises(InputError, match="staat niet open"):
        ask(home, Command.STOP)
    assert list((home / "control").iterdir()) == []


@pytest.mark.usefixtures("listening")
def test_who_does_not_know_the_secret_is_refused(home: Path, obey: Obeying) -> None:
    with pytest.raises(AuthenticationError):
        Client(known(home)["address"], authkey=b"geraden")
    assert obey.asked == []
    assert ask(home, Command.STOP).done  # it still listens


@pytest.mark.usefixtures("listening")
def test_what_is_no_command_is_not_done(home: Path, obey: Obeying) -> None:
    for said in (b"rm -rf", b"\x80\x04\x95", b""):
        with Client(known(home)["address"], authkey=bytes.fromhex(known(home)["secret"])) as connection:
            connection.send_bytes(said)
            with pytest.raises(EOFError):
                connection.recv_bytes()
    assert obey.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has named pipes")
@pytest.mark.usefixtures("listening")
def test_only_this_user_can_reach_it(home: Path) -> None:
    address = Path(known(home)["address"])
    assert stat.S_ISSOCK(address.stat().st_mode)
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "control" / "address.json").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has named pipes")
def test_a_long_path_gets_a_socket_elsewhere(tmp_path: Path, obey: Obeying) -> None:
    home = tmp_path / ("lang" * 30)
    made = Control(home, obey)
    try:
        address = Path(known(home)["address"])
        assert len(os.fsencode(address)) <= 100
        assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
        assert ask(home, Command.STOP).done
    finally:
        made.close()
    assert not address.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe ends with its process")
def test_what_a_killed_process_left_is_cleared_away(home: Path, obey: Obeying) -> None:
    import socket

    folder = home / "control"
    folder.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "dood.sock"))
    made = Control(home, obey)
    try:
        assert not (folder / "dood.sock").exists()
        assert ask(home, Command.STOP).done
    finally:
        made.close()


def test_the_window_that_came_last_is_asked(home: Path, obey: Obeying) -> None:
    first, other = Control(home, obey), Obeying()
    second = Control(home, other)
    try:
        ask(home, Command.STOP)
        assert (obey.asked, other.asked) == ([], [Command.STOP])
        first.close()
        ask(home, Command.STOP)
        assert len(other.asked) == 2
    finally:
        second.close()


def test_an_answer_that_does_not_come_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def obey(_command: Command) -> Answer:
        free.wait()
        return Answer("")

    made = Control(home, obey)
    monkeypatch.setattr(control, "_ANSWER_WITHIN_S", 0.1)
    monkeypatch.setattr(control, "_CLOSE_WITHIN_S", 0.1)
    try:
        with pytest.raises(InputError, match="staat niet open"):
            ask(home, Command.STOP)
    finally:
        free.set()
        made.close()

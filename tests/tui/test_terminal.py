"""The application in a real terminal, that of tmux."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soep.config import Settings
from soep.store import keys
from soep.workflow import erasing
from soep.workflow.opening import open_desk
from tests.commands import holders, reached, strace
from tests.conftest import missing
from tests.stores import PASSPHRASE, drafted, found_in, office
from tests.tui.driving import practice_settings

WAIT_S = 30.0


class Terminal:
    """A shell in a terminal of its own, with the variables of a practice."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._socket = str(folder / "tmux")
        shell = "env PS1='klaar> ' sh"
        size = ("-x", "100", "-y", "30")
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, shell, env=os.environ | variables)
        self.until("klaar>")

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, text: str, *, gone: str = "", within_s: float = WAIT_S) -> str:
        ends_s = time.monotonic() + within_s
        while text not in (seen := self.screen()) or (gone and gone in seen):
            assert time.monotonic() < ends_s, seen
            time.sleep(0.02)
        return seen

    def run(self, *prefix: str) -> None:
        self.type(shlex.join([*prefix, sys.executable, "-m", "soep"]))
        self.press("Enter")

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # a test may have ended it
            self._tmux("kill-server")

    def _tmux(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env=env).stdout


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "soep"


@pytest.fixture
def consults() -> int:
    """How many drafts there are."""
    return 1


@pytest.fixture
def terminal(tmp_path: Path, home: Path, consults: int) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        missing("tmux is not here (scripts/prepare-tests.sh installs it)")
    made = office(home)
    made.clock.at = datetime.now(UTC)  # what is older than the terms is erased when it opens
    for _each in range(consults):
        drafted(made.desk)
    made.desk.store.close()
    practice_settings(home)
    variables = {
        "SOEP_HOME": str(home),
        "SOEP_PASSPHRASE_FILE": str(tmp_path / "wachtwoord"),
        "SOEP_LANG": "nl",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    found = Terminal(tmp_path, variables)
    yield found
    found.close()


def test_it_opens_helps_and_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.run()
    seen = terminal.until("om na te kijken")
    assert "Keelpijn" in seen
    assert "Opnemen" in seen
    terminal.press("F1")
    terminal.until("Een consult opnemen")
    terminal.press("Escape")
    terminal.until("Keelpijn", gone="Een consult opnemen")
    terminal.press("C-q")
    terminal.until("klaar>", gone="Keelpijn")
    terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e icanon | tr '\\n' +; echo einde")
    terminal.press("Enter")
    terminal.until("icanon+echo+einde")


def test_a_terminal_that_is_closed_loses_nothing(terminal: Terminal, home: Path) -> None:
    terminal.run()
    terminal.until("om na te kijken")
    terminal.press("Enter")
    terminal.until("keelpijn")
    terminal.close()
    wait_until_ended(home)
    desk = open_desk(practice_settings(home), None)
    assert [row.problem for row in desk.find()] == ["Keelpijn"]
    desk.store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
@pytest.mark.parametrize("consults", [2])
@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGABRT])
def test_a_day_that_ends_in_a_crash_leaves_nothing_outside(
    ended_by: signal.Signals, terminal: Terminal, home: Path, tmp_path: Path
) -> None:
    """What was entered is there when it opens again; of a consult nothing stands anywhere else or shows."""
    markers = ("Xqkept", "Xqhalf", "kaart 12345")
    since = time.time() - 60.0
    terminal.run()
    terminal.until("2 concepten om na te kijken")
    terminal.press("Enter")
    terminal.until("Wijzig")
    terminal.press("n")
    terminal.type("Xqkept in de keel.")
    terminal.press("Enter")
    terminal.until("eigen")
    terminal.press("a")
    terminal.until("Klaar om goed te keuren")
    terminal.press("a")
    terminal.until("Kopieer")
    terminal.press("c")
    terminal.until("klembord")
    terminal.press("Escape")
    terminal.until("Gesprek")
    terminal.press("Escape")
    terminal.until("1 concept om na te kijken")
    terminal.press("Down", "Enter")
    terminal.until("Wijzig")
    terminal.press("n")
    terminal.type("Xqhalf")
    terminal.until("Xqhalf")
    numbers = processes(home)
    assert numbers
    for number in numbers:
        for part in ("cmdline", "environ", "comm"):
            content = (Path("/proc") / str(number) / part).read_bytes()
            assert not any(marker.encode() in content for marker in markers)
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):  # the engine ends with the application
            os.kill(number, ended_by)
    wait_until_ended(home)
    terminal.close()
    assert holders(markers, [home, tmp_path], since) == []
    desk = open_desk(practice_settings(home), None)
    notes = [note for row in desk.find() for note in desk.peek(row.id).working]
    assert sum("Xqkept in de keel." in str(note) for note in notes) == 1
    assert "Xqhalf" not in str(notes)  # the line that was being typed is what is lost
    for row in desk.find():
        erasing.delete(desk, row.id)
    desk.store.close()
    for marker in markers:
        assert found_in(home, keys.unlock(home, PASSPHRASE), marker.encode()) == 0


def wait_until_ended(home: Path) -> None:
    ends_s = time.monotonic() + WAIT_S
    while processes(home):
        assert time.monotonic() < ends_s
        time.sleep(0.05)


def processes(home: Path) -> list[int]:
    """The numbers of the processes of soep that work on this store."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"SOEP_HOME={home}".encode() in variables and b"soep" in command.split(b"\0")[:3]:
            found.append(int(process.name))
    return found


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
def test_the_application_reaches_for_no_network(terminal: Terminal, tmp_path: Path, settings: Settings) -> None:
    """From opening to the draft of the practice consult, with its engine."""
    if shutil.which("strace") is None:
        missing("needs strace")
    trace = tmp_path / "trace"
    terminal.run(*strace(trace))
    terminal.until("1 concept om na te kijken", within_s=90.0)
    terminal.press("o")
    terminal.until("2 concepten om na te kijken", within_s=400.0)
    terminal.press("C-q")
    terminal.until("klaar>", gone="Keelpijn", within_s=60.0)
    assert reached(trace) == []

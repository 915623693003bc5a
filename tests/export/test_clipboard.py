"""What was copied gets there, and is taken away again unless something else came since."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from soep.errors import ExportError
from soep.export.clipboard import CommandClipboard, ShortLived, system_clipboard
from soep.export.clipboard_windows import PRIVATE_FORMATS, UNICODE_TEXT, WindowsClipboard
from tests.clipboards import FakeClipboard
from tests.conftest import missing

NOTE = "S: T 38,5 – “moe”\nP: Pcm\n"


def test_it_is_taken_away() -> None:
    clipboard = FakeClipboard()
    held = ShortLived(clipboard)
    held.put(NOTE)
    assert clipboard.text == NOTE
    held.clear()
    assert clipboard.text == ""


def test_something_else_stays() -> None:
    clipboard = FakeClipboard()
    held = ShortLived(clipboard)
    held.put(NOTE)
    clipboard.text = "van een ander programma"
    held.clear()
    assert clipboard.text == "van een ander programma"
    held.clear()


def test_nothing_of_ours_is_never_cleared() -> None:
    clipboard = FakeClipboard(blind=True)
    clipboard.text = "van een ander programma"
    ShortLived(clipboard).clear()
    assert clipboard.text == "van een ander programma"


def test_what_cannot_be_read_back_is_cleared_unseen() -> None:
    clipboard = FakeClipboard(blind=True)
    held = ShortLived(clipboard)
    held.put(NOTE)
    clipboard.text = "van een ander programma"
    held.clear()
    assert clipboard.text == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there it goes without programs")
@pytest.mark.parametrize("reader", [("sleep", "60"), ("/nergens/xclip",)])
def test_a_program_that_does_not_answer_is_no_reason_to_leave_it(
    reader: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("soep.export.clipboard._LIMIT_S", 0.2)
    monkeypatch.setattr("soep.export.clipboard._LOOKS", 1)
    held = ShortLived(CommandClipboard(("tee", str(tmp_path / "bord")), reader, ("tee", str(tmp_path / "bord"))))
    held.put(NOTE)
    held.clear()
    assert (tmp_path / "bord").read_bytes() == b""


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server without a screen."""
    if sys.platform != "linux":
        pytest.skip("X11 is for Linux")
    if shutil.which("Xvfb") is None:
        missing("Xvfb is not here")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x8", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.mark.parametrize("program", ["xclip", "xsel"])
def test_a_real_clipboard(program: str, display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.which(program)
    if found is None:
        missing(f"{program} is not here")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(shutil, "which", lambda name: found if name == program else None)
    clipboard = system_clipboard({"DISPLAY": display})
    assert isinstance(clipboard, CommandClipboard)
    assert clipboard.copy[0] == program
    held = ShortLived(clipboard)
    held.put(NOTE)
    assert (clipboard.read() or "").rstrip("\n") == NOTE.rstrip("\n")
    held.clear()
    assert not clipboard.read()
    held.put(NOTE)
    clipboard.put("van een ander programma")
    held.clear()
    assert clipboard.read() == "van een ander programma"


def test_the_text_is_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other users of the computer can see the arguments of a program."""
    calls: list[tuple[tuple[str, ...], bytes]] = []

    def run(command: tuple[str, ...], **options: object) -> object:
        calls.append((command, options.get("input") or b""))  # type: ignore[arg-type]
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", run)
    for environment, platform in (({"DISPLAY": ":0"}, "linux"), ({"WAYLAND_DISPLAY": "w"}, "linux"), ({}, "darwin")):
        monkeypatch.setattr(shutil, "which", lambda name: name)
        clipboard = system_clipboard(environment, platform)
        assert clipboard is not None
        calls.clear()
        clipboard.put(NOTE)
        assert [content for _command, content in calls if content]
        assert not [command for command, _content in calls if "38,5" in " ".join(command)]


def test_a_mark_that_did_not_work_is_no_failure() -> None:
    """The marked way says that it worked and did nothing, or is not there: the plain way follows."""
    python = sys.executable
    for marked in ((python, "-c", "pass"), ("/is/er/niet",)):
        clipboard = CommandClipboard((python, "-c", "pass"), (python, "-c", "print('anders')"), (python,), marked)
        clipboard.put(NOTE)


def test_a_program_that_fails_is_told() -> None:
    with pytest.raises(ExportError, match="klembord"):
        CommandClipboard(("/is/er/niet",), ("/is/er/niet",), ("/is/er/niet",)).put(NOTE)


@pytest.mark.parametrize(
    ("environment", "platform"),
    [({}, "linux"), ({"SSH_CONNECTION": "x"}, "darwin"), ({"SSH_CONNECTION": "x"}, "win32")],
)
def test_from_afar_only_the_terminal_reaches_it(
    environment: dict[str, str], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soep.export.clipboard_windows.Win32", object)
    assert system_clipboard(environment, platform) is None


class Windows:
    """The clipboard of Windows as far as it matters: forms by number, taken by one at a time."""

    def __init__(self, *, busy: int = 0, refuses: int = 0) -> None:
        self.forms: dict[int, bytes] = {}
        self.names: dict[str, int] = {}
        self.taken = False
        self.busy = busy
        self.refuses = refuses
        self.order: list[int] = []

    def open(self) -> bool:
        self.busy -= 1
        self.taken = self.busy < 0
        return self.taken

    def close(self) -> None:
        assert self.taken
        self.taken = False

    def empty(self) -> bool:
        assert self.taken
        self.forms.clear()
        return True

    def set(self, form: int, content: bytes) -> bool:
        assert self.taken
        self.order.append(form)
        if form == self.refuses:
            return False
        self.forms[form] = content
        return True

    def get(self, form: int) -> bytes | None:
        assert self.taken
        return self.forms.get(form)

    def register(self, name: str) -> int:
        return self.names.setdefault(name, 0xC000 + len(self.names))


def test_windows_keeps_it_out_of_its_history() -> None:
    api = Windows(busy=3)
    held = ShortLived(WindowsClipboard(api))
    held.put(NOTE)
    assert api.forms[UNICODE_TEXT].decode("utf-16-le") == NOTE.replace("\n", "\r\n") + "\0"
    assert {name: api.forms[number] for name, number in api.names.items()} == PRIVATE_FORMATS
    assert api.order[-1] == UNICODE_TEXT
    assert not api.taken
    held.clear()
    assert api.forms == {}
    held.put(NOTE)
    api.forms = {UNICODE_TEXT: "iets anders\0".encode("utf-16-le")}
    held.clear()
    assert api.forms != {}


def test_windows_that_cannot_mark_it_gets_nothing() -> None:
    api = Windows(refuses=0xC001)
    with pytest.raises(ExportError, match="klembord"):
        WindowsClipboard(api).put(NOTE)
    assert api.forms == {}
    assert not api.taken


def test_windows_that_stays_busy_is_told_and_can_be_asked_again() -> None:
    with pytest.raises(ExportError, match="ander programma"):
        WindowsClipboard(Windows(busy=1000)).put(NOTE)
    api = Windows()
    held = ShortLived(WindowsClipboard(api))
    held.put(NOTE)
    api.busy = 10
    with pytest.raises(ExportError):
        held.clear()
    held.clear()
    assert api.forms == {}

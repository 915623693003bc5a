"""A small server that speaks the chat protocol as far as a drafter needs it, and does wrong what a test asks for."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from soep.config import DraftingSettings, ServerSettings, Settings
from soep.drafting.drafter import DraftOptions
from soep.drafting.server import ServerDrafter
from soep.types import Role, SoepNote, Utterance

MODEL = "proefmodel"
KEY = "sk-geheim-0123456789"
SAID = (
    (Role.ARTS, "Waarmee kan ik u helpen?"),
    (Role.PATIENT, "Ik heb sinds vijf dagen keelpijn en ik hoest."),
    (Role.ARTS, "De keel is rood. Het is een keelontsteking. Neem paracetamol."),
)


@dataclass(frozen=True)
class Reply:
    """What the server sends back; ``body`` is JSON unless it is bytes."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


def note(**fields: Any) -> dict[str, Any]:
    """One note in the form that is asked for: ``note(problem=("Keelpijn", 1), S=[("Keelpijn.", 1, 2)])``."""

    def line(given: tuple[Any, ...]) -> dict[str, Any]:
        return {"text": given[0], "evidence": list(given[1:])}

    return {"problem": line(fields.pop("problem", ("",)))} | {
        letter: [line(one) for one in fields.get(letter, [])] for letter in "SOEP"
    }


def answered(*notes: dict[str, Any]) -> Reply:
    """A reply in which the model wrote these notes."""
    return written(json.dumps({"notes": notes}, ensure_ascii=False))


def written(text: str) -> Reply:
    """A reply in which the model wrote this."""
    return Reply({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})


def refused(status: int, **error: str) -> Reply:
    """A reply with an error of the protocol."""
    return Reply({"error": error}, status)


WRITTEN = note(
    problem=("Keelpijn", 2),
    S=[("Sinds 5 dgn keelpijn en hoest.", 2)],
    O=[("Keel rood.", 3)],
    E=[("Keelontsteking.", 3)],
    P=[("Paracetamol.", 3)],
)
GOOD = answered(WRITTEN)


class ChatServer:
    """Answers by a rule, and remembers what it was asked."""

    def __init__(self, rule: Callable[[dict[str, Any]], Reply]) -> None:
        self.rule = rule
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.broken = threading.Event()
        """Set when the other side went away while an answer was due."""
        handler = type("Handler", (_Handler,), {"chat": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def place(self) -> str:
        """Host and port, as a user sees them."""
        return self.url.removeprefix("http://")

    def settings(self, **server: Any) -> Settings:
        """Settings with which the drafter ``server`` asks this server."""
        return settings(**({"url": self.url, "model": MODEL} | server))


def settings(*, word_budget: int = 90, **server: Any) -> Settings:
    """Settings of a server."""
    return Settings(
        drafting=DraftingSettings(drafter="server", word_budget=word_budget, server=ServerSettings(**server))
    )


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.asked.append(body)
        self._answer(self.chat.rule(body))

    def do_GET(self) -> None:
        self._answer(self.chat.rule({}))

    def _answer(self, reply: Reply) -> None:
        self.chat.paths.append(self.path)
        self.chat.headers.append(dict(self.headers))
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        try:
            self._wait(reply.delay_s)
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(data)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.chat.broken.set()
        self.close_connection = True

    def _wait(self, delay_s: float) -> None:
        """Wait, unless the other side goes away before."""
        until_s = time.monotonic() + delay_s
        self.connection.settimeout(0.02)
        while time.monotonic() < until_s:
            try:
                if not self.connection.recv(1):
                    raise ConnectionResetError
            except TimeoutError:
                continue
        self.connection.settimeout(None)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


@contextmanager
def serving(rule: Callable[[dict[str, Any]], Reply] | Reply) -> Iterator[ChatServer]:
    """A server for the time of a test."""
    chat = ChatServer(rule if callable(rule) else lambda _body: rule)
    thread = threading.Thread(target=chat.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        chat.server.shutdown()
        chat.server.server_close()
        thread.join()


def in_turn(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """A rule that gives these replies one after another, and the last one from then on."""
    left = list(replies)
    return lambda _body: left.pop(0) if len(left) > 1 else left[0]


def utterances(*texts: str) -> list[Utterance]:
    said = [(Role.PATIENT, text) for text in texts] or SAID
    return [Utterance(number, text, role, 1.0) for number, (role, text) in enumerate(said, 1)]


def drafted(settings: Settings, *said: str, cancelled: Callable[[], bool] = lambda: False) -> tuple[SoepNote, ...]:
    stream = ServerDrafter(settings).stream(DraftOptions(cancelled=cancelled))
    list(stream.feed(utterances(*said)))
    return stream.finish().notes


def texts(notes: tuple[SoepNote, ...]) -> list[str]:
    return [line.text for one in notes for _field, line in one.every_line()]


def pointing(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name point at these addresses; give what is connected to."""
    known = socket.getaddrinfo
    connected: list[str] = []

    def resolved(host: str, *rest: Any, **more: Any) -> Any:
        if re.fullmatch(r"[\d.]+|[0-9a-f:]+", host):
            return known(host, *rest, **more)
        return [entry for address in addresses for entry in known(address, *rest, **more)]

    def connect(address: tuple[str, int], *_rest: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def key_file(folder: Path, key: str) -> Path:
    """A file with a key, as an editor leaves it."""
    path = folder / "sleutel.txt"
    path.write_text(f"{key}\n", "utf-8")
    return path

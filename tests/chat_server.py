"""A small server that speaks the chat protocol as far as a drafter needs it, and does wrong what a test asks for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from soep.config import DraftingSettings, ServerSettings, Settings

MODEL = "proefmodel"


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


def key_file(folder: Path, key: str) -> Path:
    """A file with a key, as an editor leaves it."""
    path = folder / "sleutel.txt"
    path.write_text(f"{key}\n", "utf-8")
    return path

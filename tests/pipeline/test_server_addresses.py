"""Where the drafter for a server sends a consult, and where it never does: addresses, encryption, the key."""

from __future__ import annotations

import pickle
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from soep.drafting.drafter import weights_of
from soep.errors import InputError, ServerError, ServerUnreachableError, WeightsError
from tests import chat_server
from tests.chat_server import GOOD, KEY, MODEL, ChatServer, Reply, drafted, in_turn, pointing, refused, serving, texts


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "172.32.0.1",
        "192.0.2.1",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "fe80::1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::",
    ],
)
@pytest.mark.parametrize("url", ["https://model.praktijk.lan", "https://{literal}"])
def test_nothing_goes_outside_the_practice(monkeypatch: pytest.MonkeyPatch, url: str, address: str) -> None:
    connected = pointing(monkeypatch, address)
    literal = f"[{address}]" if ":" in address else address
    settings = chat_server.settings(url=url.format(literal=literal), model=MODEL)
    for attempt in (lambda: weights_of("server", settings), lambda: drafted(settings)):
        with pytest.raises(InputError, match="niet in het netwerk van de praktijk"):
            attempt()
    assert connected == []


def test_one_address_outside_the_practice_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = pointing(monkeypatch, "192.168.1.5", "8.8.8.8")
    with pytest.raises(InputError):
        drafted(chat_server.settings(url="https://model.praktijk.lan", model=MODEL))
    assert connected == []


@pytest.mark.parametrize("address", ["10.1.2.3", "172.16.0.9", "192.168.1.5", "fd00::5", "::ffff:10.0.0.1"])
def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    connected = pointing(monkeypatch, address)
    with pytest.raises(ServerUnreachableError):
        drafted(chat_server.settings(url="https://model.praktijk.lan", model=MODEL, retries=0))
    assert connected == [address.removeprefix("::ffff:")]


def test_a_name_that_begins_to_point_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(refused(503)) as chat:
        settings = chat.settings(url=chat.url.replace("127.0.0.1", "localhost"))
        weights_of("server", settings)
        connected = pointing(monkeypatch, "8.8.8.8")
        with pytest.raises(InputError):
            drafted(settings)
    assert connected == []
    assert chat.asked == []


@pytest.mark.parametrize("allowed", ["llm.example.nl", " LLM.example.nl "])
def test_a_host_outside_is_allowed_by_its_name_only(monkeypatch: pytest.MonkeyPatch, allowed: str) -> None:
    connected = pointing(monkeypatch, "8.8.8.8")
    server = {"model": MODEL, "allow_public": allowed, "retries": 0}
    with pytest.raises(ServerUnreachableError):
        drafted(chat_server.settings(url="https://llm.example.nl", **server))
    assert connected == ["8.8.8.8"]
    for other in ("https://anders.example.nl", "https://x.llm.example.nl", "https://8.8.8.8"):
        with pytest.raises(InputError, match="allow_public"):
            drafted(chat_server.settings(url=other, **server))
    with pytest.raises(InputError, match="niet versleuteld"):
        drafted(chat_server.settings(url="http://llm.example.nl", **server, allow_plain_http=True))
    assert connected == ["8.8.8.8"]


def test_unencrypted_traffic_is_for_this_computer_unless_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = pointing(monkeypatch, "192.168.1.5")
    server = {"url": "http://model.praktijk.lan:8080", "model": MODEL, "retries": 0}
    with pytest.raises(InputError, match="niet versleuteld"):
        drafted(chat_server.settings(**server))
    assert connected == []
    with pytest.raises(ServerUnreachableError):
        drafted(chat_server.settings(**server, allow_plain_http=True))
    assert connected == ["192.168.1.5"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(GOOD) as elsewhere:
        moved = Reply(status=status, headers={"Location": f"{elsewhere.url}/v1/chat/completions"})
        with serving(moved) as chat, pytest.raises(ServerError, match="verwijst door"):
            drafted(chat.settings())
    assert elsewhere.asked == []


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(GOOD) as chat, serving(refused(502)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert texts(drafted(chat.settings()))
    assert proxy.paths == []


@pytest.mark.parametrize(
    "url",
    [
        "model.praktijk.lan",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "https://jan:geheim@127.0.0.1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/?a=b",
        "http://127.0.0.1#x",
        "http://praktijk\u3002lan",
        "http://127.0.0.1/a b",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_told_beforehand(url: str) -> None:
    with pytest.raises(InputError, match=r"drafting\.server\.url") as caught:
        weights_of("server", chat_server.settings(url=url, model=MODEL))
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_an_address_may_be_given_with_or_without_its_path(path: str) -> None:
    with serving(GOOD) as chat:
        drafted(chat.settings(url=chat.url + path))
    assert chat.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize("left_out", ["url", "model"])
def test_a_server_that_is_not_set_is_told_beforehand(left_out: str) -> None:
    server = {"url": "http://127.0.0.1:9", "model": MODEL, left_out: ""}
    with pytest.raises(WeightsError, match=f"drafting.server.{left_out}"):
        weights_of("server", chat_server.settings(**server))


# --- the key ---------------------------------------------------------------------------------------------------------


def test_the_key_comes_from_its_file_and_is_shown_nowhere(tmp_path: Path) -> None:
    with serving(in_turn(GOOD, refused(401))) as chat:
        settings = chat.settings(api_key_file=chat_server.key_file(tmp_path, KEY))
        drafted(settings)
        with pytest.raises(ServerError, match="weigert de sleutel") as caught:
            drafted(settings)
    assert chat.headers[0]["Authorization"] == f"Bearer {KEY}"
    for shown in (str(caught.value), repr(caught.value), repr(settings), repr(pickle.dumps(settings))):
        assert KEY not in shown


def test_without_a_key_none_is_sent() -> None:
    with serving(GOOD) as chat:
        drafted(chat.settings())
    assert "Authorization" not in chat.headers[0]


@pytest.mark.parametrize("content", ["", " \n", "twee woorden", "sleutel\r\nX-Anders: 1", "sleutél", "x" * 5000])
def test_a_file_without_a_key_is_told_beforehand(tmp_path: Path, content: str) -> None:
    path = chat_server.key_file(tmp_path, content)
    with pytest.raises(InputError, match="geen sleutel"):
        weights_of("server", chat_server.settings(url="http://127.0.0.1:9", model=MODEL, api_key_file=path))
    with pytest.raises(InputError, match="kan niet worden gelezen"):
        weights_of("server", chat_server.settings(url="http://127.0.0.1:9", model=MODEL, api_key_file=tmp_path / "x"))


# --- encryption ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody but itself vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificaat")
    made, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture
def encrypted(certificate: tuple[Path, Path]) -> Iterator[ChatServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with serving(GOOD) as chat:
        chat.server.socket = context.wrap_socket(chat.server.socket, server_side=True, do_handshake_on_connect=False)
        chat.server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
        yield chat


def address(chat: ChatServer, host: str) -> str:
    return f"https://{host}:{chat.server.server_address[1]}"


def test_a_certificate_of_the_practice_is_trusted_when_it_is_set(
    encrypted: ChatServer, certificate: tuple[Path, Path]
) -> None:
    settings = encrypted.settings(url=address(encrypted, "localhost"), ca_file=certificate[0])
    assert texts(drafted(settings))


def test_another_certificate_is_not_trusted(encrypted: ChatServer) -> None:
    with pytest.raises(ServerError, match="certificaat"):
        drafted(encrypted.settings(url=address(encrypted, "localhost")))
    assert encrypted.asked == []


def test_a_certificate_of_another_host_is_not_trusted(encrypted: ChatServer, certificate: tuple[Path, Path]) -> None:
    with pytest.raises(ServerError, match="certificaat"):
        drafted(encrypted.settings(url=address(encrypted, "127.0.0.1"), ca_file=certificate[0]))
    assert encrypted.asked == []


def test_certificates_that_cannot_be_read_are_told(encrypted: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "geen.pem").write_text("geen certificaat")
    for name in ("geen.pem", "bestaatniet.pem"):
        with pytest.raises(InputError, match="certificaten"):
            drafted(encrypted.settings(url=address(encrypted, "localhost"), ca_file=tmp_path / name))

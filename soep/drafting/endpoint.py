"""One address of the practice, and nothing else: where a consult may be sent, and how it gets there.

The host's name is resolved once, each of its addresses is checked, and the connection goes to an address that was
checked, so that a name cannot point elsewhere in between.  Redirects are not followed and proxies of the environment
are not used; certificates are always verified.  What is sent and what comes back stands in no error and no log.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from soep.config import ServerSettings
from soep.errors import CancelledError, InputError, ServerError, ServerUnreachableError
from soep.i18n import _

CONNECT_TIMEOUT_S = 10.0
POLL_S = 0.05
MAX_RESPONSE_BYTES = 2 * 1024**2
"""A note as JSON is a few kilobytes."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CHAT = "/chat/completions"
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# Written out rather than taken from `is_private`, which also holds addresses that no practice uses: link-local ones
# (where clouds answer with credentials), documentation, carriers' networks, "this network".
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's address as the settings give it, in parts that were checked."""

    scheme: str
    host: str
    port: int
    path: str
    """What ``/chat/completions`` and ``/models`` follow."""
    settings: ServerSettings

    @property
    def name(self) -> str:
        """The host, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def check(self) -> None:
        """Refuse an address outside the practice before there is anything to send; an unknown name is left to later.

        Raises:
            InputError: the host is not in the practice's network, or would be reached without encryption.
        """
        try:
            self.addresses()
        except ServerUnreachableError:
            return

    def addresses(self) -> Sequence[Address]:
        """The addresses of the host, all of which may be sent to.

        Raises:
            InputError: at least one of them may not.
            ServerUnreachableError: the host's name is not known.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ServerUnreachableError(
                _("De server {host} is niet te vinden.").format(host=self.name),
                _("Controleer drafting.server.url en de verbinding met het netwerk."),
            ) from error
        addresses = list(dict.fromkeys(_address(str(entry[4][0])) for entry in found))
        for address in addresses:
            self._refuse(address)
        return addresses

    def _refuse(self, address: Address) -> None:
        local = _within(address, _LOOPBACK)
        named = self.settings.allow_public.strip().lower() == self.host
        if not local and not _within(address, _PRIVATE) and not named:
            raise InputError(
                _("De server {host} staat niet in het netwerk van de praktijk; er wordt niets verstuurd.").format(
                    host=self.name
                ),
                _('Mag het toch, zet dan drafting.server.allow_public = "{host}".').format(host=self.host),
            )
        plain_allowed = local or (self.settings.allow_plain_http and _within(address, _PRIVATE))
        if self.scheme == "http" and not plain_allowed:
            raise InputError(
                _("De verbinding met {host} is niet versleuteld; er wordt niets verstuurd.").format(host=self.name),
                _("Gebruik een adres met https, of zet binnen de praktijk drafting.server.allow_plain_http = true."),
            )


def endpoint(settings: ServerSettings) -> Endpoint:
    """The address in the settings, in parts.

    Raises:
        InputError: it is no address that can be used.
    """
    try:
        parts = urlsplit(settings.url.strip())
        port = parts.port
    except ValueError as error:
        raise _no_address() from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in _DEFAULT_PORTS or not host.isascii() or _has_surplus(parts):
        raise _no_address()
    path = parts.path.rstrip("/").removesuffix(_CHAT) or "/v1"
    return Endpoint(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], path, settings)


def _has_surplus(parts: SplitResult) -> bool:
    """Whether there is no host, or something that would be lost or shown: a password, a query, an odd character."""
    odd = not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment
    return bool(odd) or not all("!" <= character <= "~" for character in parts.netloc + parts.path)


def _no_address() -> InputError:
    return InputError(
        _("Het adres van de server (drafting.server.url) is niet geldig."),
        _("Schrijf het als https://model.praktijk.lan of http://127.0.0.1:8080, zonder wachtwoord."),
    )


def _address(text: str) -> Address:
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _within(address: Address, networks: Sequence[object]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]


def exchange(  # noqa: PLR0913 - a request has these parts
    where: Endpoint,
    method: str,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    cancelled: Callable[[], bool],
) -> Response:
    """One request and its answer; it runs on a thread, so that it can be given up at any moment.

    Args:
        where: the server.
        method: of HTTP.
        path: after that of the server, with its slash.
        body: what is sent.
        headers: of the request.
        timeout_s: how long it may take from beginning to end.
        cancelled: asked while waiting.

    Raises:
        CancelledError: ``cancelled`` said so; the connection is closed.
        InputError: the server may not be sent to.
        ServerUnreachableError: there was no connection, or it broke.
        ServerError: it took too long, the certificate is not trusted, or the answer is no HTTP or too large.
    """
    call = _Call(where, method, path, body, headers, timeout_s)
    threading.Thread(target=call.run, daemon=True, name="server").start()
    deadline_s = time.monotonic() + timeout_s
    while not call.done.wait(POLL_S):
        if cancelled():
            call.stop()
            raise CancelledError(_("Gestopt."))
        if time.monotonic() > deadline_s:
            call.stop()
            raise _too_slow(where, timeout_s)
    return call.outcome()


class _Call:
    """A request on its own thread."""

    def __init__(  # noqa: PLR0913 - as ``exchange``
        self,
        where: Endpoint,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> None:
        self.done = threading.Event()
        self._where = where
        self._request = (method, where.path + path, body, dict(headers))
        self._timeout_s = timeout_s
        self._stopped = threading.Event()
        self._connection: _CheckedConnection | None = None
        self._response: Response | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._response = self._exchanged()
        except Exception as error:  # raised again on the thread that waits
            self._error = error
        finally:
            self.done.set()

    def stop(self) -> None:
        """Break the connection, so that the server stops as well; a request that was not yet sent never is."""
        self._stopped.set()
        if self._connection is not None:
            self._connection.abort()

    def outcome(self) -> Response:
        match self._error:
            case None if self._response is not None:
                return self._response
            case ServerError() | InputError() as error:
                raise error
            case ssl.SSLCertVerificationError() as error:
                raise ServerError(
                    _("Het certificaat van {host} is niet te vertrouwen; er is niets verstuurd.").format(
                        host=self._where.name
                    ),
                    _("Heeft de praktijk eigen certificaten, zet dan drafting.server.ca_file."),
                ) from error
            case TimeoutError() as error:
                raise _too_slow(self._where, self._timeout_s) from error
            case OSError() | http.client.IncompleteRead() as error:
                raise _unreachable(self._where) from error
        raise ServerError(_("{host} gaf een antwoord dat niet te lezen is.").format(host=self._where.name))

    def _exchanged(self) -> Response:
        addresses = self._where.addresses()
        self._connection = _CheckedConnection(self._where, addresses, self._timeout_s)
        try:
            self._connection.connect()
            if self._stopped.is_set():
                raise ServerError(_("Gestopt."))
            method, path, body, headers = self._request
            self._connection.request(method, path, body, headers)
            with self._connection.getresponse() as response:
                received = response.read(MAX_RESPONSE_BYTES + 1)
        finally:
            self._connection.close()
        if len(received) > MAX_RESPONSE_BYTES:
            raise ServerError(_("{host} gaf een te groot antwoord.").format(host=self._where.name))
        if response.length:  # what was announced did not all come
            raise _unreachable(self._where)
        return Response(response.status, {name.lower(): value for name, value in response.getheaders()}, received)


class _CheckedConnection(http.client.HTTPConnection):
    """A connection to addresses that were checked, under the name of the host."""

    def __init__(self, where: Endpoint, addresses: Sequence[Address], timeout_s: float) -> None:
        super().__init__(where.host, where.port)
        self.default_port = _DEFAULT_PORTS[where.scheme]
        self._where = where
        self._addresses = addresses
        self._timeout_s = timeout_s

    def connect(self) -> None:
        """Connect to the first address that answers; with https, under a certificate of the host's name."""
        open_socket = self._connected()
        if self._where.scheme == "https":
            try:
                open_socket = _tls(self._where.settings).wrap_socket(open_socket, server_hostname=self._where.host)
            except BaseException:
                open_socket.close()
                raise
        open_socket.settimeout(self._timeout_s)
        self.sock = open_socket

    def abort(self) -> None:
        """Break off, from any thread."""
        open_socket = self.sock
        if open_socket is not None:
            try:
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)
            except OSError:
                return

    def _connected(self) -> socket.socket:
        failure: OSError | None = None
        for address in self._addresses:
            try:
                return socket.create_connection(
                    (str(address), self._where.port), min(CONNECT_TIMEOUT_S, self._timeout_s)
                )
            except OSError as error:
                failure = error
        raise _unreachable(self._where) from failure


def _tls(settings: ServerSettings) -> ssl.SSLContext:
    """Verified TLS 1.2 or later; no keys are logged, whatever ``SSLKEYLOGFILE`` says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is None:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cafile=settings.ca_file.expanduser())
    except OSError as error:  # ssl.SSLError is one
        raise InputError(
            _("Het bestand met certificaten {file} kan niet worden gelezen.").format(file=settings.ca_file),
            _("Controleer drafting.server.ca_file: het moet PEM zijn."),
        ) from error
    return context


def _unreachable(where: Endpoint) -> ServerUnreachableError:
    return ServerUnreachableError(
        _("Er is geen verbinding met de server {host}.").format(host=where.name),
        _("Controleer of hij aanstaat en of u in het netwerk van de praktijk bent."),
    )


def _too_slow(where: Endpoint, timeout_s: float) -> ServerError:
    return ServerError(
        _("De server {host} gaf na {timeout:.0f} s geen antwoord.").format(host=where.name, timeout=timeout_s),
        _("Maak drafting.server.timeout_s groter, of kies --drafter extractive."),
    )

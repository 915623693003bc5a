"""A drafter that asks a language model on a server of the practice, by the chat protocol that most servers speak.

Text leaves this process only when the consult is over and the user chose this drafter; ``destination`` says where to.
See ``endpoint`` for what keeps it inside the practice, and ``whole`` for what is asked.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from soep.config import ServerSettings, Settings
from soep.drafting.drafter import DraftOptions, never_cancelled
from soep.drafting.endpoint import Endpoint, Response, endpoint, exchange
from soep.drafting.llama import LanguageModelError
from soep.drafting.whole import MAX_ANSWER_TOKENS, SCHEMA, Messages, PromptTooLongError, WholeConsultStream
from soep.errors import CancelledError, InputError, ServerError, ServerUnreachableError, WeightsError
from soep.i18n import _

BACK_OFF_S = 0.5
MAX_WAIT_S = 20.0
PROBE_TIMEOUT_S = 10.0
_STEP_S = 0.05
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
_REFUSES_KEY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# What a server may say of a request that it does not understand, as of a form that it does not know.
_REFUSES_REQUEST = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.NOT_IMPLEMENTED,
}
_TOO_LONG = re.compile(
    rb"exceed_context_size|context_length|context (?:length|size|window)|too many tokens|too long", re.I
)
_MAX_KEY_BYTES = 4096
# The forms of an answer, the strictest first; a server that refuses one is asked with the next.
_FORMS: tuple[Mapping[str, object], ...] = (
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "soep", "strict": True, "schema": SCHEMA},
        }
    },
    {"response_format": {"type": "json_object"}},
    {},
)


class ServerDrafter:
    """Drafts on the server of the settings; each question is a connection of its own, and none stays open."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._form = 0

    @property
    def model_id(self) -> str:
        """The server and its model: ``server:host/model``."""
        return f"server:{self.destination}/{self._server.model}"

    @property
    def sha256(self) -> str:
        """Empty: what the server runs is not known.  Looks at the settings, so that a mistake is told before the work.

        Raises:
            WeightsError: no server or model is set.
            InputError: the settings cannot be used, or the server is outside the practice.
        """
        self._endpoint().check()
        _key(self._server)
        return ""

    @property
    def destination(self) -> str:
        """The server that consults go to; empty when none is set."""
        return endpoint(self._server).name if self._server.url else ""

    def probe(self) -> None:
        """Ask the server for its list of models, to see whether it is there and takes the key."""
        where = self._endpoint()
        headers = _headers(self._server)
        response = exchange(
            where, "GET", "/models", None, headers, timeout_s=PROBE_TIMEOUT_S, cancelled=never_cancelled
        )
        if response.status != HTTPStatus.NOT_FOUND:  # a server need not have that list
            _raise_unless_fine(where, response)

    def stream(self, options: DraftOptions) -> WholeConsultStream:
        """Begin a consult; nothing is sent before its end."""
        return WholeConsultStream(self._ask, options, self._settings.drafting.context_tokens)

    def close(self) -> None:
        """Nothing is held."""

    @property
    def _server(self) -> ServerSettings:
        return self._settings.drafting.server

    def _endpoint(self) -> Endpoint:
        for name in ("url", "model"):
            if not getattr(self._server, name).strip():
                raise WeightsError(
                    _("Voor de conceptschrijver “server” is geen server ingesteld."),
                    _("Zet drafting.server.{name} in het bestand met instellingen.").format(name=name),
                )
        return endpoint(self._server)

    def _ask(self, messages: Messages, options: DraftOptions) -> str:
        """The model's answer, in the strictest form that the server knows; what it knows is remembered."""
        where = self._endpoint()
        for form in range(self._form, len(_FORMS)):
            response = self._sent(where, _body(self._server.model, messages, _FORMS[form]), options.cancelled)
            if _is_too_long(response):
                raise PromptTooLongError
            if response.status not in _REFUSES_REQUEST:
                self._form = form
                break
        _raise_unless_fine(where, response)
        return _content(response)

    def _sent(self, where: Endpoint, body: bytes, cancelled: Callable[[], bool]) -> Response:
        """Send a question, again after a while when there is no connection or the server is busy."""
        headers = {**_headers(self._server), "Content-Type": "application/json"}
        attempt = 0
        while True:
            if cancelled():
                raise CancelledError(_("Gestopt."))
            last = attempt == self._server.retries
            wait_s = min(BACK_OFF_S * 2.0**attempt, MAX_WAIT_S)
            try:
                response = exchange(
                    where,
                    "POST",
                    "/chat/completions",
                    body,
                    headers,
                    timeout_s=self._server.timeout_s,
                    cancelled=cancelled,
                )
            except ServerUnreachableError:
                if last:
                    raise
            else:
                if last or response.status not in _BUSY:
                    return response
                wait_s = max(wait_s, _retry_after_s(response))
            _wait(wait_s, cancelled)
            attempt += 1


def _wait(seconds: float, cancelled: Callable[[], bool]) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s and not cancelled():
        time.sleep(_STEP_S)


def _retry_after_s(response: Response) -> float:
    """How long the server asks to wait; a date, which it may give as well, is not read."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), MAX_WAIT_S) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0.0


def _body(model: str, messages: Messages, form: Mapping[str, object]) -> bytes:
    request = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "temperature": 0,
        "max_tokens": MAX_ANSWER_TOKENS,
        "stream": False,
        **form,
    }
    return json.dumps(request).encode("ascii")


def _headers(server: ServerSettings) -> dict[str, str]:
    key = _key(server)
    headers = {"Accept": "application/json", "User-Agent": "soep", "Connection": "close"}
    return {**headers, "Authorization": f"Bearer {key}"} if key else headers


def _key(server: ServerSettings) -> str:
    """The key in its file; empty when there is none.

    Raises:
        InputError: the file cannot be read, or holds no key.
    """
    if server.api_key_file is None:
        return ""
    try:
        with server.api_key_file.expanduser().open("rb") as file:
            key = file.read(_MAX_KEY_BYTES + 1).strip()
    except OSError as error:
        raise InputError(
            _("Het bestand met de sleutel van de server kan niet worden gelezen."),
            _("Controleer drafting.server.api_key_file: {file}.").format(file=server.api_key_file),
        ) from error
    if not key or len(key) > _MAX_KEY_BYTES or not all(0x21 <= byte <= 0x7E for byte in key):
        raise InputError(
            _("In het bestand met de sleutel van de server staat geen sleutel."),
            _("Zet er alleen de sleutel in, op één regel: {file}.").format(file=server.api_key_file),
        )
    return key.decode("ascii")


def _is_too_long(response: Response) -> bool:
    if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    return response.status in _REFUSES_REQUEST and _TOO_LONG.search(response.body) is not None


def _raise_unless_fine(where: Endpoint, response: Response) -> None:
    """Tell what a status means; the server's own words are not shown, since they may quote the consult."""
    status, host = response.status, where.name
    if status == HTTPStatus.OK:
        return
    if status in _REFUSES_KEY:
        raise ServerError(
            _("De server {host} weigert de sleutel.").format(host=host), _("Controleer drafting.server.api_key_file.")
        )
    if 300 <= status < 400:
        raise ServerError(
            _("De server {host} verwijst door naar een ander adres; dat wordt niet gevolgd.").format(host=host),
            _("Zet in drafting.server.url het adres zelf."),
        )
    if status == HTTPStatus.NOT_FOUND:
        raise ServerError(
            _("De server {host} kent dit adres of model niet.").format(host=host),
            _("Controleer drafting.server.url en drafting.server.model."),
        )
    if status in _BUSY:
        raise ServerError(_("De server {host} heeft het te druk.").format(host=host), _("Probeer het straks opnieuw."))
    raise ServerError(
        _("De server {host} kon het niet (status {status}).").format(host=host, status=status),
        _("Vraag de beheerder van de server, of kies --drafter extractive."),
    )


def _content(response: Response) -> str:
    """What the model wrote.

    Raises:
        LanguageModelError: the answer is not of the protocol.
    """
    try:
        answer: Any = json.loads(response.body)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise LanguageModelError(_("De server gaf geen bruikbaar antwoord."), _("Kies --drafter extractive."))
    return content

"""llama.cpp inside the process: one model with an optional adapter, reached by nobody else.

The library's server always listens somewhere.  Where the system has Unix sockets it gets one in a folder of this
user only, so that no port is opened at all, and the socket is unlinked as soon as the model is loaded: from then on
nobody can reach it, and a process that is killed leaves nothing behind.  On Windows it gets a loopback port.  Either
way it demands a random key that never leaves this process, shows no slots, and is called only through its methods.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soep.errors import CancelledError, SoepError
from soep.i18n import _

CONTEXT_TOKENS = 4096
KEY_BYTES = 32
QUIET = -1
_TOO_LONG = "exceed_context_size_error"
_COMPLETE = "stop"


class LanguageModelError(SoepError):
    """The language model could not be loaded or could not answer; what was said can be drafted without it."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote, and whether it ended there by itself rather than at the token limit."""

    text: str
    whole: bool


class LlamaModel:
    """A GGUF model, loaded when made; ``close`` frees it."""

    def __init__(self, model: Path, adapter: Path | None, threads: int) -> None:
        import xllamacpp  # noqa: PLC0415 - a model library, only in the engine

        folder = Path(tempfile.mkdtemp(prefix="soep-"))  # mode 0700
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        if adapter is not None:
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.cache_ram_mib = 0  # nothing said earlier is kept in memory beside the conversation at hand
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.warmup = False
        params.offline = True
        params.verbosity = QUIET  # its log would hold what was said
        params.api_keys = [secrets.token_hex(KEY_BYTES)]
        params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = params.ui = False
        if sys.platform != "win32":
            params.hostnames = [str(folder / "server.sock")]
        try:
            self._server: Any = xllamacpp.Server(params)
        except (RuntimeError, ValueError) as error:
            raise LanguageModelError(
                _("Het taalmodel kan niet geladen worden."),
                _("Controleer de modellen met: soep models verify. Of kies --drafter extractive."),
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def complete(self, prompt: str, *, grammar: str, max_tokens: int, cancelled: Callable[[], bool]) -> Completion:
        """Continue a prompt, greedily, within a grammar; the part that two prompts share is computed once.

        Raises:
            CancelledError: ``cancelled`` said so between two tokens.
            LanguageModelError: the prompt is too long for the model, or it could not answer.
        """
        parts: list[str] = []
        ended: list[str] = []
        failed: list[str] = []

        def take(chunk: dict[str, Any]) -> bool:
            if "choices" not in chunk:
                failed.append(str(chunk.get("error", {}).get("type", "")))
                return True
            choice = chunk["choices"][0]
            parts.append(choice.get("text") or "")
            if choice.get("finish_reason"):
                ended.append(choice["finish_reason"])
            return cancelled()

        request = {
            "prompt": prompt,
            "grammar": grammar,
            "n_predict": max_tokens,
            "temperature": 0.0,
            "cache_prompt": True,
            "stream": True,
        }
        self._server.handle_completions(request, take)
        if cancelled():
            raise CancelledError(_("Gestopt."))
        if failed:
            raise _refusal(failed[0])
        return Completion("".join(parts), whole=ended == [_COMPLETE])

    def read(self, prompt: str, *, cancelled: Callable[[], bool]) -> None:
        """Compute what a prompt begins with; ``complete`` then has only the rest to do."""
        request = {"prompt": prompt, "n_predict": 0, "cache_prompt": True, "stream": True}
        self._server.handle_completions(request, lambda _: cancelled())

    def close(self) -> None:
        """Stop the model."""
        self._server = None


def _refusal(kind: str) -> LanguageModelError:
    if kind == _TOO_LONG:
        return LanguageModelError(_("Dit consult is te lang voor het taalmodel."), _("Kies --drafter extractive."))
    return LanguageModelError(_("Het taalmodel gaf geen antwoord."), _("Kies --drafter extractive."))

"""A drafter that runs any chat model in the form of the model hub inside this process, through transformers.

For a computer with a graphics card, or much memory and patience.  No code that comes with a model is run, weights
are read from safetensors only, and nothing is fetched while drafting.  See ``whole`` for what is asked.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from soep import torch_libraries
from soep.config import Settings
from soep.drafting.drafter import DraftOptions
from soep.drafting.llama import LanguageModelError
from soep.drafting.whole import MAX_ANSWER_TOKENS, Messages, PromptTooLongError, WholeConsultStream
from soep.errors import CancelledError
from soep.i18n import _
from soep.weights import chat_model

SYSTEM = "system"


class TransformersDrafter:
    """Drafts with the chat model of the settings; weights load on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: chat_model.ChatModel | None = None
        self._model: _LoadedModel | None = None

    @property
    def model_id(self) -> str:
        """The name of the model's folder, or its name on the hub."""
        name = self._settings.drafting.transformers_model
        return f"transformers:{Path(name).name if Path(name).expanduser().is_dir() else name}"

    @property
    def sha256(self) -> str:
        """Of the weights, see ``ChatModel.sha256``."""
        return self._chat_model().sha256

    def stream(self, options: DraftOptions) -> WholeConsultStream:
        """Begin a consult; the model is asked at its end."""
        return WholeConsultStream(self._ask, options, self._settings.drafting.context_tokens)

    def close(self) -> None:
        """Free the model."""
        self._model = None
        gc.collect()  # its parts refer to one another

    def _ask(self, messages: Messages, options: DraftOptions) -> str:
        if options.cancelled():
            raise CancelledError(_("Gestopt."))
        if self._model is None:
            self._model = _LoadedModel(self._chat_model().folder, self._settings.drafting.context_tokens)
        return self._model.answer(messages, options.cancelled)

    def _chat_model(self) -> chat_model.ChatModel:
        if self._found is None:
            drafting = self._settings.drafting
            self._found = chat_model.find(drafting.transformers_model, allow_hub=drafting.transformers_allow_hub)
        return self._found


class _LoadedModel:
    """A model in memory with its tokenizer.

    Raises:
        LanguageModelError: it cannot be loaded.
    """

    def __init__(self, folder: Path, context_tokens: int) -> None:
        try:
            with _quiet():
                self._tokenizer, self._model = _loaded(folder)
        except Exception as error:  # what a folder from elsewhere may set off in the library is listed nowhere
            raise LanguageModelError(
                _("Het taalmodel kan niet geladen worden."),
                _("Controleer drafting.transformers_model. Of kies --drafter extractive."),
            ) from error
        own = getattr(self._model.config.get_text_config(), "max_position_embeddings", None)
        self._context_tokens = min(context_tokens, own) if isinstance(own, int) else context_tokens
        self._answer_tokens = min(MAX_ANSWER_TOKENS, self._context_tokens // 2)

    def answer(self, messages: Messages, cancelled: Callable[[], bool]) -> str:
        """The model's answer, each token the likeliest.

        Raises:
            CancelledError: ``cancelled`` said so between two tokens.
            PromptTooLongError: the question leaves no room for an answer.
            LanguageModelError: the model failed.
        """
        try:
            with _quiet():
                return self._answer(messages, cancelled)
        except (CancelledError, PromptTooLongError):
            raise
        except Exception as error:  # as above; also too little memory on the graphics card
            raise LanguageModelError(_("Het taalmodel gaf geen antwoord."), _("Kies --drafter extractive.")) from error

    def _answer(self, messages: Messages, cancelled: Callable[[], bool]) -> str:
        import torch  # noqa: PLC0415 - a model library, only in the engine
        from transformers import StoppingCriteria, StoppingCriteriaList  # noqa: PLC0415 - as above

        class WhenCancelled(StoppingCriteria):  # type: ignore[misc,unused-ignore]  # mypy need not see the library
            def __call__(self, input_ids: Any, scores: Any, **_other: Any) -> Any:
                return torch.full((input_ids.shape[0],), cancelled(), dtype=torch.bool, device=input_ids.device)

        prompt = self._prompt(messages)
        asked = self._tokenizer(prompt, add_special_tokens=False, return_tensors="pt").to(self._model.device)
        length = asked["input_ids"].shape[1]
        if length > self._context_tokens - self._answer_tokens:
            raise PromptTooLongError
        with torch.inference_mode():
            written = self._model.generate(
                **asked,
                do_sample=False,
                num_beams=1,
                max_new_tokens=self._answer_tokens,
                stopping_criteria=StoppingCriteriaList([WhenCancelled()]),
            )
        if cancelled():
            raise CancelledError(_("Gestopt."))
        return str(self._tokenizer.decode(written[0, length:], skip_special_tokens=True))

    def _prompt(self, messages: Messages) -> str:
        """The question in the model's own chat form; a form without instructions gets them before the question."""
        apart = [self._without_marks(message.content) for message in messages]
        turns = [{"role": message.role, "content": text} for message, text in zip(messages, apart, strict=True)]
        try:
            return self._rendered(turns)
        except Exception:  # templates refuse what they do not know with errors of their own
            system = "\n\n".join(turn["content"] for turn in turns if turn["role"] == SYSTEM)
            rest = [turn for turn in turns if turn["role"] != SYSTEM]
            return self._rendered([{**rest[0], "content": f"{system}\n\n{rest[0]['content']}"}, *rest[1:]])

    def _rendered(self, turns: list[dict[str, str]]) -> str:
        return str(
            self._tokenizer.apply_chat_template(
                turns,
                tokenize=False,
                add_generation_prompt=True,
                enable_thinking=False,  # forms that do not know this ignore it
            )
        )

    def _without_marks(self, text: str) -> str:
        """``text`` with this model's own marks broken up, beside those that ``whole.plain`` knows by their shape."""
        for mark in self._tokenizer.all_special_tokens:
            if len(mark) > 1:
                text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text


def _loaded(folder: Path) -> tuple[Any, Any]:
    torch_libraries.prepare()
    import torch  # noqa: PLC0415 - a model library, only in the engine
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - as above

    careful: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    device = _device(torch)
    tokenizer = AutoTokenizer.from_pretrained(folder, **careful)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True, dtype="auto", **careful)
    if device == "cpu" and model.dtype == torch.float16:
        model = model.to(torch.bfloat16)  # half precision is made for graphics cards
    return tokenizer, model.to(device).eval()


def _device(torch: Any) -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's warnings and bars from the user, who can do nothing with them."""
    torch_libraries.prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging  # noqa: PLC0415 - a model library, only in the engine

        told: Any = logging  # its functions have no types
        told.set_verbosity_error()
        told.disable_progress_bar()
        yield

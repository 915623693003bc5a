"""A drafter that runs a small language model on this computer through llama.cpp, with an optional adapter.

It drafts piece by piece (see ``pieces``), so that a consult is nearly done when its last word is said.  An answer that
it has given before is not computed again: when diarization changes its mind, what was said before that costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soep.config import Settings
from soep.drafting import pieces
from soep.drafting.assemble import assemble
from soep.drafting.drafter import DraftOptions, ProposedLine
from soep.drafting.llama import LlamaModel
from soep.drafting.pieces import PIECE_LENGTH, PIECES_IN_VIEW, Keep, WrittenLine
from soep.errors import CancelledError
from soep.i18n import _
from soep.types import NoteLine, SoepNote, Utterance
from soep.weights.installed import InstalledModel, require

MAX_TOKENS = 400
REMEMBERED_ANSWERS = 512
_WORTH = {Keep.MUST: 1.0, Keep.USEFUL: 0.6, Keep.MAY: 0.2}


class LocalLlmDrafter:
    """Drafts with the model and adapter of the settings; weights load on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: LlamaModel | None = None
        self._answers: dict[str, str] = {}

    @property
    def model_id(self) -> str:
        """The id of the model in the manifest, with the adapter's name when there is one."""
        adapter = self._settings.drafting.adapter
        return self._settings.drafting.llm_model + (f"+{adapter.stem}" if adapter else "")

    @property
    def sha256(self) -> str:
        """Of the model's file."""
        return self._installed().sha256

    def stream(self, options: DraftOptions) -> LocalLlmStream:
        """Begin a consult."""
        return LocalLlmStream(self, options)

    def answer(self, prompt: str, grammar: str, options: DraftOptions) -> str:
        """The model's answer to a prompt, from memory when it was asked before.

        Raises:
            CancelledError: the session was cancelled.
            WeightsError: the model is not installed.
        """
        if prompt not in self._answers:
            if options.cancelled():
                raise CancelledError(_("Gestopt."))
            if len(self._answers) >= REMEMBERED_ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            self._answers[prompt] = self._loaded().complete(
                prompt, grammar=grammar, max_tokens=MAX_TOKENS, cancelled=options.cancelled
            )
        return self._answers[prompt]

    def close(self) -> None:
        """Free the model and forget what was said."""
        self._answers.clear()
        if self._model is not None:
            self._model.close()
            self._model = None

    def _loaded(self) -> LlamaModel:
        if self._model is None:
            installed = self._installed()
            self._model = LlamaModel(
                installed.path("model.gguf"), self._settings.drafting.adapter, self._settings.threads
            )
        return self._model

    def _installed(self) -> InstalledModel:
        return require(self._settings.drafting.llm_model, self._settings.models)


class LocalLlmStream:
    """The draft of one consult: whole pieces as they come, the rest at the end."""

    def __init__(self, drafter: LocalLlmDrafter, options: DraftOptions) -> None:
        self._drafter = drafter
        self._options = options
        self._utterances: list[Utterance] = []
        self._lines: list[WrittenLine] = []
        self._drafted = 0
        self._prompt = ""

    def feed(self, utterances: Sequence[Utterance]) -> Iterator[ProposedLine]:
        """Take utterances; draft the pieces that are complete, giving their lines one after another."""
        self._utterances.extend(utterances)
        whole = len(self._utterances) - len(self._utterances) % PIECE_LENGTH
        for written in self._draft_until(whole):
            yield ProposedLine(written.field, written.line, written.problem)

    def finish(self) -> Sequence[SoepNote]:
        """Draft what is left, ask for titles, and put the lines together."""
        for _each in self._draft_until(len(self._utterances)):
            pass
        if not self._lines:
            return ()
        proposed = [ProposedLine(w.field, w.line, w.problem) for w in self._lines]
        worths = [_WORTH[w.keep] for w in self._lines]
        return assemble(proposed, self._titles(), word_budget=self._options.word_budget, worths=worths)

    def _draft_until(self, end: int) -> Iterator[WrittenLine]:
        while self._drafted < end:
            piece = self._utterances[self._drafted : min(self._drafted + PIECE_LENGTH, end)]
            if self._drafted and self._drafted % (PIECE_LENGTH * PIECES_IN_VIEW) == 0:
                self._prompt = pieces.user(pieces.earlier(self._lines)) + pieces.answer(pieces.NOTHING)
            self._drafted += len(piece)
            ids = [u.id for u in self._utterances[: self._drafted]]
            prompt = self._prompt + pieces.user(pieces.spoken(piece))
            text = self._drafter.answer(prompt, pieces.line_grammar(ids), self._options)
            self._prompt = prompt + pieces.answer(text)
            found = pieces.parse_lines(text, ids)
            self._lines.extend(found)
            self._options.progress(self._drafted, len(self._utterances))
            yield from found

    def _titles(self) -> dict[int, NoteLine]:
        ids = [u.id for u in self._utterances]
        problems = 1 + max(line.problem for line in self._lines)
        prompt = self._prompt + pieces.user(pieces.ASK_TITLES)
        return pieces.parse_titles(
            self._drafter.answer(prompt, pieces.title_grammar(ids, problems), self._options), ids
        )

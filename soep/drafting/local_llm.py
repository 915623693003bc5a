"""A drafter that runs a small language model on this computer through llama.cpp, with an optional adapter.

It drafts piece by piece, so that a consult is nearly done when its last word is said.  A piece that it has seen
before is not computed again: when diarization changes its mind, only the pieces that changed cost time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soep.config import Settings
from soep.drafting.assemble import assemble
from soep.drafting.drafter import DraftOptions, ProposedLine
from soep.drafting.llama import LlamaModel
from soep.drafting.pieces import PIECE_LENGTH, Piece, cut, grammar, parse, prompt
from soep.errors import CancelledError
from soep.i18n import _
from soep.types import FieldName, NoteLine, SoepNote, Utterance
from soep.weights.installed import InstalledModel, require

MAX_TOKENS = 400
REMEMBERED_PIECES = 512

_Lines = list[tuple[FieldName, NoteLine]]


class LocalLlmDrafter:
    """Drafts with the model and adapter of the settings; weights load on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: LlamaModel | None = None
        self._seen: dict[Piece, _Lines] = {}

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

    def lines(self, piece: Piece, options: DraftOptions) -> _Lines:
        """The lines of a piece, from memory when it was drafted before.

        Raises:
            CancelledError: the session was cancelled.
            WeightsError: the model is not installed.
        """
        if piece not in self._seen:
            if len(self._seen) >= REMEMBERED_PIECES:
                self._seen.pop(next(iter(self._seen)))
            self._seen[piece] = self._write(piece, options)
        return self._seen[piece]

    def close(self) -> None:
        """Free the model and forget what was said."""
        self._seen.clear()
        if self._model is not None:
            self._model.close()
            self._model = None

    def _write(self, piece: Piece, options: DraftOptions) -> _Lines:
        if options.cancelled():
            raise CancelledError(_("Gestopt."))
        text = self._loaded().complete(
            prompt(piece), grammar=grammar(piece), max_tokens=MAX_TOKENS, cancelled=options.cancelled
        )
        return parse(text, piece)

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
        self._lines: _Lines = []
        self._drafted = 0

    def feed(self, utterances: Sequence[Utterance]) -> Iterator[ProposedLine]:
        """Take utterances; draft the pieces that are complete, giving their lines one after another."""
        self._utterances.extend(utterances)
        whole = len(self._utterances) - len(self._utterances) % PIECE_LENGTH
        for name, line in self._draft_until(whole):
            yield ProposedLine(name, line)

    def finish(self) -> Sequence[SoepNote]:
        """Draft what is left and put the lines together."""
        for _each in self._draft_until(len(self._utterances)):
            pass
        proposed = [ProposedLine(name, line) for name, line in self._lines]
        return assemble(proposed, {0: _title(self._lines)}, word_budget=self._options.word_budget)

    def _draft_until(self, end: int) -> Iterator[tuple[FieldName, NoteLine]]:
        for number, piece in enumerate(cut(self._utterances[:end])):
            if number * PIECE_LENGTH < self._drafted:
                continue
            found = self._drafter.lines(piece, self._options)
            self._lines.extend(found)
            self._drafted = number * PIECE_LENGTH + len(piece.utterances)
            self._options.progress(self._drafted, len(self._utterances))
            yield from found


def _title(lines: _Lines) -> NoteLine:
    """What the note is about: the first evaluation, else the first complaint, with its evidence."""
    for wanted in ("E", "S"):
        for name, line in lines:
            if name == wanted:
                return NoteLine(line.text.rstrip("."), line.evidence)
    return NoteLine("")

"""A drafter that runs a small language model on this computer through llama.cpp, with an optional adapter.

It drafts piece by piece (see ``pieces``), so that a consult is nearly done when its last word is said: titles are
asked for when a conclusion is written, and a piece that is not complete yet is read as far as it goes.  An answer that
it has given before is not computed again: when diarization changes its mind, what was said before that costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from soep.config import Settings
from soep.drafting import filling, pieces
from soep.drafting.assemble import assemble
from soep.drafting.choosing import budget, importance
from soep.drafting.drafter import Draft, DraftOptions, ProposedLine
from soep.drafting.fields import Placer
from soep.drafting.llama import LlamaModel
from soep.drafting.merging import taken_back
from soep.drafting.pieces import Keep, WrittenLine
from soep.errors import CancelledError
from soep.i18n import _
from soep.resources import resource
from soep.types import NoteLine, Utterance
from soep.weights.installed import InstalledModel, require

MAX_TOKENS = 400
REMEMBERED_ANSWERS = 512
_WORTH = {Keep.MUST: 0.75, Keep.USEFUL: 0.35, Keep.MAY: 0.05}
_ROOM = 1.3
"""A model's lines take more words than a GP's for the same facts: chosen on the consults for development, where
1.4 found two in a hundred more and made twice as many notes too long."""
_OWN_WORTH = 0.3
"""How far what a line says (a dose, a safety net) counts beside what the model thought of it."""


class LocalLlmDrafter:
    """Drafts with the model and adapter of the settings; weights load on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: LlamaModel | None = None
        self._answers: dict[str, str] = {}
        self._ahead = ""

    @property
    def model_id(self) -> str:
        """The id of the model in the manifest, with the adapter's name when there is one."""
        adapter = self._adapter()
        return self._settings.drafting.llm_model + (f"+{adapter.stem}" if adapter else "")

    @property
    def sha256(self) -> str:
        """Of the model's file."""
        return self._installed().sha256

    def stream(self, options: DraftOptions) -> LocalLlmStream:
        """Begin a consult."""
        return LocalLlmStream(self, options)

    def answer(self, prompt: str, grammar: str, options: DraftOptions) -> str:
        """The model's answer to a prompt, whole rows only, from memory when it was asked before.

        Raises:
            CancelledError: the session was cancelled.
            WeightsError: the model is not installed.
            LanguageModelError: the model failed; what was said is not lost to another drafter.
        """
        if options.cancelled():
            raise CancelledError(_("Gestopt."))
        if prompt not in self._answers:
            if len(self._answers) >= REMEMBERED_ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            given = self._loaded().complete(prompt, grammar=grammar, max_tokens=MAX_TOKENS, cancelled=options.cancelled)
            self._answers[prompt] = given.text if given.whole else pieces.without_last_row(given.text)
        return self._answers[prompt]

    def read_ahead(self, prompt: str, options: DraftOptions) -> None:
        """Compute the beginning of a prompt that is still being said, so that only its rest is left to do."""
        if not options.cancelled() and not self._ahead.startswith(prompt):
            self._ahead = prompt
            self._loaded().read(prompt, cancelled=options.cancelled)

    def close(self) -> None:
        """Free the model and forget what was said."""
        self._answers.clear()
        self._ahead = ""
        if self._model is not None:
            self._model.close()
            self._model = None

    def _loaded(self) -> LlamaModel:
        if self._model is None:
            installed = self._installed()
            self._model = LlamaModel(installed.path("model.gguf"), self._adapter(), self._settings.threads)
        return self._model

    def _adapter(self) -> Path | None:
        """The adapter of the settings, else the one that is shipped for the model."""
        drafting = self._settings.drafting
        if not drafting.use_adapter or drafting.adapter is not None:
            return drafting.adapter if drafting.use_adapter else None
        shipped = resource("models", "drafter", f"{drafting.llm_model}.adapter.gguf")
        return shipped if shipped.exists() else None

    def _installed(self) -> InstalledModel:
        return require(self._settings.drafting.llm_model, self._settings.models)


class LocalLlmStream:
    """The draft of one consult: whole pieces as they come, the rest at the end."""

    def __init__(self, drafter: LocalLlmDrafter, options: DraftOptions) -> None:
        self._drafter = drafter
        self._options = options
        self._waiting: list[Utterance] = []
        self._said: list[Utterance] = []
        self._read: dict[int, None] = {}
        self._lines: list[WrittenLine] = []
        self._prompt = ""
        self._pieces_in_view = 0
        self._titles: dict[int, NoteLine] = {}
        self._titled = 0

    def feed(self, utterances: Sequence[Utterance]) -> Iterator[ProposedLine]:
        """Take utterances; draft the pieces that are complete, giving their lines one after another."""
        self._waiting.extend(utterances)
        self._said.extend(utterances)
        for piece in self._cut(last=False):
            yield from self._placed(self._draft(piece))
        if self._has_new_subject():
            self._ask_titles()
        self._read_ahead()

    def finish(self) -> Draft:
        """Draft what is left, ask for the titles that are missing, and put the lines together."""
        for piece in self._cut(last=True):
            self._draft(piece)
        if self._has_new_subject() or (self._lines and not self._titles):
            self._ask_titles()
        proposed = self._placed(self._lines)
        worths = [_WORTH[w.keep] + _OWN_WORTH * importance(line) for w, line in zip(self._lines, proposed, strict=True)]
        added = list(filling.overlooked(proposed, self._said, dictation=self._options.dictation))
        return assemble(
            [*proposed, *(entry.proposed for entry in added)],
            self._titles,
            word_budget=round(_ROOM * budget(self._options.word_budget, self._said, dictation=self._options.dictation)),
            worths=[*worths, *(entry.worth for entry in added)],
            corrections=taken_back(self._said),
        )

    def _placed(self, lines: Sequence[WrittenLine]) -> list[ProposedLine]:
        placer = Placer(self._said, dictation=self._options.dictation)
        return [placer.place(ProposedLine(one.field, one.line, one.problem)) for one in lines]

    def _cut(self, *, last: bool) -> Iterator[tuple[Utterance, ...]]:
        """Take out the pieces that no later utterance can join, or all when the last has come."""
        cut = list(pieces.cut(self._waiting))
        complete = last or not cut or pieces.is_full(cut[-1])
        self._waiting = [] if complete else list(cut.pop())
        return iter(cut)

    def _draft(self, piece: Sequence[Utterance]) -> list[WrittenLine]:
        turn = pieces.user(pieces.spoken(piece))
        if not pieces.fits(self._prompt, self._pieces_in_view, turn):
            self._prompt, self._pieces_in_view = pieces.head(self._lines), 0
        self._read.update(dict.fromkeys(u.id for u in piece))
        ids = list(self._read)
        prompt = self._prompt + turn
        found = pieces.parse_lines(self._drafter.answer(prompt, pieces.line_grammar(ids), self._options), ids)
        self._prompt = prompt + pieces.answer(pieces.written(found))
        self._pieces_in_view += 1
        self._lines.extend(found)
        self._options.progress(len(self._read), len(self._said))
        return found

    def _read_ahead(self) -> None:
        """Read the piece that is not complete yet, where it will stand in the view as it is now."""
        turn = pieces.open_turn(pieces.spoken(self._waiting))
        if self._waiting and pieces.fits(self._prompt, self._pieces_in_view, turn):
            self._drafter.read_ahead(self._prompt + turn, self._options)

    def _has_new_subject(self) -> bool:
        """Whether a conclusion or another problem was written since the titles were asked for."""
        new = self._lines[self._titled :]
        known = max((line.problem for line in self._lines[: self._titled]), default=0)
        return any(line.field == "E" or line.problem > known for line in new)

    def _ask_titles(self) -> None:
        ids = list(self._read)
        problems = 1 + max(line.problem for line in self._lines)
        prompt = self._prompt + pieces.user(pieces.ASK_TITLES)
        given = self._drafter.answer(prompt, pieces.title_grammar(ids, problems), self._options)
        self._titles, self._titled = pieces.parse_titles(given, ids), len(self._lines)

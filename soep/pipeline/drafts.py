"""The last steps of the line: draft along the way, check, and list what stands in no line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from soep.clinical.own_style import restyler
from soep.config import Settings
from soep.drafting import unsaid, verify
from soep.drafting.drafter import Draft, Drafter, DraftOptions, DraftStream, note_of
from soep.errors import CancelledError, SoepError
from soep.events import DraftBegun, NoteLineReady, Stage, StageDone, StageProgress, StageStarted
from soep.pipeline.gate import left_out, to_draft
from soep.pipeline.parts import Cancelled, Emit
from soep.types import FIELDS, Consult, NoteLine, Remark, SoepNote, StageRun, Unsaid, UnsaidKind, Utterance
from soep.wording import RemarkCode


class Clock:
    """Seconds spent in each stage, with the events that go with it."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._spent_s: dict[Stage, float] = {}

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Count the time spent inside towards a stage."""
        if stage not in self._spent_s:
            self._emit(StageStarted(stage))
            self._spent_s[stage] = 0.0
        started_s = time.monotonic()
        try:
            yield
        finally:
            self._spent_s[stage] += time.monotonic() - started_s

    def run(self, stage: Stage, model: str, sha256: str) -> StageRun:
        """Close a stage: the record of what it ran with."""
        elapsed_s = self._spent_s.get(stage, 0.0)
        self._emit(StageDone(stage, elapsed_s))
        return StageRun(stage.value, model, sha256, elapsed_s)


class LiveDraft:
    """The draft along the way: what is certain is drafted once; a change in what was certain begins again.

    A drafter that fails is replaced by the fallback, so that no consult is lost to it.
    """

    def __init__(self, drafter: Drafter, fallback: Callable[[], Drafter], emit: Emit) -> None:
        self._drafter = drafter
        self._fallback = fallback
        self._emit = emit
        self._options = DraftOptions()
        self._fed: list[Utterance] = []
        self._stream: DraftStream | None = None
        self.failed: str | None = None
        """The drafter that failed, if one did."""

    def feed(self, utterances: Sequence[Utterance], options: DraftOptions) -> None:
        """Take everything that is certain now; only what is new is drafted, unless earlier utterances changed."""
        changed = [*utterances[: len(self._fed)]] != self._fed or options.dictation != self._options.dictation
        if changed:
            self._stream = None
        self._options = options
        try:
            self._draft(utterances)
        except CancelledError:
            raise
        except SoepError as error:
            self._fall_back(error)
            self._draft(utterances)

    def finish(self) -> Draft:
        """The notes."""
        if self._stream is None:
            return Draft()
        try:
            return self._stream.finish()
        except CancelledError:
            raise
        except SoepError as error:
            self._fall_back(error)
            self._draft(list(self._fed))
            return self._stream.finish()

    @property
    def drafter(self) -> Drafter:
        """The drafter in use."""
        return self._drafter

    def _draft(self, utterances: Sequence[Utterance]) -> None:
        if self._stream is None:
            self._stream = self._drafter.stream(self._options)
            self._fed = []
            self._emit(DraftBegun())
        new = list(utterances[len(self._fed) :])
        self._fed.extend(new)
        for proposed in self._stream.feed(new):
            self._emit(NoteLineReady(proposed.problem, proposed.field, proposed.line))

    def _fall_back(self, error: SoepError) -> None:
        if self.failed is not None:
            raise error
        self.failed = self._drafter.model_id
        self._drafter = self._fallback()
        self._stream = None


def draft_options(settings: Settings, dictation: bool, emit: Emit, cancelled: Cancelled) -> DraftOptions:
    """What the settings ask of a draft, with progress told as events."""

    def progress(done: int, total: int) -> None:
        emit(StageProgress(Stage.DRAFT, done, total))

    drafting = settings.drafting
    return DraftOptions(drafting.words, drafting.own_forms, dictation, cancelled, progress)


def write_notes(  # noqa: PLR0913 - the last steps of the line, all of which it needs
    draft: LiveDraft,
    utterances: Sequence[Utterance],
    dictation: bool,
    consult: Consult,
    clock: Clock,
    options: DraftOptions,
) -> Consult:
    """Draft, check, and list what stands in no line."""
    remarks = list(left_out(utterances))
    utterances = to_draft(utterances)
    with clock.stage(Stage.DRAFT):
        draft.feed(utterances, options)
        drafted = draft.finish()
    with clock.stage(Stage.CHECK):
        checked = verify.check([*drafted.notes, note_of(drafted.left_out)], utterances, dictation=dictation)
        *notes, spare = checked.notes
        omitted = (*checked.rejected, *_offered(spare), *unsaid.find(checked.notes, utterances))
    if draft.failed:
        remarks.append(Remark(RemarkCode.DRAFTER_FAILED, {"drafter": draft.failed}))
    if not any(note.word_count for note in notes):
        remarks.append(Remark(RemarkCode.NOTHING_TO_NOTE))
    own = restyler(options.forms)
    return replace(
        consult,
        draft=tuple(_in_own_style(note, own) for note in notes),
        unsaid=tuple(replace(item, text=own(item.text)) for item in omitted),
        warnings=tuple(remarks),
    )


def _in_own_style(note: SoepNote, own: Callable[[str], str]) -> SoepNote:
    def styled(line: NoteLine) -> NoteLine:
        return replace(line, text=own(line.text))

    s, o, e, p = (tuple(map(styled, note.lines(name))) for name in FIELDS)
    return replace(note, problem=styled(note.problem), S=s, O=o, E=e, P=p)


def _offered(spare: SoepNote) -> Iterator[Unsaid]:
    """The lines that there was no room for, to be added with one key; what the checker doubts is not offered."""
    for name, line in spare.every_line():
        if not line.flags:
            yield Unsaid(UnsaidKind.LEFT_OUT, line.text, line.evidence, field=name)


def draft_runs(clock: Clock, drafter: Drafter) -> list[StageRun]:
    """The record of drafting and checking."""
    return [clock.run(Stage.DRAFT, drafter.model_id, drafter.sha256), clock.run(Stage.CHECK, "", "")]

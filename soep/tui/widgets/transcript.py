"""What was said, by whom and when; words that were hard to hear are underlined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.content import Content

from soep.export.report import clock
from soep.i18n import _, mark
from soep.tui.widgets.line_editor import EditedPane
from soep.tui.widgets.rows import Row, RowList
from soep.types import Role, Source, Transcript, Utterance

UNSURE_BELOW = 0.5
"""The probability under which a word was hard to hear."""
_TIME_WIDTH, _ROLE_WIDTH = 8, 6
_SHORT: dict[Role, str] = {
    Role.ARTS: mark("arts"),
    Role.PATIENT: mark("pat."),
    Role.BEGELEIDER: mark("begl."),
    Role.ONBEKEND: mark("wie?"),
}
_STYLES: dict[Role, str] = {
    Role.ARTS: "bold $text-primary",
    Role.PATIENT: "$text-secondary",
    Role.BEGELEIDER: "$text-accent",
    Role.ONBEKEND: "bold $text-warning",
}


class TranscriptPane(EditedPane):
    """The conversation, one row an utterance."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(editor_id="said-editor", id=id)
        self.said = RowList(gutter=_TIME_WIDTH + _ROLE_WIDTH, id="said-rows")
        self._transcript: Transcript | None = None
        self._by_id: dict[int, Utterance] = {}

    def compose(self) -> ComposeResult:
        """The rows."""
        yield self.said

    def show(self, transcript: Transcript) -> None:
        """Show what was said; nothing is done where that is the same."""
        if transcript is self._transcript:
            return
        known = self._by_id
        rows = {row.key: row for row in self.said.rows}
        self._transcript = transcript
        self._by_id = transcript.by_id()
        self.said.set_rows(
            rows[one.id] if known.get(one.id) is one and one.id in rows else _row(one) for one in transcript.utterances
        )

    @property
    def utterance(self) -> Utterance | None:
        """The one under the cursor."""
        return self.said_as(self.said.row.key) if self.said.row is not None else None

    @property
    def chosen(self) -> list[Utterance]:
        """The chosen utterances, or the one under the cursor."""
        return [self._by_id[key] for key in self.said.chosen if isinstance(key, int) and key in self._by_id]

    def mark(self, utterances: Iterable[int]) -> None:
        """Mark the utterances that something rests on, and bring them into view."""
        self.said.mark(list(utterances))

    def said_as(self, key: object) -> Utterance | None:
        """The utterance of a row."""
        return self._by_id.get(key) if isinstance(key, int) else None

    def utterances(self, numbers: Iterable[int]) -> list[Utterance]:
        """Those that are there, in the order of speaking."""
        found = [self._by_id[number] for number in numbers if number in self._by_id]
        return sorted(found, key=lambda one: one.start_s)

    def correct(self) -> None:
        """Edit the utterance under the cursor."""
        if self.utterance is not None:
            self.editor.open(self.said, self.utterance.id, self.utterance.text)


def _row(one: Utterance) -> Row:
    gutter = Content.assemble(
        (clock(one.start_s).rjust(_TIME_WIDTH - 2) + "  ", "$foreground-muted"),
        (_speaker(one).ljust(_ROLE_WIDTH), _STYLES[one.role]),
    )
    return Row(one.id, _text(one), gutter)


def _speaker(one: Utterance) -> str:
    return _("dict.") if one.source is Source.DICTAAT else _(_SHORT[one.role])


def _text(one: Utterance) -> Content:
    content, at = Content(one.text), 0
    for word in one.words:
        found = one.text.find(word.text, at)
        if found < 0:
            continue
        at = found + len(word.text)
        if word.probability < UNSURE_BELOW:
            content = content.stylize("underline $text-warning", found, at)
    return content


def stretch_s(utterances: Sequence[Utterance]) -> tuple[float, float]:
    """From the first to the last of these, in seconds."""
    return min(one.start_s for one in utterances), max(one.end_s for one in utterances)

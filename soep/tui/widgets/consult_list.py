"""The list of consults: a line each under the name of its day; a change touches only its own line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from soep.i18n import _
from soep.store.consults import Row
from soep.tui.dates import day_name, length
from soep.types import Status
from soep.wording import at_work, status_name, time_left
from soep.workflow.worklist import Progress

if TYPE_CHECKING:
    from textual.css.styles import RulesMap

_TIME, _LENGTH, _STATE, _GAP = 5, 6, 27, 2
_QUIET = "$foreground-muted"
_LEAST_LABEL, _MOST_LABEL = 8, 24
_MARKS: dict[Status, tuple[str, str]] = {
    Status.RECORDING: ("●", "$text-error"),
    Status.PROCESSING: ("…", _QUIET),
    Status.FAILED: ("✗", "$text-error"),
    Status.DRAFT: ("○", "$text-warning"),
    Status.APPROVED: ("✓", "$text-success"),
    Status.EXPORTED: ("→", _QUIET),
}
_WORKING = ("▶", "$text-primary")
_STOPPED = ("■", _QUIET)


@dataclass(frozen=True, slots=True)
class State:
    """Where a consult is, for its line: a mark, the mark's colour, and words."""

    mark: str
    style: str
    words: str


def state_of(row: Row, progress: Progress | None, *, stopped: bool) -> State:
    """The state of a consult in words, with the progress of the work on it."""
    if progress is not None:
        words = _("{stage} {share} %").format(stage=at_work(progress.stage), share=int(100 * progress.share))
        if progress.left_s is not None:
            words = f"{words}, {time_left(progress.left_s)}"
        return State(*_WORKING, words)
    if row.status is Status.PROCESSING and stopped:
        return State(*_STOPPED, _("gestopt"))
    return State(*_MARKS[row.status], status_name(row.status))


@dataclass(frozen=True)
class Line(Visual):
    """One consult in columns that fit the width; without a consult, the names of the columns."""

    time: str
    label: str
    problem: str
    length: str
    state: State
    style: str = ""

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The line at this width."""
        return self._content(width).render_strips(width, 1, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as there is room."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Always one line."""
        return 1

    def _content(self, width: int) -> Content:
        room = max(0, width - _TIME - _LENGTH - _STATE - 4 * _GAP)
        label = min(_MOST_LABEL, max(_LEAST_LABEL, room // 3))
        gap = " " * _GAP
        return Content.assemble(
            (_fitted(self.time, _TIME) + gap, self.style or _QUIET),
            (_fitted(self.label, label) + gap, self.style or "bold"),
            (_fitted(self.problem, max(0, room - label)) + gap, self.style),
            (self.length.rjust(_LENGTH) + gap, self.style or _QUIET),
            (self.state.mark + (" " if self.state.mark else ""), self.state.style),
            (_fitted(self.state.words, _STATE - 2), self.style),
        )


def _fitted(text: str, width: int) -> str:
    """Text of just this width, with an ellipsis where it was cut."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + "…"


class ConsultHead(Static):
    """The names of the columns."""

    def render(self) -> Line:
        """In line with the list under it."""
        state = State("", "", _("staat"))
        return Line(_("tijd"), _("wie"), _("probleem"), _("duur"), state, style=_QUIET)


class ConsultList(OptionList):
    """Consults, newest first, under the names of their days."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", _("Openen"), id="today.open", tooltip=_("Het consult nakijken")),
    ]

    def __init__(self, state: Callable[[Row], State], *, id: str) -> None:  # noqa: A002 - textual's name
        super().__init__(id=id, markup=False)
        self._state = state
        self._rows: dict[str, Row] = {}
        self._shown: dict[str, Line] = {}
        self._today: date | None = None

    @property
    def row(self) -> Row | None:
        """The consult that the cursor is on."""
        option = self.highlighted_option
        return self._rows.get(option.id) if option is not None and option.id else None

    def holds(self, consult_id: str) -> bool:
        """Whether it is among the lines."""
        return consult_id in self._rows

    def show(self, rows: Sequence[Row], now: datetime) -> None:
        """Show these; where only their content differs, only those lines change."""
        today = now.astimezone().date()
        same = today == self._today and list(self._rows) == [row.id for row in rows]
        self._rows = {row.id: row for row in rows}
        if same:
            for row in rows:
                self.update_row(row)
            return
        self._today = today
        chosen, at = self.highlighted_option, self.highlighted
        self._shown = {row.id: self._line(row) for row in rows}
        self.set_options(self._grouped(rows, today))
        self._go_back_to(chosen.id if chosen is not None else None, at)

    def update_row(self, row: Row) -> None:
        """A consult changed: its line, when it looks different now."""
        self._rows[row.id] = row
        line = self._line(row)
        if line != self._shown.get(row.id):
            self._shown[row.id] = line
            self.replace_option_prompt(row.id, line)

    def _grouped(self, rows: Sequence[Row], today: date) -> list[Option]:
        found: list[Option] = []
        for day, group in groupby(rows, key=lambda row: row.created_at.astimezone().date()):
            name = Content.styled(day_name(day, today), "bold $text-accent")
            found.append(Option(Content("\n").append(name) if found else name, disabled=True))
            found += [Option(self._shown[row.id], id=row.id) for row in group]
        return found

    def _go_back_to(self, consult_id: str | None, at: int | None) -> None:
        """The cursor stays at its consult; at its place when that is gone; else at the newest."""
        if consult_id in self._rows:
            self.highlighted = self.get_option_index(consult_id)
        elif self._rows:
            self.highlighted = min(at if at is not None else 1, self.option_count - 1)
            if self.row is None:
                self.action_cursor_down()

    def _line(self, row: Row) -> Line:
        moment = row.created_at.astimezone()
        return Line(f"{moment:%H:%M}", row.label, row.problem, length(row.duration_s), self._state(row))

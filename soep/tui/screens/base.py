"""What all screens share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from textual.screen import Screen
from textual.widgets import Input

from soep.errors import SoepError
from soep.store.consults import Row
from soep.tui.messages import ConsultChanged
from soep.tui.screens.quick import QuickScreen
from soep.tui.widgets.guide import GuideLine
from soep.types import Consult
from soep.workflow import Desk
from soep.workflow.workplace import Workplace

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

Answer = TypeVar("Answer")

WIDE_FROM = 100
"""Cells from which two things stand side by side."""


class SoepScreen(QuickScreen[Answer], Generic[Answer]):
    """A screen of soep."""

    HAS_GUIDE_LINE = True
    """Whether it says which step comes next while somebody practises."""

    _kept_workplace: Workplace | None = None
    _leaves = False
    _has_left = False

    def on_screen_resume(self) -> None:
        """A step may have been done elsewhere, or what this is about is gone."""
        if self._leaves:
            self.leave()
        else:
            self._show_guide_line()

    def on_consult_changed(self, message: ConsultChanged) -> None:
        """A step may be done now."""
        self._show_guide_line()

    @property
    def soep(self) -> SoepApp:
        """The application."""
        return cast("SoepApp", self.app)

    @property
    def workplace(self) -> Workplace:
        """What there is to work with; the same until this screen is gone, also when the store was locked meanwhile."""
        if self._kept_workplace is None:
            self._kept_workplace = self.soep.workplace
        return self._kept_workplace

    @property
    def desk(self) -> Desk:
        """The open store with its rules."""
        return self.workplace.desk

    def keep_typed(self) -> None:
        """Save what is being typed, at once: the store closes."""

    @contextmanager
    def told(self) -> Iterator[None]:
        """Failures inside become a message on the screen; what was there stays."""
        try:
            yield
        except SoepError as error:
            self.complain(error)

    def complain(self, error: SoepError) -> None:
        """Say what went wrong, unless it is that the store was locked: that shows."""
        if self.soep.is_unlocked:
            self.soep.complain(error)

    def leave(self) -> None:
        """Close this screen, and no other: at once, or when what lies over it closes."""
        self._leaves = True
        if self.app.screen is self and not self._has_left:
            self._has_left = True
            self.dismiss()

    def practice_row(self) -> Row | None:
        """The consult that somebody practises on; None when there is none, or not any more."""
        practice = self.soep.practice
        try:
            return self.desk.row(practice.consult_id) if practice.consult_id else None
        except SoepError:
            return None

    def _show_guide_line(self) -> None:
        practice = self.soep.practice
        if not (self.HAS_GUIDE_LINE and practice.is_open and self.soep.is_unlocked):
            self.query(GuideLine).remove()
            return
        lines = self.query(GuideLine)
        line = lines.first() if lines else GuideLine()
        line.show(practice, self.practice_row())
        if not lines:
            self.mount(line)


def without_content(consult: Consult) -> Consult:
    """What a screen shows of a consult that is gone, as long as it stays open."""
    return Consult(consult.id, consult.created_at, status=consult.status)


def to_next_field(screen: Screen[Any], field: Input) -> bool:
    """Go to the field after this one; False when it is the last."""
    fields = list(screen.query(Input))
    following = fields[fields.index(field) + 1 :]
    if following:
        screen.set_focus(following[0])
    return bool(following)

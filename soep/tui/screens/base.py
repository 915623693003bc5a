"""What all screens share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from textual.screen import Screen

from soep.errors import SoepError
from soep.workflow import Desk
from soep.workflow.workplace import Workplace

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

Answer = TypeVar("Answer")


class SoepScreen(Screen[Answer], Generic[Answer]):
    """A screen of soep."""

    @property
    def soep(self) -> SoepApp:
        """The application."""
        return cast("SoepApp", self.app)

    @property
    def workplace(self) -> Workplace:
        """What there is to work with."""
        return self.soep.workplace

    @property
    def desk(self) -> Desk:
        """The open store with its rules."""
        return self.workplace.desk

    @contextmanager
    def told(self) -> Iterator[None]:
        """Failures inside become a message on the screen; what was there stays."""
        try:
            yield
        except SoepError as error:
            self.soep.complain(error)

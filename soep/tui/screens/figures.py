"""The user's own figures."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Label, Static

from soep.errors import SoepError
from soep.i18n import _
from soep.tui.screens.base import SoepScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.workflow import figures, keeping

_NAME_WIDTH, _VALUE_WIDTH = 32, 8


class FiguresScreen(SoepScreen[None]):
    """Edit times, kept lines and flags, without content."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", _("Terug"), id="figures.leave", tooltip=_("Terug naar de lijst")),
    ]

    def compose(self) -> ComposeResult:
        """A table over what it means."""
        try:
            found = keeping.stats(self.desk)
        except SoepError as error:  # locked meanwhile, or the disk refuses
            self.complain(error)
            return
        lines = [
            Content.assemble(name.ljust(_NAME_WIDTH), (value.rjust(_VALUE_WIDTH), "bold"))
            for name, value in figures.rows(found)
        ]
        yield Label(_("Cijfers"), id="figures-title")
        yield Static(Content("\n").join(lines), id="figures")
        yield Static(figures.meaning(found), id="figures-meaning", markup=False)
        yield Static(
            _("Deze cijfers gaan nergens heen en bevatten geen inhoud. Ze blijven ook als consulten gewist zijn."),
            id="figures-note",
        )
        yield KeyBar()

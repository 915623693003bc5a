"""The palette of commands, in the user's language."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette
from textual.widgets.option_list import Option

from soep.i18n import _
from soep.tui.screens.quick import QuickScreen


class Palette(CommandPalette, QuickScreen[None]):
    """Textual's, which says in English that nothing was found."""

    def __init__(self) -> None:
        super().__init__(placeholder=_("Zoek een opdracht…"), id="--command-palette")

    def _start_no_matches_countdown(self, search_value: str) -> None:
        self._stop_no_matches_countdown()
        if search_value:
            self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, self._say_nothing_found)

    def _say_nothing_found(self) -> None:
        found = self.query_one(CommandList)
        if found.option_count == 0:
            found.add_option(Option(_("Geen opdracht gevonden"), disabled=True, id=self._NO_MATCHES))
            self._list_visible = True

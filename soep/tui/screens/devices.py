"""Which microphone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from soep.audio.record import InputDevice
from soep.i18n import _
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar


class DevicesScreen(Dialog[str | None]):
    """The input devices to choose from: a name, empty for the system's choice; None leaves it as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", _("Terug"), id="devices.back", tooltip=_("Laat het zoals het is")),
    ]

    def __init__(self, devices: Sequence[InputDevice], current: str) -> None:
        super().__init__()
        self._names = ["", *(device.name for device in devices if not device.is_system)]
        self._current = current

    def compose(self) -> ComposeResult:
        """A list."""
        with Vertical(id="devices") as frame:
            frame.border_subtitle = _("enter: kiezen")
            yield Label(_("Welke microfoon?"), id="devices-title")
            options = [Option(name or _("De keuze van het systeem")) for name in self._names]
            yield OptionList(*options, id="devices-list", markup=False, compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """The one in use is chosen already."""
        known = (at for at, name in enumerate(self._names) if self._current and self._current in name)
        self.query_one(OptionList).highlighted = next(known, 0)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.dismiss(self._names[event.option_index])

    def action_back(self) -> None:
        """Nothing changes."""
        self.dismiss(None)

"""Is this the right patient?  Asked before anything leaves of a consult that has no number."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Digits, Input, Label, Static

from soep.i18n import _
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.types import Consult


class PatientScreen(Dialog[str | None]):
    """Gives the number, empty when the user is sure without one; None when not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sure", _("Dit is de juiste patiënt"), id="patient.sure", tooltip=_("Ga door")),
        Binding("escape", "dismiss(None)", _("Terug"), id="patient.back", tooltip=_("Er gaat niets naar buiten")),
    ]

    def __init__(self, consult: Consult) -> None:
        super().__init__()
        self._consult = consult

    def compose(self) -> ComposeResult:
        """What is known of the consult, large, and a field for the number."""
        began = self._consult.created_at.astimezone()
        titles = " · ".join(note.problem.text for note in self._consult.notes if note.problem.text)
        with Vertical(classes="approve-form"):
            yield Label(_("Is dit de juiste patiënt?"), classes="approve-form-title")
            yield Static(_("Bij dit consult staat geen patiëntnummer. Kijk of in het HIS dit dossier open staat:"))
            yield Digits(f"{began:%H:%M}", id="patient-time")
            yield Static(f"{self._consult.label or _('zonder naam')}\n{titles}", id="patient-label", markup=False)
            yield Label(_("Nummer van de patiënt in het HIS (mag leeg blijven)"))
            yield Input(id="patient-number", max_length=80)
            yield Static(_("Enter: dit is de juiste patiënt. Esc: er gaat niets naar buiten."), id="patient-keys")
        yield KeyBar()

    def on_mount(self) -> None:
        """The number can be typed at once."""
        self.query_one("#patient-number").focus()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_sure()

    def action_sure(self) -> None:
        """Go on."""
        self.dismiss(self.query_one("#patient-number", Input).value.strip())

"""One question before something that cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, Static

from soep.i18n import _
from soep.tui.screens.dialog import Dialog


class ConfirmScreen(Dialog[bool]):
    """Asks; True only when the user says so.

    Args:
        question: what is about to happen, as a question.
        yes: what the button that does it says.
        explanation: what the user should know first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", _("Nee"), id="confirm.no", tooltip=_("Er gebeurt niets")),
        Binding("j,y", "answer(True)", _("Ja"), id="confirm.yes", tooltip=_("Doe het")),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, explanation: str = "") -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._explanation = explanation

    def compose(self) -> ComposeResult:
        """The question over two buttons; the harmless one has the focus."""
        with Vertical(id="confirm"):
            yield Label(self._question, id="confirm-question", markup=False)
            if self._explanation:
                yield Static(self._explanation, id="confirm-explanation", markup=False)
            with Horizontal(id="confirm-buttons"):
                yield Button(_("Nee (esc)"), id="confirm-no")
                yield Button(f"{self._yes} (j)", variant="error", id="confirm-yes")

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Either button answers."""
        self.dismiss(event.button.id == "confirm-yes")

    def action_answer(self, sure: bool) -> None:
        """A key answers."""
        self.dismiss(sure)

"""A few choices, each with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from soep.i18n import _
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """Something to choose: its key, what it says, and what it stands for."""

    key: str
    text: str
    value: Value


class ChoiceScreen(Dialog[Value | None], Generic[Value]):
    """Asks for one of a few; None when the user turns back.

    Args:
        title: what is chosen.
        choices: each with a key of one character.
        explanation: what the user should know first.
        now: what was chosen before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", _("Terug"), id="choice.back")]

    def __init__(
        self, title: str, choices: Sequence[Choice[Value]], explanation: str = "", now: Value | None = None
    ) -> None:
        super().__init__()
        self._now = now
        self._title = title
        self._choices = choices
        self._explanation = explanation

    def compose(self) -> ComposeResult:
        """The choices in a list, for the keyboard's arrows and the mouse too."""
        with Vertical(id="choice"):
            yield Label(self._title, id="choice-title", markup=False)
            if self._explanation:
                yield Label(self._explanation, id="choice-explanation", markup=False)
            yield OptionList(
                *(Option(Content.assemble((f" {one.key} ", "bold underline"), f" {one.text}")) for one in self._choices)
            )
        yield KeyBar()

    def on_mount(self) -> None:
        """The cursor stands on what was chosen before; where nothing was, enter chooses nothing yet."""
        places = [place for place, one in enumerate(self._choices) if one.value == self._now]
        self.query_one(OptionList).highlighted = places[0] if places else None

    def on_key(self, event: events.Key) -> None:
        """The key of a choice chooses it."""
        found = next((one for one in self._choices if one.key == event.character), None)
        if found is not None:
            event.stop()
            self.dismiss(found.value)

    @on(OptionList.OptionSelected)
    def selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(self._choices[event.option_index].value)

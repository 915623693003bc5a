"""A referral letter: which lines of the approved note go into it, why, what is asked, and where it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import platformdirs
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from soep.export.letter import Letter
from soep.i18n import _
from soep.tui.screens.base import to_next_field
from soep.tui.screens.dialog import Dialog
from soep.tui.screens.save_as import trouble_with
from soep.tui.widgets.key_bar import KeyBar
from soep.types import Consult, SoepNote
from soep.workflow.importing import path_of

_CHOSEN_FIRST = {"S", "O", "E"}
"""What a specialist needs of the problem that the letter is about; the plan and other problems are the GP's to add."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The letter and its file."""

    letter: Letter
    file: Path


class LineChoice(OptionList):
    """Lines to tick, readable without colour."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", _("Wel of niet"), id="letter.toggle", tooltip=_("De regel wel of niet in de brief")),
    ]

    def __init__(self, notes: Sequence[SoepNote], about: int | None, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._by_key = {str(line.id): (name, line) for note in notes for name, line in note.every_line()}
        self.chosen = {
            line.id for note in notes if note.id == about for name, line in note.every_line() if name in _CHOSEN_FIRST
        }
        super().__init__(*self._by_problem(notes), id=id)

    def _by_problem(self, notes: Sequence[SoepNote]) -> Iterator[Option]:
        for note in notes:
            if len(notes) > 1:
                yield Option(Content.styled(note.problem.text or _("(geen titel)"), "bold"), disabled=True)
            for _field, line in note.every_line():
                yield Option(self._prompt(str(line.id)), id=str(line.id))

    @on(OptionList.OptionSelected)
    def toggled(self, event: OptionList.OptionSelected) -> None:
        """Space, enter or a click: in or out."""
        event.stop()
        key = event.option_id or ""
        self.chosen ^= {self._by_key[key][1].id}
        self.replace_option_prompt_at_index(event.option_index, self._prompt(key))

    def _prompt(self, key: str) -> Content:
        name, line = self._by_key[key]
        return Content.assemble("[x] " if line.id in self.chosen else "[ ] ", (f"{name} ", "bold"), line.text)


class LetterScreen(Dialog[Writing | None]):
    """Asks for lines, a reason and a question; None when the user turns back.

    Args:
        consult: whose approved notes the lines are of.
        about: the id of the note that the letter is about, whose lines are ticked already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", _("Bewaren"), id="letter.save", tooltip=_("Bewaren; enter in het laatste veld ook")),
        Binding("escape", "dismiss(None)", _("Terug"), id="letter.back"),
    ]

    def __init__(self, consult: Consult, about: int | None) -> None:
        super().__init__()
        self._notes, self._about = consult.final, about
        began = consult.created_at.astimezone()
        self._file = platformdirs.user_documents_path() / f"verwijsbrief-{began:%Y-%m-%d-%H%M}.docx"

    def compose(self) -> ComposeResult:
        """Lines, texts and file."""
        with Vertical(classes="approve-form"):
            yield Label(_("Verwijsbrief"), classes="approve-form-title")
            yield LineChoice(self._notes, self._about, id="letter-lines")
            yield Label(_("Reden van verwijzing"))
            yield Input(id="letter-reason", max_length=400, compact=True)
            yield Label(_("Vraag aan de specialist"))
            yield Input(id="letter-question", max_length=400, compact=True)
            yield Label(_("Bestand"))
            yield Input(str(self._file), id="letter-file", compact=True)
            yield Static(classes="approve-trouble", id="letter-trouble", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """The lines first."""
        self.query_one(LineChoice).focus()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """The next field, or done."""
        if not to_next_field(self, event.input):
            self.action_save()

    def action_save(self) -> None:
        """Give the letter, when it says why and can be written."""
        reason, question, file = (field.value.strip() for field in self.query(Input))
        lines = frozenset(self.query_one(LineChoice).chosen)
        path = path_of(file)
        trouble = trouble_with(path)
        if not reason:
            trouble = _("Vul de reden van verwijzing in.")
            self.query_one("#letter-reason").focus()
        if trouble or path is None:
            shown = self.query_one("#letter-trouble", Static)
            shown.display = True
            shown.update(trouble)
            return
        self.dismiss(Writing(Letter(lines, reason, question), path))

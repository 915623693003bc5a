"""Small forms of the consult: what it is known by, its codes, and a title."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Label, Select, Static

from soep.clinical import icpc
from soep.clinical.icpc import IcpcTable
from soep.i18n import _
from soep.tui.screens.base import to_next_field
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.types import About, FieldName, SoepNote
from soep.wording import CONTACT_TYPES, contact_name

MAX_CHARACTERS = 80
_SUGGESTIONS = 4
Answer = TypeVar("Answer")


class _Form(Dialog[Answer | None]):
    """Fields under a title; Enter goes to the next and, in the last, saves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", _("Bewaren"), id="form.save", tooltip=_("Bewaren; enter in het laatste veld ook")),
        Binding("escape", "dismiss(None)", _("Niet wijzigen"), id="form.back"),
    ]

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """The next field, or done."""
        if not to_next_field(self, event.input):
            self.action_save()

    def action_save(self) -> None:
        """Give what was filled in."""
        self.dismiss(self._answer())

    def _answer(self) -> Answer:
        raise NotImplementedError


class AboutScreen(_Form[About]):
    """What a consult is known by."""

    def __init__(self, about: About) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Kind of contact, label, number."""
        about = self._about
        kinds = [(f"{code} {contact_name(code)}", code) for code in CONTACT_TYPES]
        if about.contact_type and about.contact_type not in CONTACT_TYPES:
            kinds.append((about.contact_type, about.contact_type))
        with Vertical(id="choice"):
            yield Label(_("Gegevens van dit consult"), id="choice-title")
            yield Label(_("Herkenningswoord, voor in de lijst"))
            yield Input(about.label, id="about-label", max_length=MAX_CHARACTERS)
            yield Label(_("Nummer van de patiënt in het HIS"))
            yield Input(about.patient_ref or "", id="about-patient", max_length=MAX_CHARACTERS)
            yield Label(_("Soort contact"))
            chosen = about.contact_type or Select.NULL
            yield Select(kinds, value=chosen, id="about-contact", prompt=_("niet gekozen"))
        yield KeyBar()

    def _answer(self) -> About:
        kind = self.query_one("#about-contact", Select).value
        return About(
            self.query_one("#about-label", Input).value.strip(),
            self.query_one("#about-patient", Input).value.strip() or None,
            kind if isinstance(kind, str) else None,
        )


class _Codes(Suggester):
    """Completes a code from the practice's own table."""

    def __init__(self, table: IcpcTable) -> None:
        super().__init__(case_sensitive=True)
        self._table = table

    async def get_suggestion(self, value: str) -> str | None:
        """The rest of the code and its title, after what was typed."""
        found = self._table.complete(value) if value else None
        return None if found is None else value + found[len(value) :]


class IcpcScreen(_Form[tuple[str | None, str | None]]):
    """The codes of a problem, for S and for E.

    Args:
        note: whose.
        field: the one to begin with.
        table: what codes are completed from.
    """

    def __init__(self, note: SoepNote, field: FieldName, table: IcpcTable) -> None:
        super().__init__()
        self._note = note
        self._field = field
        self._table = table

    def compose(self) -> ComposeResult:
        """Two fields, each with what the table says of it."""
        suggester = _Codes(self._table)
        with Vertical(id="choice"):
            title = self._note.problem.text
            yield Label(
                _("ICPC-codes: {title}").format(title=title) if title else _("ICPC-codes"),
                id="choice-title",
                markup=False,
            )
            yield Label(_("S (klacht)"))
            yield Input(self._note.icpc_s or "", id="icpc-s", suggester=suggester, placeholder="R21")
            yield Label(_("E (evaluatie)"))
            yield Input(self._note.icpc_e or "", id="icpc-e", suggester=suggester, placeholder="R74")
            yield Static(id="icpc-found", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin where the cursor was."""
        self.query_one("#icpc-s" if self._field == "S" else "#icpc-e", Input).focus()

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Codes whose title holds what was typed, to choose from by eye."""
        found = self._table.matches(event.value, _SUGGESTIONS)
        self.query_one("#icpc-found", Static).update("\n".join(found))

    def _answer(self) -> tuple[str | None, str | None]:
        codes = [icpc.code_of(self.query_one(name, Input).value) for name in ("#icpc-s", "#icpc-e")]
        return codes[0], codes[1]


class TitleScreen(_Form[str]):
    """One line of text."""

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """A field."""
        with Vertical(id="choice"):
            yield Label(self._title, id="choice-title", markup=False)
            yield Input(self._value, id="title-text", max_length=MAX_CHARACTERS)
        yield KeyBar()

    def _answer(self) -> str:
        return self.query_one("#title-text", Input).value.strip()

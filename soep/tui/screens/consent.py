"""Consent before anything is recorded or imported, and what the consult is known by.

The usual case, an adult who agrees, is one key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.validation import Integer
from textual.widgets import Input, Label, OptionList, Select, Static
from textual.widgets.option_list import Option

from soep.errors import InputError
from soep.i18n import _
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.tick import Tick
from soep.types import About, Consent, ConsentBy
from soep.wording import CONTACT_TYPES, contact_name
from soep.workflow import rules
from soep.workflow.desk import NAMELESS

_WHO: tuple[tuple[ConsentBy, str, str], ...] = (
    (ConsentBy.PATIENT, "j", _("Ja, de patiënt (16 jaar of ouder)")),
    (ConsentBy.PARENTS, "o", _("De ouders (jonger dan 12 jaar)")),
    (ConsentBy.BOTH, "b", _("Beiden, patiënt en ouders (12 tot en met 15 jaar)")),
    (ConsentBy.REPRESENTATIVE, "v", _("Een vertegenwoordiger (voogd, mentor, gemachtigde)")),
)
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed, what the consult is known by, and whether what the computer plays is recorded too."""

    consent: Consent
    about: About = NAMELESS
    system_sound: bool = False
    """Whether what the computer plays is recorded too."""


class ConsentScreen(Dialog[Agreed | None]):
    """Asks who consented; None when the user turns back.

    Args:
        hears_system: gives whether what the computer plays can be recorded too; asked on a thread, as the sound system
            takes its time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "chosen", _("Akkoord"), id="consent.agree", tooltip=_("Begin, met wie gekozen is")),
        Binding("j", "agree(0)", _("Patiënt"), id="consent.patient", tooltip=_WHO[0][2]),
        Binding("o", "agree(1)", _("Ouders"), id="consent.parents", tooltip=_WHO[1][2]),
        Binding("b", "agree(2)", _("Beiden"), id="consent.both", tooltip=_WHO[2][2]),
        Binding("v", "agree(3)", _("Vertegenw."), id="consent.representative", tooltip=_WHO[3][2]),
        Binding("a", "tick('#consent-others')", _("Anderen"), id="consent.others", tooltip=_("Anderen weten ervan")),
        Binding("g", "tick('#consent-system')", _("Computer"), id="consent.system", tooltip=_("Ook het geluid ervan")),
        Binding("escape", "back", _("Terug"), id="consent.back", tooltip=_("Er wordt niets opgenomen")),
    ]

    def __init__(self, hears_system: Callable[[], bool] | None = None) -> None:
        super().__init__()
        self._hears_system = hears_system
        self._is_looking = hears_system is not None
        self._can_hear_system = False
        self.asked_at_s: float | None = None
        """When the question came on the screen, on the clock of ``time.monotonic``."""

    def compose(self) -> ComposeResult:
        """Who, over what need not be filled in."""
        with Vertical(id="consent") as frame:
            frame.border_subtitle = _("enter: akkoord")
            yield Label(_("Wie geeft toestemming?"), id="consent-title")
            yield Static(_("Vertel dat het gesprek wordt opgenomen en waarvoor. Nee zeggen mag."), id="consent-text")
            options = [Option(f"[b]{key}[/b]  {words}", id=who.name) for who, key, words in _WHO]
            yield OptionList(*options, id="consent-who", compact=True)
            yield Tick(_("[b]a[/b]  Anderen in de kamer weten ervan"), id="consent-others", compact=True)
            yield Tick(
                _("[b]g[/b]  Ook het geluid van de computer (telefoon- of videoconsult)"),
                id="consent-system",
                compact=True,
            )
            yield Label(_("Hoeft niet, helpt later:"), id="consent-optional")
            with Grid(id="consent-fields"):
                yield Label(_("Herkenningswoord"))
                yield Input(id="consent-label", compact=True, max_length=60)
                yield Label(_("Leeftijd"))
                yield Input(
                    id="consent-age", compact=True, type="integer", max_length=3, validators=[Integer(0, _OLDEST)]
                )
                yield Label(_("Nummer in het HIS"))
                yield Input(id="consent-number", compact=True, max_length=40)
                yield Label(_("Contact"))
                yield Select(
                    [(contact_name(code), code) for code in CONTACT_TYPES],
                    prompt="–",
                    id="consent-contact",
                    compact=True,
                )
            yield Label("", id="consent-refusal", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """The usual case is chosen already."""
        who = self.query_one("#consent-who", OptionList)
        who.highlighted = 0
        who.focus()
        self.query_one("#consent-system").display = False
        if self._hears_system is not None:
            self.call_after_refresh(self._look_for_system_sound, self._hears_system)
        self.asked_at_s = time.monotonic()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be asked."""
        return self._can_hear_system or parameters != ("#consent-system",)

    def on_key(self, event: events.Key) -> None:
        """Who is quicker than the sound system is heard; its key shows when there is something to record."""
        if event.key == "g" and self._is_looking:
            self.action_tick("#consent-system")

    @on(Input.Changed, "#consent-age")
    def age_given(self) -> None:
        """Whose consent that age needs is chosen, to be agreed with."""
        age = self._age
        if age is not None:
            self.query_one("#consent-who", OptionList).highlighted = (
                1 if age < rules.OWN_CONSENT_AGE else 2 if age < rules.ADULT_CONSENT_AGE else 0
            )

    @on(OptionList.OptionSelected)
    def selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on the list."""
        self.action_agree(event.option_index)

    @on(Input.Submitted)
    def action_chosen(self) -> None:
        """Enter anywhere else."""
        self.action_agree(self.chosen)

    @property
    def chosen(self) -> int:
        """Who is chosen to agree."""
        return self.query_one("#consent-who", OptionList).highlighted or 0

    def action_agree(self, index: int) -> None:
        """Agree, unless at this age somebody else must."""
        self.query_one("#consent-refusal", Label).update(self.agree(index))

    def agree(self, index: int) -> str:
        """The same; gives why not, or nothing."""
        who, informed = _WHO[index][0], self.query_one("#consent-others", Tick).value
        self.query_one("#consent-who", OptionList).highlighted = index
        try:
            consent = rules.consent(who, datetime.now().astimezone(), age=self._age, others_informed=informed)
        except InputError as error:
            return str(error)
        system = self.query_one("#consent-system", Tick).value
        self.dismiss(Agreed(consent, self._about, system))
        return ""

    def action_tick(self, selector: str) -> None:
        """Tick or untick."""
        self.query_one(selector, Tick).toggle()

    def action_back(self) -> None:
        """Nothing was agreed."""
        self.dismiss(None)

    @work(thread=True, exit_on_error=False)
    def _look_for_system_sound(self, hears_system: Callable[[], bool]) -> None:
        self.app.call_from_thread(self._offer_system_sound, hears_system())

    def _offer_system_sound(self, there_is: bool) -> None:
        self._is_looking, self._can_hear_system = False, there_is
        if not self.is_attached:  # answered meanwhile
            return
        tick = self.query_one("#consent-system", Tick)
        tick.display = there_is
        tick.value = tick.value and there_is
        self.refresh_bindings()

    @property
    def _age(self) -> int | None:
        field = self.query_one("#consent-age", Input)
        return int(field.value) if field.value.isdigit() and field.is_valid else None

    @property
    def _about(self) -> About:
        contact = self.query_one("#consent-contact", Select).value
        return About(
            self.query_one("#consent-label", Input).value.strip(),
            self.query_one("#consent-number", Input).value.strip() or None,
            contact if isinstance(contact, str) else None,
        )

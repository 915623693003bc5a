"""What the commands on the store share: opening it, asking for the passphrase, and consent as options."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from soep.config import Settings
from soep.i18n import _
from soep.types import About, Consent, ConsentBy
from soep.workflow import Desk, rules
from soep.workflow.opening import open_desk

WHO = {
    "patient": ConsentBy.PATIENT,
    "ouders": ConsentBy.PARENTS,
    "beiden": ConsentBy.BOTH,
    "vertegenwoordiger": ConsentBy.REPRESENTATIVE,
    "dictaat": ConsentBy.NOT_NEEDED,
}

_CONSENT_OPTIONS = (
    click.option(
        "--toestemming",
        "who",
        type=click.Choice(list(WHO)),
        required=True,
        metavar=_("WIE"),
        help=_(
            "Wie toestemming gaf: patient, ouders (onder 12), beiden (12 tot en met 15), vertegenwoordiger; "
            "of dictaat, waarvoor geen toestemming nodig is."
        ),
    ),
    click.option(
        "--leeftijd", "age", type=click.IntRange(0, 120), metavar=_("JAAR"), help=_("Leeftijd, om dit te controleren.")
    ),
    click.option("--anderen-ingelicht", "others", is_flag=True, help=_("Andere aanwezigen weten van de opname.")),
    click.option(
        "--gegevens",
        "ask_about",
        is_flag=True,
        help=_("Vraag naar een herkenningswoord en het patiëntnummer; die horen niet op de opdrachtregel."),
    ),
)


def consent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``who``, ``age``, ``others`` and ``ask_about``."""
    for option in reversed(_CONSENT_OPTIONS):
        command = option(command)
    return command


def consent(who: str, age: int | None, *, others: bool) -> Consent:
    """Consent as given on the command line.

    Raises:
        InputError: at this age somebody else must agree.
    """
    return rules.consent(WHO[who], datetime.now().astimezone(), age=age, others_informed=others)


def about(*, ask_about: bool) -> About:
    """What the consult is known by, asked for: arguments of a command can be seen by other users of the computer."""
    if not ask_about:
        return About()
    label: str = click.prompt(_("Herkenningswoord voor in de lijst"), default="", show_default=False, err=True)
    number: str = click.prompt(_("Nummer van de patiënt in het HIS"), default="", show_default=False, err=True)
    return About(label.strip(), number.strip() or None)


@contextmanager
def opened(settings: Settings, *, make: bool = False) -> Iterator[Desk]:
    """The desk, with the passphrase from its file or from the user; closed afterwards."""
    desk = open_desk(settings, ask, make=make)
    try:
        yield desk
    finally:
        desk.store.close()


def ask(new: bool) -> str:
    """Ask for the passphrase on the terminal, without showing it."""
    if new:
        click.echo(_("Kies een wachtwoord voor de opslag. Zonder dit wachtwoord is er niets meer te openen."), err=True)
    text = _("Wachtwoord")
    answer: str = click.prompt(text, hide_input=True, err=True, confirmation_prompt=_("Nog een keer") if new else False)
    return answer

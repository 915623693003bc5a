"""The keys of the consult screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from soep.i18n import _


def _key(keys: str, action: str, text: str, tooltip: str, *, often: bool = False) -> Binding:
    name = action.split("(", maxsplit=1)[0].replace("_", "-")
    suffix = {"shift(-1)": "-up", "shift(1)": "-down"}.get(action, "")
    shown = _("spatie") if keys == "space" else None
    return Binding(keys, action, text, often, shown, id=f"consult.{name}{suffix}", tooltip=tooltip)


LINE_KEYS = {"accept", "move", "shift", "split"}
"""What works on a line of the note."""
NOTE_KEYS = {*LINE_KEYS, "add_unsaid", "icpc", "join"}
"""What works on the note and the list below it."""
SPEECH_KEYS = {"role"}
"""What works on the transcript."""
EDITING = {*NOTE_KEYS, "role", "dictate", "edit", "add", "remove", "undo", "redo", "next_flag"}
"""What needs a note that can be edited."""
BINDINGS: list[BindingType] = [
    _key("f", "next_flag", _("Volgende"), _("Naar de volgende regel die nagekeken moet worden"), often=True),
    _key("v", "accept", _("Klopt"), _("De gemarkeerde regel klopt zo"), often=True),
    _key("enter", "edit", _("Wijzig"), _("De regel wijzigen, of de uiting verbeteren"), often=True),
    _key("n", "add", _("Nieuw"), _("Een regel toevoegen; vanuit het gesprek met die uiting als bron"), often=True),
    _key("x,delete", "remove", _("Weg"), _("De regel weghalen; in het gesprek een stuk opname wissen"), often=True),
    _key("space", "play", _("Luister"), _("Het stuk opname horen; nogmaals stopt"), often=True),
    _key("t", "switch", _("Gesprek"), _("Van het verslag naar het gesprek en terug; tab ook"), often=True),
    _key("a", "approve", _("Goedkeuren"), _("Naar goedkeuren"), often=True),
    _key("m", "move", _("Veld"), _("De regel naar een ander veld of probleem"), often=True),
    _key("u", "add_unsaid", _("Erbij"), _("Wat niet in het concept staat in het verslag zetten"), often=True),
    _key("r", "role", _("Wie"), _("Zeggen wie dit zei, of sprekers wisselen"), often=True),
    _key("p", "dictate", _("Inspreken"), _("Regels toevoegen door ze in te spreken"), often=True),
    _key("s", "stop", _("Stop"), _("Stoppen met verwerken"), often=True),
    _key("shift+up,K", "shift(-1)", _("Regel omhoog"), _("De regel een plaats omhoog")),
    _key("shift+down,J", "shift(1)", _("Regel omlaag"), _("De regel een plaats omlaag")),
    _key("i", "icpc", _("ICPC"), _("De ICPC-codes van dit probleem")),
    _key("b", "choose", _("Kies meer"), _("Meer regels of uitingen kiezen, vanaf hier tot de cursor")),
    _key("d", "split", _("Splits"), _("De gekozen regels worden een eigen probleem")),
    _key("c", "join", _("Voeg samen"), _("Dit probleem samenvoegen met een ander")),
    _key("g", "about", _("Gegevens"), _("Herkenningswoord, nummer en soort contact")),
    _key("w", "changes", _("Wijzigingen"), _("Wat er veranderd is tegenover het concept")),
    _key("ctrl+z", "undo", _("Terugdraaien"), _("De laatste wijziging terugdraaien")),
    _key("ctrl+y", "redo", _("Opnieuw doen"), _("Wat teruggedraaid is opnieuw doen")),
    _key("ctrl+r", "again", _("Opnieuw verwerken"), _("Het consult opnieuw verwerken; uw eigen regels blijven")),
    _key("ctrl+t", "withdraw_consent", _("Toestemming intrekken"), _("De patiënt trekt de toestemming in")),
    _key("escape", "back", _("Terug"), _("Terug naar de lijst"), often=True),
    Binding("tab", "go_round(1)", _("Volgende lijst"), show=False, id="consult.next-list"),
    Binding("shift+tab", "go_round(-1)", _("Vorige lijst"), show=False, id="consult.previous-list"),
]

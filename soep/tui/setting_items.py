"""The settings that can be changed in the application: what each is called, and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soep import plugins
from soep.config import Settings
from soep.drafting.drafter import ENTRY_POINT_GROUP
from soep.i18n import _
from soep.settings_file import Name
from soep.weights.installed import State, state
from soep.weights.manifest import load_manifest

Options = Sequence[tuple[str, str]]
"""What can be chosen: what it is called, and the value."""


@dataclass(frozen=True, slots=True)
class Item:
    """One setting: what it is called, what can be chosen (None where something is typed), and what to know of it."""

    name: Name
    label: str
    hint: str = ""
    options: Options | None = None
    is_number: bool = False
    is_optional: bool = False
    at_restart: bool = False

    def value(self, settings: Settings) -> Any:
        """As it is set now."""
        value: Any = settings
        for part in self.name:
            value = getattr(value, part)
        return value

    def shown(self, settings: Settings) -> str:
        """How that reads, also in a field that changes it."""
        value = self.value(settings)
        if self.options is not None:
            return next((text for text, option in self.options if option == value), str(value))
        if value is None:
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def read(self, text: str) -> Any:
        """The value of what was typed; what is no number stays as it is, for the settings to refuse with a reason."""
        if not self.is_number:
            return text or (None if self.is_optional else "")
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            return text
        return int(number) if number.is_integer() else number


MICROPHONE = ("interface", "microphone")


def parts(settings: Settings, microphones: Sequence[str] = ()) -> list[tuple[str, list[Item]]]:
    """The settings by part, each part with its title.

    Args:
        settings: whose models can be chosen.
        microphones: the input devices that there are.
    """
    return [
        (_("Weergave"), _appearance()),
        (_("Opnemen"), _recording(microphones)),
        (_("Concept"), _drafting(settings)),
        (_("Naar het HIS"), _exporting()),
        (_("Praktijk"), _practice()),
        (_("Opslag en bewaren"), _keeping()),
    ]


def _appearance() -> list[Item]:
    return [
        Item(("interface", "theme"), _("Kleuren"), options=[(_("donker"), "donker"), (_("licht"), "licht")]),
        Item(
            ("interface", "language"),
            _("Taal van soep"),
            _("niet die van het consult"),
            options=[("Nederlands", "nl"), ("English", "en")],
            at_restart=True,
        ),
        Item(
            ("interface", "clipboard_clear_s"),
            _("Klembord leegmaken na (s)"),
            _("0 laat het staan"),
            is_number=True,
        ),
    ]


def _recording(microphones: Sequence[str]) -> list[Item]:
    options = [(_("keuze van het systeem"), ""), *((name, name) for name in microphones)]
    return [Item(MICROPHONE, _("Microfoon"), options=options)]


def _drafting(settings: Settings) -> list[Item]:
    manifest = load_manifest()
    speech = [
        (model.id, model.id)
        for model in manifest.models.values()
        if model.task == "asr" and state(model, settings.models) is State.PRESENT
    ]
    known = {
        "extractive": _("zonder taalmodel"),
        "local_llm": _("klein taalmodel, deze computer"),
        "transformers_llm": _("groot taalmodel, deze computer"),
        "server": _("server van de praktijk"),
    }
    drafters = [(known.get(name, name), name) for name in plugins.names(ENTRY_POINT_GROUP)]
    lengths = [(_("kort"), "kort"), (_("normaal"), "normaal"), (_("uitgebreid"), "uitgebreid")]
    return [
        Item(
            ("drafting", "drafter"),
            _("Conceptschrijver"),
            _("soep check zegt of hij klaarstaat"),
            options=drafters,
            at_restart=True,
        ),
        Item(("drafting", "length"), _("Lengte van het verslag"), options=lengths, at_restart=True),
        Item(
            ("speech", "asr_model"),
            _("Model dat spraak herkent"),
            _("andere: soep models list"),
            options=speech,
            at_restart=True,
        ),
    ]


def _exporting() -> list[Item]:
    codes = [(_("achter de S en E"), "achter"), (_("als eigen veld"), "apart"), (_("helemaal niet"), "geen")]
    separators = [(_("een nieuwe regel"), "regel"), (_("een spatie"), "spatie"), (_("een puntkomma"), "puntkomma")]
    return [
        Item(("export", "text", "icpc"), _("ICPC in tekst"), options=codes),
        Item(("export", "text", "separator"), _("Tussen de regels"), options=separators),
        Item(("export", "text", "line_length"), _("Regels breken na (tekens)"), _("0 breekt niet"), is_number=True),
        Item(("export", "folder"), _("Map die het HIS leest"), _("leeg is geen"), is_optional=True),
    ]


def _practice() -> list[Item]:
    on_paper, in_fhir = _("op brieven en documenten"), _("8 cijfers, voor FHIR")
    return [
        Item(("practice", "name"), _("Naam van de praktijk"), on_paper),
        Item(("practice", "responsible"), _("Verantwoordelijke huisarts"), on_paper),
        Item(("practice", "agb"), _("AGB-code praktijk"), in_fhir),
        Item(("practice", "responsible_agb"), _("AGB-code huisarts"), in_fhir),
    ]


def _keeping() -> list[Item]:
    return [
        Item(("store", "lock_after_min"), _("Vergrendelen na (min)"), _("1 tot 240"), is_number=True, at_restart=True),
        Item(("retention", "after_approval_h"), _("Geluid na goedkeuring (uren)"), _("0 tot 72"), is_number=True),
        Item(("retention", "after_recording_h"), _("Geluid na opname (uren)"), _("1 tot 168"), is_number=True),
        Item(("retention", "exported_days"), _("Verslag na export (dagen)"), _("0 tot 365"), is_number=True),
        Item(("retention", "unfinished_days"), _("Niet geëxporteerd (dagen)"), _("7 tot 365"), is_number=True),
    ]

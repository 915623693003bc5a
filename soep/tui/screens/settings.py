"""The settings of the practice: each change is looked at and written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Select, Static

from soep import plugins, settings_file
from soep.config import Settings, config_file
from soep.drafting.drafter import ENTRY_POINT_GROUP
from soep.errors import SoepError
from soep.i18n import _
from soep.settings_file import Name, fixed_by
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.help import own_bindings
from soep.tui.widgets.key_bar import KeyBar
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

    @property
    def id(self) -> str:
        """Of its widget."""
        return "-".join(("setting", *self.name))


class SettingsScreen(SoepScreen[None]):
    """Shows and changes the settings file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", _("Terug"), id="settings.leave", tooltip=_("Terug; alles is bewaard")),
    ]

    def compose(self) -> ComposeResult:
        """A line a setting, by part."""
        self.fit()
        self._items: dict[str, Item] = {}
        yield Label(_("Instellingen"), id="settings-title")
        with VerticalScroll(id="settings-scroll", can_focus=False):
            for title, items in self._parts():
                yield Label(title, classes="settings-part")
                for item in items:
                    self._items[item.id] = item
                    yield from self._row(item)
            yield Label(_("Toetsen"), classes="settings-part")
            yield from self._keys()
        yield Static("", id="settings-state", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Where they are kept, and the microphones as soon as they are known."""
        self._say(_("Bewaard in {file}").format(file=config_file()))
        self._look_for_microphones()

    def on_resize(self) -> None:
        """Wider fields, or not."""
        self.fit()

    @on(Select.Changed)
    def chosen(self, event: Select.Changed) -> None:
        """Another choice."""
        if event.select.id == "setting-key-of":
            self._show_key()
        elif (item := self._items.get(event.select.id or "")) is not None and event.value is not Select.NULL:
            self._save(item, event.value)

    @on(Input.Submitted)
    def typed(self, event: Input.Submitted) -> None:
        """Enter saves."""
        self._save_input(event.input)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Going on saves too."""
        if isinstance(event.widget, Input):
            self._save_input(event.widget)

    def _save_input(self, field: Input) -> None:
        if field.id == "setting-key":
            self._save_key(field.value.strip())
        elif (item := self._items.get(field.id or "")) is not None:
            value = field.value.strip()
            self._save(item, _number(value) if item.is_number else value or (None if item.is_optional else ""))

    def _save(self, item: Item, value: Any) -> None:
        before = _value(self.soep.settings, item.name)
        if value == before or str(value) == str(before):
            return
        try:
            self._write({item.name: value}, item.label, at_restart=item.at_restart)
        except SoepError as error:
            self._say(f"✗ {item.label}: {error}")
            self._put_back(item, before)

    def _save_key(self, key: str) -> None:
        binding = self.query_one("#setting-key-of", Select).value
        if not isinstance(binding, str):
            return
        known = self.soep.settings.interface.keys.get(binding, "")
        if key == known:
            return
        with self.told():
            self._write({("interface", "keys", binding): key or None}, _("Toets"))

    def _write(self, values: dict[Name, Any], label: str, *, at_restart: bool = False) -> None:
        self.soep.take_settings(settings_file.change(values))
        done = _("✓ {label}: bewaard.").format(label=label)
        self._say(done + " " + _("Geldt als u soep opnieuw start.") if at_restart else done)

    def _put_back(self, item: Item, value: Any) -> None:
        widget = self.query_one(f"#{item.id}")
        with self.prevent(Select.Changed, Input.Changed):
            if isinstance(widget, Select | Input):
                widget.value = value if isinstance(widget, Select) else _shown(value)

    def _row(self, item: Item) -> ComposeResult:
        value = _value(self.soep.settings, item.name)
        variable = fixed_by(item.name)
        hint = _("vastgezet door {variable}").format(variable=variable) if variable else item.hint
        with Horizontal(classes="settings-row"):
            yield Label(item.label, classes="settings-label")
            if item.options is None:
                yield Input(_shown(value), id=item.id, compact=True, disabled=bool(variable))
            else:
                options = _with(item.options, value)
                yield Select(options, value=value, allow_blank=False, id=item.id, compact=True, disabled=bool(variable))
            yield Label(hint, classes="settings-hint")

    def _keys(self) -> ComposeResult:
        """An action and the key that it gets."""
        actions = [(f"{_(place)}: {one.description}", one.id or "") for place, one in own_bindings()]
        with Horizontal(classes="settings-row"):
            yield Label(_("Handeling"), classes="settings-label")
            yield Select(actions, prompt=_("Kies een handeling"), id="setting-key-of", compact=True)
            yield Label("", classes="settings-hint")
        with Horizontal(classes="settings-row"):
            yield Label(_("Uw toets daarvoor"), classes="settings-label")
            yield Input(placeholder="f2", id="setting-key", compact=True)
            yield Label(_("zoals f2, ctrl+r of r; leeg is de gewone"), classes="settings-hint")

    def _show_key(self) -> None:
        binding = self.query_one("#setting-key-of", Select).value
        keys = self.soep.settings.interface.keys
        self.query_one("#setting-key", Input).value = keys.get(binding, "") if isinstance(binding, str) else ""

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_for_microphones(self) -> None:
        """On a thread: the sound system is asked anew."""
        names = [one.name for one in self.soep.input_devices.names()]
        self.app.call_from_thread(self._show_microphones, names)

    def _show_microphones(self, names: list[str]) -> None:
        chosen = self.soep.settings.interface.microphone
        field = self.query_one("#setting-interface-microphone", Select)
        with self.prevent(Select.Changed):
            field.set_options(_with([*_system_microphone(), *((name, name) for name in names)], chosen))
            field.value = chosen

    def _say(self, text: str) -> None:
        self.query_one("#settings-state", Static).update(text)

    def _parts(self) -> list[tuple[str, list[Item]]]:
        return [
            (_("Weergave"), _appearance()),
            (_("Opnemen"), [*_recording()]),
            (_("Concept"), _drafting(self.soep.settings)),
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


def _recording() -> list[Item]:
    return [Item(("interface", "microphone"), _("Microfoon"), options=_system_microphone())]


def _system_microphone() -> list[tuple[str, str]]:
    return [(_("keuze van het systeem"), "")]


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


def _value(settings: Settings, name: Name) -> Any:
    value: Any = settings
    for part in name:
        value = getattr(value, part)
    return value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | str:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text  # which the settings refuse, with a reason
    return int(number) if number.is_integer() else number


def _with(options: Options, value: str) -> list[tuple[str, str]]:
    """The options, and the value that is set now where it is none of them."""
    return [*options] if any(one == value for _name, one in options) else [*options, (value, value)]

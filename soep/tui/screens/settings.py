"""The settings of the practice: each change is looked at and written at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Label, Static

from soep import settings_file
from soep.config import config_file
from soep.errors import SoepError
from soep.i18n import _
from soep.settings_file import Name, fixed_by
from soep.tui import setting_items
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.choice import Choice, ChoiceScreen
from soep.tui.screens.help import keys_shown, own_bindings
from soep.tui.setting_items import Item
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.line_editor import EditedPane, LineEditor
from soep.tui.widgets.rows import Row, RowList

_LABEL_WIDTH = 38
_KEYS = ("interface", "keys")
_CHOICE_KEYS = "123456789abcdefghijklmnopqrstuvwxyz"


class SettingsScreen(SoepScreen[None]):
    """Shows and changes the settings file."""

    AUTO_FOCUS = ""  # the rows get it when there are any
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", _("Wijzig"), id="settings.change", tooltip=_("Kiezen of typen, en bewaren")),
        Binding("escape", "dismiss", _("Terug"), id="settings.leave", tooltip=_("Terug; alles is bewaard")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rows = RowList(gutter=_LABEL_WIDTH, id="settings-rows")
        self.pane = EditedPane(editor_id="settings-editor", id="settings-pane")
        self._items: dict[Name, Item] = {}
        self.microphones: list[str] = []
        """Those that were found so far."""

    def compose(self) -> ComposeResult:
        """A row a setting, by part."""
        yield Label(_("Instellingen"), id="settings-title")
        with self.pane:
            yield self.rows
        yield Static("", id="settings-state", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Where they are kept, and the microphones as soon as they are known."""
        self._show()
        self.rows.focus()
        self._say_where()
        self.call_after_refresh(self._look_for_microphones)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, the keys are those of the field."""
        return not (self.pane.is_editing and action in {"change", "dismiss"})

    def keep_typed(self) -> None:
        """Save what is being typed."""
        if (written := self.pane.take()) is not None:
            self.typed(written)

    @on(RowList.Opened)
    def action_change(self) -> None:
        """Choose another value, or type one."""
        row = self.rows.row
        item = self._items.get(row.key) if row is not None and isinstance(row.key, tuple) else None
        if item is None:
            return
        if variable := fixed_by(item.name):
            self._say(_("vastgezet door {variable}").format(variable=variable))
        elif item.options is None:
            self.pane.editor.open(self.rows, item.name, self._typed(item), is_value=True)
            self._say(f"{item.label}: {item.hint}" if item.hint else item.label)
        else:
            self._choose(item)

    @on(LineEditor.Saved)
    def typed(self, event: LineEditor.Saved) -> None:
        """Enter saves; so does going on."""
        item = self._items.get(event.key) if isinstance(event.key, tuple) else None
        if item is not None:
            self._save(item, item.read(event.text))
        self.refresh_bindings()

    @on(LineEditor.Closed)
    def not_typed(self) -> None:
        """Nothing changed."""
        self._say_where()
        self.refresh_bindings()

    def _choose(self, item: Item) -> None:
        options = list(zip(_CHOICE_KEYS, item.options or (), strict=False))
        now = item.value(self.soep.settings)

        def chosen(value: str | None) -> None:
            if value is not None and value != now:
                self._save(item, value)

        choices = [Choice(key, text, value) for key, (text, value) in options]
        self.app.push_screen(ChoiceScreen(item.label, choices, item.hint, now=now), chosen)

    def _save(self, item: Item, value: Any) -> None:
        try:
            self.soep.take_settings(settings_file.change({item.name: value}))
        except SoepError as error:
            self._say(f"✗ {item.label}: {error}")
            return
        done = _("✓ {label}: bewaard.").format(label=item.label)
        self._say(done + " " + _("Geldt als u soep opnieuw start.") if item.at_restart else done)
        self._show()

    def _typed(self, item: Item) -> str:
        settings = self.soep.settings
        return settings.interface.keys.get(item.name[-1], "") if item.name[:2] == _KEYS else item.shown(settings)

    def _show(self) -> None:
        self._items = {}
        self.rows.set_rows(self._rows())

    def _rows(self) -> Iterator[Row]:
        settings = self.soep.settings
        for title, items in setting_items.parts(settings, self.microphones):
            yield from _title(title)
            for item in items:
                self._items[item.name] = item
                variable = fixed_by(item.name)
                hint = _("vastgezet door {variable}").format(variable=variable) if variable else item.hint
                yield _row(item.name, item.label, item.shown(settings), hint)
        yield from _title(_("Toetsen"))
        for place, binding in own_bindings():
            name = (*_KEYS, binding.id or "")
            label = f"{_(place)}: {binding.description}"
            self._items[name] = Item(name, label, _("zoals f2, ctrl+r of r; leeg is de gewone"), is_optional=True)
            own = _("uw toets") if name[-1] in settings.interface.keys else ""
            yield _row(name, label, keys_shown(self.soep, binding), own)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_for_microphones(self) -> None:
        """On a thread: the sound system is asked anew."""
        names = [one.name for one in self.soep.input_devices.names()]
        self.app.call_from_thread(self._show_microphones, names)

    def _show_microphones(self, names: list[str]) -> None:
        if self.is_attached:
            self.microphones = names
            self._show()

    def _say_where(self) -> None:
        self._say(_("Bewaard in {file}").format(file=config_file()))

    def _say(self, text: str) -> None:
        self.query_one("#settings-state", Static).update(text)


def _title(text: str) -> Iterator[Row]:
    yield Row(("gap", text), Content(""), selectable=False)
    yield Row(("title", text), Content(""), Content.styled(text, "bold $text-accent"), selectable=False)


def _row(key: Hashable, label: str, value: str, hint: str) -> Row:
    text = Content.assemble(value or "–", (f"   {hint}" if hint else "", "$foreground-muted"))
    return Row(key, text, Content(label.ljust(_LABEL_WIDTH)))

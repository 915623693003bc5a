"""All keys, by screen."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Label, Static

from soep.i18n import _, mark
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

_SCREENS, _WIDGETS = "soep.tui.screens", "soep.tui.widgets"
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("Vandaag"), (f"{_WIDGETS}.consult_list:ConsultList", f"{_SCREENS}.today:TodayScreen")),
    (mark("Toestemming"), (f"{_SCREENS}.consent:ConsentScreen",)),
    (mark("Opnemen"), (f"{_SCREENS}.record:RecordScreen", f"{_SCREENS}.devices:DevicesScreen")),
    (mark("Inlezen"), (f"{_SCREENS}.importing:SoundTree", f"{_SCREENS}.importing:ImportScreen")),
    (
        mark("Consult"),
        (f"{_SCREENS}.consult:ConsultScreen", f"{_WIDGETS}.line_editor:LineEditor", f"{_WIDGETS}.rows:RowList"),
    ),
    (mark("Nadicteren"), (f"{_SCREENS}.dictate:DictateScreen",)),
    (mark("Wat u wijzigde"), (f"{_SCREENS}.changes:ChangesScreen",)),
    (
        mark("Goedkeuren"),
        (
            f"{_SCREENS}.approve:ApproveScreen",
            f"{_SCREENS}.save_as:SaveScreen",
            f"{_SCREENS}.patient:PatientScreen",
            f"{_SCREENS}.letter:LineChoice",
            f"{_SCREENS}.letter:LetterScreen",
        ),
    ),
    (mark("Cijfers"), (f"{_SCREENS}.figures:FiguresScreen",)),
    (mark("Instellingen"), (f"{_SCREENS}.settings:SettingsScreen", f"{_SCREENS}.installing:InstallScreen")),
    (
        mark("Vragen en velden"),
        (
            f"{_SCREENS}.confirm:ConfirmScreen",
            f"{_SCREENS}.choice:ChoiceScreen",
            f"{_SCREENS}.consult_forms:TitleScreen",
        ),
    ),
    (mark("Overal"), (f"{_SCREENS}.help:HelpScreen", "soep.tui.app:SoepApp")),
)
"""Where there are keys, in the order of a day, with the screens and widgets that have them."""
_KEY_WIDTH = 16


class HelpScreen(Dialog[None]):
    """The keys of every screen, read from the screens themselves; those of the screen it was asked on come first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark", "dismiss", _("Sluiten"), id="help.close"),
    ]

    def compose(self) -> ComposeResult:
        """A list for each screen, that scrolls."""
        app = cast("SoepApp", self.app)
        asked_on = type(app.screen_stack[-2]).__name__ if len(app.screen_stack) > 1 else ""
        first = next((title for title, paths in PLACES if any(path.endswith(f":{asked_on}") for path in paths)), "")
        lines: dict[str, list[Content]] = {first: []} if first else {}
        for title, binding in own_bindings():
            lines.setdefault(title, []).append(_line(app, binding))
        with Vertical(id="help"):
            yield Label(_("Toetsen"), id="help-title")
            with VerticalScroll(id="help-scroll"):
                for title, rows in lines.items():
                    yield Label(_(title), classes="help-place")
                    yield Static(Content("\n").join(rows))
            yield Static(
                _("Met tab gaat u naar het volgende veld. Met ctrl+p zoekt u een opdracht op naam. De muis werkt ook."),
                id="help-tip",
            )
        yield KeyBar()

    def on_mount(self) -> None:
        """Arrows scroll at once."""
        self.query_one("#help-scroll").focus()


def own_bindings() -> Iterator[tuple[str, Binding]]:
    """Every binding of ours with the name of its place; those of textual itself have no id."""
    for title, paths in PLACES:
        for path in paths:
            for given in _loaded(path).BINDINGS:
                if isinstance(given, Binding) and given.id:
                    yield title, given


def _loaded(path: str) -> type[DOMNode]:
    module, _colon, name = path.partition(":")
    return cast("type[DOMNode]", getattr(importlib.import_module(module), name))


def keys_shown(app: SoepApp, binding: Binding) -> str:
    """The keys of a binding, as the user set them."""
    keys = app.settings.interface.keys.get(binding.id or "", binding.key).split(",")
    return " ".join(app.get_key_display(Binding(key.strip(), "", "")) for key in keys)


def _line(app: SoepApp, binding: Binding) -> Content:
    """The keys of a binding, and what it does."""
    keys = keys_shown(app, binding).ljust(_KEY_WIDTH)
    return Content.assemble((keys, "bold $text-accent"), binding.tooltip or binding.description)

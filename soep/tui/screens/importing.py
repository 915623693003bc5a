"""Recordings from disk into the store: chosen in a tree, typed, pasted or dropped on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import DirectoryTree, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from soep.engine.supervisor import Engine
from soep.errors import CancelledError, SoepError
from soep.i18n import _, ngettext
from soep.tui.dates import length
from soep.tui.screens.base import WIDE_FROM, SoepScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import ConsentScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.tick import Tick
from soep.workflow.importing import Import, Outcome, Wanted, erase_source, is_folder, is_sound, paths_in, sounds_in

_USUAL_FOLDERS = ("Downloads", "Documents", "Documenten")


class SoundTree(DirectoryTree):
    """The folders of this computer with only the recordings in them."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "screen.choose", _("Kiezen"), id="import.choose", tooltip=_("Het bestand kiezen, of juist niet")
        ),
    ]

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Folders and recordings that are not hidden."""
        return [path for path in paths if not path.name.startswith(".") and (is_sound(path) or is_folder(path))]


class PathField(Input):
    """A path to type, or as many as were pasted."""

    class Pasted(Message):
        """Text came from the clipboard or was dropped."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def _on_paste(self, event: events.Paste) -> None:
        """All lines, where an input takes only the first."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(event.text))


@dataclass(slots=True)
class _Chosen:
    """A recording in the list, and what is to be said of it."""

    path: Path
    mark: str = "○"
    style: str = ""
    words: str = ""
    consult_id: str = ""

    @property
    def waits(self) -> bool:
        return not self.consult_id


class ImportScreen(SoepScreen[None]):
    """A file browser and a field for a path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import", _("Inlezen"), id="import.import", tooltip=_("De gekozen opnamen inlezen")),
        Binding("o", "up", _("Map omhoog"), id="import.up", tooltip=_("Naar de map waar deze in ligt")),
        Binding("delete,backspace", "drop", _("Niet kiezen"), id="import.drop", tooltip=_("Uit de lijst halen")),
        Binding(
            "w", "erase", _("Bestanden wissen"), id="import.erase", tooltip=_("De ingelezen bestanden zelf wissen")
        ),
        Binding("escape", "leave", _("Terug"), id="import.leave", tooltip=_("Stoppen met inlezen, of terug")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._chosen: list[_Chosen] = []
        self._import: Import | None = None

    def compose(self) -> ComposeResult:
        """The field, the tree, and what was chosen."""
        self._fit()
        yield Label(_("Opnamen inlezen"), id="import-title")
        yield PathField(placeholder=_("Typ of plak een pad, of sleep bestanden hierheen"), id="import-path")
        with Container(id="import-halves"):
            yield SoundTree(_first_folder(), id="import-tree")
            yield OptionList(id="import-chosen", markup=False)
        with Vertical(id="import-choices"):
            yield Tick(_("Elke spreker heeft een eigen kanaal (telefoon, twee microfoons)"), id="import-apart")
            yield Tick(_("Alle opnamen horen bij dezelfde patiënt: één keer toestemming"), id="import-together")
        yield Static("", id="import-state", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the tree."""
        self.query_one("#import-tree").border_title = _("Op deze computer")
        self.query_one("#import-chosen").border_title = _("Gekozen")
        self.query_one("#import-tree").focus()
        self._show()

    def on_resize(self) -> None:
        """Side by side, or not."""
        self._fit()

    @on(PathField.Pasted)
    def pasted(self, event: PathField.Pasted) -> None:
        """Paths in the field."""
        self._add(paths_in(event.text))

    def on_paste(self, event: events.Paste) -> None:
        """Paths dropped anywhere."""
        self._add(paths_in(event.text))

    @on(Input.Submitted, "#import-path")
    def typed(self, event: Input.Submitted) -> None:
        """A typed path."""
        self._add(paths_in(event.value))
        event.input.clear()

    @on(DirectoryTree.FileSelected)
    def clicked(self, event: DirectoryTree.FileSelected) -> None:
        """Enter or a click on a file chooses it, or no longer."""
        self._toggle(event.path)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        if self._import is not None:
            return action not in {"choose", "import", "drop", "erase", "up"}
        if action == "import":
            return any(one.waits for one in self._chosen)
        if action == "drop":
            return bool(self._chosen)
        return action != "erase" or bool(self._read)

    def action_up(self) -> None:
        """To the folder that holds this one."""
        tree = self.query_one(SoundTree)
        tree.path = Path(tree.path).resolve().parent

    def action_choose(self) -> None:
        """The file under the cursor, or all recordings in the folder."""
        node = self.query_one(SoundTree).cursor_node
        if node is None or node.data is None:
            return
        if is_folder(node.data.path):
            self._add(sounds_in(node.data.path))
        else:
            self._toggle(node.data.path)

    def action_drop(self) -> None:
        """Take a recording out of the list."""
        at = self._list.highlighted
        if at is not None:
            del self._chosen[at]
            self._show()

    def action_leave(self) -> None:
        """Stop what runs; else back."""
        if self._import is not None:
            self._cancel(self._import)
        else:
            self.dismiss()

    @work
    async def action_import(self) -> None:
        """Ask for consent, then read."""
        waiting = [one for one in self._chosen if one.waits]
        together = self.query_one("#import-together", Tick).value
        apart = self.query_one("#import-apart", Tick).value
        wanted, agreed = [], None
        for one in waiting:
            if agreed is None or not together:
                self._say(_("Toestemming voor: {name}").format(name=one.path.name))
                agreed = await self.app.push_screen_wait(ConsentScreen())
            if agreed is None:
                self._show()
                return
            wanted.append(Wanted(one.path, agreed.consent, agreed.about, apart))
        self._read_in(wanted)

    @work
    async def action_erase(self) -> None:
        """Erase the files that were read, after a question."""
        count = len(self._read)
        question = ngettext("{count} bestand wissen?", "{count} bestanden wissen?", count).format(count=count)
        explanation = _("De opnamen staan versleuteld in de opslag. De bestanden zelf gaan weg.")
        if await self.app.push_screen_wait(ConfirmScreen(question, _("Wissen"), explanation)):
            for one in self._read:
                with self.told():
                    erase_source(one.path)
                    self._chosen.remove(one)
            self._show()
            self._say(_("De bestanden zijn gewist."))

    @work(thread=True, exit_on_error=False)
    def _read_in(self, wanted: list[Wanted]) -> None:
        """On a thread, with an engine of its own: what is being recognised goes on meanwhile.

        It waits for nothing on the screen, which at the end of the application waits for it.
        """
        place = 0

        def told(seconds: float) -> None:
            self.call_later(self._progress, wanted[place], seconds)

        with Engine(self.soep.settings) as engine:
            reading = self._import = Import(self.desk, engine, told)
            with self.workplace.importing(reading):
                self.call_later(self._begun)
                try:
                    for outcome in reading.read_all(wanted):
                        self.call_later(self._came_out, outcome)
                        place += 1
                except CancelledError:
                    pass
                except SoepError as error:
                    self.call_later(self.complain, error)
                finally:
                    self._import = None
        self.workplace.worklist.look()
        self.call_later(self._ended)

    @work(thread=True, exit_on_error=False)
    def _cancel(self, reading: Import) -> None:
        """On a thread: the engine is given a moment to stop by itself."""
        reading.cancel()

    def _begun(self) -> None:
        self.add_class("busy")
        self.refresh_bindings()
        self._say(_("Bezig met inlezen; esc stopt."))

    def _progress(self, wanted: Wanted, seconds: float) -> None:
        one = self._entry(wanted.sound)
        one.mark, one.style = "▶", "$text-primary"
        one.words = _("{length} gelezen").format(length=length(seconds))
        self._update(one)

    def _came_out(self, outcome: Outcome) -> None:
        one = self._entry(outcome.sound)
        one.consult_id = outcome.consult_id
        if outcome.error is not None:
            one.mark, one.style, one.words = "✗", "$text-error", outcome.error.message
        else:
            one.mark, one.style, one.words = "✓", "$text-success", _("ingelezen")
        self._update(one)

    def _ended(self) -> None:
        self.remove_class("busy")
        for one in self._chosen:
            if one.mark == "▶":
                one.mark, one.style, one.words = "■", "", _("gestopt; niets bewaard")
        self._show()
        if self._read:
            self._say(
                _("De bestanden zelf staan er nog, onversleuteld. Met w wist u ze; met esc gaat u terug en blijven ze.")
            )

    def _toggle(self, path: Path) -> None:
        known = next((one for one in self._chosen if one.path == path), None)
        if known is None:
            self._add([path])
        elif known.waits:
            self._chosen.remove(known)
            self._show()

    def _add(self, paths: Iterable[Path]) -> None:
        if self._import is not None:
            return
        known = {one.path for one in self._chosen}
        for path in paths:
            for found in sounds_in(path) if is_folder(path) else [path]:
                if found not in known:
                    self._chosen.append(_Chosen(found))
                    known.add(found)
        self._show()

    def _fit(self) -> None:
        """Before its widgets are made too: a later change has all of them styled again."""
        self.set_class(self.app.size.width >= WIDE_FROM, "wide")

    def _show(self) -> None:
        at = self._list.highlighted
        self._list.set_options(Option(self._line(one)) for one in self._chosen)
        if self._chosen:
            self._list.highlighted = min(at or 0, len(self._chosen) - 1)
        waiting = sum(one.waits for one in self._chosen)
        self._say(
            ngettext("{count} opname gekozen; i leest in.", "{count} opnamen gekozen; i leest in.", waiting).format(
                count=waiting
            )
            if waiting
            else _("Kies met spatie of enter, ook meer tegelijk. Spatie op een map kiest alle opnamen daarin.")
        )
        self.refresh_bindings()

    def _update(self, one: _Chosen) -> None:
        self._list.replace_option_prompt_at_index(self._chosen.index(one), self._line(one))

    def _line(self, one: _Chosen) -> Content:
        words = f"  {one.words}" if one.words else ""
        return Content.assemble((f"{one.mark} ", one.style), one.path.name, (words, "$foreground-muted"))

    def _entry(self, path: Path) -> _Chosen:
        return next(one for one in self._chosen if one.path == path)

    def _say(self, text: str) -> None:
        self.query_one("#import-state", Static).update(text)

    @property
    def _read(self) -> list[_Chosen]:
        return [one for one in self._chosen if one.consult_id]

    @property
    def _list(self) -> OptionList:
        return self.query_one("#import-chosen", OptionList)


def _first_folder() -> Path:
    """Where recordings of a phone or a recorder usually are."""
    home = Path.home()
    return next((home / name for name in _USUAL_FOLDERS if is_folder(home / name)), home)

"""The application that a GP has open all day: it owns the engine and the workplace, and shows one screen at a time."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState

from soep.audio.record import InputDevices
from soep.config import Settings
from soep.engine.supervisor import Engine
from soep.errors import SoepError, unexpected
from soep.i18n import _, mark
from soep.tui.copies import Copies
from soep.tui.messages import ConsultChanged
from soep.tui.palette import Palette
from soep.tui.remote import Remote
from soep.tui.screens.base import SoepScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.today import TodayScreen
from soep.tui.screens.unlock import UnlockScreen
from soep.tui.tidying import QUIET_S, Tidying
from soep.tui.widgets.guide import Practice
from soep.workflow import Desk, state
from soep.workflow.workplace import Workplace

LOOK_EVERY_S = 5.0
TYPED_AHEAD = 64
"""Keys that may be on their way."""
SWEEP_EVERY_S = 300.0
_KEY_NAMES = {
    "space": mark("spatie"),
    "delete": mark("del"),
    "backspace": mark("backspace"),
    "pageup": mark("pgup"),
    "pagedown": mark("pgdn"),
}
_PALETTE = "app.commands"
_FOLDER = Path(__file__).parent
SHEETS: list[str | PurePath] = [_FOLDER / "app.tcss", *sorted((_FOLDER / "css").glob("*.tcss"))]
"""All of them at the start: one that comes later has every screen that is open styled again."""
SOON = ("approve", "consent", "consult", "figures", "help", "importing", "installing", "record", "settings")
"""The screens that a key may open; the first screen need not wait for them."""
THEMES = {"donker": "textual-dark", "licht": "textual-light"}


class SoepApp(App[None]):
    """The application.

    Args:
        settings: as read when it started.
        engine: does the work with models; the application closes it at its end.
    """

    CSS_PATH = SHEETS
    TITLE = "soep"
    ALLOW_SELECT = False  # what is marked with the mouse could be copied before it was approved
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", _("Help"), id="app.help", tooltip=_("Alle toetsen, per scherm")),
        Binding("ctrl+q", "quit", _("Afsluiten"), id="app.quit", tooltip=_("soep afsluiten; alles is bewaard")),
        Binding("ctrl+l", "lock", _("Vergrendelen"), id="app.lock", show=False, tooltip=_("De opslag vergrendelen")),
        Binding(
            "ctrl+p",
            "command_palette",
            _("Meer"),
            id=_PALETTE,
            priority=True,
            tooltip=_("Een opdracht zoeken"),
        ),
    ]

    def __init__(self, settings: Settings, engine: Engine) -> None:
        super().__init__()
        self.settings = settings
        self.engine = engine
        self.copies = Copies(self, lambda: self.settings.interface.clipboard_clear_s)
        self.input_devices = InputDevices()
        self.microphone = settings.interface.microphone
        """The input device in use, until another is chosen."""
        self.text_hidden = False
        """Whether a recording shows no text, for the patient's eyes."""
        self.practice = Practice()
        self._typed: deque[tuple[events.Key, Widget | None]] = deque(maxlen=TYPED_AHEAD)
        """The newest keys, and what had the focus then."""
        self._remote = Remote(self)
        self._tidying = Tidying()
        self._workplace: Workplace | None = None

    @cached_property
    def destination(self) -> str:
        """Where the text of consults goes; empty when it stays here.

        Asked before the settings can be changed: another drafter counts when soep starts again.
        """
        return state.destination(self.settings)

    @property
    def is_unlocked(self) -> bool:
        """Whether there is a store to work with."""
        return self._workplace is not None

    @property
    def workplace(self) -> Workplace:
        """What the screens work with; there is one as long as the store is unlocked."""
        assert self._workplace is not None
        return self._workplace

    def on_mount(self) -> None:
        """Ask for the passphrase first."""
        self.theme = THEMES[self.settings.interface.theme]
        self.set_keymap(self.settings.interface.keys)
        self.set_interval(LOOK_EVERY_S, self._look_at_lock)
        self.set_interval(SWEEP_EVERY_S, self._sweep)
        self.set_interval(QUIET_S, self._tidying.look)
        self.push_screen(UnlockScreen())

    def unlocked(self, desk: Desk) -> None:
        """The store is open: the day begins, or goes on."""
        self._workplace = Workplace(desk, self.engine, self._tell)
        self._remote.open()
        self.switch_screen(TodayScreen())
        self.call_after_refresh(self._prepare)

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """Textual counts what lies under an opaque screen as seen, and draws all of both when either changes."""
        return super()._background_screens if self.screen.styles.background.a < 1 else []

    def take_settings(self, settings: Settings) -> None:
        """Settings that were changed: what can count at once does."""
        parts = ("interface", "speech", "drafting", "store", "retention", "export", "practice")
        kept = {name: getattr(settings, name) for name in parts}
        self.settings = self.settings.model_copy(update=kept)
        self.workplace.desk.settings = self.settings
        self.theme = THEMES[settings.interface.theme]
        self.microphone = settings.interface.microphone
        self.set_keymap(settings.interface.keys)

    def lock(self) -> None:
        """Hide everything and close the store; what is being typed is saved first."""
        self._keep_typed()
        self.clear_notifications()
        self.copy_to_clipboard("")
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(UnlockScreen(was_locked=True))
        self._end_workplace()

    def copy_to_clipboard(self, text: str) -> None:
        """What is cut or copied in a field stays in here: it was not approved, and nothing would clear it."""
        self._clipboard = text

    def ask_terminal(self, text: str) -> None:
        """Ask the terminal to hold this on the clipboard."""
        super().copy_to_clipboard(text)

    def complain(self, error: SoepError) -> None:
        """Say what went wrong and what to do."""
        self.notify(error.hint or error.message, title=error.message if error.hint else "", severity="error")

    @on(Worker.StateChanged)
    def worker_failed(self, event: Worker.StateChanged) -> None:
        """Work in the background that failed in a way nobody foresaw says so; what it was about does not show."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.complain(error if isinstance(error, SoepError) else unexpected(error))

    def _fatal_error(self) -> None:
        """A sentence with a place; Textual would show a traceback with the values of variables, which hold content."""
        self.panic(str(unexpected(self._exception)) if self._exception else "")

    async def on_key(self, event: events.Key) -> None:
        """What was typed before its field had the focus goes to the field: elsewhere each letter is a command."""
        aimed = next((target for key, target in self._typed if key is event), self.focused)
        if isinstance(self.focused, Input | TextArea) and self.focused is not aimed:
            event.prevent_default()
            await self.on_event(events.Key(event.key, event.character))

    async def on_event(self, event: events.Event) -> None:
        """Every key or click keeps the store unlocked."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._typed.append((event, self.focused))
        if isinstance(event, events.InputEvent):
            self._tidying.touched()
            if self._workplace is not None:
                self._workplace.idle.touch()
        await super().on_event(event)

    def get_key_display(self, binding: Binding) -> str:
        """A key by its Dutch name."""
        return _(_KEY_NAMES[binding.key]) if binding.key in _KEY_NAMES else super().get_key_display(binding)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The commands of the palette, in the user's language; one that has two keys stands there once."""
        known = {None, "", _PALETTE}  # bindings of textual itself have no id
        for node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and binding.id not in known:
                known.add(binding.id)
                run = partial(self.run_action, binding.action, node)
                yield SystemCommand(binding.description, tooltip or binding.description, run)
        yield SystemCommand(_("Licht of donker"), _("Wissel van kleuren"), self.action_change_theme)

    def action_command_palette(self) -> None:
        """Open the palette, with its prompt in the user's language."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette())

    def action_help_quit(self) -> None:
        """Whoever presses ctrl+c may want to stop: say how."""
        found = (active.binding for active in self.active_bindings.values() if active.binding.action == "quit")
        for binding in found:
            self.notify(_("U sluit soep af met {key}.").format(key=self.get_key_display(binding)))

    def action_change_theme(self) -> None:
        """Between light and dark."""
        self.theme = THEMES["licht"] if self.theme == THEMES["donker"] else THEMES["donker"]

    def action_help(self) -> None:
        """All keys."""
        from soep.tui.screens.help import HelpScreen  # noqa: PLC0415 - the first screen need not wait for it

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_lock(self) -> None:
        """Lock at once, unless that would cut something off."""
        if self._workplace is None:
            return
        if self._workplace.idle.is_busy:
            self.notify(_("Er wordt opgenomen of ingelezen. Vergrendelen kan zodra dat klaar is."), severity="warning")
        else:
            self.lock()

    async def action_quit(self) -> None:
        """The end, after a question when something would be cut off."""
        workplace = self._workplace
        if workplace is not None and workplace.recording is not None:
            title, text = _("Er loopt een opname. Toch afsluiten?"), _("De opname stopt dan, en wordt bewaard.")
        elif workplace is not None and workplace.is_importing:
            title = _("Er wordt nog ingelezen. Toch afsluiten?")
            text = _("Wat al ingelezen is, blijft. Van de opname die nu gelezen wordt, blijft niets in soep.")
        elif workplace is not None and workplace.dictation is not None:
            title, text = _("Er loopt een dictaat. Toch afsluiten?"), _("Wat u dicteert, gaat dan verloren.")
        else:
            self._leave()
            return
        self.push_screen(ConfirmScreen(title, _("Afsluiten"), text), lambda sure: self._leave() if sure else None)

    def on_unmount(self) -> None:
        """The end: what ran waits for the next time."""
        self.copies.close()
        self._end_workplace()
        self.engine.close()

    def on_consult_changed(self, message: ConsultChanged) -> None:
        """Every screen that is open hears of it."""
        for screen in self.screen_stack:
            screen.post_message(ConsultChanged(message.consult_id))

    def _tell(self, consult_id: str) -> None:
        """Called from threads, which may know screens that are gone; the application itself is there."""
        self.post_message(ConsultChanged(consult_id))

    def _look_at_lock(self) -> None:
        if self._workplace is not None and self._workplace.tick(self._keep_typed):
            self.lock()

    def _leave(self) -> None:
        self._keep_typed()
        self.exit()

    def _keep_typed(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, SoepScreen):
                screen.keep_typed()

    @work(thread=True, exclusive=True, group="sweep", exit_on_error=False)
    def _sweep(self) -> None:
        workplace = self._workplace
        if workplace is not None:
            with contextlib.suppress(SoepError):  # locked meanwhile, or the disk is full: the next one does it
                if workplace.sweep():
                    self._tell("")

    @work(thread=True, exit_on_error=False)
    def _prepare(self) -> None:
        """On a thread: the first key that opens one of these screens need not wait for its module."""
        for name in SOON:
            import_module(f"soep.tui.screens.{name}")
        self.call_from_thread(self._tidying.leave_alone)

    def _end_workplace(self) -> None:
        self._remote.close()
        workplace, self._workplace = self._workplace, None
        if workplace is not None:
            workplace.close()

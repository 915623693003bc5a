"""The first screen: the passphrase of the store, chosen the first time and asked for after that."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Input, Label, Static

from soep.errors import SoepError, unexpected
from soep.i18n import _
from soep.store import keys
from soep.tui.screens.base import SoepScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.workflow import Desk
from soep.workflow.opening import open_desk


class UnlockScreen(SoepScreen[None]):
    """Asks for the passphrase; without one to ask for (keyring, or a file), opens by itself.

    Args:
        was_locked: it does not open by itself, since somebody may have walked away.
    """

    HAS_GUIDE_LINE = False

    def __init__(self, *, was_locked: bool = False) -> None:
        super().__init__()
        self._was_locked = was_locked

    def compose(self) -> ComposeResult:
        """A field, or two when the passphrase is new."""
        self._new = not keys.exists(self.soep.settings.home)
        with Vertical(id="unlock"):
            yield Label("soep", id="unlock-title")
            yield Static(self._invitation(), id="unlock-text")
            yield Input(password=True, placeholder=_("Wachtwoord"), id="passphrase")
            if self._new:
                yield Input(password=True, placeholder=_("Nog een keer"), id="repeat")
            yield Button(_("Openen"), id="unlock-open")
            yield Label("", id="unlock-state")
        yield KeyBar()

    def on_mount(self) -> None:
        """Open at once where nobody need be asked."""
        settings = self.soep.settings
        self._by_itself = settings.passphrase_file is not None or (
            settings.store.keyring if self._new else not self._needs_passphrase()
        )
        button = self.query_one("#unlock-open", Button)
        button.display = self._by_itself and self._was_locked
        for field in self.query(Input):
            field.display = not self._by_itself
        if button.display:
            self.query_one("#unlock-text", Static).update(_("De opslag is vergrendeld."))
            button.focus()
        elif self._by_itself:
            self._begin("")
        else:
            self.query_one("#passphrase", Input).focus()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Enter in the last field opens; in the first of two it goes to the second."""
        secret = self.query_one("#passphrase", Input).value
        if self._new:
            repeat = self.query_one("#repeat", Input)
            if len(secret) < keys.MIN_PASSPHRASE:
                self._say(_("Neem minstens {count} tekens.").format(count=keys.MIN_PASSPHRASE))
                return
            if not repeat.value and self.focused is not repeat:
                self.set_focus(repeat)
                return
            if repeat.value != secret:
                self._say(_("De twee zijn niet gelijk."))
                return
        if secret:
            self._begin(secret)

    @on(Button.Pressed)
    def asked_to_open(self) -> None:
        """Somebody is there again."""
        self._begin("")

    def _begin(self, secret: str) -> None:
        for field in self.query(Input):
            field.disabled = True
        self._say(_("Bezig met openen…"))
        self._open(secret)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _open(self, secret: str) -> None:
        """On a thread: the key takes about a second to make, on purpose, and a wrong passphrase longer."""
        try:
            desk = open_desk(self.soep.settings, lambda _new: secret)
        except SoepError as error:
            self.app.call_from_thread(self._refused, error)
        except Exception as error:  # nobody may be left before fields that take nothing
            self.app.call_from_thread(self._refused, unexpected(error))
        else:
            self.app.call_from_thread(self._opened, desk)

    def _opened(self, desk: Desk) -> None:
        if self not in self.app.screen_stack:
            desk.store.close()
            return
        while self.app.screen is not self:  # the palette, or the help
            self.app.pop_screen()
        self.soep.unlocked(desk)

    def _refused(self, error: SoepError) -> None:
        self._say(str(error))
        if self._by_itself:
            return  # nothing that is typed here would help
        for field in self.query(Input):
            field.disabled = False
            field.clear()
        self.query_one("#passphrase", Input).focus()

    def _say(self, text: str) -> None:
        self.query_one("#unlock-state", Label).update(text)

    def _needs_passphrase(self) -> bool:
        try:
            return keys.needs_passphrase(self.soep.settings.home)
        except SoepError as error:
            self._say(str(error))
            return True

    def _invitation(self) -> str:
        if self._new:
            return _(
                "Kies een wachtwoord van minstens {count} tekens; vier of meer losse woorden onthoudt u het best. Het "
                "versleutelt alles wat soep bewaart. Er is geen herstelcode: zonder dit wachtwoord kan niemand de "
                "consulten nog openen, ook wij niet. Bewaar het ook op een veilige plaats buiten deze computer."
            ).format(count=keys.MIN_PASSPHRASE)
        return _("Geef het wachtwoord van de opslag. Na twee foute pogingen wacht soep, steeds iets langer.")

"""The first screen: the passphrase of the store, chosen the first time and asked for after that."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Footer, Input, Label, Static

from soep.errors import SoepError, StoreLockedError
from soep.i18n import _
from soep.store import keys
from soep.tui.screens.base import SoepScreen
from soep.workflow import Desk
from soep.workflow.opening import open_desk


class UnlockScreen(SoepScreen[None]):
    """Asks for the passphrase; without one to ask for (keyring, or a file), opens by itself."""

    HAS_GUIDE_LINE = False

    def compose(self) -> ComposeResult:
        """A field, or two when the passphrase is new."""
        self._new = not keys.exists(self.soep.settings.home)
        with Vertical(id="unlock"):
            yield Label("soep", id="unlock-title")
            yield Static(self._invitation(), id="unlock-text")
            yield Input(password=True, placeholder=_("Wachtwoord"), id="passphrase")
            if self._new:
                yield Input(password=True, placeholder=_("Nog een keer"), id="repeat")
            yield Label("", id="unlock-state")
        yield Footer()

    def on_mount(self) -> None:
        """Open at once where nobody need be asked."""
        settings = self.soep.settings
        by_itself = settings.passphrase_file is not None or (
            settings.store.keyring if self._new else not self._needs_passphrase()
        )
        if by_itself:
            self.query_one("#passphrase", Input).disabled = True
            self._open("")
        else:
            self.query_one("#passphrase", Input).focus()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Enter in the last field opens; in the first of two it goes to the second."""
        secret = self.query_one("#passphrase", Input).value
        if self._new:
            repeat = self.query_one("#repeat", Input)
            if not repeat.value and self.focused is not repeat:
                repeat.focus()
                return
            if repeat.value != secret:
                self._say(_("De twee zijn niet gelijk."))
                return
        if secret:
            self._say(_("Bezig met openen…"))
            self._open(secret)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _open(self, secret: str) -> None:
        """On a thread: the key takes about a second to make, on purpose, and a wrong passphrase longer."""
        try:
            desk = open_desk(self.soep.settings, lambda _new: secret)
        except SoepError as error:
            self.app.call_from_thread(self._refused, error)
        else:
            self.app.call_from_thread(self._opened, desk)

    def _opened(self, desk: Desk) -> None:
        if self.is_current:
            self.soep.unlocked(desk)
        else:
            desk.store.close()

    def _refused(self, error: SoepError) -> None:
        field = self.query_one("#passphrase", Input)
        field.disabled = False
        field.clear()
        field.focus()
        self._say(error.message if isinstance(error, StoreLockedError) else str(error))

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
                "Kies een wachtwoord. Het versleutelt alles wat soep bewaart; zonder dit wachtwoord is er niets meer "
                "te openen, ook niet door ons."
            )
        return _("Geef het wachtwoord van de opslag.")

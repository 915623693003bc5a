"""The models that soep needs: fetched when the user says so, with progress, and stopped at once."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, ProgressBar, Static

from soep.errors import CancelledError, SoepError
from soep.i18n import _
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.weights.progress import InstallProgress, Step
from soep.workflow.installing import Installation, missing_bytes

_MB = 1_000_000


class InstallScreen(Dialog[bool]):
    """Asks first: it is the one thing for which soep uses the network.  True when all is there.

    Args:
        folder: of the models.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,y", "install", _("Ja"), id="install.yes", tooltip=_("De modellen ophalen en controleren")),
        Binding("escape", "leave", _("Terug"), id="install.leave", tooltip=_("Stoppen; wat compleet is, blijft")),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._installation: Installation | None = None

    def compose(self) -> ComposeResult:
        """What will happen, over a bar that is empty until it does."""
        size = max(1, round(missing_bytes(self._folder) / _MB))
        with Vertical(id="install"):
            yield Label(_("Modellen installeren?"), id="install-title")
            yield Static(
                _(
                    "Zonder modellen kan soep geen spraak herkennen. Ze komen één keer van het internet ({size} MB) en "
                    "worden daarna gecontroleerd. Er gaat niets van uw consulten naar buiten."
                ).format(size=size)
            )
            yield ProgressBar(id="install-bar", show_eta=False)
            yield Static("", id="install-state", markup=False)
            with Horizontal(id="install-buttons"):
                yield Button(_("Nu niet (esc)"), id="install-no")
                yield Button(_("Installeren (j)"), variant="primary", id="install-yes")
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One install at a time."""
        return action != "install" or self._installation is None

    @on(Button.Pressed, "#install-yes")
    def action_install(self) -> None:
        """The user said yes."""
        self.add_class("busy")
        self._installation = Installation(self._folder)
        self.refresh_bindings()
        self._say(_("Bezig; esc stopt."))
        self._watch(self._installation)

    @on(Button.Pressed, "#install-no")
    def action_leave(self) -> None:
        """Stop what runs; else back."""
        if self._installation is None:
            self.dismiss(False)
        else:
            self._installation.cancel()

    def on_unmount(self) -> None:
        """Locked or closed meanwhile: nothing goes on unseen."""
        if self._installation is not None:
            self._installation.cancel()

    @work(thread=True, exit_on_error=False)
    def _watch(self, installation: Installation) -> None:
        try:
            for report in installation.progress():
                self.app.call_from_thread(self._show, report)
        except CancelledError:
            self.app.call_from_thread(self._ended, _("Gestopt. Wat compleet is, blijft; j gaat verder."))
        except SoepError as error:
            self.app.call_from_thread(self._ended, str(error))
        else:
            self.app.call_from_thread(self.dismiss, True)

    def _show(self, report: InstallProgress) -> None:
        self.query_one(ProgressBar).update(total=report.total_bytes or None, progress=report.done_bytes)
        self._say(f"{report.place}/{report.count} {report.model_id}: {step_word(report.step)}")

    def _ended(self, text: str) -> None:
        self._installation = None
        self.remove_class("busy")
        self.refresh_bindings()
        self._say(text)

    def _say(self, text: str) -> None:
        self.query_one("#install-state", Static).update(text)


def step_word(step: Step) -> str:
    """What an install is doing, in a word."""
    words = {
        Step.WAIT: _("wacht op een andere installatie"),
        Step.FETCH: _("ophalen"),
        Step.UNPACK: _("uitpakken"),
        Step.CHECK: _("controleren"),
    }
    return words[step]

"""`soep` without a command: the application."""

from __future__ import annotations

import sys

from soep.config import load_settings
from soep.engine.supervisor import Engine
from soep.errors import InputError
from soep.i18n import _


def open_application() -> int:
    """Run the application until its user closes it; gives the exit code.

    Raises:
        InputError: there is no terminal to show it in.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            _("De toepassing heeft een terminal nodig."), _("Open een terminal en typ: soep. Opdrachten: soep --help.")
        )
    from soep.tui.app import SoepApp  # noqa: PLC0415 - textual takes a moment to import

    settings = load_settings()
    application = SoepApp(settings, Engine(settings))
    application.run()
    return application.return_code or 0

"""`soep` without a command: the application."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    with quiet_libraries():
        application = SoepApp(settings, Engine(settings))
        application.run()
    return application.return_code or 0


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep what libraries print (ALSA and JACK do, for each device that is not there) off the screen.

    Textual draws on ``sys.__stderr__``, which is given a terminal of its own; what writes to the second file of the
    process writes nowhere.
    """
    if os.name != "posix" or sys.__stderr__ is None:
        yield
        return
    shown = sys.__stderr__
    shown.flush()
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as terminal, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        sys.__stderr__ = terminal  # type: ignore[misc]
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal.fileno(), 2)
            sys.__stderr__ = shown  # type: ignore[misc]

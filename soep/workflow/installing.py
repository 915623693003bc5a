"""Installing weights beside the application: in a process of its own, which can be stopped at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from soep.errors import CancelledError, SoepError, WeightsError, unexpected
from soep.i18n import _
from soep.weights.fetch import install
from soep.weights.installed import State, state
from soep.weights.manifest import DEFAULT_PROFILE, load_manifest
from soep.weights.progress import InstallProgress, Step


def missing_bytes(folder: Path, names: Iterable[str] = (DEFAULT_PROFILE,)) -> int:
    """How much has to come for these models and profiles."""
    models = load_manifest().choose(names)
    return sum(model.size_bytes for model in models if state(model, folder) is not State.PRESENT)


class Installation:
    """One install; another thread may cancel.  What was fetched whole stays, so that the next one goes on there.

    Args:
        folder: the folder of all models.
        names: of models and profiles.
    """

    def __init__(self, folder: Path, names: Iterable[str] = (DEFAULT_PROFILE,)) -> None:
        self._cancelled = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder), *names],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,  # pip, which it starts, ends with it
        )

    def progress(self) -> Iterator[InstallProgress]:
        """How far it is, until it is done.

        Raises:
            CancelledError: it was stopped.
            SoepError: it failed.
        """
        assert self._process.stdout is not None
        with self._process:
            for line in self._process.stdout:
                report = json.loads(line)
                if "message" in report:
                    raise WeightsError(**report)
                yield InstallProgress(**report | {"step": Step(report["step"])})
        if self._cancelled:
            raise CancelledError(_("Gestopt."))
        if self._process.returncode:
            raise WeightsError(
                _("Het installeren is onverwacht gestopt."), _("Probeer het opnieuw; wat compleet is, blijft.")
            )

    def cancel(self) -> None:
        """Stop at once, with what it started."""
        self._cancelled = True
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()


def _tell(report: InstallProgress) -> None:
    _write(asdict(report) | {"step": report.step.value})


def _write(report: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


def _main(folder: str, *names: str) -> None:
    """The process."""
    try:
        install(names, Path(folder), _tell)
    except Exception as error:  # what nobody foresaw is told as the rest: a sentence and a place
        told = error if isinstance(error, SoepError) else unexpected(error)
        _write({"message": told.message, "hint": told.hint})


if __name__ == "__main__":
    _main(*sys.argv[1:])

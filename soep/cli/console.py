"""What the command line shows while the engine works, and how a job is run to its end."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from soep.config import Settings
from soep.drafting.drafter import destination_of, weights_of
from soep.engine.protocol import Job
from soep.engine.supervisor import Engine
from soep.events import Event, Stage, StageDone, StageProgress, StageStarted
from soep.i18n import _
from soep.jobs import Result
from soep.wording import stage_name

PLAIN_EVERY_S = 5.0


class StageDisplay:
    """Progress of the stages on stderr: bars with time left on a terminal, a line now and then elsewhere."""

    def __init__(self, title: str = "") -> None:
        self._console = Console(stderr=True)
        self._title = title
        self._tasks: dict[Stage, TaskID] = {}
        self._told_s = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(compact=True),
            TextColumn(_("nog te gaan")),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> StageDisplay:
        if self._title:
            self._console.print(self._title, style="bold", highlight=False)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Take one event of the engine."""
        match event:
            case StageStarted(stage=stage):
                self._tasks.setdefault(stage, self._progress.add_task(stage_name(stage), total=None))
                if not self._console.is_terminal:
                    self._console.print(stage_name(stage), highlight=False)
            case StageProgress(stage=stage, done=done, total=total) if stage in self._tasks:
                self._progress.update(self._tasks[stage], completed=done, total=total)
                self._plain(stage, done, total)
            case StageDone(stage=stage) if stage in self._tasks:
                self._progress.update(self._tasks[stage], completed=1.0, total=1.0)
            case _:
                pass

    def _plain(self, stage: Stage, done: float, total: float | None) -> None:
        if self._console.is_terminal or time.monotonic() - self._told_s < PLAIN_EVERY_S:
            return
        self._told_s = time.monotonic()
        share = f" {done / total:.0%}" if total else ""
        self._console.print(f"{stage_name(stage)}{share}", highlight=False)


def run_job(engine: Engine, job: Job, title: str = "") -> Result:
    """Run a job with its progress shown; Ctrl-C stops it within a second.

    Raises:
        SoepError: the job failed or was cancelled.
        KeyboardInterrupt: the user stopped it; the engine is then gone.
    """
    task = engine.submit(job)
    with StageDisplay(title) as display:
        try:
            return task.result(display.show)
        except KeyboardInterrupt:
            engine.kill()
            raise


def announce_drafter(drafter: str | None, settings: Settings) -> None:
    """Look before the work whether the drafter can do it, and tell the user when what was said will leave this process.

    Args:
        drafter: as the user named it; None takes the one of the settings.
        settings: of the user.

    Raises:
        InputError: no drafter of that name is installed, or its settings cannot be used.
        WeightsError: its weights are missing or damaged.
    """
    name = drafter or settings.drafting.drafter
    weights_of(name, settings)
    destination = destination_of(name, settings)
    if destination:
        click.echo(_("Let op: de tekst van dit consult gaat naar {host}.").format(host=destination), err=True)


def print_out(data: bytes) -> None:
    """Write machine-readable output to stdout, as UTF-8 whatever the console thinks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()

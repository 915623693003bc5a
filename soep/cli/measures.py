"""What the measures of `soep eval` share: their arguments, a bar on stderr, a table or JSON on stdout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from soep.cli.console import print_out
from soep.i18n import _

FOLDER = click.argument("folder", metavar=_("MAP"), type=click.Path(path_type=Path, exists=True, file_okay=False))
JSON = click.option("--json", "as_json", is_flag=True, help=_("Als één JSON-object in plaats van een tabel."))


class Counter:
    """A bar that is told how many are done, of how many."""

    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=None)

    def __call__(self, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def counting(label: str) -> Iterator[Counter]:
    """Show a bar while inside."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Counter(progress, label)


def table_of(*headings: str) -> Table:
    """A table without lines, its first column to the left and the others to the right."""
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def share(value: float) -> str:
    """A fraction as a percentage."""
    return f"{value:.1%}"


def print_json(scores: dict[str, object]) -> None:
    """The scores as one object on stdout."""
    print_out((json.dumps(scores, ensure_ascii=False, indent=1) + "\n").encode())

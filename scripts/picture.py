"""A picture of what a command prints, for the README: `soep demo | python scripts/picture.py "soep demo" demo.svg`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 96


def main() -> None:
    """Read the output from stdin and write it in a terminal's frame."""
    command, target = sys.argv[1:]
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(f"$ {command}", style="bold green"))
    console.print(Text.from_ansi(sys.stdin.read()), highlight=False)
    Path(target).write_text(console.export_svg(title="soep"), "utf-8")


if __name__ == "__main__":
    main()

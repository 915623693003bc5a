"""Runs pip with the locked versions and shows how far it is.  Arguments are those of ``pip install``.

Used by the Makefile before anything is installed, so it needs nothing but Python and pip.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

LOCK = Path(__file__).parent.parent / "requirements.lock"
# Python compiles what it imports; compiling all of torch beforehand takes a minute.
OPTIONS = ["--no-compile", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
LINE_WIDTH = 100


def locked_count() -> int:
    """How many packages of the lock count on this system: the most that can come."""
    lines = [line for line in LOCK.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    requirements = [Requirement(line) for line in lines]
    return sum(not requirement.marker or requirement.marker.evaluate() for requirement in requirements)


def show(text: str, began_s: float) -> None:
    """One line that changes on a terminal; a line each time in a log."""
    line = f"  {time.monotonic() - began_s:4.0f} s  {text}"[:LINE_WIDTH]
    if sys.stdout.isatty():
        print(f"\r{line:<{LINE_WIDTH}}", end="", flush=True)
    else:
        print(line, flush=True)


def main() -> int:
    """Install; what pip complains about goes to stderr as it is."""
    began_s, most, collected, shown_tenth = time.monotonic(), locked_count(), 0, -1
    command = [sys.executable, "-m", "pip", "install", *OPTIONS, "--constraint", str(LOCK), *sys.argv[1:]]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as pip:
        assert pip.stdout
        for line in pip.stdout:
            word, _space, rest = line.strip().partition(" ")
            if word == "Collecting":
                collected += 1
            tenth = 10 * collected // most
            if word == "Collecting" and (sys.stdout.isatty() or tenth != shown_tenth):
                shown_tenth = tenth
                show(f"ophalen: {collected} van hoogstens {most}, {rest.split()[0]}", began_s)
            elif word == "Installing" and rest.startswith("collected"):
                show(f"installeren: {rest.count(',') + 1} pakketten", began_s)
    show("pakketten klaar" if pip.returncode == 0 else "pip is gestopt met een fout", began_s)
    print()
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main())

"""How long the application takes to show its first screen, and the list of today, in a terminal.

    python benchmarks/start.py [--times 7]

The store opens without a question (a file holds its passphrase), with the cost that a real one has.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from soep.store import Store, keys

PASSPHRASE = "vier losse woorden samen"
FIRST, TODAY = "openen", "Welkom"


def started(home: Path, secret: Path) -> tuple[float, float]:
    """Seconds until the first screen and until the list."""
    ours, theirs = pty.openpty()
    variables = {
        "SOEP_HOME": str(home),
        "SOEP_PASSPHRASE_FILE": str(secret),
        "TERM": "xterm-256color",
        "SOEP_LANG": "nl",
    }
    began_s = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "soep"], stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | variables
    )
    try:
        seen, first_s = "", 0.0
        while TODAY not in seen:
            if select.select([ours], [], [], 30.0)[0]:
                seen += os.read(ours, 65536).decode("utf-8", "replace")
            if not first_s and FIRST in seen:
                first_s = time.monotonic() - began_s
        return first_s or time.monotonic() - began_s, time.monotonic() - began_s
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        home, secret = Path(folder) / "soep", Path(folder) / "wachtwoord"
        secret.write_text(PASSPHRASE, "utf-8")
        keys.new_store_folder(home)
        Store(home, keys.create(home, PASSPHRASE), create=True).close()
        began_s = time.monotonic()
        keys.unlock(home, PASSPHRASE)
        key_s = time.monotonic() - began_s
        found = [started(home, secret) for _each in range(times)]
    print(f"first screen  {median(first for first, _ in found):.2f} s")
    print(f"list of today {median(today for _, today in found):.2f} s, of which the key takes {key_s:.2f} s")


if __name__ == "__main__":
    main()

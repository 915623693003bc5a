"""Delivers consults in a process of its own, which a test kills."""

from __future__ import annotations

import sys
from pathlib import Path

from soep.config import ExportSettings, PracticeSettings, Settings
from soep.store import Store
from soep.store.keys import StoreKey
from soep.workflow import Desk, delivery

if __name__ == "__main__":
    home, folder, key, *consults = sys.argv[1:]
    settings = Settings(
        home=Path(home),
        practice=PracticeSettings(user="jansen"),
        export=ExportSettings(folder=Path(folder), folder_format="json"),
    )
    desk = Desk(Store(Path(home), StoreKey(bytes.fromhex(key))), settings)
    for each in consults:
        delivery.deliver(desk, each)
        sys.stdout.write(f"{each}\n")
        sys.stdout.flush()

"""Drives the application as its user would, with a store that opens quickly and an engine that a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from soep.config import PracticeSettings, Settings
from soep.engine.supervisor import Engine
from soep.store import keys
from soep.tui.app import SoepApp
from tests.stores import CHEAP, PASSPHRASE

WIDE = (120, 40)
SMALL = (80, 24)
Scenario = Callable[[Pilot[None]], Awaitable[None]]


def practice_settings(home: Path, **values: Any) -> Settings:
    """Settings of a practice whose store opens with the passphrase of a file beside it."""
    home.mkdir(parents=True, exist_ok=True)
    secret = home.parent / "wachtwoord"
    secret.write_text(PASSPHRASE, "utf-8")
    return Settings(**{"home": home, "practice": PracticeSettings(user="jansen"), "passphrase_file": secret, **values})


def made_store(home: Path) -> None:
    """A store with a passphrase that costs little to try."""
    keys.new_store_folder(home)
    keys.create(home, PASSPHRASE, CHEAP)


def drive(app: SoepApp, scenario: Scenario, size: tuple[int, int] = WIDE) -> None:
    """Run the application without a terminal and let the scenario press its keys."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await scenario(pilot)

    asyncio.run(run())


def application(settings: Settings, engine: Any = None) -> SoepApp:
    """The application on these settings; the engine starts no process until it is given work."""
    return SoepApp(settings, engine or Engine(settings))

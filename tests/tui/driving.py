"""Drives the application as its user would, with a store that opens quickly and an engine that a test writes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import Label

from soep.config import PracticeSettings, Settings
from soep.engine.protocol import Job
from soep.engine.supervisor import Engine
from soep.errors import CancelledError
from soep.events import Event, Stage, StageProgress
from soep.jobs import Result
from soep.store import keys
from soep.tui.app import SoepApp
from soep.workflow import Desk
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


class StandingTask:
    """Work that does not come further than this until it is cancelled."""

    def __init__(self, heard_s: float) -> None:
        self._heard_s = heard_s
        self._cancelled = threading.Event()

    def feed(self, samples: object) -> None:
        """Takes any sound."""

    def end_of_sound(self) -> None:
        """Takes the end."""

    def cancel(self) -> None:
        self._cancelled.set()

    def result(self, on_event: Callable[[Event], None]) -> Result:
        for stage in (Stage.TRANSCRIBE, Stage.DIARIZE):
            on_event(StageProgress(stage, self._heard_s, 0.0))
        self._cancelled.wait()
        raise CancelledError("Gestopt.")


class StandingEngine:
    """An engine whose work stands still, so that what is shown of it does too."""

    def __init__(self, heard_s: float = 35.0) -> None:
        self.heard_s = heard_s

    def submit(self, job: Job) -> StandingTask:
        return StandingTask(self.heard_s)

    def close(self) -> None:
        """Nothing is left running."""


async def until(pilot: Pilot[None], so: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait for a condition; an exception while it is asked counts as not yet."""
    ends_s = time.monotonic() + within_s
    while True:
        with contextlib.suppress(NoMatches):
            if so():
                break
        assert time.monotonic() < ends_s, f"it did not come so far; the screen is {pilot.app.screen}"
        await pilot.pause(0.02)
    await pilot.pause()


def application(settings: Settings, engine: Any = None) -> SoepApp:
    """The application on these settings; the engine starts no process until it is given work."""
    return SoepApp(settings, engine or Engine(settings))


def drive_day(desk: Desk, scenario: Scenario, size: tuple[int, int] = WIDE, engine: Any = None) -> None:
    """Drive the application on a store that the test has open: it begins at the list of today."""
    app = application(desk.settings.model_copy(update={"passphrase_file": None}), engine or StandingEngine())

    async def from_today(pilot: Pilot[None]) -> None:
        app.unlocked(desk)
        await until(pilot, lambda: app.screen.query_one("#today-title", Label).content)
        await scenario(pilot)

    drive(app, from_today, size)

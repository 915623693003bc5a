from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from soep.tui.screens.today import TodayScreen
from soep.tui.screens.unlock import UnlockScreen
from tests.stores import PASSPHRASE, office
from tests.tui.driving import application, drive, practice_settings


async def until(pilot: Pilot[None], kind: type) -> None:
    for _ in range(200):
        await pilot.pause(0.02)
        if isinstance(pilot.app.screen, kind):
            return
    raise AssertionError(f"still {pilot.app.screen}")


def test_a_right_passphrase_opens_the_day(tmp_path: Path) -> None:
    office(tmp_path / "soep").desk.store.close()
    settings = practice_settings(tmp_path / "soep", passphrase_file=None)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press(*"verkeerd", "enter")
        await pilot.pause(1.5)
        assert isinstance(pilot.app.screen, UnlockScreen)
        pilot.app.screen.query_one("#passphrase", Input).value = PASSPHRASE
        await pilot.press("enter")
        await until(pilot, TodayScreen)

    drive(application(settings), scenario)

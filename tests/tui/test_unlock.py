from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Label

from soep.store import keys
from soep.tui.screens.help import HelpScreen
from soep.tui.screens.today import TodayScreen
from soep.tui.screens.unlock import UnlockScreen
from tests.stores import PASSPHRASE, office
from tests.tui.driving import application, drive, practice_settings, until


def said(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#unlock-state", Label).content)


async def fill_in(pilot: Pilot[None], name: str, value: str) -> None:
    field = pilot.app.screen.query_one(f"#{name}", Input)
    field.focus()
    field.value = value
    await pilot.press("enter")


def test_a_wrong_passphrase_is_told_and_a_right_one_opens_the_day(tmp_path: Path) -> None:
    office(tmp_path / "soep").desk.store.close()
    settings = practice_settings(tmp_path / "soep", passphrase_file=None)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press(*"verkeerd", "enter")
        await until(pilot, lambda: "klopt niet" in said(pilot))
        assert isinstance(pilot.app.screen, UnlockScreen)
        assert pilot.app.screen.query_one("#passphrase", Input).value == ""
        await fill_in(pilot, "passphrase", PASSPHRASE)
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive(application(settings), scenario)


def test_a_first_passphrase_is_long_enough_and_typed_twice(tmp_path: Path) -> None:
    settings = practice_settings(tmp_path / "soep", passphrase_file=None)

    async def scenario(pilot: Pilot[None]) -> None:
        assert "geen herstelcode" in str(pilot.app.screen.query_one("#unlock-text").content)
        await fill_in(pilot, "passphrase", "kort")
        assert "12 tekens" in said(pilot)
        await fill_in(pilot, "passphrase", PASSPHRASE)
        assert pilot.app.focused.id == "repeat"
        await fill_in(pilot, "repeat", f"{PASSPHRASE}!")
        assert "niet gelijk" in said(pilot)
        assert not keys.exists(tmp_path / "soep")
        await fill_in(pilot, "repeat", PASSPHRASE)
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen), within_s=20.0)
        assert keys.needs_passphrase(tmp_path / "soep")

    drive(application(settings), scenario)


def test_a_passphrase_from_a_file_asks_nothing_until_it_was_locked(tmp_path: Path) -> None:
    office(tmp_path / "soep").desk.store.close()

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(pilot.app.screen, UnlockScreen))
        assert isinstance(pilot.app.focused, Button)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive(application(practice_settings(tmp_path / "soep")), scenario)


def test_a_file_with_a_wrong_passphrase_is_told(tmp_path: Path) -> None:
    office(tmp_path / "soep").desk.store.close()
    settings = practice_settings(tmp_path / "soep")
    (tmp_path / "wachtwoord").write_text("iets anders dan dat", "utf-8")

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "klopt niet" in said(pilot))
        assert isinstance(pilot.app.screen, UnlockScreen)

    drive(application(settings), scenario)


def test_a_key_that_is_pressed_while_it_opens_is_no_reason_to_stay_closed(tmp_path: Path) -> None:
    office(tmp_path / "soep").desk.store.close()
    settings = practice_settings(tmp_path / "soep", passphrase_file=None)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        unlock = next(one for one in pilot.app.screen_stack if isinstance(one, UnlockScreen))
        unlock._begin(PASSPHRASE)
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive(application(settings), scenario)


def test_what_nobody_foresaw_leaves_the_field_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office(tmp_path / "soep").desk.store.close()

    def fail(*_values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("soep.tui.screens.unlock.open_desk", fail)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press(*"verkeerd", "enter")
        await until(pilot, lambda: "ZeroDivisionError" in said(pilot))
        assert not pilot.app.screen.query_one("#passphrase", Input).disabled

    drive(application(practice_settings(tmp_path / "soep", passphrase_file=None)), scenario)

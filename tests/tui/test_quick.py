"""What makes a key show quickly, where that is more than a figure of ``benchmarks/keys.py``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.today import TodayScreen
from tests.stores import drafted, office
from tests.tui.driving import drive_day, until


@pytest.mark.parametrize("key", ["enter", "s", "f1", "n", "i"])
def test_the_first_that_is_drawn_of_a_screen_is_all_of_it(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.query_one("#today-status").content)
        drawn: list[tuple[Screen[Any], str]] = []
        display = pilot.app._display

        def shown(screen: Screen[Any], update: Any) -> None:
            display(screen, update)
            drawn.append((screen, looks(screen)))

        monkeypatch.setattr(pilot.app, "_display", shown)
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, TodayScreen) and drawn)
        for _look in range(5):
            await pilot.pause(0.02)
        first = next(text for screen, text in drawn if screen is pilot.app.screen)
        assert first == looks(pilot.app.screen)

    drive_day(made.desk, scenario)


def looks(screen: Screen[Any]) -> str:
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


@pytest.mark.parametrize(("given", "often"), [({}, "250"), ({"TEXTUAL_FPS": "30"}, "30")])
def test_textual_looks_often_whether_something_changed(given: dict[str, str], often: str) -> None:
    command = "import soep.tui.app; from textual import constants; print(constants.MAX_FPS)"
    outcome = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, env={"PATH": "", **given}
    )
    assert outcome.stdout.strip() == often


def type_at_once(pilot: Pilot[None], keys: str) -> None:
    """As a terminal gives what was typed while the application was busy; Pilot waits after each key."""
    for key in keys:
        name = {"/": "slash", "\n": "enter"}.get(key, key)
        pilot.app.post_message(events.Key(name, key))


def test_what_is_typed_ahead_goes_into_the_line(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.query_one("#today-status").content)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        screen = pilot.app.screen
        assert isinstance(screen, ConsultScreen)
        await until(pilot, lambda: screen.note.lines.has_focus)
        type_at_once(pilot, "nxap\n")  # of which all but the first are commands on a line
        await until(pilot, lambda: any(row.text.plain.startswith("xap") for row in screen.note.lines.rows))
        assert not screen.note.is_editing

    drive_day(made.desk, scenario)


def test_what_is_typed_ahead_is_searched_for(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.query_one("#today-status").content)
        type_at_once(pilot, "/nvx")
        await until(pilot, lambda: pilot.app.screen.query_one("#today-search", Input).value == "nvx")

    drive_day(made.desk, scenario)

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from textual.app import App
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

import soep.tui
from soep.config import InterfaceSettings
from soep.tui.screens.figures import FiguresScreen
from soep.tui.screens.help import HelpScreen, own_bindings
from soep.workflow import figures
from soep.workflow.figures import Summary
from tests.stores import office
from tests.tui.day import practice
from tests.tui.driving import SMALL, drive_day, until


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(str(one.content) for one in pilot.app.screen.query("#help-scroll Static, #help-scroll Label"))


def test_the_keys_of_the_screen_come_first_and_all_are_there(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, FiguresScreen))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        text = shown(pilot)
        assert text.startswith("Cijfers\n")
        assert all((binding.tooltip or binding.description) in text for _place, binding in own_bindings())
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, FiguresScreen))

    drive_day(office(tmp_path / "soep").desk, scenario, SMALL)


def test_keys_that_the_user_set_are_shown_as_set(tmp_path: Path) -> None:
    made = office(tmp_path / "soep", interface=InterfaceSettings(keys={"today.record": "f9"}))

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert "f9              Een consult opnemen" in shown(pilot)

    drive_day(made.desk, scenario)


def test_no_place_with_keys_is_forgotten() -> None:
    """Every screen and widget of ours that has keys of its own stands in the help."""
    known = {binding.id for _place, binding in own_bindings()}
    missing = {
        binding.id or f"{owner.__name__}: {binding.key}"
        for owner in ours(Screen) | ours(Widget) | ours(App)
        for binding in owner.__dict__.get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id not in known and (binding.id or binding.show)
    }
    assert not missing


def ours(kind: type) -> set[type]:
    for module in pkgutil.walk_packages(soep.tui.__path__, "soep.tui."):
        importlib.import_module(module.name)
    return {one for one in below(kind) if one.__module__.startswith("soep.")}


def below(kind: type) -> set[type]:
    found = set(kind.__subclasses__())
    return found.union(*(below(one) for one in found))


def test_the_figures_say_what_they_mean(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, FiguresScreen))
        assert "goedgekeurde consulten                 2" in str(pilot.app.screen.query_one("#figures").content)
        assert "weinig consulten" in str(pilot.app.screen.query_one("#figures-meaning").content)

    drive_day(practice(tmp_path / "soep").desk, scenario)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Summary(0, None, None, None, None, None, None), "Er is nog niets goedgekeurd"),
        (Summary(3, 1.0, 0.9, 0.1, 0.0, 0.0, 1.0), "meestal 1 seconde; van elke tien regels laat u er 9 staan"),
        (Summary(40, 130.0, 0.4, 0.5, 0.1, 0.2, 1.0), "meestal 2 minuten; van elke tien regels laat u er 4 staan"),
        (Summary(40, 130.0, 0.4, 0.5, 0.1, 0.2, 1.0), "U wijzigt veel."),
    ],
)
def test_figures_in_a_sentence(found: Summary, said: str) -> None:
    assert said in figures.meaning(found)

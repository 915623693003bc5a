from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from soep.audio.record import InputDevice
from soep.config import config_file, load_settings
from soep.tui.screens.choice import ChoiceScreen
from soep.tui.screens.record import RecordScreen
from soep.tui.screens.settings import SettingsScreen
from soep.tui.screens.today import TodayScreen
from soep.tui.widgets.rows import Row, RowList
from tests.stores import drafted, office
from tests.tui.driving import drive_day, until


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of this test."""
    for name in ("HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    found = config_file()
    if not found.is_relative_to(tmp_path):
        pytest.skip("this system does not take the folder of settings from a variable")
    return found


def said(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#settings-state").content)


async def at(pilot: Pilot[None], name: str) -> Row:
    """Go to a setting."""
    rows = pilot.app.screen.query_one(RowList)
    assert rows.go_to(tuple(name.split("-")))
    await pilot.pause()
    assert rows.row is not None
    return rows.row


async def choose(pilot: Pilot[None], name: str, text: str) -> None:
    await at(pilot, name)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
    options = [str(one.prompt) for one in pilot.app.screen.query_one(OptionList).options]
    key = next(one.split()[0] for one in options if one.split(maxsplit=1)[1] == text)
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))


async def fill_in(pilot: Pilot[None], name: str, value: str, end: str = "enter") -> None:
    await at(pilot, name)
    await pilot.press("enter", *(value or ["delete"]), end)


def test_a_choice_counts_at_once_and_is_kept(tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await choose(pilot, "interface-theme", "licht")
        assert pilot.app.theme == "textual-light"
        assert said(pilot) == "✓ Kleuren: bewaard."
        await choose(pilot, "interface-language", "English")
        assert "opnieuw start" in said(pilot)
        await fill_in(pilot, "retention-exported_days", "7")
        assert pilot.app.workplace.desk.settings.retention.exported_days == 7.0
        assert pilot.app.settings.home == tmp_path / "soep"
        found = load_settings()
        assert (found.interface.theme, found.interface.language, found.retention.exported_days) == ("licht", "en", 7)

    drive_day(office(tmp_path / "soep").desk, scenario)


@pytest.mark.parametrize("wrong", ["0", "vaak"])
def test_a_wrong_value_is_refused_and_put_back(wrong: str, tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await fill_in(pilot, "store-lock_after_min", wrong)
        assert said(pilot).startswith("✗ Vergrendelen na (min): De instelling “store.lock_after_min” is niet geldig.")
        assert (await at(pilot, "store-lock_after_min")).text.plain.startswith("15 ")
        assert not file.exists()

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_how_text_goes_to_the_ehr_counts_for_the_next_copy(tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await choose(pilot, "export-text-icpc", "als eigen veld")
        await fill_in(pilot, "export-text-line_length", "72")
        await fill_in(pilot, "export-folder", str(tmp_path))
        await fill_in(pilot, "practice-name", "De Linde")
        settings = pilot.app.workplace.desk.settings
        assert (settings.export.text.icpc, settings.export.text.line_length) == ("apart", 72)
        assert (settings.export.folder, settings.practice.name) == (tmp_path, "De Linde")
        await fill_in(pilot, "export-folder", "")
        assert load_settings().export.folder is None

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_a_field_that_is_left_is_kept(tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await fill_in(pilot, "interface-clipboard_clear_s", "30", end="shift")
        await pilot.click(RowList, offset=(4, 3))
        await until(pilot, lambda: said(pilot).startswith("✓"))
        assert load_settings().interface.clipboard_clear_s == 30.0

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_what_is_being_typed_is_kept_when_the_store_is_locked(tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await at(pilot, "practice-name")
        await pilot.press("enter", *"De Linde")
        pilot.app.lock()
        await pilot.pause()
        assert load_settings().practice.name == "De Linde"

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_what_is_typed_can_be_left_as_it_was(tmp_path: Path, file: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await fill_in(pilot, "practice-name", "De Linde", end="escape")
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert not file.exists()

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_what_a_variable_sets_cannot_be_changed_here(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOEP_INTERFACE__THEME", "donker")

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        assert "vastgezet door SOEP_INTERFACE__THEME" in (await at(pilot, "interface-theme")).text.plain
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, SettingsScreen)

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_a_key_of_ones_own_works_at_once(tmp_path: Path, file: Path) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await fill_in(pilot, "interface-keys-today.dictate", "f4")
        assert (await at(pilot, "interface-keys-today.dictate")).text.plain.startswith("f4")
        assert load_settings().interface.keys == {"today.dictate": "f4"}
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))
        await pilot.press("f4")
        await until(pilot, lambda: any(isinstance(one, RecordScreen) for one in pilot.app.screen_stack))

    drive_day(made.desk, scenario)


def test_the_microphones_of_this_computer_can_be_chosen(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        monkeypatch.setattr(pilot.app.input_devices, "names", lambda: [InputDevice("Jabra Speak 510", False)])
        await pilot.press("s")
        screen = pilot.app.screen
        assert isinstance(screen, SettingsScreen)
        await until(pilot, lambda: screen.microphones)
        await choose(pilot, "interface-microphone", "Jabra Speak 510")
        assert pilot.app.microphone == "Jabra Speak 510"
        assert load_settings().interface.microphone == "Jabra Speak 510"

    drive_day(office(tmp_path / "soep").desk, scenario)

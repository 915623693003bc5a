from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from soep.config import Settings
from soep.errors import CancelledError, WeightsError
from soep.tui.screens.installing import InstallScreen
from soep.tui.screens.today import TodayScreen
from soep.workflow.installing import Installation, missing_bytes
from tests.stores import office
from tests.tui.driving import drive_day, until


@pytest.fixture
def silent_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package index that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.getsockname()[1]}/simple")
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        yield


def state(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#install-state").content)


def test_what_is_installed_already_is_done_at_once(settings: Settings, tmp_path: Path) -> None:
    assert missing_bytes(settings.models) == 0
    made = office(tmp_path / "soep", models=settings.models)

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(InstallScreen(settings.models))
        await until(pilot, lambda: isinstance(pilot.app.screen, InstallScreen))
        await pilot.press("j")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen), within_s=60.0)

    drive_day(made.desk, scenario)


@pytest.mark.usefixtures("silent_index")
def test_an_install_is_stopped_at_once_and_can_begin_again(tmp_path: Path) -> None:
    assert missing_bytes(tmp_path) > 100_000_000

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(InstallScreen(tmp_path / "modellen"))
        await until(pilot, lambda: isinstance(pilot.app.screen, InstallScreen))
        await pilot.press("j")
        await until(pilot, lambda: "ophalen" in state(pilot), within_s=30.0)
        await pilot.press("escape")
        await until(pilot, lambda: "Gestopt" in state(pilot), within_s=2.0)
        assert pilot.app.screen.check_action("install", ())
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_a_name_that_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="geen-model"):
        list(Installation(tmp_path, ["geen-model"]).progress())


def test_a_process_that_dies_is_told(tmp_path: Path) -> None:
    dying = Installation(tmp_path)
    dying._process.kill()
    with pytest.raises(WeightsError, match="onverwacht"):
        list(dying.progress())
    stopped = Installation(tmp_path)
    stopped.cancel()
    with pytest.raises(CancelledError):
        list(stopped.progress())

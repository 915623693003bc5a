"""What nobody foresaw: told in a sentence, without what was being worked on."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from soep.tui.app import SoepApp
from tests.stores import office
from tests.tui.driving import application, drive, practice_settings

SECRET = "Xqzjwmerk"


@pytest.fixture
def app(tmp_path: Path) -> SoepApp:
    office(tmp_path / "soep").desk.store.close()
    return application(practice_settings(tmp_path / "soep"))


def test_a_failure_ends_with_a_sentence_and_no_traceback(app: SoepApp, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        said = SECRET
        raise ZeroDivisionError(said)

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.call_later(fail)
        await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        drive(app, scenario)
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert SECRET not in shown
    assert "Traceback" not in shown
    assert app.return_code == 1


def test_a_failure_in_the_background_is_told(app: SoepApp) -> None:
    def fail() -> None:
        raise ZeroDivisionError(SECRET)

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.run_worker(fail, thread=True, exit_on_error=False)
        for _ in range(100):
            await pilot.pause(0.02)
            if told := [note.title + note.message for note in pilot.app._notifications]:
                assert "ZeroDivisionError" in told[0]
                assert SECRET not in told[0]
                return
        raise AssertionError("nothing was told")

    drive(app, scenario)

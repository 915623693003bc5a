"""A picture of every screen, small and wide, dark and light.

``SOEP_NEW_PICTURES=1 pytest tests/tui/test_pictures.py`` takes them anew; look at each that changed.
What a picture shows must stand still: the store, its clock and ids do (``day.practice``), and here the computer does.
To add a screen, write how to get there from the list of today and add it to ``SCREENS``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from soep.events import Stage
from soep.tui.app import THEMES
from soep.workflow import state
from soep.workflow.state import Finding
from soep.workflow.worklist import Progress
from soep.workflow.workplace import Workplace
from tests.stores import Office, office
from tests.tui.day import amsterdam, practice
from tests.tui.driving import SMALL, WIDE, drive_day, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pictures are compared on one system")
Scene = Callable[[Pilot[None]], Awaitable[None]]
Store = Callable[[Path], Office]
SIZES = {"80": SMALL, "120": WIDE}
PICTURES = Path(__file__).parent / "pictures"
PROGRESS = Progress(Stage.TRANSCRIBE, 0.43, 110.0)


def pressing(*keys: str) -> Scene:
    """The screen that these keys lead to."""

    async def scene(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)

    return scene


async def importing(pilot: Pilot[None]) -> None:
    await pilot.press("i")
    await until(pilot, lambda: len(pilot.app.screen.query_one("#import-tree").root.children) == 4)
    await pilot.press("down", "down", "space", "down", "space")


async def no_passphrase_yet(pilot: Pilot[None]) -> None:
    pilot.app.settings = pilot.app.settings.model_copy(update={"home": Path("nergens")})
    pilot.app.lock()


async def locked(pilot: Pilot[None]) -> None:
    pilot.app.lock()


SCREENS: dict[str, tuple[Scene, Store]] = {
    "vandaag": (pressing(), practice),
    "eerste-keer": (pressing(), office),
    "zoeken": (pressing("slash", *"knie"), practice),
    "wissen": (pressing("delete"), practice),
    "inlezen": (importing, practice),
    "instellingen": (pressing("s"), practice),
    "cijfers": (pressing("c"), practice),
    "help": (pressing("f1"), practice),
    "opdrachten": (pressing("ctrl+p"), practice),
    "eerste-wachtwoord": (no_passphrase_yet, practice),
    "wachtwoord": (locked, practice),
}


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer on which nothing moves."""
    downloads = tmp_path / "huis" / "Downloads"
    (downloads / "telefoon").mkdir(parents=True)
    for name in ("consult-1.m4a", "consult-2.m4a", "dictaat.ogg", "brief.docx"):
        (downloads / name).touch()
    monkeypatch.setenv("HOME", str(downloads.parent))
    monkeypatch.setattr("soep.tui.screens.settings.config_file", lambda: Path("/home/praktijk/config.toml"))
    monkeypatch.setattr(state, "weights", lambda _settings: [])
    monkeypatch.setattr(state, "disk", lambda _settings: Finding("Schijf", True, "118.4 GB vrij"))
    monkeypatch.setattr(state, "microphone", lambda *_name: Finding("Microfoon", True, "Jabra Speak 510"))
    monkeypatch.setattr(Workplace, "progress", progress)
    with amsterdam(monkeypatch):
        yield


def progress(workplace: Workplace, consult_id: str) -> Progress | None:
    return PROGRESS if workplace.worklist.progress(consult_id) is not None else None


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did(name: str, width: str, theme: str, tmp_path: Path) -> None:
    scene, store = SCREENS[name]
    taken = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.theme = THEMES[theme]
        await until(pilot, lambda: pilot.app.screen.query_one("#today-status").content)
        await scene(pilot)
        for field in [*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)]:
            field.cursor_blink = False
        await settled(pilot)
        taken.append(picture(pilot))

    drive_day(store(tmp_path / "soep").desk, scenario, SIZES[width])
    compare(f"{name}-{width}-{theme}.svg", taken[0], tmp_path)


def test_every_picture_is_of_a_screen() -> None:
    names = {f"{name}-{width}-{theme}.svg" for name in SCREENS for width in SIZES for theme in THEMES}
    assert {path.name for path in PICTURES.iterdir()} == names


def compare(name: str, now: str, folder: Path) -> None:
    known = PICTURES / name
    if os.environ.get("SOEP_NEW_PICTURES"):
        known.parent.mkdir(exist_ok=True)
        known.write_text(now, "utf-8")
    if now != known.read_text("utf-8"):
        seen = folder / name
        seen.write_text(now, "utf-8")
        pytest.fail(f"{name} looks different now: {seen}", pytrace=False)


def picture(pilot: Pilot[None]) -> str:
    """Without what differs by content alone: ids, and fonts from elsewhere."""
    svg = re.sub(r"terminal-\d+-", "t-", pilot.app.export_screenshot())
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


async def settled(pilot: Pilot[None]) -> None:
    """Until nothing changes any more."""
    before = ""
    for _look in range(40):
        now = picture(pilot)
        if now == before:
            return
        before = now
        await pilot.pause(0.05)
    raise AssertionError("the picture does not stand still")

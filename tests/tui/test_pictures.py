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
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label, TextArea

from soep.events import DraftBegun, NoteLineReady, Stage, UtteranceReady
from soep.tui.app import THEMES
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.devices import DevicesScreen
from soep.tui.screens.installing import InstallScreen
from soep.tui.widgets.consult_list import ConsultList
from soep.types import Role
from soep.workflow import state
from soep.workflow.state import Finding
from soep.workflow.worklist import Progress
from soep.workflow.workplace import Workplace
from tests.clock import amsterdam
from tests.factories import line, utterance
from tests.stores import Office, office
from tests.tui.day import practice
from tests.tui.driving import SMALL, WIDE, StandingEngine, drive_day, until
from tests.tui.microphones import FakeDevices, HearingEngine, speech

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


async def commands(pilot: Pilot[None]) -> None:
    """Opened anew for each theme: what lies under a window keeps the colours that it had."""
    await pilot.press("escape", "ctrl+p")


async def searching(pilot: Pilot[None]) -> None:
    await pilot.press("slash", *"knie")
    await until(pilot, lambda: pilot.app.screen.query_one(ConsultList).option_count == 2)


async def installing(pilot: Pilot[None]) -> None:
    pilot.app.push_screen(InstallScreen(Path("nergens")))


async def no_passphrase_yet(pilot: Pilot[None]) -> None:
    pilot.app.settings = pilot.app.settings.model_copy(update={"home": Path("nergens")})
    pilot.app.lock()


async def locked(pilot: Pilot[None]) -> None:
    pilot.app.lock()


def consult(*keys: str) -> Scene:
    """The consult with everything in it, and what these keys lead to from there."""

    async def scene(pilot: Pilot[None]) -> None:
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()

    return scene


async def recording(pilot: Pilot[None]) -> None:
    """Twenty seconds in: a question, an answer, and the first line."""
    pilot.app.input_devices = devices = FakeDevices("Jabra Speak 510", "Webcam")
    await pilot.press("p", "n", "j")  # no steps of the practice consult over it
    await until(pilot, lambda: pilot.app.workplace.recording)
    live = pilot.app.workplace.recording
    devices.sound.speak(speech(20.0))
    await until(pilot, lambda: live.elapsed_s >= 20.0)
    pilot.app.engine.task.tell(
        UtteranceReady(utterance(1, "Goedemorgen, waar kan ik u mee helpen?", Role.ARTS, start_s=1.0, end_s=3.0)),
        UtteranceReady(utterance(2, "Ik heb al vijf dagen keelpijn en ik hoest.", start_s=3.5, end_s=6.0)),
        UtteranceReady(utterance(3, "Hebt u koorts gehad?", Role.ARTS, start_s=7.0, end_s=8.0)),
        DraftBegun(),
        NoteLineReady(0, "S", line("Sinds 5 dgn keelpijn en hoest.", 2)),
    )
    await until(pilot, lambda: len(pilot.app.screen.query("#record-draft > Static")) == 1)


async def microphones(pilot: Pilot[None]) -> None:
    await recording(pilot)
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, DevicesScreen))


async def dictating(pilot: Pilot[None]) -> None:
    await consult()(pilot)
    pilot.app.input_devices = devices = FakeDevices("Jabra Speak 510")
    await pilot.press("p")
    await until(pilot, lambda: devices.opened)
    devices.sound.speak(speech(3.0))
    await until(pilot, lambda: "0:03" in str(pilot.app.screen.query_one("#dictate-state", Label).content))


def approved(*keys: str) -> Scene:
    """The note of yesterday that was approved, and what these keys lead to from there."""

    async def scene(pilot: Pilot[None]) -> None:
        await pilot.press("down", "down", "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        for key in ("a", *keys):
            await pilot.pause()
            await pilot.press(key)
        await pilot.pause(0.5)

    return scene


@dataclass(frozen=True)
class Shot:
    """How a screen is reached, from which store, with which engine."""

    scene: Scene
    store: Store = practice
    engine: Callable[[], object] = StandingEngine


SCREENS: dict[str, Shot] = {
    "vandaag": Shot(pressing()),
    "eerste-keer": Shot(pressing(), office),
    "zoeken": Shot(searching),
    "wissen": Shot(pressing("delete")),
    "inlezen": Shot(importing),
    "instellingen": Shot(pressing("s")),
    "cijfers": Shot(pressing("c")),
    "help": Shot(pressing("f1")),
    "opdrachten": Shot(commands),
    "modellen": Shot(installing),
    "eerste-wachtwoord": Shot(no_passphrase_yet),
    "wachtwoord": Shot(locked),
    "toestemming": Shot(pressing("n")),
    "opnemen": Shot(recording, office, HearingEngine),
    "consult": Shot(consult()),
    "veld": Shot(consult("m")),
    "gegevens": Shot(consult("g")),
    "icpc": Shot(consult("i")),
    "wijzigingen": Shot(consult("w")),
    "titel": Shot(consult("down", "d")),
    "dictaat": Shot(dictating),
    "microfoons": Shot(microphones, office, HearingEngine),
    "goedkeuren": Shot(consult("a")),
    "goedgekeurd": Shot(approved()),
    "patient": Shot(approved("v")),
    "bewaren": Shot(approved("b", "enter")),
    "brief": Shot(approved("w", "enter")),
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
    documents = Path("/home/praktijk/Documenten")
    monkeypatch.setattr("soep.tui.screens.save_as.platformdirs.user_documents_path", lambda: documents)
    monkeypatch.setattr(state, "weights", lambda _settings: [])
    monkeypatch.setattr(state, "disk", lambda _settings: Finding("Schijf", True, "118.4 GB vrij"))
    monkeypatch.setattr(state, "microphone", lambda *_name: Finding("Microfoon", True, "Jabra Speak 510"))
    monkeypatch.setattr(Workplace, "progress", progress)
    with amsterdam(monkeypatch):
        yield


def progress(workplace: Workplace, consult_id: str) -> Progress | None:
    return PROGRESS if workplace.worklist.progress(consult_id) is not None else None


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did(name: str, width: str, tmp_path: Path) -> None:
    shot = SCREENS[name]
    taken: dict[str, str] = {}

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.query_one("#today-status").content)
        for theme, textual_theme in THEMES.items():
            pilot.app.theme = textual_theme
            if not taken or shot.scene is commands:
                await shot.scene(pilot)
            for field in [*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)]:
                field.cursor_blink = False
            taken[theme] = await settled(pilot)

    drive_day(shot.store(tmp_path / "soep").desk, scenario, SIZES[width], shot.engine())
    for theme, now in taken.items():
        compare(f"{name}-{width}-{theme}.svg", now, tmp_path)


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


async def settled(pilot: Pilot[None]) -> str:
    """The picture, when nothing changes any more."""
    before = ""
    for _look in range(40):
        await pilot.pause(0.05)
        now = picture(pilot)
        if now == before:
            return now
        before = now
    raise AssertionError("the picture does not stand still")

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from soep.engine.supervisor import Engine
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import ConsentScreen
from soep.tui.screens.importing import ImportScreen, PathField, SoundTree
from soep.tui.screens.today import TodayScreen
from soep.types import ConsentBy, Status
from soep.workflow.importing import is_sound, paths_in
from tests import sounds
from tests.stores import Office, office
from tests.tui.driving import SMALL, drive_day, until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of downloads as a phone leaves it."""
    found = tmp_path / "huis" / "Downloads"
    (found / "telefoon").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(found.parent))
    monkeypatch.setenv("USERPROFILE", str(found.parent))
    tone = np.sin(np.arange(3 * 16_000) / 10).astype(np.float32) * 0.1
    for name in ("een.wav", "twee.wav", "telefoon/drie.wav"):
        sounds.write_wav(found / name, tone)
    (found / "brief.docx").write_bytes(b"geen geluid")
    (found / "stuk.mp3").write_bytes(b"geen geluid")
    return found


def chosen(pilot: Pilot[None]) -> list[str]:
    found = pilot.app.screen.query_one("#import-chosen", OptionList)
    return [str(option.prompt) for option in found.options]


async def go(pilot: Pilot[None], count: int) -> None:
    """To the screen, whose tree shows so many lines under its root."""
    await pilot.press("i")
    await until(pilot, lambda: len(pilot.app.screen.query_one(SoundTree).root.children) == count)


async def agree(pilot: Pilot[None], key: str = "j") -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, ConsentScreen))
    await pilot.press(key)


async def read(pilot: Pilot[None], count: int) -> None:
    await until(pilot, lambda: sum("✓" in line for line in chosen(pilot)) == count, within_s=30.0)
    await until(pilot, lambda: not pilot.app.screen.has_class("busy"))


def test_chosen_files_are_read_with_consent_and_may_then_be_erased(tmp_path: Path, folder: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        names = [str(node.label) for node in pilot.app.screen.query_one(SoundTree).root.children]
        assert names == ["telefoon", "een.wav", "stuk.mp3", "twee.wav"]
        await pilot.press("down", "down", "space", "down", "space", "space", "down", "enter")
        assert chosen(pilot) == ["○ een.wav", "○ twee.wav"]
        await pilot.press("i")
        await agree(pilot)
        await agree(pilot, "o")
        await read(pilot, 2)
        assert "onversleuteld" in str(pilot.app.screen.query_one("#import-state").content)
        consents = {made.desk.peek(row.id).consent.given_by for row in made.desk.find()}
        assert consents == {ConsentBy.PATIENT, ConsentBy.PARENTS}
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("j")
        await until(pilot, lambda: not chosen(pilot))
        assert sorted(path.name for path in folder.iterdir()) == ["brief.docx", "stuk.mp3", "telefoon"]

    drive_day(made.desk, scenario)


def test_a_bad_file_is_named_with_the_reason_and_the_others_go_on(tmp_path: Path, folder: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        paths = [folder / "stuk.mp3", folder / "weg.wav", folder / "een.wav"]
        pilot.app.screen.query_one(PathField).post_message(events.Paste("\n".join(map(str, paths))))
        await until(pilot, lambda: len(chosen(pilot)) == 3)
        pilot.app.screen.query_one("#import-together").value = True
        pilot.app.screen.query_one(SoundTree).focus()
        await pilot.press("i")
        await agree(pilot)
        await read(pilot, 1)
        bad, gone, good = chosen(pilot)
        assert bad.startswith("✗ stuk.mp3  ")
        assert gone.startswith("✗ weg.wav  ")
        assert good == "✓ een.wav  ingelezen"
        assert len(made.desk.find()) == 1

    drive_day(made.desk, scenario, SMALL)


def test_without_consent_nothing_is_read(tmp_path: Path, folder: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        pilot.app.screen.query_one(PathField).focus()
        await pilot.press(*str(folder / "een.wav"), "enter")
        assert pilot.app.screen.query_one("#import-path", Input).value == ""
        pilot.app.screen.query_one(SoundTree).focus()
        await pilot.press("i")
        await agree(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportScreen))
        assert chosen(pilot) == ["○ een.wav"]
        assert made.desk.find() == []

    drive_day(made.desk, scenario)


def test_a_folder_gives_all_its_recordings_and_the_list_gives_them_up(tmp_path: Path, folder: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        await pilot.press("down", "space")
        assert chosen(pilot) == ["○ drie.wav"]
        await pilot.press("up", "space")
        assert chosen(pilot) == ["○ drie.wav", "○ een.wav", "○ stuk.mp3", "○ twee.wav"]
        pilot.app.screen.query_one("#import-chosen").focus()
        await pilot.press("down", "delete")
        assert chosen(pilot) == ["○ drie.wav", "○ stuk.mp3", "○ twee.wav"]
        await pilot.press("o")
        await until(pilot, lambda: str(pilot.app.screen.query_one(SoundTree).root.label) == "huis")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive_day(office(tmp_path / "soep").desk, scenario)


async def reading_for_long(pilot: Pilot[None], folder: Path) -> None:
    """Reading a recording of an hour has begun."""
    sounds.write_wav(folder / "lang.wav", np.zeros(3600 * 16_000, np.float32))
    await go(pilot, 5)
    pilot.app.screen.query_one(PathField).post_message(events.Paste(str(folder / "lang.wav")))
    await until(pilot, lambda: chosen(pilot))
    await pilot.press("i")
    await agree(pilot)
    await until(pilot, lambda: "gelezen" in chosen(pilot)[0], within_s=30.0)


def test_escape_stops_the_reading_and_nothing_of_the_file_is_kept(tmp_path: Path, folder: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await reading_for_long(pilot, folder)
        await pilot.press("escape")
        await until(pilot, lambda: "gestopt" in chosen(pilot)[0])
        assert made.desk.find() == []
        assert not pilot.app.workplace.idle.is_busy

    drive_day(made.desk, scenario)


def test_the_end_is_asked_for_and_leaves_nothing_half_read(tmp_path: Path, folder: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await reading_for_long(pilot, folder)
        assert len(made.desk.find()) == 1
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("j")
        await pilot.pause()

    drive_day(made.desk, scenario)
    assert made.again().find() == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{f}/een.wav", ["een.wav"]),
        ("'{f}/een.wav' '{f}/twee.wav' ", ["een.wav", "twee.wav"]),
        ("{f}/met\\ spatie.m4a", ["met spatie.m4a"]),
        ("{f}/met spatie.m4a", ["met spatie.m4a"]),
        ("file://{f}/met%20spatie.m4a", ["met spatie.m4a"]),
        ("{f}/een.wav\n\n{f}/twee.wav\n{f}/een.wav", ["een.wav", "twee.wav"]),
        ("~/opa's.wav", ["opa's.wav"]),
        ("", []),
    ],
)
def test_what_terminals_make_of_a_dropped_file(text: str, names: list[str], folder: Path) -> None:
    (folder / "met spatie.m4a").touch()
    assert [path.name for path in paths_in(text.format(f=folder.as_posix()))] == names


@pytest.mark.parametrize("text", ["x" * 300 + ".wav", "~niemandhier/x.wav", "file://[/x.wav", "een\0twee.wav"])
def test_what_can_be_no_file_is_told_when_it_is_read(tmp_path: Path, folder: Path, text: str) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        pilot.app.screen.query_one(PathField).post_message(events.Paste(text))
        await until(pilot, lambda: chosen(pilot))
        assert all(line.startswith("○") for line in chosen(pilot))

    drive_day(office(tmp_path / "soep").desk, scenario)


def test_only_recordings_are_shown() -> None:
    assert is_sound(Path("A.M4A"))
    assert not is_sound(Path("a.docx"))
    assert not is_sound(Path(".verborgen.wav"))


def test_the_screen_uses_an_engine_of_its_own(tmp_path: Path, folder: Path) -> None:
    """What is being recognised goes on meanwhile: a standing engine would never give the sound."""
    made: Office = office(tmp_path / "soep")
    assert Engine(made.desk.settings).pid is None

    async def scenario(pilot: Pilot[None]) -> None:
        await go(pilot, 4)
        await pilot.press("down", "space", "i")
        await agree(pilot)
        await read(pilot, 1)
        row = made.desk.find()[0]
        assert row.status is Status.PROCESSING
        assert row.duration_s == 3.0
        await until(pilot, lambda: pilot.app.workplace.worklist.progress(row.id) is not None)

    drive_day(made.desk, scenario)

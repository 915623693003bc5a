"""One consult through the application with the real engine: read in, drafted, corrected, approved, taken out."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from soep.config import Settings, load_settings
from soep.engine.supervisor import Engine
from soep.tui.app import SoepApp
from soep.tui.screens.approve import ApproveScreen
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.importing import ImportScreen
from soep.tui.screens.patient import PatientScreen
from soep.tui.screens.today import TodayScreen
from soep.tui.widgets.line_editor import LineEditor
from soep.types import Role, Status
from soep.workflow import keeping
from tests.clipboards import FakeClipboard
from tests.stores import office
from tests.tui.driving import drive, until

CORRECTED = "Sinds 3 wkn pijn re schouder."


async def on(pilot: Pilot[None], kind: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))


def test_from_a_recording_to_the_clipboard(settings: Settings, tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    made.desk.settings = load_settings(home=made.folder, practice={"user": "jansen"})
    app = SoepApp(made.desk.settings, Engine(settings))
    clipboard = FakeClipboard()

    async def scenario(pilot: Pilot[None]) -> None:
        app.copies.use(clipboard)
        app.unlocked(made.desk)
        await on(pilot, TodayScreen)
        await pilot.press("o")
        await until(pilot, lambda: app.practice.consult_id, within_s=120.0)
        consult_id = app.practice.consult_id

        await until(pilot, lambda: made.desk.row(consult_id).status is Status.DRAFT, within_s=240.0)
        drafted = made.desk.peek(consult_id)
        assert {said.role for said in drafted.transcript.utterances} == {Role.ARTS, Role.PATIENT}
        await pilot.press("enter")
        await on(pilot, ConsultScreen)

        waiting = sum(bool(line.flags) for note in drafted.working for _, line in note.every_line())
        for _flag in range(waiting):
            await pilot.press("f", "v")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: isinstance(app.focused, LineEditor))
        await pilot.press("end", "ctrl+u", *CORRECTED)
        await pilot.press("enter")
        await until(pilot, lambda: made.desk.peek(consult_id).working[0].S[0].text == CORRECTED)

        await pilot.press("a")
        await on(pilot, ApproveScreen)
        await pilot.press("a")
        await until(pilot, lambda: made.desk.row(consult_id).status is Status.APPROVED)
        await pilot.press("c")
        await on(pilot, PatientScreen)
        await pilot.press(*"12345", "enter")
        await until(pilot, lambda: made.desk.row(consult_id).status is Status.EXPORTED)
        assert f"S: {CORRECTED}" in clipboard.text
        assert "ibuprofen" in clipboard.text
        assert made.desk.row(consult_id).patient_ref == "12345"
        done = [entry.action for entry in keeping.log(made.desk, consult=consult_id)]
        assert done.index("create") < done.index("approve") < done.index("export")

    drive(app, scenario)


def test_it_can_be_left_while_it_works(settings: Settings, tmp_path: Path) -> None:
    """The screen for reading in opens meanwhile, and what was begun waits for the next time."""
    made = office(tmp_path / "soep")
    made.desk.settings = load_settings(home=made.folder)
    app = SoepApp(made.desk.settings, Engine(settings))

    async def scenario(pilot: Pilot[None]) -> None:
        app.unlocked(made.desk)
        await on(pilot, TodayScreen)
        await pilot.press("o")
        await until(pilot, lambda: app.practice.consult_id, within_s=120.0)
        await until(pilot, lambda: app.workplace.worklist.is_busy, within_s=30.0)
        await pilot.press("i")
        await on(pilot, ImportScreen)

    drive(app, scenario)
    (row,) = made.again().find()
    assert row.status is Status.PROCESSING

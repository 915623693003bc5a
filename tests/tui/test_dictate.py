"""Adding to a draft by dictation, as the GP does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Label

from soep.errors import CancelledError, InputError
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.dictate import DictateScreen
from soep.tui.screens.today import TodayScreen
from soep.types import Role, SoepNote
from soep.workflow import intake
from tests.factories import line, transcript
from tests.stores import drafted, result
from tests.tui.driving import until
from tests.tui.microphones import speech
from tests.tui.recording import Room, shows


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def speak(room: Room, pilot: Pilot[None], consult_id: str, answers: list[bool | None]) -> None:
    """Open it and say something."""
    pilot.app.push_screen(DictateScreen(consult_id), answers.append)
    await until(pilot, lambda: shows(pilot, DictateScreen) and room.devices.opened)
    room.devices.sound.speak(speech(1.25))
    await until(pilot, lambda: "0:01" in str(pilot.app.screen.query_one("#dictate-state", Label).content))


def test_once_to_speak_and_once_when_all_is_said(room: Room) -> None:
    consult_id = drafted(room.desk)
    answers: list[bool | None] = []

    async def scenario(pilot: Pilot[None]) -> None:
        await speak(room, pilot, consult_id, answers)
        await pilot.press("space")
        await until(pilot, lambda: answers)
        assert room.devices.sound.closed

    room.drive(scenario)
    assert answers == [True]
    assert room.engine.task.job.options.dictation
    consult = room.office.again().peek(consult_id)
    assert len(consult.transcript.utterances) == 6
    assert intake.sound_s(room.office.desk, consult_id) == 4.25


def test_forgotten_leaves_nothing(room: Room) -> None:
    consult_id = drafted(room.desk)
    before = room.desk.peek(consult_id)
    answers: list[bool | None] = []

    async def scenario(pilot: Pilot[None]) -> None:
        await speak(room, pilot, consult_id, answers)
        await pilot.press("escape")
        await until(pilot, lambda: answers and shows(pilot, TodayScreen))
        await until(pilot, lambda: room.devices.sound.closed)

    room.drive(scenario)
    assert answers == [False]
    assert room.office.again().peek(consult_id) == before


def test_forgotten_while_it_is_written_leaves_nothing(room: Room) -> None:
    consult_id = drafted(room.desk)
    room.engine.holds = True
    before = room.desk.peek(consult_id)

    async def scenario(pilot: Pilot[None]) -> None:
        await speak(room, pilot, consult_id, [])
        await pilot.press("space")
        await until(pilot, lambda: room.engine.tasks)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(room.engine.task.gone, CancelledError))

    room.drive(scenario)
    assert room.office.again().peek(consult_id) == before


def test_what_was_not_heard_is_told(room: Room) -> None:
    consult_id = drafted(room.desk)
    answers: list[bool | None] = []
    said: list[str] = []
    room.engine.outcome = InputError("Er is geen of te weinig spraak te horen.")

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.complain = lambda error: said.append(str(error))  # type: ignore[attr-defined]
        await speak(room, pilot, consult_id, answers)
        await pilot.press("p")
        await until(pilot, lambda: answers)

    room.drive(scenario)
    assert answers == [False]
    assert said == ["Er is geen of te weinig spraak te horen."]


def test_the_lines_stand_in_the_note_of_an_open_consult(room: Room) -> None:
    consult_id = drafted(room.desk)
    note = SoepNote(problem=line("RR", 1), O=(line("RR 140/85.", 1),))
    room.engine.outcome = result(note, said=transcript((Role.ARTS, "RR honderdveertig over vijfentachtig.")))

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsultScreen(consult_id))
        await until(pilot, lambda: shows(pilot, ConsultScreen) and pilot.app.screen.consult)  # type: ignore[attr-defined]
        await pilot.press("p")
        await until(pilot, lambda: shows(pilot, DictateScreen) and room.devices.opened)
        room.devices.sound.speak(speech(1.0))
        await pilot.press("p")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        await until(pilot, lambda: "RR 140/85." in shown(pilot))

    room.drive(scenario)


def shown(pilot: Pilot[None]) -> str:
    """What stands on the screen."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())

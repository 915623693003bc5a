"""A surgery to record in: a store, devices, an engine, and the application on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from soep.tui.screens.consent import ConsentScreen
from soep.types import Consult
from soep.workflow import intake
from tests.stores import Office, office
from tests.tui.driving import WIDE, Scenario, drive_day, until
from tests.tui.microphones import FakeDevices, HearingEngine, speech


class Room:
    """A surgery: a store, devices, an engine, and the application on them."""

    def __init__(self, folder: Path) -> None:
        self.office: Office = office(folder / "soep")
        self.devices = FakeDevices("Headset", "Webcam")
        self.engine = HearingEngine()

    @property
    def desk(self) -> Any:
        return self.office.desk

    def drive(self, scenario: Scenario, size: tuple[int, int] = WIDE) -> None:
        async def with_devices(pilot: Pilot[None]) -> None:
            pilot.app.input_devices = self.devices  # type: ignore[attr-defined]
            await scenario(pilot)

        drive_day(self.desk, with_devices, size, self.engine)

    async def record(self, pilot: Pilot[None], *, dictation: bool = False) -> None:
        """From the list of today to a recording that runs."""
        await pilot.press("d" if dictation else "n")
        if not dictation:
            await until(pilot, lambda: isinstance(pilot.app.screen, ConsentScreen))
            await pilot.press("j")
        await until(pilot, lambda: "Opname" in state(pilot))

    async def hear(self, pilot: Pilot[None], seconds: float) -> None:
        """Speak, and wait until it is kept."""
        recording = pilot.app.workplace.recording  # type: ignore[attr-defined]
        before_s = recording.elapsed_s
        self.devices.sound.speak(speech(seconds))
        await until(pilot, lambda: recording.elapsed_s >= before_s + seconds)

    def only(self) -> Consult:
        (row,) = self.desk.find()
        return self.desk.peek(row.id)  # type: ignore[no-any-return]

    def kept_s(self) -> float:
        return intake.sound_s(self.desk, self.only().id)


def text_of(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


def state(pilot: Pilot[None]) -> str:
    return text_of(pilot, "#record-state")


def column(pilot: Pilot[None], selector: str) -> list[str]:
    return [str(one.content) for one in pilot.app.screen.query_one(selector).query(Static)]


def shows(pilot: Pilot[None], kind: type) -> bool:
    return isinstance(pilot.app.screen, kind)

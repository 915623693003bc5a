"""Recording with the models at work: a shipped consult through a microphone, and the note that comes out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from soep.audio import ports
from soep.audio.record import InputDevices
from soep.config import Settings
from soep.engine.supervisor import Engine
from soep.tui.screens.consent import ConsentScreen
from soep.tui.screens.consult import ConsultScreen
from soep.types import Consult, Role, Status
from tests import sounds
from tests.conftest import missing
from tests.tui.driving import until
from tests.tui.recording import Room, column, shows, state


@pytest.fixture
def room(tmp_path: Path, settings: Settings) -> Iterator[Room]:
    made = Room(tmp_path)
    with Engine(settings) as engine:
        made.engine = engine  # type: ignore[assignment]
        yield made


def is_the_shoulder(consult: Consult) -> None:
    """The shipped consult for newcomers, told apart and drafted."""
    assert consult.status is Status.DRAFT
    assert {one.role for one in consult.transcript.utterances} == {Role.ARTS, Role.PATIENT}
    note = consult.working[0]
    assert "schouder" in " ".join([note.problem.text, *(line.text for _name, line in note.every_line())]).lower()
    assert note.S
    assert note.P


@pytest.mark.long
def test_a_draft_appears_while_the_consult_goes_on(room: Room, sample_sound: Path) -> None:
    sound = sounds.read(sample_sound)

    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        room.devices.sound.speak(sound)  # faster than anybody speaks
        await until(pilot, lambda: column(pilot, "#record-said"), within_s=90)
        await until(pilot, lambda: column(pilot, "#record-draft"), within_s=90)
        assert room.only().status is Status.RECORDING
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen), within_s=90)
        is_the_shoulder(room.only())

    room.drive(scenario)


# --- a real device ----------------------------------------------------------------------------------------------------


@pytest.fixture
def loudspeaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A sound server whose microphone hears what is played; gives the command that plays a file."""
    if sys.platform != "linux" or not all(map(shutil.which, ("pulseaudio", "paplay", "pactl"))):
        missing("a virtual microphone needs PulseAudio (scripts/prepare-tests.sh)")
    runtime = tmp_path / "pulse"
    runtime.mkdir(mode=0o700)
    server = f"unix:{runtime}/native"
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime), "PULSE_SERVER": server}
    reached = f"module-native-protocol-unix socket={runtime}/native auth-anonymous=1"
    serve = ["pulseaudio", "-n", "--exit-idle-time=-1", "-L", reached, "-L", "module-null-sink sink_name=consult"]
    with subprocess.Popen(serve, env=environment, stderr=subprocess.DEVNULL) as served:
        try:
            command = ["pactl", "set-default-source", "consult.monitor"]
            ends_s = time.monotonic() + 10
            while subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False).returncode:
                assert time.monotonic() < ends_s, "the sound server does not start"
                time.sleep(0.05)
            monkeypatch.setenv("PULSE_SERVER", server)
            ports.look_again()
            yield ["paplay", "--server", server, "-d", "consult"]
        finally:
            served.terminate()


@pytest.mark.long
def test_a_consult_through_a_real_device(room: Room, loudspeaker: list[str], sample_sound: Path) -> None:
    room.devices = InputDevices()  # type: ignore[assignment]

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.microphone = "pulse"  # type: ignore[attr-defined]
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("j")
        await until(pilot, lambda: "Opname" in state(pilot))
        with subprocess.Popen([*loudspeaker, str(sample_sound)]) as playing:
            await until(pilot, lambda: playing.poll() is not None, within_s=180)
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen), within_s=120)
        is_the_shoulder(room.only())

    room.drive(scenario)

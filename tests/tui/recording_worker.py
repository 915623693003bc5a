"""An application that records until it is killed: `python -m tests.tui.recording_worker HOME`.  Tells how far it is."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from textual.pilot import Pilot

from soep.tui.screens.consent import ConsentScreen
from tests.tui.driving import application, drive, practice_settings, until
from tests.tui.microphones import FakeDevices, HearingEngine, speech


def main(home: Path) -> None:
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # who started the tests may have had it ignored (nohup)
    app = application(practice_settings(home), HearingEngine())
    devices = FakeDevices()
    app.input_devices = devices  # type: ignore[assignment]

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.screen.query("#consults"))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        await pilot.press("j")
        await until(pilot, lambda: app.workplace.recording is not None)
        live = app.workplace.recording
        assert live is not None
        while True:
            before_s = live.elapsed_s
            devices.sound.speak(speech(0.25))
            await until(pilot, lambda before_s=before_s: live.elapsed_s > before_s)  # type: ignore[misc]
            print(f"{live.elapsed_s}", file=sys.__stdout__, flush=True)

    drive(app, scenario)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

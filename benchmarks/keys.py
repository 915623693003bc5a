"""How quickly the application answers a key: from the key to the last change on the screen that it brings.

    python benchmarks/keys.py [--utterances 150] [--problems 3] [--times 20] [--size 120x40] [--processing MINUTES]

With ``--processing`` recordings of so many minutes are recognised and drafted meanwhile, one after another, by the real
engine.  The screen is drawn as for a terminal, into nowhere.  Each row is a key with what it does, pressed after a
moment in which nothing was; edits are saved and undone.
Where other programs are busy too, only the last column, the median time of the processor, can be compared.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from line import speech

from soep.config import PracticeSettings, Settings
from soep.engine.supervisor import Engine
from soep.jobs import Result
from soep.store import Store, keys
from soep.tui.app import SoepApp
from soep.tui.tidying import QUIET_S
from soep.types import (
    About,
    Consent,
    ConsentBy,
    Consult,
    Flag,
    NoteLine,
    Role,
    SoepNote,
    Transcript,
    Unsaid,
    UnsaidKind,
    Utterance,
    Word,
)
from soep.wording import FlagCode
from soep.workflow import Desk, intake
from soep.workflow.recording import Recorder

if TYPE_CHECKING:
    from textual.pilot import Pilot  # before soep.tui is imported, Textual would count with its own settings

PASSPHRASE = "vier losse woorden samen"
SENTENCES = [
    "Ik heb sinds vijf dagen keelpijn en ik hoest ook steeds, vooral als ik 's avonds in bed lig.",
    "Heeft u koorts gehad, en bent u ergens allergisch voor?",
    "Nee, geen koorts. Ik ben allergisch voor penicilline, dat weet ik van vroeger.",
    "Ik zie een rode keel zonder beslag. De longen zijn schoon, en ik voel geen klieren in de hals.",
]
UTTERANCE_S = 4.0
LINES = (6, 4, 2, 5)
"""Of S, O, E and P in each problem."""
MORNING = 20
"""Consults in the list."""
RECORDINGS = 4
"""As many as are processed until the last key."""
BEFORE_KEY_S = 0.2
"""What a key before it set going on a thread is done by then."""


@dataclass(frozen=True)
class Step:
    """A key, what it does, and the keys that bring the screen to where it is pressed and back."""

    key: str
    does: str
    before: Sequence[str] = ()
    after: Sequence[str] = ()


TODAY = [
    Step("down", "next consult in the list", ["home"]),
    Step("slash", "the field to search", [], ["escape"]),
    Step("k", "a letter typed in it", ["slash"], ["escape"]),
    Step("n", "who consents to a recording", [], ["escape"]),
    Step("i", "recordings from disk", [], ["escape"]),
    Step("s", "the settings", [], ["escape"]),
    Step("c", "the user's own figures", [], ["escape"]),
    Step("f1", "all keys", [], ["escape"]),
    Step("ctrl+p", "the palette", [], ["escape"]),
    Step("enter", "a consult opened", ["end"], ["escape"]),
    Step("escape", "back to the list", ["end", "enter"]),
]
CONSULT = [
    Step("down", "next line, its sources marked", ["home"]),
    Step("down", "next utterance, its lines marked", ["t"], ["t"]),
    Step("f", "next flag"),
    Step("v", "flag accepted, saved", ["home", "f"], ["ctrl+z"]),
    Step("enter", "a line opens for editing", ["home", "down"], ["escape"]),
    Step("a", "a letter typed in it", ["home", "down", "enter"], ["escape"]),
    Step("enter", "a line edited, saved", ["home", "down", "enter", "a"], ["ctrl+z"]),
    Step("n", "a row opens for a new line", ["home", "down"], ["escape"]),
    Step("x", "a line taken out, saved", ["home", "down"], ["ctrl+z"]),
    Step("J", "a line moved down, saved", ["home", "down"], ["ctrl+z"]),
    Step("m", "the fields to move to", ["home", "down"], ["escape"]),
    Step("u", "an omission added, saved", ["home", "u"], ["ctrl+z"]),
    Step("ctrl+z", "an edit undone", ["home", "down", "x"]),
    Step("t", "to the transcript", [], ["t"]),
    Step("enter", "an utterance opens for correcting", ["t"], ["escape", "t"]),
    Step("w", "what changed against the draft", [], ["escape"]),
    Step("a", "the notes as they will leave", [], ["escape"]),
    Step("down", "next line of those", ["a", "home"], ["escape"]),
]


def consult(utterances: int, problems: int) -> Consult:
    """A long conversation with a long note."""
    said = tuple(_utterance(number) for number in range(1, utterances + 1))
    notes = tuple(_note(number, utterances) for number in range(problems))
    unsaid = tuple(Unsaid(UnsaidKind.SYMPTOM, f"klacht {number}", (number,)) for number in range(1, 9))
    return Consult("x", datetime.now(UTC), Transcript(said), notes, unsaid=unsaid)


def _utterance(number: int) -> Utterance:
    text, start_s = SENTENCES[number % len(SENTENCES)], number * UTTERANCE_S
    words = tuple(
        Word(word, start_s, start_s, 0.3 if place % 9 == 8 else 0.9) for place, word in enumerate(text.split())
    )
    role = Role.ARTS if number % 2 else Role.PATIENT
    return Utterance(number, text, role, 1.0, start_s, start_s + UTTERANCE_S - 1, "A" if number % 2 else "B", words)


def _note(number: int, utterances: int) -> SoepNote:
    at = iter(range(1 + number * utterances // 4, utterances))
    flag = (Flag(FlagCode.NUMBER_NOT_SAID, {"number": "38,5"}, critical=True),)

    def lines(count: int) -> tuple[NoteLine, ...]:
        return tuple(
            NoteLine(f"Sinds 5 dgn keelpijn en hoest, geen koorts ({place}).", (next(at),), flag if place == 2 else ())
            for place in range(count)
        )

    return SoepNote(NoteLine(f"Probleem {number + 1}", (next(at),)), *(lines(count) for count in LINES))


def stored(folder: Path, made: Consult) -> Desk:
    """A morning of consults in a store that opens quickly; the long one was the first."""
    keys.new_store_folder(folder)
    key = keys.create(folder, PASSPHRASE, keys.Cost(passes=1, memory_kib=64, lanes=1))
    settings = Settings(home=folder, practice=PracticeSettings(user="jansen"))
    desk = Desk(Store(folder, key, create=True), settings)
    for number in range(MORNING):
        consult_id = intake.begin(desk, Consent(ConsentBy.PATIENT, desk.now()), About(f"Consult {number}"))
        intake.add_sound(desk, consult_id, np.zeros(16_000, np.float32))
        intake.end_of_sound(desk, consult_id)
        kept = made if number == 0 else replace(made, transcript=Transcript(made.transcript.utterances[:20]))
        intake.processed(desk, consult_id, Result(replace(kept, id=consult_id)))
    return desk


def waiting(desk: Desk, minutes: float) -> None:
    """Recordings that the application will process as soon as it opens."""
    for _number in range(RECORDINGS):
        consult_id = intake.begin(desk, Consent(ConsentBy.PATIENT, desk.now()), About("Ander consult"))
        recorder = Recorder(desk, consult_id)
        for piece in speech(minutes):
            recorder.feed(piece.astype(np.float32) / 32768)
        recorder.finish()


class Screen:
    """What a terminal would be told, and when."""

    def __init__(self, app: SoepApp) -> None:
        self.last_s = self.last_cpu_s = 0.0
        self._display = app._display
        self._app = app
        app._display = self._shown  # type: ignore[method-assign]

    def _shown(self, screen: Any, renderable: Any) -> None:
        if hasattr(renderable, "render_segments"):
            renderable.render_segments(self._app.console)
        self._display(screen, renderable)
        self.last_s, self.last_cpu_s = time.perf_counter(), time.process_time()

    async def after(self, pilot: Pilot[None], key: str) -> tuple[float, float]:
        """Seconds from a key to the last change of the screen, by the clock and of this process."""
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        await pilot.press(key)
        await pilot.pause()
        return max(0.0, self.last_s - began_s), max(0.0, self.last_cpu_s - began_cpu_s)


async def measure(app: SoepApp, desk: Desk, size: tuple[int, int], times: int) -> None:
    async with app.run_test(size=size) as pilot:
        app.unlocked(desk)
        await pilot.pause()
        screen = Screen(app)
        for step in TODAY:
            await asyncio.sleep(QUIET_S + 0.5)
            row(step.key, step.does, await repeated(pilot, screen, step, times))
        await settled(pilot, ["end", "enter"])
        for step in CONSULT:
            await asyncio.sleep(QUIET_S + 0.5)
            row(step.key, step.does, await repeated(pilot, screen, step, times))
        progress = [app.workplace.progress(found.id) for found in desk.find()]
        for found in filter(None, progress):
            print(f"processing went on until the end: {found.stage.value}, {100 * found.share:.0f} %")


async def repeated(pilot: Pilot[None], screen: Screen, step: Step, times: int) -> list[tuple[float, float]]:
    found = []
    for _time in range(times):
        await settled(pilot, step.before)
        await asyncio.sleep(BEFORE_KEY_S)
        found.append(await screen.after(pilot, step.key))
        await settled(pilot, step.after)
    return found


async def settled(pilot: Pilot[None], presses: Sequence[str]) -> None:
    await pilot.press(*presses)
    await pilot.pause()


def row(key: str, does: str, found: list[tuple[float, float]]) -> None:
    ordered = sorted(1000 * clock_s for clock_s, _cpu_s in found)
    high = ordered[math.ceil(0.95 * len(ordered)) - 1]
    cpu = median(1000 * cpu_s for _clock_s, cpu_s in found)
    print(f"{key:8}{does:38}{median(ordered):8.0f}{high:8.0f}{ordered[-1]:8.0f}{cpu:12.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=150)
    parser.add_argument("--problems", type=int, default=3)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--processing", type=float, default=0.0)
    asked = parser.parse_args()
    width, height = (int(part) for part in asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        desk = stored(Path(folder) / "soep", consult(asked.utterances, asked.problems))
        if asked.processing:
            waiting(desk, asked.processing)
        app = SoepApp(desk.settings, Engine(desk.settings))
        print(f"{'key':8}{'does':38}{'median':>8}{'95 %':>8}{'most':>8}{'processor':>12}  ms")
        asyncio.run(measure(app, desk, (width, height), asked.times))


if __name__ == "__main__":
    main()

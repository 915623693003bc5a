"""A day at a desk that never ends, for tests that cut it off: each step is told once the store has it."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from soep.config import PracticeSettings, Settings, load_settings
from soep.engine.supervisor import Engine
from soep.store import Store
from soep.store.keys import StoreKey
from soep.types import About
from soep.workflow import Desk, approval, editing, intake
from soep.workflow.edits import AddLine, SetText
from soep.workflow.owners import owned
from soep.workflow.processing import process
from tests.stores import AGREED, result, second

Tell = Callable[[tuple[str, str, object]], None]


def work(desk: Desk, tell: Tell, draw: random.Random, out: Path) -> None:
    """Consult after consult: record, process, edit, approve, export; ``tell`` gets (step, consult, what)."""
    while True:
        consult_id = intake.begin(desk, AGREED, About("Keel", "kaart 12345"))
        tell(("begin", consult_id, 0))
        with owned(desk.store.folder, consult_id):
            for seconds in range(1, draw.randint(2, 12)):
                intake.add_sound(desk, consult_id, second(seconds / 100))
                tell(("sound", consult_id, seconds))
            intake.end_of_sound(desk, consult_id)
            tell(("end", consult_id, 0))
            intake.processed(desk, consult_id, result())
            tell(("draft", consult_id, 0))
        for number in range(draw.randint(1, 6)):
            note = desk.view(consult_id).working[0]
            text = f"Regel {number}."
            edit = AddLine(note.id, "O", text) if draw.random() < 0.5 else SetText(note.S[0].id, text)
            editing.edit(desk, consult_id, edit)
            tell(("edit", consult_id, text))
        approval.approve(desk, consult_id)
        tell(("approve", consult_id, 0))
        leaving = approval.to_export(desk, consult_id, "txt")
        tell(("export begun", consult_id, 0))
        (out / f"{consult_id}.txt").write_text(leaving.final[0].S[0].text, "utf-8")
        approval.exported(desk, consult_id, "txt", "0" * 64)
        tell(("export", consult_id, 0))


def main(told: Connection, folder: Path, key: bytes, seed: int, out: Path) -> None:
    """In a process of its own."""
    settings = Settings(home=folder, practice=PracticeSettings(user="jansen"))
    desk = Desk(Store(folder, StoreKey(key)), settings)
    told.send(("ready", "", 0))
    work(desk, told.send, random.Random(seed), out)


def process_on(told: Connection, folder: Path, key: bytes, consult_id: str) -> None:
    """In a process of its own: process one consult with the real engine, over and over."""
    settings = load_settings(home=folder, practice=PracticeSettings(user="jansen"))
    desk = Desk(Store(folder, StoreKey(key)), settings)
    with Engine(settings) as engine:
        while True:
            told.send(("begin", consult_id, 0))
            process(desk, consult_id, engine, lambda _event: None)
            told.send(("draft", consult_id, engine.pid))


def paced(limit: int) -> tuple[Tell, list[tuple[str, str, object]]]:
    """A ``tell`` that keeps what it is told, and fails after so many steps."""
    kept: list[tuple[str, str, object]] = []
    steps = count(1)

    def tell(step: tuple[str, str, object]) -> None:
        kept.append(step)
        if next(steps) >= limit:
            raise StopIteration

    return tell, kept

"""How quick the store is: opening, list and search with many consults, and an edit while a recording runs.

    python benchmarks/store.py [--consults 10000] [--edits 200]

Opening is without Argon2id, which is meant to take its time and is shown apart.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from soep.config import Settings
from soep.jobs import Result
from soep.store import Store, keys
from soep.types import Consent, ConsentBy, Consult, NoteLine, Role, SoepNote, Status, Transcript, Utterance, Word
from soep.workflow import Desk, editing, intake
from soep.workflow.edits import SetText
from soep.workflow.recording import Recorder

PASSPHRASE = "vier losse woorden samen"
WORDS = [
    "keelpijn",
    "hoest",
    "koorts",
    "knie",
    "rechts",
    "links",
    "paracetamol",
    "drie",
    "dagen",
    "benauwd",
    "moe",
    "hoofdpijn",
    "buik",
    "rug",
    "duizelig",
    "geen",
    "allergie",
    "ibuprofen",
    "controle",
    "week",
    "verwijzing",
    "lab",
    "longen",
    "schoon",
    "rood",
    "oor",
    "pijn",
    "sinds",
    "gisteren",
    "slecht",
    "slapen",
]
EDIT_EVERY_S = 0.1


def text(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(WORDS, k=words))


def note(draw: random.Random) -> SoepNote:
    def lines(count: int) -> tuple[NoteLine, ...]:
        return tuple(NoteLine(text(draw, 7), (draw.randint(1, 60),)) for _ in range(count))

    return SoepNote(NoteLine(text(draw, 2), (1,)), lines(5), lines(2), lines(1), lines(4))


def transcript(draw: random.Random, utterances: int) -> Transcript:
    def said(number: int) -> Utterance:
        spoken = text(draw, 14)
        words = tuple(Word(one, number * 5.0, number * 5.0 + 0.3, 0.9) for one in spoken.split())
        return Utterance(number, spoken, Role.PATIENT, 0.9, number * 5.0, number * 5.0 + 4, "A", words)

    return Transcript(tuple(said(number) for number in range(1, utterances + 1)))


def timed(what: str, act: Callable[[], object], times: int = 7) -> None:
    seconds = []
    for _each in range(times):
        started_s = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started_s)
    print(f"{what:44}{median(seconds) * 1000:9.1f} ms  (slowest {max(seconds) * 1000:.1f})", flush=True)


def fill(desk: Desk, consults: int, draw: random.Random) -> None:
    """Notes of a month and more: their sound and transcripts are gone, as they are after an hour."""
    with desk.store.transaction() as tables:
        for number in range(consults):
            made = Consult(f"{number:012x}", desk.now(), final=(note(draw),), status=Status.EXPORTED)
            tables.consults.put(replace(made, label=text(draw, 2), patient_ref=str(number)))


def edits_while_recording(desk: Desk, count: int, draw: random.Random) -> list[float]:
    """Save edits to a consult of 125 utterances, one each tenth of a second, while sound comes at its own pace."""
    agreed = Consent(ConsentBy.PATIENT, desk.now())
    consult_id = intake.begin(desk, agreed)
    intake.add_sound(desk, consult_id, np.zeros(16_000, np.float32))
    intake.end_of_sound(desk, consult_id)
    made = Consult("x", desk.now(), transcript=transcript(draw, 125), draft=(note(draw),))
    intake.processed(desk, consult_id, Result(made))
    recorder = Recorder(desk, intake.begin(desk, agreed))
    stop = threading.Event()

    def record() -> None:
        while not stop.wait(0.25):
            recorder.feed(np.random.default_rng(1).uniform(-0.1, 0.1, 4_000).astype(np.float32))

    thread = threading.Thread(target=record)
    thread.start()
    line = desk.peek(consult_id).working[0].S[0].id
    seconds = []
    for number in range(count):
        started_s = time.perf_counter()
        editing.edit(desk, consult_id, SetText(line, f"{text(draw, 6)} {number}"))
        seconds.append(time.perf_counter() - started_s)
        time.sleep(EDIT_EVERY_S)
    stop.set()
    thread.join()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consults", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=200)
    arguments = parser.parse_args()
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "soep"
        keys.new_store_folder(folder)
        key = keys.create(folder, PASSPHRASE)
        desk = Desk(Store(folder, key, create=True), Settings(home=folder))
        fill(desk, arguments.consults, draw)
        desk.store.close()
        timed("passphrase (Argon2id, 256 MiB)", lambda: keys.unlock(folder, PASSPHRASE), 3)
        timed(f"open with {arguments.consults} consults", lambda: Store(folder, key).close())
        desk = Desk(Store(folder, key), Settings(home=folder))
        timed("list, all of them", desk.find)
        timed("list, the newest 200", lambda: desk.find(limit=200))
        timed("search, two words", lambda: desk.find("keelpijn benauwd"))
        timed("search, a patient's number", lambda: desk.find(str(arguments.consults - 7)))
        seconds = edits_while_recording(desk, arguments.edits, draw)
        print(
            f"{'save of an edit while recording':44}{median(seconds) * 1000:9.1f} ms"
            f"  (95 % within {sorted(seconds)[int(0.95 * len(seconds))] * 1000:.1f})"
        )
        desk.store.close()


if __name__ == "__main__":
    main()

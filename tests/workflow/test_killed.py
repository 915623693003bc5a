"""Killed at any moment, or with a disk that is full: what was told as done is there, and nothing is half done."""

from __future__ import annotations

import multiprocessing
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from soep.audio.decode import SoundFile
from soep.config import Settings
from soep.engine.supervisor import Engine
from soep.errors import DeviceError
from soep.store import Store
from soep.types import Status
from soep.workflow import Desk, intake, keeping, processing
from soep.workflow.processing import take_up
from soep.workflow.recording import Recorder
from tests.stores import AGREED, Office, drafted, office
from tests.workflow import day

Steps = Sequence[tuple[str, str, object]]
REACHED = {
    "draft": {Status.DRAFT, Status.APPROVED, Status.EXPORTED},
    "approve": {Status.APPROVED, Status.EXPORTED},
    "export": {Status.EXPORTED},
}


def check(desk: Desk, told: Steps, out: Path) -> None:
    """The store after it: whole, its log right, and every step that was told as done."""
    assert desk.store.damage() == []
    assert keeping.verify_log(desk) == []
    entries = keeping.log(desk)
    logged = {(entry.object, entry.action, entry.result) for entry in entries}
    edited = Counter(entry.object for entry in entries if entry.detail in {"AddLine", "SetText"})
    for consult_id, count in Counter(consult_id for step, consult_id, _ in told if step == "edit").items():
        assert edited[consult_id] >= count
    for step, consult_id, what in told:
        consult = desk.peek(consult_id)
        if step == "sound":
            assert isinstance(what, int)
            assert intake.sound_s(desk, consult_id) >= what
        assert consult.status in REACHED.get(step, set(Status))
    for row in desk.find():
        consult = desk.peek(row.id)
        assert (row.id, "create", "ok") in logged
        assert bool(consult.final) == (row.status in {Status.APPROVED, Status.EXPORTED})
        assert bool(consult.working) == (row.status not in {Status.RECORDING, Status.PROCESSING, Status.FAILED})
        if (out / f"{row.id}.txt").exists():
            assert (row.id, "export", "begun") in logged


def killed(made: Office, seed: int, out: Path) -> Steps:
    """Let a process work, and kill it after a while that nobody chose."""
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=day.main, args=(theirs, made.folder, made.key.data, seed, out), daemon=True)
    process.start()
    theirs.close()
    told: list[tuple[str, str, object]] = []
    assert ours.recv()[0] == "ready"
    end = time.monotonic() + random.Random(seed).uniform(0.0, 0.5)
    while time.monotonic() < end:
        if ours.poll(0.001):
            told.append(ours.recv())
    process.kill()
    process.join()
    while ours.poll(0):
        try:
            told.append(ours.recv())
        except (EOFError, OSError):
            break
    return told


def rounds(made: Office, seeds: range, out: Path) -> int:
    """Kill and reopen, on one store that grows; gives how many recordings were taken up."""
    made.desk.store.close()
    taken = 0
    for seed in seeds:
        told = killed(made, seed, out)
        store = Store(made.folder, made.key)
        desk = Desk(store, made.desk.settings)
        try:
            interrupted = [row.id for row in desk.find(statuses=[Status.RECORDING])]
            assert take_up(desk) == interrupted
            taken += len(interrupted)
            check(desk, told, out)
            assert not desk.find(statuses=[Status.RECORDING])
        finally:
            store.close()
    return taken


def test_a_process_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    rounds(office(tmp_path / "soep"), range(4), tmp_path)


@pytest.mark.long
def test_two_hundred_kills(tmp_path: Path) -> None:
    taken = rounds(office(tmp_path / "soep"), range(1000, 1200), tmp_path)
    assert taken > 20  # so that recordings were among what was cut off


@pytest.mark.long
def test_killed_while_the_engine_works(tmp_path: Path, settings: Settings, sample_sound: Path) -> None:
    """Twelve kills during real recognition and drafting; the sound is there each time, and a draft in the end."""
    made = office(tmp_path / "soep")
    consult_id = intake.begin(made.desk, AGREED)
    recorder = Recorder(made.desk, consult_id)
    with SoundFile(sample_sound, settings.limits) as sound:
        for window in sound.windows():
            recorder.feed(window)
    recorder.finish()
    recorded_s = intake.sound_s(made.desk, consult_id)
    made.desk.store.close()
    draw = random.Random(7)
    for _round in range(12):
        context = multiprocessing.get_context("spawn")  # no daemon: the engine is its child
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=day.process_on, args=(theirs, made.folder, made.key.data, consult_id))
        process.start()
        theirs.close()
        assert ours.recv()[0] == "begin"
        time.sleep(draw.uniform(0.0, 25.0))
        process.kill()
        process.join()
        desk = made.again()
        consult = desk.peek(consult_id)
        assert desk.store.damage() == []
        assert keeping.verify_log(desk) == []
        assert intake.sound_s(desk, consult_id) == recorded_s
        assert consult.status in {Status.PROCESSING, Status.DRAFT}
        assert bool(consult.working) == bool(consult.transcript.utterances)
        desk.store.close()
    with Engine(settings) as engine:
        processing.process(made.again(), consult_id, engine, lambda _event: None)
    assert made.desk.peek(consult_id).status is Status.DRAFT


# --- full disks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; needs a Linux where we may mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or mount(disk, 2_000_000).returncode:
        pytest.skip("a small disk needs Linux and the right to mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def mount(disk: Path, size: int, *, again: bool = False) -> subprocess.CompletedProcess[bytes]:
    options = f"size={size}" + (",remount" if again else "")
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], capture_output=True, check=False)


def fill(made: Office, disk: Path, seed: int, out: Path) -> None:
    """Work until the disk is full, look, make room, and work on."""
    draw = random.Random(seed)
    mount(disk, sum(file.stat().st_size for file in made.folder.iterdir()) + draw.randint(50_000, 900_000), again=True)
    tell, told = day.paced(100_000)
    with pytest.raises(DeviceError, match=r"vol|schrijven"):
        day.work(made.desk, tell, draw, out)
    check(made.desk, told, out)
    mount(disk, 200_000_000, again=True)
    take_up(made.desk)
    tell, told = day.paced(30)
    with pytest.raises((StopIteration, RuntimeError)):
        day.work(made.desk, tell, draw, out)
    check(made.desk, told, out)


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    fill(office(small_disk / "soep"), small_disk, 1, tmp_path)


@pytest.mark.long
def test_fifty_full_disks(small_disk: Path, tmp_path: Path) -> None:
    made = office(small_disk / "soep")
    for seed in range(50):
        fill(made, small_disk, seed, tmp_path)


def test_a_disk_that_is_read_only_says_so_and_loses_nothing(small_disk: Path) -> None:
    made = office(small_disk / "soep")
    consult_id = drafted(made.desk)
    before = made.desk.peek(consult_id)
    made.desk.store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        with pytest.raises(DeviceError, match="niet geschreven"):
            Store(made.folder, made.key)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert made.again().peek(consult_id) == before

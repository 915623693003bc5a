"""What is erased while it is worked on: the work ends, nothing of it is kept, and the next consult has its turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from soep.engine.protocol import DraftJob, Job
from soep.errors import CancelledError, DeviceError, WorkflowError
from soep.events import Event, Stage, StageProgress
from soep.jobs import Result
from soep.store.sound import Sounds
from soep.types import Status
from soep.wording import RemarkCode
from soep.workflow import Desk, approval, editing, erasing, intake, processing, watching
from soep.workflow.edits import AddLine
from soep.workflow.erasing import Stretch
from soep.workflow.live import Live, Phase, Plan
from soep.workflow.processing import AHEAD_S
from soep.workflow.watching import GoneError
from soep.workflow.worklist import Worklist
from soep.workflow.workplace import Workplace
from tests.stores import AGREED, Office, drafted, office, recorded, result, second

LONG_S = round(AHEAD_S) + 30
"""So long that a part of it waits until the engine has come further."""


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "soep")


class Task:
    """A job that takes sound, and gives a draft once all of it is there and it may end."""

    def __init__(self, engine: Engine, job: Job) -> None:
        self.engine = engine
        self.job = job
        self.fed = 0
        self.cancelled = False
        self.is_fed = isinstance(job, DraftJob)
        self._events: list[StageProgress] = []
        self._changed = threading.Condition()

    def feed(self, samples: object) -> None:
        self.fed += 1

    def end_of_sound(self) -> None:
        with self._changed:
            self.is_fed = True
            self._changed.notify()

    def hears(self, seconds: float) -> None:
        """It comes so far."""
        with self._changed:
            self._events.append(StageProgress(Stage.TRANSCRIBE, seconds, 0.0))
            self._changed.notify()

    def cancel(self) -> None:
        with self._changed:
            self.cancelled = True
            self._changed.notify()

    def events(self) -> Iterator[Event]:
        while True:
            with self._changed:
                while not (self._events or self.cancelled or (self.is_fed and self.engine.goes.is_set())):
                    self._changed.wait(0.05)
                heard, self._events = self._events, []
            yield from heard
            if self.cancelled:
                raise CancelledError("Gestopt.")
            if self.is_fed and self.engine.goes.is_set():
                return

    def result(self, on_event: Callable[[Event], None] = lambda _event: None) -> Result:
        for event in self.events():
            on_event(event)
        return result()


class Engine:
    """Tasks that end when they may."""

    def __init__(self, *, goes: bool = True) -> None:
        self.tasks: list[Task] = []
        self.goes = threading.Event()
        if goes:
            self.goes.set()

    def submit(self, job: Job) -> Task:
        self.tasks.append(Task(self, job))
        return self.tasks[-1]

    def close(self) -> None:
        """Nothing is left running."""


class Silence:
    """A microphone that gives a second of sound, and then none until it is stopped."""

    tracks = 1

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def pieces(self) -> Iterator[np.ndarray]:
        yield second()
        self._stopped.wait(20.0)

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        """Given back."""


def until(so: Callable[[], object], within_s: float = 15.0) -> None:
    ends_s = time.monotonic() + within_s
    while not so():
        assert time.monotonic() < ends_s
        time.sleep(0.01)


def long_recorded(desk: Desk, seconds: int = LONG_S) -> str:
    """Much sound, put there at once."""
    consult_id = intake.begin(desk, AGREED)
    with desk.store.transaction() as tables:
        for _each in range(seconds):
            tables.sounds.add(consult_id, second())
    intake.end_of_sound(desk, consult_id)
    return consult_id


@contextmanager
def working(desk: Desk, engine: Engine) -> Iterator[Worklist]:
    worklist = Worklist(desk, engine, lambda _id: None)  # type: ignore[arg-type]
    try:
        yield worklist
    finally:
        worklist.stop()


ERASURES = pytest.mark.parametrize("erase", [erasing.delete, erasing.withdraw_consent])
SIGHTS = pytest.mark.parametrize("sees", ["the watch", "the feeder"])


@SIGHTS
@ERASURES
def test_erased_while_it_is_fed(
    made: Office, monkeypatch: pytest.MonkeyPatch, erase: Callable[[Desk, str], None], sees: str
) -> None:
    if sees == "the feeder":
        monkeypatch.setattr(watching, "LOOK_EVERY_S", 1000.0)
    first = long_recorded(made.desk)
    made.clock.pass_(minutes=1)
    following = recorded(made.desk, 1)
    engine = Engine()
    with working(made.desk, engine) as worklist:
        until(lambda: engine.tasks and engine.tasks[0].fed >= AHEAD_S)
        erase(made.desk, first)
        if sees == "the feeder":
            engine.tasks[0].hears(20.0)
        until(lambda: made.desk.peek(following).status is Status.DRAFT and not worklist.is_busy)
        assert engine.tasks[0].cancelled
        assert not engine.tasks[0].is_fed
        assert worklist.trouble(first) is None
    assert [row.id for row in made.desk.find()] == [following]


@ERASURES
def test_erased_when_all_was_fed(made: Office, erase: Callable[[Desk, str], None]) -> None:
    first = recorded(made.desk, 2)
    engine = Engine(goes=False)
    with working(made.desk, engine) as worklist:
        until(lambda: engine.tasks and engine.tasks[0].is_fed)
        erase(made.desk, first)
        until(lambda: not worklist.is_busy)
        assert engine.tasks[0].cancelled
    assert made.desk.find() == []


def test_consent_withdrawn_after_one_problem_was_approved(made: Office) -> None:
    """The approved note stays as it is; nothing of the new work comes beside it."""
    consult_id = drafted(made.desk)
    editing.edit(made.desk, consult_id, AddLine(made.desk.peek(consult_id).working[0].id, "O", "Keel rood."))
    with made.desk.store.transaction() as tables:
        known = tables.consults.get(consult_id)
        note = replace(known.working[0], approved_at=made.desk.now())
        other = replace(note, id=90, approved_at=None)
        tables.consults.put(replace(known, working=(note, other), final=(note,)))
    intake.again(made.desk, consult_id)
    engine = Engine(goes=False)
    with working(made.desk, engine) as worklist:
        until(lambda: engine.tasks and engine.tasks[0].is_fed)
        erasing.withdraw_consent(made.desk, consult_id)
        until(lambda: not worklist.is_busy)
        assert engine.tasks[0].cancelled
    left = made.desk.peek(consult_id)
    assert (left.status, [one.id for one in left.final], left.working) == (Status.APPROVED, [note.id], ())


def test_sound_that_was_cut_meanwhile_is_worked_on_as_it_is_now(made: Office) -> None:
    consult_id = recorded(made.desk, 5)
    engine = Engine(goes=False)
    with working(made.desk, engine):
        until(lambda: engine.tasks and engine.tasks[0].is_fed)
        erasing.erase_sound(made.desk, consult_id, Stretch(1.0, 3.0))
        until(lambda: len(engine.tasks) == 2 and engine.tasks[1].is_fed)
        engine.goes.set()
        until(lambda: made.desk.peek(consult_id).status is Status.DRAFT)
    assert engine.tasks[0].cancelled
    assert [task.fed for task in engine.tasks] == [5, 3]


def test_what_is_drafted_again_is_erased(made: Office) -> None:
    consult_id = drafted(made.desk)
    engine = Engine(goes=False)
    with working(made.desk, engine) as worklist:
        worklist.redraft(consult_id, {2})
        until(lambda: engine.tasks)
        erasing.withdraw_consent(made.desk, consult_id)
        until(lambda: not worklist.is_redrafting(consult_id) and not worklist.is_busy)
        assert engine.tasks[0].cancelled
        assert worklist.trouble(consult_id) is None


def test_a_note_whose_sound_goes_by_time_while_it_is_worked_on_can_be_worked_on_itself(made: Office) -> None:
    consult_id = drafted(made.desk)
    intake.again(made.desk, consult_id)
    made.clock.pass_(hours=73)
    engine = Engine(goes=False)
    with working(made.desk, engine) as worklist:
        until(lambda: engine.tasks and engine.tasks[0].is_fed)
        erasing.sweep(made.desk)
        until(lambda: engine.tasks[0].cancelled and not worklist.is_busy)
    left = made.desk.peek(consult_id)
    assert (left.status, len(left.working)) == (Status.DRAFT, 1)


def test_what_the_engine_gave_is_not_kept_when_it_was_erased_just_before(
    made: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 1000.0)
    consult_id = recorded(made.desk, 2)
    engine = Engine()

    def erase(_event: Event) -> None:
        erasing.erase_sound(made.desk, consult_id, Stretch(0.0, 1.0))

    with processing.begun(made.desk, consult_id, engine) as work:  # type: ignore[arg-type]
        engine.tasks[0].hears(1.0)
        with pytest.raises(GoneError, match="gewist of gewijzigd"):
            work.finish(erase)
    assert made.desk.peek(consult_id).status is Status.PROCESSING


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ZeroDivisionError(), "ZeroDivisionError"), (DeviceError("De schijf is stuk."), "De schijf is stuk.")],
)
def test_what_goes_wrong_while_it_is_fed_is_told_and_the_next_has_its_turn(
    made: Office, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    first = recorded(made.desk, 2)
    made.clock.pass_(minutes=1)
    following = recorded(made.desk, 2)
    real = Sounds.get

    def get(sounds: Sounds, consult_id: str, number: int) -> np.ndarray:
        if consult_id == first:
            raise error
        return real(sounds, consult_id, number)

    monkeypatch.setattr(Sounds, "get", get)
    with working(made.desk, Engine()) as worklist:
        until(lambda: made.desk.peek(following).status is Status.DRAFT and not worklist.is_busy)
    failed = made.desk.peek(first)
    assert failed.status is Status.FAILED
    [remark] = failed.warnings
    assert remark.code == RemarkCode.PROCESSING_FAILED
    assert reason in remark.params["reason"]


def test_sound_that_is_not_there_is_told(made: Office) -> None:
    consult_id = recorded(made.desk, 1)
    with made.desk.store.reading() as tables, pytest.raises(WorkflowError, match="geen geluid"):
        tables.sounds.get(consult_id, 1)


# --- a recording, and everything at once ------------------------------------------------------------------------------


@contextmanager
def at_work(made: Office, engine: Engine) -> Iterator[Workplace]:
    workplace = Workplace(made.desk, engine, lambda _id: None)  # type: ignore[arg-type]
    try:
        yield workplace
    finally:
        for live in workplace._recordings:
            live.close()
        workplace.worklist.stop()


def recording(workplace: Workplace) -> Live:
    live = workplace.record(Plan(AGREED), Silence)  # type: ignore[arg-type]
    until(lambda: live.elapsed_s)
    return live


@pytest.mark.parametrize("stopped", [False, True])
def test_a_recording_whose_consult_is_erased_in_another_window_ends(made: Office, stopped: bool) -> None:
    engine = Engine(goes=False)
    with at_work(made, engine) as workplace:
        live = recording(workplace)
        if stopped:
            live.stop()
            until(lambda: live.phase is Phase.FINISHING)
        erasing.withdraw_consent(made.desk, live.consult_id)
        assert live.wait(15.0)
        assert engine.tasks[0].cancelled
        assert live.phase is Phase.ERASED
        assert made.desk.find() == []
        assert not workplace.idle.is_busy


def test_everything_that_is_done_with_a_consult_is_stopped(made: Office) -> None:
    """A draft that is being finished, a consult that is processed, and lines that are drafted again."""
    engine = Engine(goes=False)
    with at_work(made, engine) as workplace:
        live = recording(workplace)
        live.stop()
        until(lambda: live.phase is Phase.FINISHING)
        workplace.abandon(live.consult_id)
        assert live.phase is Phase.WAITING
        assert engine.tasks[0].cancelled
        erasing.withdraw_consent(made.desk, live.consult_id)
        assert made.desk.find() == []

        waiting = recorded(made.desk, 1)
        workplace.worklist.look()
        until(lambda: workplace.progress(waiting) is not None and len(engine.tasks) == 2)
        workplace.abandon(waiting)
        until(lambda: not workplace.worklist.is_busy)
        assert engine.tasks[1].cancelled
        assert workplace.worklist.was_stopped(waiting)

        note = drafted(made.desk)
        workplace.worklist.redraft(note, {2})
        until(lambda: len(engine.tasks) == 3)
        workplace.abandon(note)
        until(lambda: not workplace.worklist.is_busy)
        assert engine.tasks[2].cancelled
        assert not workplace.worklist.is_redrafting(note)
        assert approval.exports(made.desk, note) == []

"""The transcript and the recording on the consult screen, and the work behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from soep.audio.play import Player
from soep.audio.samples import Samples
from soep.engine.protocol import DraftJob, Job
from soep.errors import CancelledError, DeviceError, InputError
from soep.events import Event, Stage, StageProgress
from soep.jobs import Result
from soep.tui.messages import ConsultChanged
from soep.tui.screens.choice import ChoiceScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import Agreed, ConsentScreen
from soep.types import About, Role, Status
from soep.workflow import approval, editing, erasing, intake
from soep.workflow.edits import AcceptFlags
from tests.factories import consult, line
from tests.stores import AGREED, recorded, throat
from tests.tui.consulting import Case, On
from tests.tui.driving import StandingEngine, StandingTask, until


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path / "soep")


class Tape:
    """An output that keeps what it is given, until it is allowed to go on."""

    def __init__(self, *, stands: bool = False) -> None:
        self.heard: list[Samples] = []
        self.goes = threading.Event()
        self.closed: bool | None = None
        if not stands:
            self.goes.set()

    def write(self, samples: Samples) -> None:
        self.heard.append(samples)
        self.goes.wait(5.0)

    def close(self, *, at_once: bool) -> None:
        self.closed = at_once

    @property
    def seconds(self) -> float:
        return sum(len(piece) for piece in self.heard) / 16_000


class Rewriting:
    """An engine that drafts as a test says, when it is let go."""

    def __init__(self, draft: Callable[[DraftJob], Result]) -> None:
        self.draft = draft
        self.goes = threading.Event()
        self.jobs: list[Job] = []

    def submit(self, job: Job) -> Rewriting._Task:
        self.jobs.append(job)
        return Rewriting._Task(self, job)

    def close(self) -> None:
        """Nothing is left running."""

    class _Task:
        def __init__(self, engine: Rewriting, job: Job) -> None:
            self.engine = engine
            self.job = job
            self.cancelled = False

        def feed(self, samples: object) -> None:
            """Takes any sound."""

        def end_of_sound(self) -> None:
            """Takes the end."""

        def cancel(self) -> None:
            self.cancelled = True
            self.engine.goes.set()

        def result(self, on_event: Callable[[Event], None]) -> Result:
            on_event(StageProgress(Stage.DRAFT, 1, 4))
            self.engine.goes.wait(10.0)
            if self.cancelled:
                raise CancelledError("Gestopt.")
            assert isinstance(self.job, DraftJob)
            return self.engine.draft(self.job)


def rewritten(job: DraftJob) -> Result:
    """The fever was misheard: one line says so, another is what it was."""
    notes = (throat(S=(line("Sinds 5 dgn keelpijn en hoest.", 2), line("Eergisteren T 39,5, nu -.", 3))),)
    return Result(replace(consult(*notes), transcript=job.transcript))


def test_a_stretch_is_heard_and_stopped_with_the_same_key(case: Case) -> None:
    async def scenario(on: On) -> None:
        tape = Tape(stands=True)
        on.screen.player = Player(lambda: tape)
        await on.at("Keel rood")
        await on.press("space")
        await until(on.pilot, lambda: tape.heard)
        assert "0:30 – 0:34" in on.shown("#consult-work")
        await on.press("space")
        assert on.shown("#consult-work") == ""
        tape.goes.set()
        await until(on.pilot, lambda: tape.closed is True)
        assert tape.seconds < 1.0

    case.drive(scenario)


def test_nothing_is_played_under_another_screen(case: Case) -> None:
    async def scenario(on: On) -> None:
        tape = Tape(stands=True)
        screen = on.screen
        screen.player = Player(lambda: tape)
        await on.at("Keel rood")
        await on.press("space")
        await until(on.pilot, lambda: tape.heard)
        on.pilot.app.push_screen(ConsentScreen())
        await until(on.pilot, lambda: not screen.player.is_playing)
        tape.goes.set()

    case.drive(scenario)


def test_what_is_chosen_in_the_transcript_is_heard_whole(case: Case) -> None:
    async def scenario(on: On) -> None:
        tape = Tape()
        on.screen.player = Player(lambda: tape)
        await on.hear(4)
        await on.press("b", "down", "space")
        await until(on.pilot, lambda: tape.closed is False)
        assert tape.seconds == pytest.approx(9.6, abs=0.05)  # two of four seconds, one between, and a little around
        await until(on.pilot, lambda: on.shown("#consult-work") == "")

    case.drive(scenario)


def test_a_missing_loudspeaker_is_told_in_a_sentence(case: Case) -> None:
    def none() -> Tape:
        raise DeviceError("Er is geen luidspreker.", "Sluit er een aan.")

    async def scenario(on: On) -> None:
        on.screen.player = Player(none)
        await on.at("Keel rood")
        await on.press("space")
        await until(on.pilot, lambda: "Er is geen luidspreker. Sluit er een aan." in on.told())
        assert on.shown("#consult-work") == ""

    case.drive(scenario)


def test_erased_sound_is_told_in_a_sentence(case: Case) -> None:
    with case.desk.store.transaction() as tables:
        tables.sounds.erase(case.id)

    async def scenario(on: On) -> None:
        await on.at("Keel rood")
        await on.press("space")
        await until(on.pilot, lambda: "Van dit stuk is geen geluid (meer)." in on.told())
        await on.at("Oefeningen")
        await on.press("space")
        assert "Bij deze regel hoort geen moment in de opname." in on.told()

    case.drive(scenario)


def test_words_that_were_hard_to_hear_are_marked(case: Case) -> None:
    async def scenario(on: On) -> None:
        row = on.screen.transcript.said.rows[1]
        [span] = row.text.spans
        assert row.text.plain[span.start : span.end] == "keelpijn"
        assert "underline" in str(span.style)

    case.drive(scenario)


@pytest.mark.parametrize(
    ("key", "roles"),
    [
        ("p", {1: Role.PATIENT, 4: Role.ARTS}),
        ("P", {1: Role.PATIENT, 2: Role.PATIENT, 4: Role.PATIENT}),
        ("w", {1: Role.PATIENT, 2: Role.ARTS, 4: Role.PATIENT}),
    ],
)
def test_who_spoke_is_set_for_one_utterance_a_speaker_or_all(case: Case, key: str, roles: dict[int, Role]) -> None:
    async def scenario(on: On) -> None:
        await on.hear(1)
        await on.press("r", key)
        said = case.consult.transcript.by_id()
        assert {number: said[number].role for number in roles} == roles
        await on.press("ctrl+z")
        assert case.consult.transcript.by_id()[1].role is Role.ARTS

    case.drive(scenario)


def test_a_corrected_utterance_has_its_untouched_lines_drafted_again(case: Case) -> None:
    engine = Rewriting(rewritten)

    async def scenario(on: On) -> None:
        await on.at("Sinds")
        await on.press("enter", "end")
        await on.type(" Moe.")
        await on.press("enter")
        await on.hear(3)
        await on.press("enter")
        on.screen.transcript.editor.replace("Eergisteren had ik negenendertig vijf.", (0, 0), (0, 100))
        await on.press("enter")
        await until(on.pilot, lambda: on.shown("#consult-work").startswith("Regels opnieuw schrijven"))
        assert case.consult.transcript.by_id()[3].text == "Eergisteren had ik negenendertig vijf."
        await on.at("BLWI")
        await on.press("x")  # the GP goes on meanwhile
        engine.goes.set()
        await until(on.pilot, lambda: case.texts(0, "S")[1] == "Eergisteren T 39,5, nu -.")
        await until(on.pilot, lambda: on.shown("#consult-work") == "")
        assert case.texts(0, "S")[0] == "Sinds 5 dgn keelpijn en hoest. Moe."
        assert case.texts(0, "E") == []
        assert any("39,5" in row for row in on.rows())
        await on.press("ctrl+z")
        assert case.texts(0, "S")[1] == "Eergisteren T 38,5, nu -."

    case.drive(scenario, engine=engine)
    [job] = engine.jobs
    assert isinstance(job, DraftJob)


def test_drafting_again_is_stopped_with_one_key(case: Case) -> None:
    engine = Rewriting(rewritten)

    async def scenario(on: On) -> None:
        await on.hear(3)
        await on.press("enter", "end", "x", "enter")
        await until(on.pilot, lambda: engine.jobs)
        await on.press("s")
        await until(on.pilot, lambda: on.shown("#consult-work") == "")
        assert case.texts(0, "S")[1] == "Eergisteren T 38,5, nu -."

    case.drive(scenario, engine=engine)


def test_drafting_again_that_fails_is_told_and_changes_nothing(case: Case) -> None:
    def fails(job: DraftJob) -> Result:
        raise InputError("Dat lukte niet.", "Probeer het later.")

    engine = Rewriting(fails)
    engine.goes.set()

    async def scenario(on: On) -> None:
        await on.hear(3)
        await on.press("enter", "end", "x", "enter")
        await until(on.pilot, lambda: "Dat lukte niet. Probeer het later." in on.told())
        assert case.texts(0, "S")[1] == "Eergisteren T 38,5, nu -."

    case.drive(scenario, engine=engine)


def test_a_correction_that_nothing_rests_on_asks_nothing_of_the_engine(case: Case) -> None:
    engine = Rewriting(rewritten)

    async def scenario(on: On) -> None:
        await on.hear(4)
        await on.press("enter", "end", "x", "enter")
        assert case.consult.transcript.by_id()[4].text == "Bent u ergens allergisch voor?x"
        assert not on.screen.workplace.worklist.is_redrafting(case.id)

    case.drive(scenario, engine=engine)
    assert engine.jobs == []


def test_a_stretch_of_the_recording_is_erased_after_asking(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.hear(4)
        await on.press("b", "down", "x", "w")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ConfirmScreen))
        await on.press("escape")
        assert intake.sound_s(case.desk, case.id) == 60.0
        await on.press("x", "w", "j")
        await until(on.pilot, lambda: intake.sound_s(case.desk, case.id) == 51.0)
        assert case.consult.status is Status.PROCESSING

    case.drive(scenario)


def test_a_stretch_moves_to_another_consult(case: Case) -> None:
    other = recorded(case.desk, 5, About("Ander"))

    async def scenario(on: On) -> None:
        await on.hear(9)
        await on.press("b", "down", "x", "1", "j")
        await until(on.pilot, lambda: intake.sound_s(case.desk, other) == 14.0)
        assert intake.sound_s(case.desk, case.id) == 51.0

    case.drive(scenario, engine=StandingEngine())


def test_a_stretch_moves_to_a_new_consult_with_consent_of_its_own(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.hear(9)
        await on.press("b", "down", "x", "n")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ConsentScreen))
        on.pilot.app.screen.dismiss(Agreed(AGREED, About("Tweede")))
        await until(on.pilot, lambda: any(row.label == "Tweede" for row in case.desk.find()))
        new = next(row.id for row in case.desk.find() if row.label == "Tweede")
        assert intake.sound_s(case.desk, new) == 9.0

    case.drive(scenario)


def test_consent_withdrawn_erases_the_consult(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("ctrl+t")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ConfirmScreen))
        await on.press("n")
        assert case.consult
        await on.press("ctrl+t", "j")
        await until(on.pilot, lambda: on.is_left)
        assert case.desk.find() == []
        assert on.told() == ["Alles van dit consult is gewist."]

    case.drive(scenario)


class Watched(StandingEngine):
    """An engine whose work stands still; it keeps what of a consult was left when its work was cancelled."""

    def __init__(self, case: Case) -> None:
        super().__init__(heard_s=30.0)
        self.case = case
        self.tasks = 0
        self.cancelled: list[int] = []

    def submit(self, job: Job) -> StandingTask:
        self.tasks += 1
        return Watched._Task(self)

    class _Task(StandingTask):
        def __init__(self, engine: Watched) -> None:
            super().__init__(engine.heard_s)
            self._engine = engine

        def cancel(self) -> None:
            if not self._cancelled.is_set():
                self._engine.cancelled.append(len(self._engine.case.desk.find()))
            super().cancel()


def test_consent_withdrawn_during_processing_stops_that_first(case: Case) -> None:
    following = recorded(case.desk, 1, About("Ander"))
    engine = Watched(case)

    async def scenario(on: On) -> None:
        worklist = on.screen.workplace.worklist
        await until(on.pilot, lambda: engine.tasks == 1)
        worklist.cancel(following)
        await on.press("ctrl+r", "j")
        await until(on.pilot, lambda: "Spraak herkennen" in on.shown("#consult-work"))
        assert engine.tasks == 2
        await on.press("ctrl+t", "j")
        await until(on.pilot, lambda: on.is_left)
        assert engine.cancelled == [2, 2]  # before anything was erased
        assert [row.id for row in case.desk.find()] == [following]
        await until(on.pilot, lambda: not worklist.is_busy)
        assert on.told() == ["Alles van dit consult is gewist."]
        worklist.again(following)
        await until(on.pilot, lambda: engine.tasks == 3)

    case.drive(scenario, engine=engine)


def test_consent_withdrawn_while_lines_are_drafted_again(case: Case) -> None:
    engine = Rewriting(rewritten)

    async def scenario(on: On) -> None:
        await on.hear(3)
        await on.press("enter", "end", "x", "enter")
        await until(on.pilot, lambda: engine.jobs)
        await on.press("ctrl+t", "j")
        await until(on.pilot, lambda: on.is_left)
        assert case.desk.find() == []
        assert not on.screen.workplace.worklist.is_redrafting(case.id)
        assert on.told()[-1] == "Alles van dit consult is gewist."

    case.drive(scenario, engine=engine)


def test_consent_that_cannot_be_withdrawn_now_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise DeviceError("De schijf is vol.", "Maak ruimte.")

    monkeypatch.setattr(erasing, "withdraw_consent", refuse)

    async def scenario(on: On) -> None:
        await on.press("ctrl+t", "j")
        await until(on.pilot, lambda: "De schijf is vol. Maak ruimte." in on.told())
        assert on.screen.consult == case.consult
        assert on.rows("#said-rows")

    case.drive(scenario)


def test_consent_withdrawn_leaves_an_approved_note(case: Case) -> None:
    editing.edit(case.desk, case.id, AcceptFlags(case.line("Pcm").id))
    approval.approve(case.desk, case.id)

    async def scenario(on: On) -> None:
        await on.press("ctrl+t", "j")
        await until(on.pilot, lambda: not on.rows("#said-rows"))
        assert any("BLWI" in row for row in on.rows())

    case.drive(scenario)


def test_processing_shows_how_far_it_is_and_can_be_stopped(case: Case) -> None:
    engine = StandingEngine(heard_s=30.0)

    async def scenario(on: On) -> None:
        await on.press("ctrl+r")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ConfirmScreen))
        await on.press("j")
        await until(on.pilot, lambda: "Spraak herkennen" in on.shown("#consult-work"))
        assert on.shown("#consult-state") == "wacht"
        await on.press("x")
        assert case.line("BLWI")
        await on.press("s")
        await until(on.pilot, lambda: on.shown("#consult-work") == "Gestopt. Met ctrl+r opnieuw verwerken.")

    case.drive(scenario, engine=engine)


def test_what_happened_in_the_background_shows(case: Case) -> None:
    async def scenario(on: On) -> None:
        editing.edit(case.desk, case.id, AcceptFlags(case.line("Pcm").id))
        on.screen.post_message(ConsultChanged("another"))
        on.screen.post_message(ConsultChanged(case.id))
        await until(on.pilot, lambda: "1 na te kijken" in on.shown("#consult-state"))

    case.drive(scenario)


def test_the_recording_of_a_consult_that_is_processed_is_left_alone(case: Case) -> None:
    async def scenario(on: On) -> None:
        intake.again(case.desk, case.id)
        on.screen.workplace.worklist.look()
        await until(on.pilot, lambda: on.screen.workplace.worklist.progress(case.id))
        await on.hear(4)
        await on.press("x")
        assert not isinstance(on.pilot.app.screen, ChoiceScreen)
        assert any("wordt nu verwerkt" in each for each in on.told())

    case.drive(scenario)

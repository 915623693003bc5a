"""Recording: what the GP presses, what the screen says, and what the store then holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from soep.errors import EngineGoneError, InputError
from soep.events import DraftBegun, NoteLineReady, UtteranceReady
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import ConsentScreen
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.devices import DevicesScreen
from soep.tui.screens.record import RecordScreen
from soep.tui.screens.today import TodayScreen
from soep.types import ConsentBy, Role, Status
from soep.wording import RemarkCode
from soep.workflow import intake, live
from tests.factories import line, utterance
from tests.tui.driving import until
from tests.tui.microphones import FakeDevices, silence, speech
from tests.tui.recording import Room, column, shows, state, text_of


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_consult_is_recorded_and_its_note_opens(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 2.5)
        assert room.only().status is Status.RECORDING
        assert room.kept_s() == 2.0
        await until(pilot, lambda: "0:02" in state(pilot))
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        assert pilot.app.screen.consult_id == room.only().id  # type: ignore[attr-defined]
        consult = room.only()
        assert consult.status is Status.DRAFT
        assert consult.consent is not None
        assert consult.consent.given_by is ConsentBy.PATIENT
        assert room.kept_s() == 2.5
        assert room.devices.sound.closed

    room.drive(scenario)


def test_without_consent_nothing_is_recorded(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("escape")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        assert room.devices.opened == []
        assert room.desk.find() == []

    room.drive(scenario)


def test_a_pause_keeps_nothing(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.25)
        await pilot.press("space")
        await until(pilot, lambda: "Pauze" in state(pilot))
        recording = pilot.app.workplace.recording  # type: ignore[attr-defined]
        room.devices.sound.speak(silence(1.0))
        await until(pilot, lambda: recording.level[0].rms_dbfs < -80)  # the meter lives on
        await pilot.press("space")
        await until(pilot, lambda: "Opname" in state(pilot))
        await room.hear(pilot, 1.0)
        assert recording.elapsed_s == 2.25
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        assert room.kept_s() == 2.25

    room.drive(scenario)


def test_stop_and_erase_leaves_nothing(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 2.0)
        await pilot.press("w")
        await until(pilot, lambda: shows(pilot, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, RecordScreen))
        assert room.only().status is Status.RECORDING
        await pilot.press("w")
        await until(pilot, lambda: shows(pilot, ConfirmScreen))
        await pilot.press("j")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        assert room.desk.find() == []
        assert room.engine.task.gone is not None

    room.drive(scenario)


@pytest.mark.parametrize("holds", [False, True], ids=["its draft is ready", "its draft is being finished"])
def test_a_recording_that_ended_under_the_question_is_erased_too(room: Room, *, holds: bool) -> None:
    room.engine.holds = holds

    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 2.0)
        await pilot.press("w")
        await until(pilot, lambda: shows(pilot, ConfirmScreen))
        pilot.app.workplace.recording.stop()  # type: ignore[attr-defined] # a pedal
        await until(pilot, lambda: room.only().status is (Status.PROCESSING if holds else Status.DRAFT))
        await pilot.press("j")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        assert room.desk.find() == []

    room.drive(scenario)


def test_the_next_begins_while_the_draft_of_this_one_is_finished(room: Room) -> None:
    room.engine.holds = True

    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        first = room.only()
        assert first.status is Status.PROCESSING
        await pilot.press("j")
        await until(pilot, lambda: "Opname" in state(pilot))
        await room.hear(pilot, 1.0)
        room.engine.tasks[0].finish()
        await until(pilot, lambda: room.desk.peek(first.id).status is Status.DRAFT)
        assert shows(pilot, RecordScreen)
        assert [row.status for row in room.desk.find()] == [Status.RECORDING, Status.DRAFT]
        await pilot.press("s")
        room.engine.tasks[1].finish()
        await until(pilot, lambda: shows(pilot, ConsultScreen))

    room.drive(scenario)


def test_the_conversation_and_the_draft_grow_in_place(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        said = utterance(1, "Ik heb keelpijn.", Role.ONBEKEND, start_s=0.0, end_s=2.0)
        room.engine.task.tell(UtteranceReady(said))
        await until(pilot, lambda: column(pilot, "#record-said") == ["Onbekend  Ik heb keelpijn."])
        first = pilot.app.screen.query_one("#record-said").query(Static).first()
        room.engine.task.tell(
            UtteranceReady(utterance(1, "Ik heb keelpijn.", start_s=0.0, end_s=2.0)),
            UtteranceReady(utterance(2, "Hoe lang?", Role.ARTS, start_s=2.5, end_s=3.0)),
            DraftBegun(),
            NoteLineReady(0, "P", line("Pcm.", 2)),
            NoteLineReady(0, "S", line("Keelpijn.", 1)),
        )
        await until(pilot, lambda: column(pilot, "#record-said") == ["Patiënt  Ik heb keelpijn.", "Arts  Hoe lang?"])
        assert pilot.app.screen.query_one("#record-said").query(Static).first() is first
        assert column(pilot, "#record-draft") == ["S  Keelpijn.", "P  Pcm."]
        await pilot.press("t")
        await pilot.pause()
        assert not pilot.app.screen.query_one("#record-text").display
        await pilot.press("t")
        await pilot.pause()
        assert pilot.app.screen.query_one("#record-text").display

    room.drive(scenario)


def test_the_recording_goes_on_when_its_screen_is_left(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        await pilot.press("escape")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        await room.hear(pilot, 2.0)
        await until(pilot, lambda: "opname loopt 0:03" in text_of(pilot, "#today-recording"))
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, RecordScreen) and "0:03" in state(pilot))
        assert len(room.devices.opened) == 1

    room.drive(scenario)


def test_another_microphone_is_chosen_while_it_runs(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        await pilot.press("m")
        await until(pilot, lambda: shows(pilot, DevicesScreen))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: len(room.devices.opened) == 2)
        assert [name for name, _system, _sound in room.devices.opened] == ["", "Webcam"]
        assert room.devices.opened[0][2].closed
        await room.hear(pilot, 1.0)
        await until(pilot, lambda: "Webcam" in text_of(pilot, "#record-level"))
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        assert room.kept_s() == 2.0
        assert room.only().warnings == ()

    room.drive(scenario)


def test_a_microphone_that_falls_out_is_told_and_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TRY_AGAIN_S", 0.02)

    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        room.devices.broken = True
        room.devices.sound.fall_out()
        await until(pilot, lambda: "microfoon" in text_of(pilot, "#record-notice"))
        room.devices.broken = False
        await until(pilot, lambda: len(room.devices.opened) == 2)
        await room.hear(pilot, 1.0)
        await until(pilot, lambda: text_of(pilot, "#record-notice") == "")
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        assert [one.code for one in room.only().warnings] == [RemarkCode.MICROPHONE_LOST]

    room.drive(scenario)


def test_a_microphone_that_does_not_open_lets_another_be_chosen(room: Room) -> None:
    room.devices.broken = True

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("j")
        await until(pilot, lambda: shows(pilot, DevicesScreen))
        assert room.desk.find() == []
        room.devices.broken = False
        await pilot.press("down", "enter")
        await until(pilot, lambda: shows(pilot, RecordScreen) and "Opname" in state(pilot))
        assert room.devices.opened[0][0] == "Headset"

    room.drive(scenario)


@pytest.mark.parametrize(
    ("sound", "words"),
    [(silence(4.0), "geen geluid"), (speech(1.0, 1.5).clip(-1.0, 1.0), "te hard")],
    ids=["silent", "clipping"],
)
def test_a_poor_level_is_told(room: Room, sound: Any, words: str) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        room.devices.sound.speak(sound)
        await until(pilot, lambda: words in text_of(pilot, "#record-notice"))
        assert words in text_of(pilot, "#record-level")

    room.drive(scenario)


def test_a_computer_that_gives_no_sound_is_told(room: Room) -> None:
    room.devices = FakeDevices("Headset", system="Monitor of Built-in Audio")
    both = speech(1.0, tracks=2)
    both[1] = 0.0

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("g", "j")
        await until(pilot, lambda: shows(pilot, RecordScreen) and "Opname" in state(pilot))
        for _second in range(21):
            room.devices.sound.speak(both)
        await until(pilot, lambda: "Van de computer komt geen geluid" in text_of(pilot, "#record-notice"))

    room.drive(scenario)


def test_two_minutes_of_silence_and_twenty_of_recording_are_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        room.devices.sound.speak(speech(4.0, 0.001))  # the hum of a room
        monkeypatch.setattr("soep.tui.recording_words.LONG_SILENCE_S", 3.0)
        await until(pilot, lambda: "stil" in text_of(pilot, "#record-notice"))
        monkeypatch.setattr("soep.tui.recording_words.LONG_CONSULT_S", 3.0)
        room.devices.sound.speak(speech(2.0))
        await until(pilot, lambda: "duurt al" in text_of(pilot, "#record-notice"))

    room.drive(scenario)


def test_a_dictation_asks_nobody(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot, dictation=True)
        assert room.engine.task.job.options.dictation
        await room.hear(pilot, 1.0)
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        consent = room.only().consent
        assert consent is not None
        assert consent.given_by is ConsentBy.NOT_NEEDED

    room.drive(scenario)


def test_what_follows_a_dictation_needs_consent(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot, dictation=True)
        await room.hear(pilot, 1.0)
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        assert len(room.devices.opened) == 1

    room.drive(scenario)


def test_what_the_computer_plays_is_a_track_of_its_own(room: Room) -> None:
    room.devices = FakeDevices("Headset", system="Monitor of Built-in Audio")

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("g", "j")
        await until(pilot, lambda: shows(pilot, RecordScreen) and "Opname" in state(pilot))
        assert room.devices.opened[0][1] == "Monitor of Built-in Audio"
        assert room.engine.task.job.options.channels_apart
        room.devices.sound.speak(speech(1.0, tracks=2))
        await until(pilot, lambda: pilot.app.workplace.recording.elapsed_s >= 1.0)  # type: ignore[attr-defined]
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, ConsultScreen))
        assert [chunk.shape for chunk in intake.sound(room.desk, room.only().id)] == [(2, 16_000)]

    room.drive(scenario)


def test_an_engine_that_dies_stops_no_recording(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        room.engine.task.die(EngineGoneError("Het rekenproces is onverwacht gestopt."))
        await until(pilot, lambda: "rekenproces" in text_of(pilot, "#record-notice"))
        await room.hear(pilot, 2.0)
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        await until(pilot, lambda: len(room.engine.tasks) == 2)  # the list takes it up
        await until(pilot, lambda: room.only().status is Status.DRAFT)
        assert room.kept_s() == 3.0

    room.drive(scenario)


def test_what_nobody_foresaw_keeps_what_was_recorded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.complain = lambda error: said.append(str(error))  # type: ignore[attr-defined]
        await room.record(pilot)
        await room.hear(pilot, 2.0)
        monkeypatch.setattr(live, "measured", lambda *_: 1 / 0)
        room.devices.sound.speak(speech(1.0))
        await until(pilot, lambda: shows(pilot, TodayScreen))
        await until(pilot, lambda: room.only().status is Status.DRAFT)
        assert room.kept_s() == 2.0
        assert [one.code for one in room.only().warnings] == [RemarkCode.INTERRUPTED]

    room.drive(scenario)
    assert "ZeroDivisionError" in said[0]


def test_a_recording_without_speech_fails_with_the_reason(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.0)
        room.engine.task.outcome = InputError("Er is geen of te weinig spraak te horen.")
        await pilot.press("s")
        await until(pilot, lambda: shows(pilot, TodayScreen))
        assert room.only().status is Status.FAILED
        assert room.only().warnings[0].params["reason"] == "Er is geen of te weinig spraak te horen."

    room.drive(scenario)


def test_closing_asks_and_saves(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await room.hear(pilot, 1.5)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: shows(pilot, ConfirmScreen))
        await pilot.press("escape")
        await until(pilot, lambda: shows(pilot, RecordScreen))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: shows(pilot, ConfirmScreen))
        await pilot.press("j")

    room.engine.holds = True
    room.drive(scenario)
    desk = room.office.again()
    assert [row.status for row in desk.find()] == [Status.PROCESSING]
    assert room.kept_s() == 1.5


def test_the_store_is_not_locked_under_a_recording(room: Room) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await room.record(pilot)
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert shows(pilot, RecordScreen)
        assert pilot.app.workplace.recording is not None  # type: ignore[attr-defined]

    room.drive(scenario)

"""Consent: one key in the usual case, checked against the age where that is given."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label, OptionList, Select

from soep.tui.screens.consent import Agreed, ConsentScreen
from soep.types import About, ConsentBy
from tests.tui.driving import SMALL, WIDE, until
from tests.tui.recording import Room, shows

Answers = list[Agreed | None]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def asked(room: Room, *keys: str, system_sound: bool = False, size: tuple[int, int] = WIDE) -> Agreed | None:
    """Press keys on the question and give the answer."""
    answers: Answers = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsentScreen(lambda: system_sound), answers.append)
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await until(pilot, lambda: pilot.app.screen.query_one("#consent-system").display == system_sound)
        await pilot.press(*keys)
        await until(pilot, lambda: answers)

    room.drive(scenario, size)
    return answers[0]


@pytest.mark.parametrize(
    ("key", "who"),
    [
        ("enter", ConsentBy.PATIENT),
        ("j", ConsentBy.PATIENT),
        ("o", ConsentBy.PARENTS),
        ("b", ConsentBy.BOTH),
        ("v", ConsentBy.REPRESENTATIVE),
    ],
)
def test_one_key_agrees(room: Room, key: str, who: ConsentBy) -> None:
    answer = asked(room, key, size=SMALL)
    assert answer is not None
    assert answer.consent.given_by is who
    assert not answer.consent.others_informed
    assert answer.about == About()
    assert not answer.system_sound


def test_escape_agrees_to_nothing(room: Room) -> None:
    assert asked(room, "escape") is None


def test_others_who_know_and_what_the_computer_plays(room: Room) -> None:
    answer = asked(room, "a", "g", "j", system_sound=True)
    assert answer is not None
    assert answer.consent.others_informed
    assert answer.system_sound


def test_what_the_computer_plays_is_asked_only_where_it_can_be_heard(room: Room) -> None:
    answer = asked(room, "g", "j")
    assert answer is not None
    assert not answer.system_sound


@pytest.mark.parametrize("there_is", [True, False])
def test_who_is_quicker_than_the_sound_system_is_heard(there_is: bool, room: Room) -> None:
    answers: Answers = []
    answered = threading.Event()

    def slowly() -> bool:
        answered.wait(10.0)
        return there_is

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsentScreen(slowly), answers.append)
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        await pilot.press("g")
        if not there_is:
            answered.set()
            await pilot.app.workers.wait_for_complete()
        await pilot.press("j")
        await until(pilot, lambda: answers)
        answered.set()
        await pilot.app.workers.wait_for_complete()

    room.drive(scenario)
    assert answers[0] is not None
    assert answers[0].system_sound == there_is


def test_the_age_chooses_and_enter_agrees(room: Room) -> None:
    answers: Answers = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsentScreen(), answers.append)
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        screen = pilot.app.screen
        screen.query_one("#consent-age", Input).focus()
        who = screen.query_one("#consent-who", OptionList)
        for age, chosen in (("8", 1), ("13", 2), ("40", 0)):
            screen.query_one("#consent-age", Input).value = age
            await until(pilot, lambda chosen=chosen: who.highlighted == chosen)  # type: ignore[misc]
        screen.query_one("#consent-age", Input).value = "8"
        await until(pilot, lambda: who.highlighted == 1)
        await pilot.press("enter")
        await until(pilot, lambda: answers)

    room.drive(scenario)
    assert answers[0] is not None
    assert answers[0].consent.given_by is ConsentBy.PARENTS


def test_the_wrong_one_for_the_age_is_refused_with_the_reason(room: Room) -> None:
    answers: Answers = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsentScreen(), answers.append)
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        screen = pilot.app.screen
        screen.query_one("#consent-age", Input).value = "8"
        await pilot.press("j")
        await until(pilot, lambda: "ouders" in str(screen.query_one("#consent-refusal", Label).content))
        assert answers == []
        await pilot.press("o")
        await until(pilot, lambda: answers)

    room.drive(scenario)
    assert answers[0] is not None


def test_what_the_consult_is_known_by(room: Room) -> None:
    answers: Answers = []

    async def scenario(pilot: Pilot[None]) -> None:
        pilot.app.push_screen(ConsentScreen(), answers.append)
        await until(pilot, lambda: shows(pilot, ConsentScreen))
        screen = pilot.app.screen
        screen.query_one("#consent-label", Input).focus()
        await pilot.press(*"jojo")  # letters that are keys elsewhere
        screen.query_one("#consent-number", Input).value = " 12345 "
        screen.query_one("#consent-contact", Select).value = "05"
        await pilot.press("enter")
        await until(pilot, lambda: answers)

    room.drive(scenario)
    assert answers[0] is not None
    assert answers[0].about == About("jojo", "12345", "05")

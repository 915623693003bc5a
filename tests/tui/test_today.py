from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from soep.config import DraftingSettings, ServerSettings
from soep.errors import StoreLockedError
from soep.tui.messages import ConsultChanged
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.figures import FiguresScreen
from soep.tui.screens.help import HelpScreen
from soep.tui.screens.importing import ImportScreen
from soep.tui.screens.installing import InstallScreen
from soep.tui.screens.record import RecordScreen
from soep.tui.screens.settings import SettingsScreen
from soep.tui.screens.today import FIRST, TodayScreen
from soep.tui.screens.unlock import UnlockScreen
from soep.tui.widgets.consult_list import ConsultList
from soep.tui.widgets.guide import Guide
from soep.types import About, Flag, Status
from soep.wording import FlagCode
from soep.workflow import approval, erasing, intake, state
from soep.workflow.state import Finding
from tests.factories import MOMENT, line
from tests.stores import AGREED, Office, drafted, office, recorded, result, throat
from tests.tui.day import dutch_time, practice
from tests.tui.driving import SMALL, Engine, drive_day, until

__all__ = ["dutch_time"]


def lines(pilot: Pilot[None]) -> list[str]:
    """What the list says, line by line."""
    found = pilot.app.screen.query_one(ConsultList)
    strips = [found.render_line(y).text.rstrip() for y in range(found.size.height)]
    return [" ".join(line.split()) for line in strips if line.strip()]


def cursor_at(pilot: Pilot[None], label: str) -> bool:
    row = pilot.app.screen.query_one(ConsultList).row
    return row is not None and row.label == label


async def go_to(pilot: Pilot[None], label: str) -> None:
    await pilot.press("home")
    for _line in range(20):
        if cursor_at(pilot, label):
            return
        await pilot.press("down")
    raise AssertionError(label)


@pytest.mark.usefixtures("dutch_time")
def test_the_list_says_when_who_what_how_long_and_how_far(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: any("%" in line for line in lines(pilot)))
        assert lines(pilot) == [
            "Vandaag, donderdag 12 maart",
            "09:36 Verwijzing cardioloog 0:03 ○ concept",
            "09:21 Zwangerschapscontrole … 1:05 ▶ herkennen 43 %, nog 10 s",
            "09:01 Hoofdpijn 0:05 ✗ mislukt",
            "08:41 Keel en knie Keelpijn; Kniepijn re 1:02 ○ concept",
            "Gisteren, woensdag 11 maart",
            "09:41 Rug Lage rugpijn 0:03 ✓ goedgekeurd",
            "Dinsdag 10 maart",
            "09:41 Enkel Enkeldistorsie li 0:03 → geëxporteerd",
        ]

    drive_day(practice(tmp_path / "soep").desk, scenario)


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ("draft", "1 concept om na te kijken"),
        ("processing", "Er wordt nog aan een concept gewerkt"),
        ("failed", "Niet van elk consult is een concept gemaakt"),
        ("approved", "Alles is nagekeken"),
    ],
)
def test_the_title_says_what_is_left_to_do(left: str, says: str, tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    approval.approve(made.desk, drafted(made.desk))
    if left in {"processing", "failed"}:
        consult_id = recorded(made.desk)
        if left == "failed":
            intake.failed(made.desk, consult_id, StoreLockedError("Het rekenproces is gestopt."))
    elif left == "draft":
        drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: str(pilot.app.screen.query_one("#today-title").content) == says)

    drive_day(made.desk, scenario)


def test_the_search_finds_while_one_types_and_leaves_again(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"knie")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        assert "Keel en knie" in lines(pilot)[1]
        await pilot.press(*"xx")
        await until(pilot, lambda: pilot.app.screen.has_class("empty"))
        await pilot.press("escape")
        await until(pilot, lambda: len(lines(pilot)) == 9)
        assert not pilot.app.screen.query_one("#today-search", Input).has_class("open")

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_enter_in_the_search_goes_to_what_was_found(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"rugpijn")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_where_the_text_of_consults_goes_is_always_in_view(tmp_path: Path) -> None:
    server = DraftingSettings(drafter="server", server=ServerSettings(url="https://127.0.0.1:8443", model="groot"))
    made = office(tmp_path / "soep", drafting=server)

    async def scenario(pilot: Pilot[None]) -> None:
        status = pilot.app.screen.query_one("#today-status")
        await until(pilot, lambda: "! Let op: de tekst van consulten gaat naar 127.0.0.1:8443." in str(status.content))
        other = pilot.app.settings.model_copy(update={"drafting": DraftingSettings()})
        pilot.app.take_settings(other)  # which counts when soep starts again
        pilot.app.screen._look_around()
        await pilot.app.workers.wait_for_complete()
        assert "127.0.0.1:8443" in str(status.content)

    drive_day(made.desk, scenario)


def test_work_in_the_background_does_not_draw_the_screen_over_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practice(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await go_to(pilot, "Keel en knie")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        await pilot.pause(0.3)
        drawn: list[object] = []
        monkeypatch.setattr(pilot.app, "_display", lambda screen, _update: drawn.append(screen))
        for row in made.desk.find():
            if row.label != "Keel en knie":
                pilot.app.post_message(ConsultChanged(row.id))
        await pilot.pause(0.7)  # the list looks at the recording twice a second
        assert drawn == []

    drive_day(made.desk, scenario)


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("i", ImportScreen),
        ("c", FiguresScreen),
        ("s", SettingsScreen),
        ("f1", HelpScreen),
        ("n", RecordScreen),
        ("d", RecordScreen),
    ],
)
def test_a_key_leads_to_each_screen_and_escape_back(key: str, screen: type, tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await until(pilot, lambda: any(isinstance(one, screen) for one in pilot.app.screen_stack))
        if screen is RecordScreen:
            assert next(one for one in pilot.app.screen_stack if isinstance(one, screen)).dictation == (key == "d")
            return
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_a_consult_is_erased_after_a_question_and_only_then(tmp_path: Path) -> None:
    made = practice(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await go_to(pilot, "Hoofdpijn")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("enter")  # the harmless button has the focus
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen))
        assert any(row.label == "Hoofdpijn" for row in made.desk.find())
        await pilot.press("delete", "j")
        await until(pilot, lambda: not any("Hoofdpijn" in line for line in lines(pilot)))
        assert not any(row.label == "Hoofdpijn" for row in made.desk.find())

    drive_day(made.desk, scenario)


def test_a_consult_that_is_worked_on_can_be_stopped_and_begun_again(tmp_path: Path) -> None:
    label = "Zwangerschapscontrole met een lang herkenningswoord"

    async def scenario(pilot: Pilot[None]) -> None:
        await go_to(pilot, label)
        await until(pilot, lambda: any("herkennen" in line for line in lines(pilot)))
        await pilot.press("x")
        await until(pilot, lambda: any("■ gestopt" in line for line in lines(pilot)))
        await pilot.press("v")
        await until(pilot, lambda: any("herkennen" in line for line in lines(pilot)))

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_a_recording_that_has_just_ended_has_no_key_to_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = "Zwangerschapscontrole met een lang herkenningswoord"

    async def scenario(pilot: Pilot[None]) -> None:
        await go_to(pilot, label)
        await until(pilot, lambda: pilot.app.screen.check_action("stop", ()))
        monkeypatch.setattr(pilot.app.workplace, "is_finishing", lambda _consult_id: True)
        assert not pilot.app.screen.check_action("stop", ())

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_what_cannot_be_processed_again_says_why(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    consult_id = drafted(made.desk)
    made.clock.pass_(hours=73)
    erasing.sweep(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("v")
        await until(pilot, lambda: pilot.app._notifications)
        assert made.desk.row(consult_id).status is Status.DRAFT

    drive_day(made.desk, scenario)


def test_a_change_in_the_background_touches_only_its_line(tmp_path: Path) -> None:
    made = practice(tmp_path / "soep")
    changed: list[str] = []

    async def scenario(pilot: Pilot[None]) -> None:
        found = pilot.app.screen.query_one(ConsultList)
        replaced = found.replace_option_prompt
        found.replace_option_prompt = lambda name, prompt: changed.append(name) or replaced(name, prompt)
        found.set_options = lambda options: pytest.fail("the whole list was built anew")
        await go_to(pilot, "Hoofdpijn")
        consult_id = found.row.id
        changed.clear()
        intake.again(made.desk, consult_id)
        intake.processed(made.desk, consult_id, result())
        pilot.app._tell(consult_id)
        await until(pilot, lambda: any("Hoofdpijn Keelpijn" in line for line in lines(pilot)))
        assert set(changed) == {consult_id}
        assert cursor_at(pilot, "Hoofdpijn")

    drive_day(made.desk, scenario)


def test_ten_thousand_consults_come_as_far_as_one_looks(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    consult_id = drafted(made.desk)
    fill(made, consult_id, 3 * FIRST)

    async def scenario(pilot: Pilot[None]) -> None:
        found = pilot.app.screen.query_one(ConsultList)
        assert len(found._rows) == FIRST
        await pilot.press("end")
        await until(pilot, lambda: len(found._rows) == 2 * FIRST)
        assert found.row.label == f"nummer {FIRST - 1}"  # the cursor stays where it was
        await pilot.press("slash", *f"nummer {3 * FIRST - 1}")
        await until(pilot, lambda: len(found._rows) == 1)

    drive_day(made.desk, scenario)


def fill(made: Office, like: str, count: int) -> None:
    """As many consults as that, of ever earlier minutes."""
    with made.desk.store.transaction() as tables:
        consult = tables.consults.get(like)
        for number in range(count):
            moment = MOMENT + timedelta(days=1) - timedelta(minutes=number)
            tables.consults.put(type(consult)(f"c{number}", moment, label=f"nummer {number}"))


def test_the_status_tells_what_is_missing_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Finding("Spraakherkenning", False, "Het model is niet geïnstalleerd.", "", 3)
    monkeypatch.setattr(state, "weights", lambda _settings: [missing])
    monkeypatch.setattr(state, "disk", lambda _settings: Finding("Schijf", False, "0.4 GB vrij", "Maak ruimte."))

    async def scenario(pilot: Pilot[None]) -> None:
        status = pilot.app.screen.query_one("#today-status")
        await until(pilot, lambda: "0.4 GB vrij" in str(status.content))
        assert "1 model ontbreekt" in str(status.content)
        assert "Installeer ze met m." in str(status.content)
        assert "! Maak ruimte." in str(status.content)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, InstallScreen))

    drive_day(practice(tmp_path / "soep").desk, scenario, SMALL)


def test_practising_ticks_off_what_is_done(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        guide = pilot.app.screen.query_one(Guide)
        await until(pilot, lambda: guide.display)
        assert ticks(guide) == "▶····"
        with Engine(made.desk.settings):  # a real one reads the shipped consult
            await pilot.press("o")
            await until(pilot, lambda: pilot.app.practice.consult_id, within_s=60.0)
        consult_id = pilot.app.practice.consult_id
        assert made.desk.row(consult_id).label == "Oefenconsult"
        await until(pilot, lambda: ticks(guide) == "✓▶···")
        await pilot.press("x")
        await until(pilot, lambda: any("gestopt" in line for line in lines(pilot)))
        doubtful = line("5 dgn keelpijn.", 2, flags=(Flag(FlagCode.NO_EVIDENCE),))
        intake.processed(made.desk, consult_id, result(throat(S=(doubtful,))))
        pilot.app._tell(consult_id)
        await until(pilot, lambda: ticks(guide) == "✓✓▶··")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        await until(pilot, lambda: "stap 3" in str(pilot.app.screen.query_one("GuideLine").content))
        await pilot.press("f", "v")
        await until(pilot, lambda: "stap 4" in str(pilot.app.screen.query_one("GuideLine").content))
        await pilot.press("escape")
        approval.approve(made.desk, consult_id)
        pilot.app._tell(consult_id)
        await until(pilot, lambda: ticks(guide) == "✓✓✓✓▶")
        approval.exported(made.desk, consult_id, "klembord", "ab" * 32)
        pilot.app._tell(consult_id)
        await until(pilot, lambda: ticks(guide) == "✓✓✓✓✓")
        await pilot.press("p")
        assert not guide.display
        await pilot.press("o")
        assert guide.display
        assert len(made.desk.find()) == 1

    drive_day(made.desk, scenario)


def ticks(guide: Guide) -> str:
    return "".join(line.strip()[0] for line in str(guide.content).splitlines()[1:-1])


def test_a_recording_that_runs_is_opened_where_it_runs(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    intake.begin(made.desk, AGREED, About("Loopt"))

    async def scenario(pilot: Pilot[None]) -> None:
        assert any("● wordt opgenomen" in line for line in lines(pilot))
        assert pilot.app.screen.check_action("delete", ()) is False
        await pilot.press("enter")
        await until(pilot, lambda: any(isinstance(one, RecordScreen) for one in pilot.app.screen_stack))

    drive_day(made.desk, scenario)


def test_the_palette_has_the_commands_of_the_screen_in_dutch(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        titles = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Opnemen", "Inlezen", "Zoeken", "Instellingen", "Vergrendelen", "Licht of donker", "Help"} <= titles
        assert not titles & {"Maximize", "Screenshot", "Quit", "Keys", "Theme"}
        await pilot.press("ctrl+p", *"Inlezen")
        await until(pilot, lambda: pilot.app.screen.query_one("CommandList", OptionList).option_count)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportScreen))

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_what_textual_says_by_itself_is_dutch_too(tmp_path: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+c")
        await until(pilot, lambda: pilot.app._notifications)
        assert [note.message for note in pilot.app._notifications] == ["U sluit soep af met ^q."]
        await pilot.press("ctrl+p", *"qqxx")
        found = pilot.app.screen.query_one("CommandList", OptionList)
        await until(pilot, lambda: [str(one.prompt) for one in found.options] == ["Geen opdracht gevonden"])

    drive_day(practice(tmp_path / "soep").desk, scenario)


def test_locked_it_shows_nothing_and_unlocked_it_is_today_again(tmp_path: Path) -> None:
    made = practice(tmp_path / "soep")

    async def scenario(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsultScreen))
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(pilot.app.screen, UnlockScreen))
        assert [type(one).__name__ for one in pilot.app.screen_stack] == ["Screen", "UnlockScreen"]
        with pytest.raises(StoreLockedError):
            made.desk.find()
        desk = made.again()
        pilot.app.unlocked(desk)
        await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen) and len(lines(pilot)) == 9)

    drive_day(made.desk, scenario)


def test_nobody_there_for_long_enough_locks_it_but_not_while_it_is_busy(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    recorded(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        lock = pilot.app.workplace.idle
        with lock.busy():
            await pilot.press("ctrl+l")
            assert isinstance(pilot.app.screen, TodayScreen)
            lock._touched_s -= 10_000.0
            pilot.app._look_at_lock()
            assert isinstance(pilot.app.screen, TodayScreen)
        pilot.app.workplace.worklist.cancel(made.desk.find()[0].id)
        await until(pilot, lambda: not pilot.app.workplace.worklist.is_busy)
        lock._touched_s -= 10_000.0
        pilot.app._look_at_lock()
        await until(pilot, lambda: isinstance(pilot.app.screen, UnlockScreen))

    drive_day(made.desk, scenario)


def test_what_was_kept_long_enough_is_erased_while_it_is_open(tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    drafted(made.desk)

    async def scenario(pilot: Pilot[None]) -> None:
        assert len(lines(pilot)) == 2
        made.clock.pass_(days=91)
        pilot.app._sweep()
        await until(pilot, lambda: not made.desk.find())
        await until(pilot, lambda: pilot.app.screen.has_class("empty"))

    drive_day(made.desk, scenario)

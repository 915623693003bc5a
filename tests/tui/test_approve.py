"""Approving and taking out, as the GP does it: by keys, with what the store then holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from textual.pilot import Pilot
from textual.widgets import Digits, Input, OptionList, Static

from soep.config import ExportSettings, FieldTextSettings, InterfaceSettings
from soep.export.clipboard import ShortLived
from soep.tui.app import SoepApp
from soep.tui.screens.approve import ApproveScreen
from soep.tui.screens.consult import ConsultScreen
from soep.tui.screens.letter import LetterScreen
from soep.tui.screens.patient import PatientScreen
from soep.tui.screens.save_as import SaveScreen
from soep.types import About, Consult, Flag, SoepNote, Status
from soep.wording import FlagCode
from soep.workflow import approval, editing, keeping
from soep.workflow.edits import SetIcpc
from tests.clipboards import FakeClipboard
from tests.factories import line
from tests.stores import Office, drafted, office, throat
from tests.tui.driving import SMALL, drive_day, until

FLAGGED = line("Pcm 500 mg.", 3, flags=(Flag(FlagCode.NUMBER_NOT_SAID, {"number": "500"}, critical=True),))


class Desk:
    """An office with the screen open on a consult, and a clipboard in memory."""

    def __init__(self, made: Office, consult_id: str) -> None:
        self.made = made
        self.consult_id = consult_id
        self.clipboard = FakeClipboard()
        self.pilot: Pilot[None]

    @property
    def app(self) -> SoepApp:
        assert isinstance(self.pilot.app, SoepApp)
        return self.pilot.app

    @property
    def consult(self) -> Consult:
        return self.made.desk.peek(self.consult_id)

    @property
    def exports(self) -> list[str]:
        return [target for _at, target, _sha256 in approval.exports(self.made.desk, self.consult_id)]

    def shown(self, where: str) -> str:
        return str(self.app.screen.query_one(where, Static).content)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def copied(self, *keys: str) -> str:
        """Press keys that copy, and give what then comes to the clipboard."""
        known = len(self.clipboard.copied)
        await self.press(*keys)
        await until(self.pilot, lambda: len(self.clipboard.copied) > known)
        exports = len(self.exports)
        await until(self.pilot, lambda: len(self.exports) >= exports)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        return self.clipboard.text


def at_desk(
    tmp_path: Path,
    scenario: Callable[[Desk], Awaitable[None]],
    *notes: SoepNote,
    size: tuple[int, int] = SMALL,
    **settings: Any,
) -> None:
    made = office(tmp_path / "soep", **settings)
    desk = Desk(made, drafted(made.desk, *notes))
    editing.name(made.desk, desk.consult_id, About("Keel", "12345"))

    async def opened(pilot: Pilot[None]) -> None:
        desk.pilot = pilot
        desk.app.copies.use(desk.clipboard)
        pilot.app.push_screen(ApproveScreen(desk.consult_id))
        await until(pilot, lambda: isinstance(pilot.app.screen, ApproveScreen) and pilot.app.screen.consult)
        await scenario(desk)

    drive_day(made.desk, opened, size)


def test_whose_it_is_stands_there_large(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        screen = desk.app.screen
        assert screen.query_one("#approve-number", Digits).value == "12345"
        local = desk.consult.created_at.astimezone()
        assert screen.query_one("#approve-time", Digits).value == f"{local:%H:%M}"
        assert "Keel" in desk.shown("#approve-name")
        assert "Keelpijn" in desk.shown("#approve-titles")

    at_desk(tmp_path, scenario)


def test_one_key_approves_and_the_screen_says_when_sound_goes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert "1 uur na goedkeuring" in desk.shown("#approve-info")
        await desk.press("a")
        assert desk.consult.status is Status.APPROVED
        assert "Goedgekeurd" in desk.shown("#approve-state")
        assert "gewist om" in desk.shown("#approve-info")

    at_desk(tmp_path, scenario)


def test_a_critical_flag_is_said_and_let_stand_first(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert "1 regel na te kijken" in desk.shown("#approve-state")
        assert "niet gezegd" in "".join(str(row.text) for row in desk.app.screen.query_one("#approve-rows").rows)  # type: ignore[attr-defined]
        await desk.press("a")
        assert desk.consult.status is Status.DRAFT
        await desk.press("l")
        assert desk.consult.working[0].P[0].flags == ()
        await desk.press("a")
        assert desk.consult.status is Status.APPROVED

    at_desk(tmp_path, scenario, throat(P=(FLAGGED,)))


def test_a_critical_flag_goes_back_to_the_consult(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("enter")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ConsultScreen))
        screen = desk.app.screen
        assert isinstance(screen, ConsultScreen)
        await until(desk.pilot, lambda: screen.note.place and screen.note.place.line)
        flagged = desk.consult.working[0].P[0]
        await until(desk.pilot, lambda: screen.note.place.line == flagged)  # type: ignore[union-attr]

    at_desk(tmp_path, scenario, throat(P=(FLAGGED,)))


def test_back_to_the_consult_that_it_was_opened_from(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.app.pop_screen()
        desk.app.push_screen(ConsultScreen(desk.consult_id))
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ConsultScreen) and desk.app.screen.consult)
        below = desk.app.screen
        await desk.press("a")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ApproveScreen))
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.app.screen is below)

    at_desk(tmp_path, scenario, throat(P=(FLAGGED,)))


def test_each_problem_by_itself(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("p")
        assert [note.problem.text for note in desk.consult.final] == ["Keelpijn"]
        assert "1 van 2" in desk.shown("#approve-state")
        assert desk.consult.status is Status.DRAFT
        await desk.press("a")
        assert desk.consult.status is Status.APPROVED

    at_desk(tmp_path, scenario, throat(), throat(problem=line("Knie", 2)))


def test_nothing_leaves_before_approval(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("c", "v", "b", "m", "w", "i")
        assert isinstance(desk.app.screen, ApproveScreen)
        assert "goed" in await desk.app.screen.next_field()
        assert desk.clipboard.copied == []

    at_desk(tmp_path, scenario)


def test_the_whole_note_to_the_clipboard(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        assert await desk.copied("c") == "Keelpijn\nS: 5 dgn keelpijn.\nP: Pcm."
        assert desk.consult.status is Status.EXPORTED
        assert "klembord" in desk.shown("#approve-info")
        entry = keeping.log(desk.made.desk, consult=desk.consult_id)[-1]
        ((_at, target, sha256),) = approval.exports(desk.made.desk, desk.consult_id)
        assert (entry.action, entry.user, entry.detail) == ("export", "jansen", f"{target} {sha256}")

    at_desk(tmp_path, scenario)


def test_field_after_field(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        assert await desk.copied("v") == "5 dgn keelpijn."
        assert desk.consult.status is Status.APPROVED, "a part is not yet an export of the note"
        assert "[S]" in desk.shown("#approve-fields")
        assert isinstance(desk.app.screen, ApproveScreen)
        assert await desk.app.screen.next_field() == ""
        assert desk.clipboard.text == "Pcm."
        assert desk.consult.status is Status.EXPORTED
        assert "✓S" in desk.shown("#approve-fields")
        assert await desk.copied("v") == "5 dgn keelpijn."
        assert desk.exports == ["klembord S", "klembord P", "klembord S"]

    at_desk(tmp_path, scenario)


def test_quick_presses_come_in_order(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        await desk.press("v", "v", "v", "v")
        await until(desk.pilot, lambda: len(desk.clipboard.copied) == 4)
        assert desk.clipboard.copied == ["5 dgn keelpijn.", "Pcm.", "5 dgn keelpijn.", "Pcm."]
        await desk.app.workers.wait_for_complete()

    at_desk(tmp_path, scenario, throat(), throat(problem=line("Knie", 2)))


def test_a_click_copies_that_field(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        rows = desk.app.screen.query_one("#approve-rows")
        await desk.pilot.click(rows, offset=(10, 2), times=2)
        await until(desk.pilot, lambda: desk.clipboard.text == "Pcm.")
        await desk.app.workers.wait_for_complete()

    at_desk(tmp_path, scenario)


def test_the_code_by_itself(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        editing.edit(desk.made.desk, desk.consult_id, SetIcpc(desk.consult.working[0].id, "E", "r74"))
        await desk.press("a")
        assert await desk.copied("i") == "R74"
        assert desk.exports == ["klembord ICPC"]

    at_desk(tmp_path, scenario)


def test_as_the_practice_set_it(tmp_path: Path) -> None:
    export = ExportSettings(text=FieldTextSettings(order=("P", "S"), labelled_fields=True))

    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        assert await desk.copied("v") == "P: Pcm."

    at_desk(tmp_path, scenario, export=export)


def test_without_a_number_somebody_must_be_sure(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        editing.name(desk.made.desk, desk.consult_id, About("Keel"))
        await desk.press("a")
        await desk.press("c")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, PatientScreen))
        await desk.press("escape")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ApproveScreen))
        assert desk.clipboard.copied == []
        await desk.press("v")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, PatientScreen))
        await desk.press(*"777")
        assert await desk.copied("enter") == "5 dgn keelpijn."
        assert desk.consult.patient_ref == "777"
        assert desk.consult.label == "Keel"
        assert await desk.copied("v") == "Pcm."

    at_desk(tmp_path, scenario)


def test_sure_without_a_number(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        editing.name(desk.made.desk, desk.consult_id, About("Keel"))
        await desk.press("a")
        await desk.press("v")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, PatientScreen))
        assert await desk.copied("enter") == "5 dgn keelpijn."
        assert await desk.copied("v") == "Pcm."

    at_desk(tmp_path, scenario)


def test_it_leaves_the_clipboard_after_a_while(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a", "v")
        await until(desk.pilot, lambda: desk.clipboard.copied and desk.clipboard.text == "")

    at_desk(tmp_path, scenario, interface=InterfaceSettings(clipboard_clear_s=0.3))


def test_it_leaves_the_clipboard_with_the_application(tmp_path: Path) -> None:
    seen: list[FakeClipboard] = []

    async def scenario(desk: Desk) -> None:
        await desk.press("a")
        assert await desk.copied("v")
        seen.append(desk.clipboard)

    at_desk(tmp_path, scenario)
    assert seen[0].copied
    assert seen[0].text == ""


def test_the_terminal_is_asked_where_there_is_no_other_clipboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soep.tui.copies.system_clipboard", lambda: None)
    asked: list[str] = []
    monkeypatch.setattr(SoepApp, "ask_terminal", lambda _app, text: asked.append(text))

    async def scenario(desk: Desk) -> None:
        from soep.tui.copies import TerminalClipboard

        desk.app.copies._held = ShortLived(TerminalClipboard(desk.app))
        await desk.press("a", "v")
        await until(desk.pilot, lambda: asked == ["5 dgn keelpijn."])
        await desk.app.workers.wait_for_complete()

    at_desk(tmp_path, scenario)
    assert asked == ["5 dgn keelpijn.", ""]


def test_a_clipboard_that_refuses_is_told(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        def refuse(_text: str) -> None:
            raise RuntimeError("van een ander")

        desk.clipboard.put = refuse  # type: ignore[method-assign]
        await desk.press("a", "c")
        await until(desk.pilot, lambda: desk.app._notifications)
        assert desk.consult.status is Status.APPROVED
        assert keeping.log(desk.made.desk, consult=desk.consult_id)[-1].result == "begun"

    at_desk(tmp_path, scenario)


@pytest.mark.parametrize(("downs", "suffix", "holds"), [(0, ".docx", b"PK"), (2, ".txt", None)])
def test_saved_as_a_file(tmp_path: Path, downs: int, suffix: str, holds: bytes | None) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a", "b")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, SaveScreen))
        field = desk.app.screen.query_one(Input)
        field.value = str(tmp_path / "uit" / "verslag")
        forms = desk.app.screen.query_one("#save-forms")
        names = list(desk.app.screen._names)  # type: ignore[attr-defined]
        place = 0 if not downs else names.index("txt")
        await desk.press(*["down"] * place if place else ["down", "up"])
        await until(desk.pilot, lambda: Path(field.value).suffix == suffix)
        await desk.press("enter")
        assert not forms.has_focus
        await desk.press("enter")
        file = tmp_path / "uit" / f"verslag{suffix}"
        await until(desk.pilot, lambda: desk.consult.status is Status.EXPORTED)
        content = file.read_bytes()
        assert content.startswith(holds) if holds else "5 dgn keelpijn." in content.decode()
        assert "CONCEPT" not in content.decode("utf-8", "replace")
        await desk.press("b")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, SaveScreen))
        await desk.press(*["down"] * place if place else ["down", "up"])
        desk.app.screen.query_one(Input).value = str(file)
        await desk.press("ctrl+s")
        await until(desk.pilot, lambda: "bestaat al" in desk.shown("#save-trouble"))
        await desk.press("escape")
        assert len(desk.exports) == 1

    at_desk(tmp_path, scenario)


def test_what_can_be_no_file_is_refused(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a", "b")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, SaveScreen))
        field = desk.app.screen.query_one(Input)
        field.value = ""
        await desk.press("down", "up")  # there is no name to follow the format
        for text, said in (("", "naam"), ("~niemandhier/x", "geen bestand"), ("x" * 300, "geen bestand")):
            field.value = text
            await desk.press("ctrl+s")
            assert said in desk.shown("#save-trouble")
        await desk.press("escape", "w")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, LetterScreen))
        desk.app.screen.query_one("#letter-reason", Input).value = "oor"
        desk.app.screen.query_one("#letter-file", Input).value = "~niemandhier/x"
        await desk.press("ctrl+s")
        assert "geen bestand" in desk.shown("#letter-trouble")

    at_desk(tmp_path, scenario)


def test_a_letter_begins_with_the_problem_under_the_cursor(tmp_path: Path) -> None:
    """Another problem is no business of this specialist unless the GP says so."""
    knee = SoepNote(line("Kniepijn", 5), (line("Knie dik.", 6),), (line("Hydrops.", 7),), (), (line("Rust.", 8),))

    async def scenario(desk: Desk) -> None:
        await desk.press("a", "end", "w")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, LetterScreen))
        choices = [str(option.prompt) for option in desk.app.screen.query_one("#letter-lines", OptionList).options]
        assert choices == [
            "Keelpijn",
            "[ ] S 5 dgn keelpijn.",
            "[ ] P Pcm.",
            "Kniepijn",
            "[x] S Knie dik.",
            "[x] O Hydrops.",
            "[ ] P Rust.",
        ]

    at_desk(tmp_path, scenario, throat(), knee)


def test_a_letter_with_chosen_lines(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a", "w")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, LetterScreen))
        file = tmp_path / "brief.docx"
        desk.app.screen.query_one("#letter-file", Input).value = str(file)
        await desk.press("down", "space", "up", "space", "space")  # the plan joins; S was there already
        await desk.press("ctrl+s")
        assert "reden" in desk.shown("#letter-trouble")
        await desk.press(*"oor", "enter", *"hoe", "enter", "enter")
        await until(desk.pilot, lambda: desk.exports)
        text = [paragraph.text for paragraph in Document(str(file)).paragraphs]
        assert "Reden van verwijzing: oor" in text
        assert "Vraag: hoe" in text
        assert "\t5 dgn keelpijn." in text
        assert "\tPcm." in text
        assert desk.exports == ["verwijsbrief"]
        assert desk.consult.status is Status.APPROVED, "a letter is not the note in the EHR"

    at_desk(tmp_path, scenario)


def test_into_the_folder_of_the_ehr_once(tmp_path: Path) -> None:
    folder = tmp_path / "his"

    async def scenario(desk: Desk) -> None:
        await desk.press("a", "m")
        await until(desk.pilot, lambda: desk.app._notifications)  # the folder is not there
        assert desk.consult.status is Status.APPROVED
        folder.mkdir()
        await desk.press("m")
        await until(desk.pilot, lambda: desk.consult.status is Status.EXPORTED)
        await desk.app.workers.wait_for_complete()
        await desk.press("m")
        await desk.app.workers.wait_for_complete()
        assert len(list(folder.iterdir())) == 2
        assert desk.exports == ["map: json"]

    at_desk(tmp_path, scenario, export=ExportSettings(folder=folder, folder_format="json"))


def test_approval_is_taken_back_and_asked_for_after_an_export(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.press("a", "t")
        assert desk.consult.status is Status.DRAFT
        await desk.press("a")
        await desk.copied("c")
        await desk.press("t", "n")
        assert desk.consult.status is Status.EXPORTED
        await desk.press("t", "j")
        await until(desk.pilot, lambda: desk.consult.status is Status.DRAFT)
        assert not desk.app.screen.query_one("#approve-fields").display

    at_desk(tmp_path, scenario)


def test_a_consult_that_is_gone_closes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.app.pop_screen()
        desk.app.push_screen(ApproveScreen("is er niet"))
        await until(desk.pilot, lambda: not isinstance(desk.app.screen, ApproveScreen))

    at_desk(tmp_path, scenario)


def test_an_assistant_may_not(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.made.desk.settings = replace_role(desk)
        await desk.press("a")
        assert desk.consult.status is Status.DRAFT
        assert desk.app._notifications

    at_desk(tmp_path, scenario)


def replace_role(desk: Desk) -> Any:
    settings = desk.made.desk.settings
    return settings.model_copy(update={"practice": settings.practice.model_copy(update={"role": "assistent"})})

"""The note on the consult screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, OptionList

from soep.store.log import Action
from soep.tui.screens.approve import ApproveScreen
from soep.tui.screens.changes import ChangesScreen
from soep.tui.screens.choice import ChoiceScreen
from soep.tui.screens.consult_forms import AboutScreen, IcpcScreen, TitleScreen
from soep.tui.screens.help import HelpScreen
from soep.tui.screens.unlock import UnlockScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.rows import RowList
from soep.types import Origin, Remark, Role, Status
from soep.wording import RemarkCode
from soep.workflow import approval, editing, intake
from soep.workflow.edits import AcceptFlags
from tests.stores import recorded
from tests.tui.consulting import Case, On
from tests.tui.driving import SMALL, until


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path / "soep")


def views(case: Case) -> int:
    with case.desk.store.reading() as tables:
        return sum(entry.action == Action.VIEW.value for entry in tables.log.entries())


def test_a_draft_is_shown_with_flags_times_and_omissions(case: Case) -> None:
    async def scenario(on: On) -> None:
        rows = on.rows()
        assert "1    |Keelpijn  S R21 · E R74" in rows
        assert "S    |Sinds 5 dgn keelpijn en hoest.  0:10" in rows
        assert "P !! |Pcm 4 dd 500 mg.  0:35\n↳ In de regel staat “500 mg”, gezegd is “1000 mg”." in rows
        assert any(row.startswith("S !  |Pijn re knie") for row in rows)
        assert on.rows("#unsaid-rows")[0].startswith("|Allergie besproken, niet in het concept: penicilline")
        assert on.shown("#unsaid-heading") == "Gezegd, niet in concept (2)"
        assert "  0:10  pat.  |Ik heb sinds vijf dagen keelpijn en ik hoest." in on.rows("#said-rows")

    case.drive(scenario)


def test_the_header_tells_which_consult_it_is_and_what_waits(case: Case) -> None:
    async def scenario(on: On) -> None:
        assert on.shown("#consult-who") == "Rode trui"
        assert "12345" in on.shown("#consult-what")
        assert "2 Kniepijn re" in on.shown("#consult-what")
        assert "2 na te kijken, 1 verplicht" in on.shown("#consult-state")
        assert "telefoonkwaliteit" in on.shown("#consult-remarks")
        await on.at("Pcm")
        await on.press("v")
        assert on.shown("#consult-state") == "concept · ! 1 na te kijken"
        await on.at("Pijn")
        await on.press("v")
        assert "niets na te kijken" in on.shown("#consult-state")

    case.drive(scenario)


def test_opening_is_logged_once(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("x", "ctrl+z")
        on.screen.reload()
        assert views(case) == 1

    case.drive(scenario)


def test_a_line_marks_what_it_rests_on_and_the_other_way_round(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Keel rood")
        assert on.screen.transcript.said.marked == {6}
        await on.hear(7)
        assert on.screen.note.lines.marked == {case.line("BLWI").id, case.line("Pcm").id}
        assert not on.screen.transcript.said.marked

    case.drive(scenario)


def test_a_line_is_edited_in_its_place(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("enter", "end", "backspace")
        await on.type(", mild.")
        assert case.line("BLWI").text == "BLWI."
        await on.press("enter")
        line = case.line("BLWI")
        assert (line.text, line.touched) == ("BLWI, mild.", True)
        assert on.screen.note.lines.has_focus
        await on.press("enter", "x", "escape")
        assert case.line("BLWI").text == "BLWI, mild."

    case.drive(scenario)


def test_the_reason_of_a_flag_stays_in_view_while_its_line_is_edited(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Pcm")
        await on.press("enter")
        on.screen.note.editor.insert(" meer dan een regel" * 6)
        await on.pilot.pause()
        rows = on.screen.note.lines
        lines = ["".join(segment.text for segment in rows.render_line(y)) for y in range(rows.size.height)]
        reason = next(y for y, text in enumerate(lines) if "gezegd is “1000 mg”" in text)
        first = next(y for y, text in enumerate(lines) if text.strip() == "› P !!")
        assert reason == first + on.screen.note.editor.size.height
        assert "Bij dyspnoe" in lines[reason + 1]

    case.drive(scenario)


def test_clicking_elsewhere_saves_in_the_line_that_was_edited(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("enter")
        await on.type(" Mild.")
        await on.pilot.click("#note-rows", offset=(20, 1))
        await on.pilot.pause()
        assert case.line("BLWI").text == "BLWI. Mild."
        assert case.line("Sinds").text == "Sinds 5 dgn keelpijn en hoest."

    case.drive(scenario)


def test_what_cannot_be_saved_stays_to_be_mended(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("enter")
        on.screen.note.editor.insert("x" * 2100)
        await on.press("enter")
        await until(on.pilot, on.told)
        assert on.screen.note.editor.is_open
        assert case.line("BLWI").text == "BLWI."

    case.drive(scenario)


def test_a_long_line_makes_room_while_it_is_typed(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("enter")
        on.screen.note.editor.insert(" meer dan een regel" * 6)
        await on.pilot.pause()
        assert on.screen.note.editor.size.height > 1

    case.drive(scenario)


def test_a_title_is_edited_too(case: Case) -> None:
    async def scenario(on: On) -> None:
        on.screen.note.lines.go_to(case.consult.working[0].problem.id)
        await on.press("enter", "end")
        await on.type(" re")
        await on.press("enter")
        assert case.consult.working[0].problem.text == "Keelpijn re"

    case.drive(scenario)


def test_a_line_is_added_below_the_cursor(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Sinds")
        await on.press("n")
        await on.type("Geen koorts.")
        await on.press("enter")
        assert case.texts(0, "S") == ["Sinds 5 dgn keelpijn en hoest.", "Geen koorts.", "Eergisteren T 38,5, nu -."]
        assert case.line("Geen koorts").origin is Origin.HUISARTS
        assert on.screen.note.place is not None
        assert on.screen.note.place.line == case.line("Geen koorts")
        rows = len(on.rows())
        await on.press("n", "escape")
        assert len(on.rows()) == rows
        await on.press("n", "enter")
        assert len(on.rows()) == rows

    case.drive(scenario)


def test_an_empty_field_takes_a_first_line(case: Case) -> None:
    async def scenario(on: On) -> None:
        on.screen.note.lines.go_to((case.consult.working[1].id, "E"))
        await on.press("enter")
        await on.type("Gonartrose?")
        await on.press("enter")
        assert case.texts(1, "E") == ["Gonartrose?"]

    case.drive(scenario)


def test_a_new_line_from_the_transcript_rests_on_what_was_chosen_there(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Sinds")
        await on.hear(4)
        await on.press("b", "down", "n")
        await on.type("Allergie: penicilline.")
        await on.press("enter")
        assert case.line("Allergie").evidence == (4, 5)

    case.drive(scenario)


def test_lines_go_and_come_back(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Eergisteren")
        await on.press("x")
        assert case.texts(0, "S") == ["Sinds 5 dgn keelpijn en hoest."]
        await on.press("ctrl+z")
        assert case.texts(0, "S")[1].startswith("Eergisteren")
        assert on.screen.note.place is not None
        assert on.screen.note.place.line == case.line("Eergisteren")
        await on.press("ctrl+y")
        assert len(case.texts(0, "S")) == 1
        await on.press("ctrl+y")
        assert "Er is niets om opnieuw te doen." in on.told()
        await on.press("ctrl+z", "ctrl+z")
        assert "Er is niets om terug te draaien." in on.told()

    case.drive(scenario)


def test_a_line_moves_up_and_down_and_over_the_edge(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("Eergisteren")
        await on.press("K")
        assert case.texts(0, "S")[0].startswith("Eergisteren")
        await on.press("J", "J")
        assert case.texts(0, "O")[0].startswith("Eergisteren")
        await on.press("K")
        assert case.texts(0, "S")[1].startswith("Eergisteren")

    case.drive(scenario)


def test_a_line_moves_to_another_field_or_problem(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("m")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ChoiceScreen))
        await on.press("p")
        assert case.texts(0, "P")[-1] == "BLWI."
        await on.at("BLWI")
        await on.press("m", "2")
        assert case.texts(1, "P")[-1] == "BLWI."
        await on.press("m", "escape")
        assert case.texts(1, "P")[-1] == "BLWI."

    case.drive(scenario)


def test_problems_are_split_and_joined(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("6 wkn")
        await on.press("b", "down", "d")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, TitleScreen))
        await on.type("Oefenen")
        await on.press("enter")
        assert [note.problem.text for note in case.consult.working] == ["Keelpijn", "Kniepijn re", "Oefenen"]
        assert case.texts(2, "P") == ["6 wkn aankijken.", "Oefeningen meegegeven."]
        await on.at("6 wkn")
        await on.press("c", "2")
        assert case.texts(1, "P") == ["6 wkn aankijken.", "Oefeningen meegegeven."]
        assert len(case.consult.working) == 2

    case.drive(scenario)


def test_the_next_flag_is_one_key_away(case: Case) -> None:
    async def scenario(on: On) -> None:
        def line() -> str:
            place = on.screen.note.place
            return place.line.text if place and place.line else ""

        await on.press("f")
        assert line() == "Pcm 4 dd 500 mg."
        await on.press("f")
        assert line() == "Pijn re knie bij traplopen."
        await on.press("f")
        assert line() == "Pcm 4 dd 500 mg."
        await on.press("v", "f", "v", "f")
        assert "Er staat geen markering meer open." in on.told()
        await on.press("v")
        assert "Bij deze regel staat geen markering." in on.told()

    case.drive(scenario)


def test_an_omission_is_added_with_one_key(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("u")
        assert on.screen.note.unsaid.has_focus
        assert on.screen.transcript.said.marked == {5}
        await on.press("u")
        assert case.texts(0, "S")[-1] == "penicilline"
        await on.press("u")
        assert case.texts(0, "P")[-1] == "Amoxicilline 3 dd 500 mg."
        assert not case.consult.unsaid
        assert not on.screen.note.unsaid.display
        assert on.screen.note.lines.has_focus
        await on.press("u")
        assert "Er staat niets onder het concept." in on.told()

    case.drive(scenario)


def test_an_omission_that_need_not_be_noted_is_taken_off(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("u", "x")
        assert [item.text for item in case.consult.unsaid] == ["Amoxicilline 3 dd 500 mg."]
        await on.press("ctrl+z")
        assert len(case.consult.unsaid) == 2

    case.drive(scenario)


def test_arrows_go_from_the_note_to_what_stands_below_it(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("end", "down")
        assert on.screen.note.unsaid.has_focus
        await on.press("up")
        assert on.screen.note.lines.has_focus
        await on.press("tab", "tab")
        assert on.screen.transcript.said.has_focus
        await on.press("tab")
        assert on.screen.note.lines.has_focus
        await on.press("shift+tab")
        assert on.screen.transcript.said.has_focus

    case.drive(scenario)


def test_codes_are_given_and_completed_from_the_practices_table(tmp_path: Path) -> None:
    table = tmp_path / "icpc.csv"
    table.write_text("code;titel\nL15;Knie symptomen/klachten\nL90;Gonartrose\n", "utf-8")
    case = Case(tmp_path / "soep", practice={"user": "jansen", "icpc_table": table})

    async def scenario(on: On) -> None:
        await on.at("Pijn re knie")
        await on.press("i")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, IcpcScreen))
        await on.type("L1")
        field = on.pilot.app.screen.query_one("#icpc-s", Input)
        await until(on.pilot, lambda: field._suggestion == "L15 Knie symptomen/klachten")
        await on.press("right", "enter")
        await on.type("gonart")
        await until(on.pilot, lambda: "L90 Gonartrose" in str(on.pilot.app.screen.query_one("#icpc-found").content))
        on.pilot.app.screen.query_one("#icpc-e", Input).value = "l90"
        await on.press("enter")
        note = case.consult.working[1]
        assert (note.icpc_s, note.icpc_e) == ("L15", "L90")
        assert "2    |Kniepijn re  S L15 · E L90" in on.rows()

    case.drive(scenario)


def test_what_is_no_code_is_refused(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("i")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, IcpcScreen))
        on.pilot.app.screen.query_one("#icpc-e", Input).value = "keelpijn"
        await on.press("enter")
        await until(on.pilot, on.told)
        assert case.consult.working[0].icpc_e == "R74"

    case.drive(scenario)


def test_a_consult_is_named(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("g")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, AboutScreen))
        form = on.pilot.app.screen
        form.query_one("#about-label", Input).value = "Blauwe jas"
        form.query_one("#about-contact").value = "05"
        await on.press("ctrl+s")
        await until(on.pilot, lambda: on.shown("#consult-who") == "Blauwe jas")
        assert "telefonisch" in on.shown("#consult-what")
        consult = case.consult
        assert (consult.label, consult.contact_type, consult.patient_ref) == ("Blauwe jas", "05", "kaart 12345")

    case.drive(scenario)


def test_changes_are_shown_word_by_word(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.at("BLWI")
        await on.press("x")
        await on.at("Keel rood")
        await on.press("enter", "end")
        await on.type(" Oren gb.")
        await on.press("enter", "w")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ChangesScreen))
        rows = on.pilot.app.screen.query_one("#changes-rows", RowList).rows
        shown = [f"{row.gutter.plain.split()}{row.text.plain}" for row in rows]
        assert "['O', '~', 'gewijzigd']Keel rood, geen beslag. Pulm schoon. Oren gb." in shown
        assert "['E', '−', 'weg'][BLWI.]" in shown
        await on.press("escape")
        assert on.pilot.app.screen is on.screen

    case.drive(scenario)


def test_approval_has_a_screen_of_its_own(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("a")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ApproveScreen))
        editing.edit(case.desk, case.id, AcceptFlags(case.line("Pcm").id))
        approval.approve(case.desk, case.id)
        on.pilot.app.screen.dismiss()
        await until(on.pilot, lambda: on.shown("#consult-state") == "goedgekeurd")
        assert "kan niet meer gewijzigd worden" in on.shown("#consult-remarks")
        await on.at("BLWI")
        await on.press("x", "enter", "n")
        assert not on.screen.is_typing
        assert case.line("BLWI")

    case.drive(scenario)


def test_a_failed_consult_says_why_and_can_be_written_by_hand(tmp_path: Path) -> None:
    case = Case(tmp_path / "soep")
    case.id = recorded(case.desk)
    from soep.errors import SoepError

    intake.failed(case.desk, case.id, SoepError("Het geheugen was op."))

    async def scenario(on: On) -> None:
        assert on.shown("#consult-state") == "mislukt"
        assert "Het geheugen was op." in on.shown("#consult-remarks")
        await on.press("down", "n")
        await on.type("Hoest.")
        await on.press("enter")
        assert case.texts(0, "S") == ["Hoest."]
        assert case.consult.status is Status.DRAFT

    case.drive(scenario)


def test_one_half_at_a_time_where_it_is_narrow(case: Case) -> None:
    async def scenario(on: On) -> None:
        assert on.screen.note.display
        assert not on.screen.transcript.display
        await on.at("Keel rood")
        assert "0:30 Ik zie een rode keel" in on.shown("#consult-source")
        await on.press("t")
        assert on.screen.transcript.display
        assert not on.screen.note.display
        assert on.screen.transcript.said.has_focus
        await on.press("f")
        assert on.screen.note.display
        assert on.screen.note.lines.has_focus

    case.drive(scenario, SMALL)


def test_back_to_the_list(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("b", "escape")
        assert on.pilot.app.screen is on.screen
        await on.press("escape")
        await until(on.pilot, lambda: on.is_left)

    case.drive(scenario)


def test_a_consult_that_is_gone_closes(case: Case) -> None:
    async def scenario(on: On) -> None:
        with case.desk.store.transaction() as tables:
            tables.consults.delete(case.id)
        on.screen.reload()
        await until(on.pilot, lambda: on.is_left)

    case.drive(scenario)


@pytest.mark.parametrize("where", ["consult", "approve"])
def test_what_was_erased_leaves_the_screen_and_what_lies_over_it_stays(case: Case, where: str) -> None:
    async def scenario(on: On) -> None:
        if where == "approve":
            await on.press("a")
            await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ApproveScreen))
        shown = on.pilot.app.screen
        await on.press("f1")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, HelpScreen))
        with case.desk.store.transaction() as tables:
            tables.consults.delete(case.id)
        on.pilot.app._tell("")  # the sweep names no consult
        await until(on.pilot, lambda: not shown.query(RowList).first().rows or not shown.consult.working)
        assert isinstance(on.pilot.app.screen, HelpScreen)
        assert "BLWI" not in "".join(on.rows())
        assert "keelpijn" not in "".join(on.rows("#said-rows"))
        await on.press("escape")
        await until(on.pilot, lambda: on.is_left and shown not in on.pilot.app.screen_stack)

    case.drive(scenario)


def test_locking_closes_whatever_lies_over_it(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.press("a")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ApproveScreen))
        on.pilot.app.lock()
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, UnlockScreen))
        assert on.is_left
        assert not on.told()

    case.drive(scenario)


def test_what_is_cut_in_a_line_stays_in_the_application(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "copy_to_clipboard", lambda _app, _text: pytest.fail("the terminal was asked"))

    async def scenario(on: On) -> None:
        await on.at("Keel rood")
        await on.press("enter", "shift+home", "ctrl+x")
        assert on.pilot.app.clipboard.startswith("Keel rood")
        await on.press("ctrl+v")
        assert on.screen.note.editor.text.startswith("Keel rood")
        on.pilot.app.lock()
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, UnlockScreen) and on.is_left)
        assert on.pilot.app.clipboard == ""
        assert not on.pilot.app.ALLOW_SELECT

    case.drive(scenario)


@pytest.mark.parametrize("ends", ["lock", "idle", "quit"])
def test_the_line_that_is_typed_is_kept(case: Case, ends: str) -> None:
    async def scenario(on: On) -> None:
        await on.at("Keel rood")
        await on.press("enter")
        await on.type(" en meer")
        if ends == "lock":
            on.pilot.app.lock()
        elif ends == "idle":
            on.pilot.app.workplace.idle._after_s = 0.0
            on.pilot.app._look_at_lock()
        else:
            await on.press("ctrl+q")
        if ends != "quit":
            await until(on.pilot, lambda: isinstance(on.pilot.app.screen, UnlockScreen) and on.is_left)

    case.drive(scenario)
    notes = case.office.again().peek(case.id).working
    assert any(line.text.endswith(" en meer") for note in notes for _field, line in note.every_line())


def test_a_mouse_is_enough(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.pilot.click("#note-rows", offset=(12, 4), times=2)
        await on.pilot.pause()
        assert on.screen.note.editor.is_open
        await on.press("escape")
        await on.pilot.click("#said-rows", offset=(12, 1))
        assert on.screen.transcript.said.has_focus

    case.drive(scenario)


def test_only_rows_that_changed_are_made_again(case: Case) -> None:
    async def scenario(on: On) -> None:
        before = {row.key: row for row in on.screen.note.lines.rows}
        strips = dict(on.screen.transcript.said._strips)
        await on.at("BLWI")
        await on.press("x")
        consult = case.consult
        changed = on.screen.show(replace(consult, warnings=(Remark(RemarkCode.ONE_SPEAKER),)))
        assert changed == []
        assert strips.items() <= on.screen.transcript.said._strips.items()
        assert before

    case.drive(scenario)


def test_roles_have_a_name_on_the_choices(case: Case) -> None:
    async def scenario(on: On) -> None:
        await on.hear(2)
        await on.press("r")
        await until(on.pilot, lambda: isinstance(on.pilot.app.screen, ChoiceScreen))
        assert on.pilot.app.screen.query_one(OptionList).option_count == 9
        await on.press("b")
        assert case.consult.transcript.by_id()[2].role is Role.BEGELEIDER

    case.drive(scenario)


def test_the_keys_follow_where_one_is_and_can_be_clicked(case: Case) -> None:
    def shown(on: On) -> str:
        return on.screen.query_one(KeyBar).render().plain

    async def scenario(on: On) -> None:
        assert " v Klopt " in shown(on)
        assert shown(on).endswith(" f1 Help  ^p Meer ")
        await on.press("t")
        await until(on.pilot, lambda: " r Wie " in shown(on))
        assert " v Klopt " not in shown(on)
        place = shown(on).index(" t Gesprek ") + 2
        await on.pilot.click(KeyBar, offset=(place, 0))
        await until(on.pilot, lambda: on.screen.note.lines.has_focus)
        await on.press("enter")
        await until(on.pilot, lambda: " esc Niet wijzigen " in shown(on))
        assert " n Nieuw " not in shown(on)

    case.drive(scenario)


def test_only_keys_that_fit_are_shown(case: Case) -> None:
    async def scenario(on: On) -> None:
        line = on.screen.query_one(KeyBar).render().plain
        assert len(line) <= SMALL[0]
        assert line.endswith(" f1 Help  ^p Meer ")

    case.drive(scenario, SMALL)

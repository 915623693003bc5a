"""A consult on the screen, with what its tests look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.events import Mount
from textual.pilot import Pilot
from textual.widgets import Input, Static, TextArea

import soep.tui.app
from soep.jobs import Result
from soep.tui.app import SoepApp
from soep.tui.screens.consult import ConsultScreen
from soep.tui.widgets.rows import RowList
from soep.types import Consult, NoteLine, Transcript, Word
from soep.workflow import Desk, intake
from soep.workflow.workplace import Workplace
from tests.factories import rich_consult
from tests.stores import Office, office, recorded
from tests.tui.driving import WIDE, StandingEngine, drive, until

SECONDS = 60


class Case:
    """A drafted consult: two problems, a critical flag and another, two omissions, a minute of sound."""

    def __init__(self, home: Path, said: Transcript | None = None, **settings: Any) -> None:
        self.office: Office = office(home, **settings)
        self.desk: Desk = self.office.desk
        self.id = recorded(self.desk, SECONDS)
        made = rich_consult()
        intake.processed(self.desk, self.id, Result(replace(made, transcript=said or unsure(made.transcript))))

    @property
    def consult(self) -> Consult:
        """As the store has it."""
        return self.desk.peek(self.id)

    def line(self, beginning: str) -> NoteLine:
        """The line that begins so."""
        found = [line for note in self.consult.working for _, line in note.every_line()]
        return next(line for line in found if line.text.startswith(beginning))

    def texts(self, note: int, field: str) -> list[str]:
        """The lines of a field."""
        return [line.text for line in getattr(self.consult.working[note], field)]

    def drive(
        self, scenario: Callable[[On], Awaitable[None]], size: tuple[int, int] = WIDE, engine: Any = None
    ) -> None:
        """Open it and let the scenario press its keys."""

        async def opened(pilot: Pilot[None]) -> None:
            await until(pilot, lambda: pilot.app.screen.query_one("#note-rows", RowList).has_focus)
            await scenario(On(self, pilot))

        drive(AtConsult(self, engine or StandingEngine()), opened, size)


class AtConsult(SoepApp):
    """The application where the consult is open already: the day before it is not what these tests are about."""

    CSS_PATH = soep.tui.app.SHEETS

    def __init__(self, case: Case, engine: Any) -> None:
        super().__init__(case.desk.settings, engine)
        self.case = case

    def on_mount(self, event: Mount) -> None:
        """As after unlocking, and choosing it from the list."""
        event.prevent_default()
        self._workplace = Workplace(self.case.desk, self.engine, self._tell)
        self.push_screen(ConsultScreen(self.case.id))


class On:
    """The screen with this consult, as it is driven."""

    def __init__(self, case: Case, pilot: Pilot[None]) -> None:
        self.case = case
        self.pilot = pilot
        screen = pilot.app.screen
        assert isinstance(screen, ConsultScreen)
        self.screen = screen

    async def press(self, *keys: str) -> None:
        """Press keys, and let the screen follow."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text where the focus is."""
        field = self.pilot.app.screen.focused
        assert isinstance(field, Input | TextArea)
        field.insert_text_at_cursor(text) if isinstance(field, Input) else field.insert(text)
        await self.pilot.pause()

    @property
    def is_left(self) -> bool:
        """Whether the screen was closed."""
        return self.screen not in self.pilot.app.screen_stack

    async def at(self, beginning: str) -> None:
        """Put the cursor of the note on a line."""
        self.screen.note.lines.focus()
        assert self.screen.note.lines.go_to(self.case.line(beginning).id)
        await self.pilot.pause()

    async def hear(self, utterance: int) -> None:
        """Put the cursor of the transcript on an utterance."""
        self.screen.show_pane(speech=True)
        await self.pilot.pause()
        assert self.screen.transcript.said.go_to(utterance)
        await self.pilot.pause()

    def shown(self, selector: str) -> str:
        """What a part of the screen says."""
        return str(self.screen.query_one(selector, Static).content)

    def rows(self, selector: str = "#note-rows") -> list[str]:
        """The rows of a list, with what stands before them."""
        found: Sequence[Any] = self.screen.query_one(selector, RowList).rows
        return [
            "|".join([row.gutter.plain, "\n".join(filter(None, (row.text.plain, row.below.plain)))]) for row in found
        ]

    def told(self) -> list[str]:
        """The messages on the screen."""
        return [f"{each.title} {each.message}".strip() for each in self.pilot.app._notifications]


def unsure(said: Transcript) -> Transcript:
    """The same, with one word that was hard to hear."""
    second = said.utterances[1]
    words = tuple(
        Word(text, second.start_s, second.end_s, 0.3 if text == "keelpijn" else 0.9) for text in second.text.split()
    )
    return replace(said, utterances=(said.utterances[0], replace(second, words=words), *said.utterances[2:]))

"""What the GP changed against the draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from soep.i18n import _, mark
from soep.tui.screens.base import SoepScreen
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.rows import Row, RowList
from soep.types import Consult
from soep.workflow.comparison import Fate, LineChange, Mark, NoteChange, compare

_FATES: dict[Fate, str] = {
    Fate.KEPT: "",
    Fate.CHANGED: mark("gewijzigd"),
    Fate.MOVED: mark("verplaatst"),
    Fate.ADDED: mark("nieuw"),
    Fate.REMOVED: mark("weg"),
}
_SIGNS = {Fate.KEPT: " ", Fate.CHANGED: "~", Fate.MOVED: "→", Fate.ADDED: "+", Fate.REMOVED: "−"}
_GUTTER_WIDTH = 17


class ChangesScreen(SoepScreen[None]):
    """The draft and the note in one text: what went is struck through, what came is underlined."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,w,q", "dismiss", _("Terug"), id="changes.back", tooltip=_("Terug naar het consult")),
    ]

    def __init__(self, consult: Consult) -> None:
        super().__init__()
        self._consult = consult

    def compose(self) -> ComposeResult:
        """A legend over the rows."""
        yield Static(
            Content.assemble(
                (_("Wijzigingen tegenover het concept"), "bold"),
                "   ",
                (_("[weg]"), "strike $text-error"),
                " ",
                (_("nieuw"), "underline bold $text-success"),
            ),
            id="changes-title",
        )
        yield RowList(gutter=_GUTTER_WIDTH, id="changes-rows")
        yield KeyBar()

    def on_mount(self) -> None:
        """Compare."""
        rows = self.query_one(RowList)
        rows.set_rows(_rows(compare(self._consult)))
        rows.focus()


def _rows(notes: list[NoteChange]) -> Iterator[Row]:
    for number, note in enumerate(notes):
        if number:
            yield Row((number, "gap"), Content(""), selectable=False)
        yield Row((number, "title"), _content(note.title).stylize("bold"), _gutter("", note.title))
        shown: set[object] = set()
        for place, line in enumerate(note.lines):
            yield Row((number, place), _content(line), _gutter("" if line.field in shown else line.field or "", line))
            shown.add(line.field)


def _gutter(field: str, line: LineChange) -> Content:
    moved = f" ({line.came_from})" if line.came_from and line.came_from != line.field else ""
    fate = _(_FATES[line.fate]) if line.fate is not Fate.KEPT else ""
    return Content.assemble(
        (field.ljust(2), "bold"), (f"{_SIGNS[line.fate]} {fate}{moved}".ljust(_GUTTER_WIDTH - 2), "$foreground-muted")
    )


def _content(line: LineChange) -> Content:
    parts: list[tuple[str, str]] = []
    for piece in line.pieces:
        parts.append((" " if parts else "", ""))
        match piece.mark:
            case Mark.SAME:
                parts.append((piece.text, ""))
            case Mark.GONE:
                parts.append((f"[{piece.text}]", "strike $text-error"))
            case Mark.NEW:
                parts.append((piece.text, "underline bold $text-success"))
    return Content.assemble(*parts) if parts else Content.styled(_("(geen titel)"), "$foreground-muted")

"""A list of wrapped rows that changes in place: a row that stays the same is not looked at again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from soep.i18n import _

MARK_WIDTH = 2
CURSOR, MARKED, CHOSEN, PLAIN = "›", "•", "│", " "
_EMPTY = Content("")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is called, what it says, what stands before that on its first line, and what below it.

    What stands below stays in view while the text is edited.
    """

    key: Hashable
    text: Content
    gutter: Content = _EMPTY
    below: Content = _EMPTY
    selectable: bool = True

    def is_same(self, other: Row) -> bool:
        """Whether it looks the same."""
        return self.text.is_same(other.text) and self.gutter.is_same(other.gutter) and self.below.is_same(other.below)


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor, and marks on the rows that belong to what is selected elsewhere.

    A mark stands before a row as well as behind it as a colour: ``›`` the cursor, ``•`` marked, ``│`` chosen.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--marked", "rows--chosen"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", _("Omhoog"), show=False, id="rows.up"),
        Binding("down,j", "step(1)", _("Omlaag"), show=False, id="rows.down"),
        Binding("pageup", "page(-1)", _("Bladzijde omhoog"), show=False, id="rows.page-up"),
        Binding("pagedown", "page(1)", _("Bladzijde omlaag"), show=False, id="rows.page-down"),
        Binding("home", "end(-1)", _("Naar het begin"), show=False, id="rows.first"),
        Binding("end", "end(1)", _("Naar het einde"), show=False, id="rows.last"),
    ]

    cursor: reactive[int | None] = reactive(None, init=False)

    class Moved(Message):
        """The cursor stands on another row, or the same row says something else."""

        def __init__(self, rows: RowList, row: Row | None) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """Whose cursor."""
            return self.rows

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, rows: RowList) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowList:
            """In which list."""
            return self.rows

    class Left(Message):
        """The cursor was to go past an end (-1 the first row, 1 the last)."""

        def __init__(self, rows: RowList, step: int) -> None:
            super().__init__()
            self.rows = rows
            self.step = step

        @property
        def control(self) -> RowList:
            """From which list."""
            return self.rows

    def __init__(self, *, gutter: int, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.auto_links = False
        self._gutter = gutter + MARK_WIDTH
        self._rows: list[Row] = []
        self._places: dict[Hashable, int] = {}
        self._starts: list[int] = [0]
        self._strips: dict[tuple[Hashable, str], list[Strip]] = {}
        self._heights: dict[Hashable, int] = {}
        self._rendered_width = 0
        self._styles_known = False
        self._drawn_in: tuple[Style, ...] = ()
        self._marked: frozenset[Hashable] = frozenset()
        self._chosen: frozenset[Hashable] = frozenset()
        self._anchor: Hashable | None = None
        self._hole: tuple[Hashable, int] | None = None

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor is not None and self.cursor < len(self._rows) else None

    @property
    def marked(self) -> frozenset[Hashable]:
        """The keys of the marked rows."""
        return self._marked

    @property
    def gutter_width(self) -> int:
        """Cells before the text of a row."""
        return self._gutter

    def set_rows(self, rows: Iterable[Row]) -> list[Hashable]:
        """Show these rows; gives the keys of those that are new or say something else.

        The cursor stays on its row, or in its place when that row is gone.
        """
        known, starts = {row.key: row for row in self._rows}, self._starts
        under = self.row
        self._rows, changed = [], []
        for row in rows:
            old = known.get(row.key)
            if old is None or not old.is_same(row):
                changed.append(row.key)
                self._forget(row.key)
            self._rows.append(row)
        self._places = {row.key: place for place, row in enumerate(self._rows)}
        for key in known.keys() - self._places.keys():
            self._forget(key)
        self._measure()
        self._restore(under)
        if starts == self._starts and [*known] == [*self._places]:
            self._refresh_rows(changed)
        else:
            self.refresh()
        return changed

    def mark(self, keys: Collection[Hashable]) -> None:
        """Mark the rows that belong to what is selected elsewhere, and bring the first of them into view."""
        before, self._marked = self._marked, frozenset(keys)
        places = sorted(self._places[key] for key in self._marked if key in self._places)
        if places and not self.has_focus:
            self._show(places[0])
        self._refresh_rows(before ^ self._marked)

    @property
    def is_choosing(self) -> bool:
        """Whether several rows are being chosen."""
        return self._anchor is not None

    @property
    def chosen(self) -> list[Hashable]:
        """The keys from where choosing began to the cursor; else that of the row under the cursor."""
        if self.cursor is None or not self._rows:
            return []
        ends = sorted({self.cursor, self._places.get(self._anchor, self.cursor)})
        return [row.key for row in self._rows[ends[0] : ends[-1] + 1] if row.selectable]

    def choose(self, *, begin: bool) -> None:
        """Begin to choose from the row under the cursor, or stop choosing."""
        self._anchor = self.row.key if begin and self.row is not None else None
        self._show_chosen()

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on a row; gives whether it is there."""
        place = self._places.get(key)
        if place is not None:
            self.cursor = place
        return place is not None

    def has_row(self, key: Hashable) -> bool:
        """Whether there is a row of this name."""
        return key in self._places

    def make_room(self, key: Hashable, height: int) -> Region:
        """Keep lines free in the place of a row's text; gives where that is, from this widget's corner."""
        self._hole = (key, height)
        self._measure()
        place = self._places[key]
        self._show(place)
        self.refresh()
        top = self._starts[place] - round(self.scroll_offset.y)
        return Region(self._gutter, top, max(1, self._text_width), height)

    def close_room(self) -> None:
        """The row's text comes back."""
        self._hole = None
        self._measure()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if self._rendered_width != self._text_width:
            self._measure()
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not self._rows or line >= self._starts[-1]:
            return Strip.blank(width, self.visual_style.rich_style)
        place = bisect_right(self._starts, line) - 1
        row = self._rows[place]
        strips = self._rendered(row, self._look(place, row))
        number = line - self._starts[place]
        if self._hole is not None and self._hole[0] == row.key:
            if number < self._hole[1]:
                strip = strips[0].crop(0, self._gutter) if number == 0 else Strip.blank(self._gutter)
                return strip.extend_cell_length(width, self.visual_style.rich_style)
            number += self._text_height(row, self._text_width) - self._hole[1]
        return strips[number]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the rows need."""
        text_width = max(1, width - self._gutter - self.styles.scrollbar_size_vertical)
        return sum(self._height(row, text_width) for row in self._rows)

    def notify_style_update(self) -> None:
        """Another theme, or only another focus: the next drawing sees."""
        self._styles_known = False
        super().notify_style_update()

    def on_resize(self) -> None:
        """Wrap again, and keep the cursor in view."""
        self._measure()
        if self.cursor is not None:
            self._show(self.cursor)

    def on_focus(self) -> None:
        """What is selected here counts now."""
        if self.cursor is None:
            self.action_end(-1)
        self.post_message(self.Moved(self, self.row))
        if self.row is not None:
            self._refresh_rows([self.row.key])

    def on_blur(self) -> None:
        """The cursor is elsewhere now."""
        if self.row is not None:
            self._refresh_rows([self.row.key])

    def watch_cursor(self, before: int | None, cursor: int | None) -> None:
        """Tell, and show."""
        if cursor is not None:
            self._show(cursor)
        self._refresh_rows(
            self._rows[place].key for place in (before, cursor) if place is not None and place < len(self._rows)
        )
        self._show_chosen()
        self.post_message(self.Moved(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; twice opens the row."""
        line = event.y + round(self.scroll_offset.y)
        if self._rows and line < self._starts[-1]:
            place = bisect_right(self._starts, line) - 1
            if self._rows[place].selectable:
                self.cursor = place
                if event.chain == 2:
                    self.post_message(self.Opened(self))

    def action_step(self, step: int) -> None:
        """To the next row, or out of the list."""
        place = self._next(len(self._rows) if self.cursor is None and step < 0 else self.cursor, step)
        if place is None:
            self.post_message(self.Left(self, step))
        else:
            self.cursor = place

    def action_page(self, step: int) -> None:
        """As far as is shown at once."""
        if not self._rows:
            return
        start = self._starts[self.cursor or 0] + step * max(1, self.size.height - 1)
        place = max(0, min(len(self._rows) - 1, bisect_right(self._starts, start) - 1))
        found = place if self._rows[place].selectable else self._next(place, step) or self._next(place, -step)
        self.cursor = self.cursor if found is None else found

    def action_end(self, side: int) -> None:
        """To the first row or the last."""
        self.cursor = self._next(None, 1) if side < 0 else self._next(len(self._rows), -1)

    @property
    def _text_width(self) -> int:
        return self.scrollable_content_region.width - self._gutter

    def _show_chosen(self) -> None:
        before, self._chosen = self._chosen, frozenset(self.chosen) if self.is_choosing else frozenset()
        self._refresh_rows(before ^ self._chosen)

    def _refresh_rows(self, keys: Iterable[Hashable]) -> None:
        """Draw only these again."""
        for key in keys:
            place = self._places.get(key)
            if place is not None and place + 1 < len(self._starts):
                self.refresh_lines(self._starts[place], self._starts[place + 1] - self._starts[place])

    def _next(self, place: int | None, step: int) -> int | None:
        place = -1 if place is None else place
        while 0 <= (place := place + step) < len(self._rows):
            if self._rows[place].selectable:
                return place
        return None

    def _restore(self, under: Row | None) -> None:
        place = self._places.get(under.key) if under is not None else self.cursor
        if place is None and self.cursor is not None and self._rows:
            near = min(self.cursor, len(self._rows) - 1)
            place = near if self._rows[near].selectable else self._next(near, -1)
        if place == self.cursor or not self._rows:
            if self._rows and self.row is not under:
                self.post_message(self.Moved(self, self.row))
            return
        self.cursor = place

    def _show(self, place: int) -> None:
        """Bring a row into view, with the headings before the first."""
        if place + 1 >= len(self._starts):
            return
        first = place
        while first and not self._rows[first - 1].selectable:
            first -= 1
        height = self._starts[place + 1] - self._starts[first]
        self.scroll_to_region(Region(0, self._starts[first], 1, height), animate=False, force=True, immediate=True)

    def _look(self, place: int, row: Row) -> str:
        if place == self.cursor and (self.has_focus or self._hole is not None):
            return CURSOR
        if row.key in self._chosen:
            return CHOSEN
        if row.key in self._marked:
            return MARKED
        return PLAIN

    def _measure(self) -> None:
        width = self._text_width
        if width <= 0:
            return
        if width != self._rendered_width:
            self._strips.clear()
            self._heights.clear()
            self._rendered_width = width
        self._starts = [0, *accumulate(self._height(row, width) for row in self._rows)]
        size = Size(self.scrollable_content_region.width, self._starts[-1])
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    def _height(self, row: Row, width: int) -> int:
        below = row.below.get_height({}, width) if row.below else 0
        if self._hole is not None and self._hole[0] == row.key:
            return self._hole[1] + below
        return self._text_height(row, width) + below

    def _text_height(self, row: Row, width: int) -> int:
        if width != self._rendered_width:
            return max(1, row.text.get_height({}, width))
        found = self._heights.get(row.key)
        if found is None:
            found = self._heights[row.key] = max(1, row.text.get_height({}, width))
        return found

    def _forget(self, key: Hashable) -> None:
        self._heights.pop(key, None)
        for look in (CURSOR, MARKED, CHOSEN, PLAIN):
            self._strips.pop((key, look), None)

    def _know_styles(self) -> None:
        """Forget what was drawn in other colours."""
        now = (self.visual_style, *(self.get_visual_style(name) for name in sorted(self.COMPONENT_CLASSES)))
        if now != self._drawn_in:
            self._drawn_in = now
            self._strips.clear()
        self._styles_known = True

    def _rendered(self, row: Row, look: str) -> list[Strip]:
        if not self._styles_known:
            self._know_styles()
        found = self._strips.get((row.key, look))
        if found is None:
            found = self._strips[row.key, look] = self._render_row(row, look)
        return found

    def _render_row(self, row: Row, look: str) -> list[Strip]:
        component = {CURSOR: "rows--cursor", MARKED: "rows--marked", CHOSEN: "rows--chosen"}.get(look)
        style = self.get_visual_style(component) if component else self.visual_style
        width = self.scrollable_content_region.width
        mark = Content.styled(look.ljust(MARK_WIDTH) if component else " " * MARK_WIDTH, "bold")
        before = Visual.to_strips(self, Content.assemble(mark, row.gutter), self._gutter, 1, style, pad=True)
        blank = Strip([Segment(" " * self._gutter, style.rich_style)], self._gutter)
        lines = Visual.to_strips(self, row.text, self._text_width, None, style) or [Strip.blank(0)]
        if row.below:
            lines += Visual.to_strips(self, row.below, self._text_width, None, style)
        return [
            Strip.join([before[0] if number == 0 else blank, line]).extend_cell_length(width, style.rich_style)
            for number, line in enumerate(lines)
        ]

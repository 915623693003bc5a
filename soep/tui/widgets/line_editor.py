"""Editing a row in its place: Enter saves, Esc turns back."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import WrappedDocument

from soep.i18n import _
from soep.tui.widgets.rows import RowList

_OWN = {"line.save", "line.back"}


class LineEditor(TextArea):
    """A field over a row of a list; it is put beside the list when it first opens, and hidden while nobody edits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", _("Bewaren"), id="line.save"),
        Binding("escape", "turn_back", _("Niet wijzigen"), id="line.back"),
    ]

    class Saved(Message):
        """What was written is to be kept."""

        def __init__(self, editor: LineEditor, key: Hashable, text: str) -> None:
            super().__init__()
            self.editor = editor
            self.key = key
            self.text = text

        @property
        def control(self) -> LineEditor:
            """In which field."""
            return self.editor

    class Closed(Message):
        """Nobody edits any more; nothing was changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, compact=True, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
        self._rows: RowList | None = None
        self._key: Hashable = None
        self._before = ""
        self._is_value = False

    @property
    def is_open(self) -> bool:
        """Whether somebody edits."""
        return self._rows is not None

    def open(self, rows: RowList, key: Hashable, text: str, *, is_value: bool = False) -> None:
        """Edit a row of a list, which has this text now; of a value all is selected, and its spaces stay."""
        if not self.is_attached and isinstance(rows.parent, Widget):
            rows.parent.mount(self)
        rows.go_to(key)
        self._rows, self._key, self._before = rows, key, text
        self.display = True
        self.load_text(text)
        self.move_cursor(self.document.end)
        self._is_value = is_value
        if is_value:
            self.select_all()
        self.place()
        self.screen.set_focus(self)  # at once: focus() comes after what was typed already

    def close(self, *, refocus: bool = True) -> None:
        """Hide it and give the focus back."""
        rows, self._rows = self._rows, None
        if rows is not None:
            rows.close_room()
            if refocus:
                rows.screen.set_focus(rows)
        self.display = False

    def place(self) -> None:
        """Put it over its row, as high as its text."""
        rows, parent = self._rows, self.parent
        if rows is None or not isinstance(parent, Widget) or not rows.has_row(self._key):
            return
        width = max(2, rows.scrollable_content_region.width - rows.gutter_width)
        room = rows.make_room(self._key, WrappedDocument(self.document, width - 1).height)
        corner = rows.content_region.offset - parent.content_region.offset
        self.styles.offset = (room.x + corner.x, room.y + corner.y)
        self.styles.width = width
        self.styles.height = room.height

    async def on_key(self, event: events.Key) -> None:
        """Its own keys, after the letters before them: as priority bindings they would overtake what waits here."""
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and active.binding.id in _OWN:
            event.stop()
            event.prevent_default()
            await self.run_action(active.binding.action)

    def on_text_area_changed(self) -> None:
        """The row grows with what is typed."""
        self.place()

    def on_blur(self, _event: events.Blur) -> None:
        """Whoever clicks elsewhere meant what was typed; whoever looks at another program comes back to it."""
        if self.is_open and self.app.app_focus:
            self._save(refocus=False)

    def action_save(self) -> None:
        """Keep it; unchanged, it is as if it was never opened."""
        self._save(refocus=True)

    def action_turn_back(self) -> None:
        """Forget what was typed."""
        self.close()
        self.post_message(self.Closed())

    def take(self, *, refocus: bool = False) -> Saved | None:
        """Close it, and give what is to be kept; None when nothing was changed."""
        text = " ".join(self.text.splitlines()).strip() if self._is_value else " ".join(self.text.split())
        changed = self.is_open and self._before not in {self.text, text}
        self.close(refocus=refocus)
        return self.Saved(self, self._key, text) if changed else None

    def _save(self, *, refocus: bool) -> None:
        self.post_message(self.take(refocus=refocus) or self.Closed())


class EditedPane(Vertical):
    """A list with a field that edits a row of it; the field is made when it first opens, most often never.

    Args:
        editor_id: of that field.
    """

    def __init__(self, *, editor_id: str, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._editor_id = editor_id

    @cached_property
    def editor(self) -> LineEditor:
        """The field."""
        return LineEditor(id=self._editor_id)

    @property
    def is_editing(self) -> bool:
        """Whether a row is being edited."""
        return "editor" in vars(self) and self.editor.is_open

    def take(self) -> LineEditor.Saved | None:
        """Stop editing, and give what is to be kept; None when nothing is."""
        return self.editor.take() if self.is_editing else None

    def stop_editing(self) -> None:
        """Forget what was typed."""
        if self.is_editing:
            self.editor.close(refocus=False)

    def on_resize(self) -> None:
        """The row that is edited moved."""
        if self.is_editing:
            self.call_after_refresh(self.editor.place)

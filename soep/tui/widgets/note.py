"""The note beside what was said: a row for each line, and below it what was said but stands in no line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from soep.export.report import clock
from soep.i18n import _
from soep.tui.widgets.line_editor import EditedPane
from soep.tui.widgets.rows import Row, RowList
from soep.types import FIELDS, Consult, FieldName, Flag, NoteLine, Origin, SoepNote, Unsaid, Utterance
from soep.wording import flag_sentence, unsaid_sentence
from soep.workflow import editing

NEW = "new"
"""The key of the row that a new line is written in."""
CRITICAL, DOUBTFUL = "!!", "! "
_FIELD_WIDTH, _MARK_WIDTH = 2, 3


@dataclass(frozen=True, slots=True)
class Place:
    """What a row of the note stands for: a title (no field), a line, or a field without lines (no line)."""

    note: int
    field: FieldName | None = None
    line: NoteLine | None = None


@dataclass(frozen=True, slots=True)
class Adding:
    """Where a new line is being written."""

    note: int
    field: FieldName
    position: int
    evidence: tuple[int, ...] = ()


class NotePane(EditedPane):
    """The note and the list of what was said but stands in no line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(editor_id="note-editor", id=id)
        self.lines = RowList(gutter=_FIELD_WIDTH + _MARK_WIDTH, id="note-rows")
        self.unsaid = RowList(gutter=0, id="unsaid-rows")
        self._heading = Static(id="unsaid-heading", markup=False)
        self._places: dict[Hashable, Place] = {}
        self._consult: Consult | None = None
        self.adding: Adding | None = None

    def compose(self) -> ComposeResult:
        """The lines over the list."""
        yield self.lines
        yield self._heading
        yield self.unsaid

    def show(self, consult: Consult) -> list[Hashable]:
        """Show the notes as they are; gives the keys of the rows that changed."""
        self._consult = consult
        return self._refresh()

    @property
    def place(self) -> Place | None:
        """What the cursor stands on."""
        row = self.lines.row
        return None if row is None else self.place_of(row.key)

    def place_of(self, key: Hashable) -> Place | None:
        """What a row stands for."""
        return self._places.get(key)

    @property
    def item(self) -> Unsaid | None:
        """The item under the cursor of the list below."""
        row, consult = self.unsaid.row, self._consult
        if row is None or consult is None:
            return None
        return next((item for key, item in _keyed(consult.unsaid) if key == row.key), None)

    def flagged(self) -> list[Hashable]:
        """The keys of the lines that still wait to be looked at, in order."""
        return [key for key, place in self._places.items() if place.line is not None and place.line.flags]

    def resting_on(self, utterances: set[int]) -> set[Hashable]:
        """The keys of the lines that rest on one of these."""
        return {key for key, place in self._places.items() if place.line and utterances & set(place.line.evidence)}

    def edit(self) -> None:
        """Edit the line or title under the cursor."""
        place = self.place
        if place is not None and place.line is not None:
            self.editor.open(self.lines, place.line.id, place.line.text)

    def add(self, adding: Adding) -> None:
        """Open a row for a new line."""
        self.adding = adding
        self._refresh()
        self.editor.open(self.lines, NEW, "")

    def end_adding(self) -> None:
        """Take that row away."""
        if self.adding is not None:
            self.adding = None
            self._refresh()

    def _refresh(self) -> list[Hashable]:
        consult = self._consult
        if consult is None:
            return []
        notes = editing.notes_to_edit(consult)
        said = consult.transcript.by_id()
        self._places = dict(_places(notes))
        changed = self.lines.set_rows(_rows(notes, said, self.adding))
        self.unsaid.set_rows(_unsaid_rows(consult.unsaid, said))
        heading = _("Gezegd, niet in concept ({count})").format(count=len(consult.unsaid))
        self._heading.update(heading, layout=False)
        self._heading.display = self.unsaid.display = bool(consult.unsaid)
        return changed


def needs_look(notes: Sequence[SoepNote]) -> tuple[int, int]:
    """How many lines wait to be looked at, and how many of those must be before the note can be approved."""
    flags = [place.line.flags for _key, place in _places(notes) if place.line is not None and place.line.flags]
    return len(flags), sum(any(flag.critical for flag in each) for each in flags)


def _places(notes: Sequence[SoepNote]) -> Iterator[tuple[Hashable, Place]]:
    for note in notes:
        yield note.problem.id, Place(note.id, None, note.problem)
        for field in FIELDS:
            if not note.lines(field):
                yield (note.id, field), Place(note.id, field)
            for line in note.lines(field):
                yield line.id, Place(note.id, field, line)


def _rows(notes: Sequence[SoepNote], said: Mapping[int, Utterance], adding: Adding | None) -> Iterator[Row]:
    for number, note in enumerate(notes, start=1):
        if number > 1:
            yield Row(("gap", note.id), Content(""), selectable=False)
        yield _title_row(number, note)
        for field in FIELDS:
            rows = [_line_row(line, said) for line in note.lines(field)]
            if adding is not None and (adding.note, adding.field) == (note.id, field):
                rows.insert(adding.position, Row(NEW, Content(" "), _gutter("", ())))
            for place, row in enumerate(rows or [_empty_row(note, field)]):
                yield _with_field(row, field) if place == 0 else row


def _title_row(number: int, note: SoepNote) -> Row:
    title = note.problem.text or _("(geen titel)")
    codes = [f"{name} {code}" for name, code in (("S", note.icpc_s), ("E", note.icpc_e)) if code]
    text = Content.assemble(
        (title, "bold $text-primary" if note.problem.text else "bold $foreground-muted"),
        (f"  {' · '.join(codes)}" if codes else "", "$text-secondary"),
        ("  ✓ " + _("goedgekeurd") if note.approved_at is not None else "", "bold $text-success"),
    )
    return Row(note.problem.id, text, _gutter(str(number), note.problem.flags), _reasons(note.problem.flags))


def _line_row(line: NoteLine, said: Mapping[int, Utterance]) -> Row:
    return Row(
        line.id,
        Content.assemble(line.text, (_source(line, said), "$foreground-muted")),
        _gutter("", line.flags),
        _reasons(line.flags),
    )


def _empty_row(note: SoepNote, field: FieldName) -> Row:
    return Row((note.id, field), Content.styled("–", "$foreground-muted"), _gutter("", ()))


def _with_field(row: Row, field: FieldName) -> Row:
    letter = Content.styled(field.ljust(_FIELD_WIDTH), "bold")
    return replace(row, gutter=Content.assemble(letter, row.gutter[_FIELD_WIDTH:]))


def _gutter(label: str, flags: Sequence[Flag]) -> Content:
    critical = any(flag.critical for flag in flags)
    mark = (CRITICAL if critical else DOUBTFUL) if flags else ""
    style = "bold $text-error" if critical else "bold $text-warning"
    return Content.assemble((label.ljust(_FIELD_WIDTH), "bold"), (mark.ljust(_MARK_WIDTH), style if flags else ""))


def _reasons(flags: Sequence[Flag]) -> Content:
    styles = ["bold $text-error" if flag.critical else "italic $text-warning" for flag in flags]
    sentences = [f"↳ {flag_sentence(flag)}" for flag in flags]
    return Content("\n").join(Content.styled(*each) for each in zip(sentences, styles, strict=True))


def _source(line: NoteLine, said: Mapping[int, Utterance]) -> str:
    """Where it was said: the first moment, and how many more there are."""
    moments = sorted(said[number].start_s for number in line.evidence if number in said)
    if moments:
        more = f" +{len(moments) - 1}" if len(moments) > 1 else ""
        return f"  {clock(moments[0])}{more}"
    return "  " + _("eigen") if line.origin is Origin.HUISARTS else ""


def _keyed(items: Sequence[Unsaid]) -> Iterator[tuple[Hashable, Unsaid]]:
    """Each by what it is, so that the cursor stays on it when the list changes; the same twice is told apart."""
    seen: Counter[Hashable] = Counter()
    for item in items:
        yield (item.key, seen[item.key]), item
        seen[item.key] += 1


def _unsaid_rows(items: Sequence[Unsaid], said: Mapping[int, Utterance]) -> Iterator[Row]:
    for key, item in _keyed(items):
        moments = [said[one].start_s for one in item.evidence if one in said]
        where = f"  {clock(min(moments))}" if moments else ""
        yield Row(key, Content.assemble(unsaid_sentence(item), (where, "$foreground-muted")))

"""The note against its draft."""

from __future__ import annotations

from pathlib import Path

from soep.workflow import editing
from soep.workflow.comparison import Fate, LineChange, Mark, Piece, compare, words
from soep.workflow.edits import AddLine, JoinProblems, MoveLine, RemoveLine, SetText
from tests.factories import line
from tests.stores import drafted, office, throat


def said(change: LineChange) -> str:
    signs = {Mark.SAME: "{}", Mark.GONE: "[{}]", Mark.NEW: "<{}>"}
    return " ".join(signs[piece.mark].format(piece.text) for piece in change.pieces)


def test_words_are_kept_whole() -> None:
    assert words("5 dgn keelpijn.", "6 dgn keelpijn en hoest.") == (
        Piece(Mark.GONE, "5"),
        Piece(Mark.NEW, "6"),
        Piece(Mark.SAME, "dgn"),
        Piece(Mark.GONE, "keelpijn."),
        Piece(Mark.NEW, "keelpijn en hoest."),
    )
    assert words("", "") == ()


def test_every_fate_of_a_line(tmp_path: Path) -> None:
    desk = office(tmp_path / "soep").desk
    first = throat(S=(line("a b", 2), line("c", 2)), O=(line("d", 2),), P=(line("e", 3),))
    consult_id = drafted(desk, first)
    note = desk.peek(consult_id).working[0]
    editing.edit(desk, consult_id, SetText(note.S[0].id, "a x"))
    editing.edit(desk, consult_id, RemoveLine(note.S[1].id))
    editing.edit(desk, consult_id, MoveLine(note.O[0].id, note.id, "E"))
    editing.edit(desk, consult_id, AddLine(note.id, "P", "f"))
    [change] = compare(desk.peek(consult_id))
    assert (change.title.fate, said(change.title)) == (Fate.KEPT, "Keelpijn")
    assert [(one.fate, one.field, one.came_from, said(one)) for one in change.lines] == [
        (Fate.CHANGED, "S", None, "a [b] <x>"),
        (Fate.REMOVED, "S", None, "[c]"),
        (Fate.MOVED, "E", "O", "d"),
        (Fate.KEPT, "P", None, "e"),
        (Fate.ADDED, "P", None, "<f>"),
    ]


def test_a_problem_that_was_joined_leaves_nothing_behind(tmp_path: Path) -> None:
    desk = office(tmp_path / "soep").desk
    consult_id = drafted(desk, throat(), throat(problem=line("Knie", 3)))
    one, two = desk.peek(consult_id).working
    editing.edit(desk, consult_id, JoinProblems(two.id, one.id))
    [change] = compare(desk.peek(consult_id))
    assert [line.fate for line in change.lines] == [Fate.KEPT, Fate.MOVED, Fate.KEPT, Fate.MOVED]

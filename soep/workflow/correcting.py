"""What was misheard is corrected: the lines that rest on it and that the GP did not touch are drafted again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from soep.engine.protocol import DraftJob
from soep.engine.supervisor import Engine, Task
from soep.errors import InputError
from soep.events import Event
from soep.i18n import _
from soep.types import FIELDS, Consult, FieldName, NoteLine, Origin, SoepNote, Unsaid
from soep.workflow import editing, rules
from soep.workflow.desk import Desk
from soep.workflow.edits import Content
from soep.workflow.owners import owned
from soep.workflow.rules import Act
from soep.workflow.watching import transcript_there, watched


def untouched(consult: Consult, utterances: Collection[int]) -> list[NoteLine]:
    """The lines and titles that rest on one of these utterances, and that the machine may still write anew."""
    return [
        line
        for note in consult.working
        if note.approved_at is None
        for _field, line in note.title_and_lines()
        if _is_replaceable(line, utterances)
    ]


@dataclass(frozen=True, slots=True)
class Redraft:
    """Put what a new draft says about some utterances in the place of what the old one said; the rest stays.

    A line takes the place and the id of the one that it replaces, so that it compares with it.  What the GP wrote,
    touched or took out is left so: it is neither replaced nor written again.

    Args:
        utterances: that were corrected.
        draft: notes of the whole corrected transcript.
        unsaid: what those leave out.
        first: the first draft; what of it is not in the note was taken out.
    """

    utterances: tuple[int, ...]
    draft: tuple[SoepNote, ...]
    unsaid: tuple[Unsaid, ...] = ()
    first: tuple[SoepNote, ...] = ()

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        targets = [note for note in content.notes if note.approved_at is None]
        fresh = _by_target(self.draft, targets)
        notes, next_id = [], content.next_id
        for note in content.notes:
            if note.approved_at is None:
                note, next_id = self._redrafted(note, fresh.get(note.id, []), next_id)  # noqa: PLW2901
            notes.append(note)
        unsaid = self._listed(content.unsaid, notes)
        return replace(content, notes=tuple(notes), unsaid=unsaid, next_id=next_id)

    def _redrafted(self, note: SoepNote, fresh: Sequence[SoepNote], next_id: int) -> tuple[SoepNote, int]:
        title = note.problem
        if _is_replaceable(title, self.utterances) and fresh:
            title = replace(fresh[0].problem, id=title.id)
        lines: dict[FieldName, tuple[NoteLine, ...]] = {}
        for field in FIELDS:
            wanted = self._wanted(field, note.lines(field), [line for one in fresh for line in one.lines(field)])
            lines[field], next_id = _replaced(note.lines(field), wanted, self.utterances, next_id)
        return replace(note, problem=title, **lines), next_id  # type: ignore[arg-type]

    def _wanted(self, field: FieldName, old: Sequence[NoteLine], new: Sequence[NoteLine]) -> list[NoteLine]:
        """The new lines of a field that say something about what was corrected, and that the GP did not settle."""
        settled = {number for line in old if not _is_the_machines(line) for number in line.evidence}
        there = {line.id for line in old}
        known = {line.text for line in old if not _is_replaceable(line, self.utterances)}
        known |= {line.text for note in self.first for line in note.lines(field) if line.id not in there}
        return [
            line
            for line in new
            if (about := set(line.evidence) & set(self.utterances)) and not about <= settled and line.text not in known
        ]

    def _listed(self, unsaid: Sequence[Unsaid], notes: Sequence[SoepNote]) -> tuple[Unsaid, ...]:
        stands = {line.text.casefold() for note in notes for _field, line in note.every_line()}
        about = set(self.utterances)
        kept = [item for item in unsaid if not about & set(item.evidence)]
        new = [item for item in self.unsaid if about & set(item.evidence) and item.text.casefold() not in stands]
        return tuple(sorted([*kept, *new], key=lambda item: min(item.evidence, default=0)))


@dataclass(frozen=True, slots=True)
class Work:
    """The drafting of a corrected transcript, begun; ``task`` can be cancelled from another thread."""

    desk: Desk
    consult: Consult
    utterances: tuple[int, ...]
    task: Task

    def finish(self, on_event: Callable[[Event], None]) -> None:
        """Wait for it, and keep what it says about the corrected utterances as one edit, which can be undone.

        Raises:
            CancelledError: the user stopped it; nothing changed.
            GoneError: the transcript was erased meanwhile.
            SoepError: it failed; nothing changed.
        """
        with watched(self.task, transcript_there(self.desk, self.consult.id)):
            made = self.task.result(on_event).consult
        edit = Redraft(self.utterances, made.draft, made.unsaid, self.consult.draft)
        if not made.draft:
            raise InputError(
                _("Van het verbeterde transcript is geen concept te maken."), _("Verbeter de regels zelf.")
            )
        editing.edit(self.desk, self.consult.id, edit)


@contextmanager
def begun(desk: Desk, consult_id: str, utterances: Collection[int], engine: Engine) -> Iterator[Work]:
    """Begin to draft again what rests on corrected utterances; the GP may go on editing meanwhile."""
    with owned(desk.store.folder, consult_id):
        consult = desk.peek(consult_id)
        rules.allow(Act.EDIT, consult.status, desk.role)
        yield Work(desk, consult, tuple(sorted(utterances)), engine.submit(DraftJob(consult.transcript)))


def _is_the_machines(line: NoteLine) -> bool:
    return line.origin is Origin.MACHINE and not line.touched


def _is_replaceable(line: NoteLine, utterances: Collection[int]) -> bool:
    return _is_the_machines(line) and bool(set(line.evidence) & set(utterances))


def _replaced(
    old: Sequence[NoteLine], wanted: Sequence[NoteLine], utterances: Collection[int], next_id: int
) -> tuple[tuple[NoteLine, ...], int]:
    """The lines with the replaceable ones replaced in their order; what more there is follows the last of them."""
    fresh, found = list(wanted), []
    places = [index for index, line in enumerate(old) if _is_replaceable(line, utterances)]
    for index, line in enumerate(old):
        if index not in places:
            found.append(line)
        elif fresh:
            found.append(replace(fresh.pop(0), id=line.id))
        if places and index == places[-1]:
            for more in fresh:
                found.append(replace(more, id=next_id))
                next_id += 1
            fresh = []
    for more in fresh:  # nothing of this field rested on it before
        found.append(replace(more, id=next_id))
        next_id += 1
    return tuple(found), next_id


def _by_target(drafted: Sequence[SoepNote], targets: Sequence[SoepNote]) -> dict[int, list[SoepNote]]:
    """For each note the drafted ones that are about the same: those that share the most utterances with it."""
    found: dict[int, list[SoepNote]] = {}
    for note in drafted:
        if targets:
            target = max(targets, key=lambda one: len(_heard(one) & _heard(note)))
            found.setdefault(target.id, []).append(note)
    return found


def _heard(note: SoepNote) -> set[int]:
    return {number for _field, line in note.title_and_lines() for number in line.evidence}

"""What an edit changed, as text for the history: only the parts that differ, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from soep.types import Consult, SoepNote, Unsaid, Utterance
from soep.workflow.edits import Content


@dataclass(frozen=True, slots=True)
class _Part:
    """Parts of a consult; None where nothing changed."""

    notes: tuple[SoepNote, ...] | None = None
    unsaid: tuple[Unsaid, ...] | None = None
    utterances: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An edit by name, with the parts that it changed."""

    name: str
    before: _Part
    after: _Part

    def undone(self, consult: Consult) -> Consult:
        """The consult as it was before."""
        return _with(consult, self.before)

    def done(self, consult: Consult) -> Consult:
        """The consult as it was after."""
        return _with(consult, self.after)

    def to_text(self) -> str:
        """For the history."""
        return _CHANGE.dump_json(self).decode()


_CHANGE = TypeAdapter(Change)


def between(name: str, before: Content, after: Content) -> Change:
    """What differs."""
    known = before.transcript.by_id()
    same = before.transcript is after.transcript
    changed = [] if same else [said for said in after.transcript.utterances if known.get(said.id) != said]
    notes, unsaid = before.notes != after.notes, before.unsaid != after.unsaid
    return Change(
        name,
        _Part(
            before.notes if notes else None,
            before.unsaid if unsaid else None,
            tuple(known[said.id] for said in changed),
        ),
        _Part(after.notes if notes else None, after.unsaid if unsaid else None, tuple(changed)),
    )


def from_text(text: str) -> Change:
    """Read what ``Change.to_text`` gave."""
    return _CHANGE.validate_json(text)


def _with(consult: Consult, part: _Part) -> Consult:
    if part.utterances:
        changed = {said.id: said for said in part.utterances}
        said = tuple(changed.get(one.id, one) for one in consult.transcript.utterances)
        consult = replace(consult, transcript=replace(consult.transcript, utterances=said))
    return replace(
        consult,
        working=consult.working if part.notes is None else part.notes,
        unsaid=consult.unsaid if part.unsaid is None else part.unsaid,
    )

"""What a GP does to a note, as values: each makes another state of the consult's content, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from soep.clinical import icpc
from soep.errors import InputError, WorkflowError
from soep.i18n import _
from soep.types import FIELDS, FieldName, Flag, NoteLine, Origin, Role, SoepNote, Transcript, Unsaid, Utterance
from soep.wording import FlagCode

MAX_LINE_CHARACTERS = 2000
_MISHEARD = Flag(FlagCode.SAID_CORRECTED, critical=True)


@dataclass(frozen=True, slots=True)
class Content:
    """What edits change: the notes as the GP has them, what was said, and what stands in no line."""

    notes: tuple[SoepNote, ...]
    transcript: Transcript
    unsaid: tuple[Unsaid, ...]
    next_id: int
    """Ids of lines and notes: never used before in this consult."""


class Edit(Protocol):
    """One thing that the GP does."""

    def apply(self, content: Content) -> Content:
        """The content after it.

        Raises:
            InputError: a line, note or utterance is not there, or a value has no valid form.
            WorkflowError: the note was approved.
        """
        ...


@dataclass(frozen=True, slots=True)
class SetText:
    """Write a line (or title) anew; its flags are resolved by that, and an emptied line goes."""

    line: int
    text: str

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        text = _clean(self.text)
        return _with_line(
            content,
            self.line,
            lambda line: replace(line, text=text, flags=(), touched=True, origin=_origin(line, text)),
            keep=bool(text),
        )


@dataclass(frozen=True, slots=True)
class AcceptFlags:
    """Let a flagged line stand as it is: the GP has looked."""

    line: int

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        return _with_line(content, self.line, lambda line: replace(line, flags=(), touched=True))


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take a line out."""

    line: int

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        return _with_line(content, self.line, lambda line: line, keep=False)


@dataclass(frozen=True, slots=True)
class AddLine:
    """Add a line of the GP's own, at the end of a field or before the line at ``position``."""

    note: int
    field: FieldName
    text: str
    evidence: tuple[int, ...] = ()
    position: int | None = None

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        text = _clean(self.text)
        if not text:
            raise InputError(_("Een lege regel wordt niet toegevoegd."))
        line = NoteLine(text, self.evidence, (), content.next_id, Origin.HUISARTS, touched=True)
        note = _inserted(_note(content, self.note), self.field, line, self.position)
        return replace(_with_note(content, note), next_id=content.next_id + 1)


@dataclass(frozen=True, slots=True)
class MoveLine:
    """Put a line in another field, another note, or another place."""

    line: int
    note: int
    field: FieldName
    position: int | None = None

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        line = next((one for note in content.notes for _, one in note.every_line() if one.id == self.line), None)
        if line is None:
            raise _no_line()
        without = RemoveLine(self.line).apply(content)
        target = _note(without, self.note)
        return _with_note(without, _inserted(target, self.field, replace(line, touched=True), self.position))


@dataclass(frozen=True, slots=True)
class AddUnsaid:
    """Put an item of the list of what was said into the note; it leaves the list."""

    item: Unsaid
    note: int
    field: FieldName

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        without = DismissUnsaid(self.item).apply(content)
        return AddLine(self.note, self.field, self.item.text, self.item.evidence).apply(without)


@dataclass(frozen=True, slots=True)
class DismissUnsaid:
    """Take an item off the list of what was said: it need not be in the note."""

    item: Unsaid

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        place = next((place for place, one in enumerate(content.unsaid) if one.key == self.item.key), None)
        if place is None:
            raise InputError(_("Dit punt staat niet meer in de lijst."))
        return replace(content, unsaid=content.unsaid[:place] + content.unsaid[place + 1 :])


@dataclass(frozen=True, slots=True)
class SetIcpc:
    """Give a note its code for S or E; None takes it away."""

    note: int
    field: FieldName
    code: str | None

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        code = self.code.strip().upper() if self.code else None
        if code is not None and icpc.CODE.fullmatch(code) is None:
            raise InputError(
                _("“{code}” is geen ICPC-code.").format(code=code[:12]),
                _("Een code is een letter en twee cijfers: R74."),
            )
        if self.field not in {"S", "E"}:
            raise InputError(_("Alleen S en E hebben een ICPC-code."))
        note = _note(content, self.note)
        return _with_note(content, replace(note, icpc_s=code) if self.field == "S" else replace(note, icpc_e=code))


@dataclass(frozen=True, slots=True)
class SplitProblem:
    """Make a problem of its own of some lines."""

    note: int
    lines: tuple[int, ...]
    title: str

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        note = _note(content, self.note)
        chosen = [(field, line) for field, line in note.every_line() if line.id in self.lines]
        if len(chosen) != len(set(self.lines)) or not chosen:
            raise _no_line()
        new_id = content.next_id
        title = NoteLine(_clean(self.title), (), (), new_id, Origin.HUISARTS, touched=True)
        new = SoepNote(title, id=new_id + 1)
        for field, line in chosen:
            new = _inserted(new, field, line, None)
            note = _filtered(note, line.id)
        notes = [piece for one in content.notes for piece in ((note, new) if one.id == note.id else (one,))]
        return replace(content, notes=tuple(notes), next_id=new_id + 2)


@dataclass(frozen=True, slots=True)
class JoinProblems:
    """Put the lines of one problem behind those of another; its title and codes go where the other has its own."""

    note: int
    into: int

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        if self.note == self.into:
            raise InputError(_("Kies twee verschillende problemen."))
        source, target = _note(content, self.note), _note(content, self.into)
        for field, line in source.every_line():
            target = _inserted(target, field, line, None)
        target = replace(
            target,
            problem=target.problem if target.problem.text else source.problem,
            icpc_s=target.icpc_s or source.icpc_s,
            icpc_e=target.icpc_e or source.icpc_e,
        )
        rest = tuple(one for one in content.notes if one.id != source.id)
        return _with_note(replace(content, notes=rest), target)


@dataclass(frozen=True, slots=True)
class SetRole:
    """Say who spoke: one utterance, or all of a speaker when ``whole_speaker``."""

    utterance: int
    role: Role
    whole_speaker: bool = False

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        said = _utterance(content, self.utterance)

        def changed(one: Utterance) -> Utterance:
            meant = one.id == said.id or (self.whole_speaker and one.speaker == said.speaker)
            return replace(one, role=self.role, role_confidence=1.0) if meant else one

        return _with_utterances(content, changed)


@dataclass(frozen=True, slots=True)
class SwapRoles:
    """Two speakers were taken for each other."""

    first: Role
    second: Role

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        other = {self.first: self.second, self.second: self.first}
        return _with_utterances(content, lambda one: replace(one, role=other.get(one.role, one.role)))


@dataclass(frozen=True, slots=True)
class CorrectUtterance:
    """Write an utterance as it was said; its words lose their own times.

    Lines of the machine that rest on it must be looked at before approval, until they are drafted again.
    """

    utterance: int
    text: str

    def apply(self, content: Content) -> Content:
        """See ``Edit``."""
        said, text = _utterance(content, self.utterance), _clean(self.text)
        if not text:
            raise InputError(_("Een uiting kan niet leeg zijn."), _("Wis in plaats daarvan een stuk van de opname."))
        notes = tuple(_doubted(note, said.id) if note.approved_at is None else note for note in content.notes)
        content = replace(content, notes=notes)
        return _with_utterances(content, lambda one: replace(one, text=text, words=()) if one.id == said.id else one)


def _doubted(note: SoepNote, utterance: int) -> SoepNote:
    """The note with what the machine wrote on the ground of an utterance that was misheard marked as doubtful."""

    def marked(line: NoteLine) -> NoteLine:
        doubtful = line.origin is Origin.MACHINE and not line.touched and utterance in line.evidence
        return replace(line, flags=(*line.flags, _MISHEARD)) if doubtful and _MISHEARD not in line.flags else line

    for field in FIELDS:
        note = _placed(note, field, [marked(line) for line in note.lines(field)])
    return replace(note, problem=marked(note.problem))


def _clean(text: str) -> str:
    """One line, no control characters, not endless."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(plain) > MAX_LINE_CHARACTERS:
        raise InputError(
            _("Deze regel is te lang."), _("Houd het onder {count} tekens.").format(count=MAX_LINE_CHARACTERS)
        )
    return plain


def _origin(line: NoteLine, text: str) -> Origin:
    """A line of the machine that shares no word with what it was is the GP's own."""
    kept = set(line.text.casefold().split()) & set(text.casefold().split())
    return line.origin if kept else Origin.HUISARTS


def _no_line() -> InputError:
    return InputError(_("Deze regel staat niet meer in het verslag."))


def _note(content: Content, note_id: int) -> SoepNote:
    found = next((note for note in content.notes if note.id == note_id), None)
    if found is None:
        raise InputError(_("Dit probleem staat niet meer in het verslag."))
    _must_be_open(found)
    return found


def _must_be_open(note: SoepNote) -> None:
    if note.approved_at is not None:
        raise WorkflowError(_("Dit verslag is goedgekeurd."), _("Trek eerst de goedkeuring in."))


def _utterance(content: Content, utterance_id: int) -> Utterance:
    found = content.transcript.by_id().get(utterance_id)
    if found is None:
        raise InputError(_("Deze uiting staat niet meer in het transcript."))
    return found


def _with_note(content: Content, note: SoepNote) -> Content:
    return replace(content, notes=tuple(note if one.id == note.id else one for one in content.notes))


def _with_utterances(content: Content, change: Callable[[Utterance], Utterance]) -> Content:
    changed = tuple(map(change, content.transcript.utterances))
    return replace(content, transcript=replace(content.transcript, utterances=changed))


def _with_line(content: Content, line_id: int, change: Callable[[NoteLine], NoteLine], *, keep: bool = True) -> Content:
    for note in content.notes:
        if note.problem.id == line_id and line_id:
            _must_be_open(note)
            title = change(note.problem) if keep else replace(note.problem, text="", flags=())
            return _with_note(content, replace(note, problem=title))
        for field, line in note.every_line():
            if line.id == line_id:
                _must_be_open(note)
                new = _placed(note, field, [change(one) if one.id == line_id else one for one in note.lines(field)])
                return _with_note(content, new if keep else _filtered(note, line_id))
    raise _no_line()


def _filtered(note: SoepNote, line_id: int) -> SoepNote:
    for field in FIELDS:
        note = _placed(note, field, [line for line in note.lines(field) if line.id != line_id])
    return note


def _inserted(note: SoepNote, field: FieldName, line: NoteLine, position: int | None) -> SoepNote:
    lines = list(note.lines(field))
    lines.insert(len(lines) if position is None else max(0, position), line)
    return _placed(note, field, lines)


def _placed(note: SoepNote, field: FieldName, lines: Sequence[NoteLine]) -> SoepNote:
    match field:
        case "S":
            return replace(note, S=tuple(lines))
        case "O":
            return replace(note, O=tuple(lines))
        case "E":
            return replace(note, E=tuple(lines))
        case "P":
            return replace(note, P=tuple(lines))

"""The seam of drafting: what turns utterances into notes.

A drafter writes lines with evidence; it does not check itself.  ``verify.py`` checks what any drafter wrote.
Drafters are entry points in the group ``soep.drafters``: a factory ``(Settings) -> Drafter``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from soep import plugins
from soep.config import Settings
from soep.i18n import _
from soep.types import FIELDS, FieldName, NoteLine, SoepNote, Utterance

ENTRY_POINT_GROUP = "soep.drafters"


def never_cancelled() -> bool:
    """The default for a draft that nobody can stop."""
    return False


def unheard(_done: int, _total: int) -> None:
    """The default for a draft whose progress nobody watches."""


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """What the GP wants of a draft."""

    word_budget: int = 90
    forms: Mapping[str, str] = field(default_factory=dict)
    """What the GP writes for what a drafter writes: applied after the checks, which know the usual forms."""
    dictation: bool = False
    """Only the GP speaks: everything said is meant for the note."""
    cancelled: Callable[[], bool] = never_cancelled
    """Asked between steps; when true, the drafter raises ``CancelledError`` soon."""
    progress: Callable[[int, int], None] = unheard
    """Told how many utterances are drafted, of how many known so far."""


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A line as soon as it is known, before the note is put together; ids of lines are given by assembly."""

    field: FieldName
    line: NoteLine
    problem: int = 0


def note_of(lines: Sequence[ProposedLine]) -> SoepNote:
    """Lines as one note, without a title: so that they are asked and checked like a note."""
    s, o, e, p = (tuple(one.line for one in lines if one.field == name) for name in FIELDS)
    return SoepNote(S=s, O=o, E=e, P=p)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a drafter makes of a consult."""

    notes: tuple[SoepNote, ...] = ()
    """One a problem; none when nothing can be noted."""
    left_out: tuple[ProposedLine, ...] = ()
    """Lines that the notes had no room for."""


class DraftStream(Protocol):
    """The draft of one consult, fed as utterances become known."""

    def feed(self, utterances: Sequence[Utterance]) -> Iterable[ProposedLine]:
        """Take utterances that are certain, in order; give lines as they become known (they may still be merged).

        The lines may be computed while they are iterated: go through them to the end.
        """
        ...

    def finish(self) -> Draft:
        """No more utterances: the notes."""
        ...


class Drafter(Protocol):
    """Utterances to notes."""

    @property
    def model_id(self) -> str:
        """What wrote the note, for the record."""
        ...

    @property
    def sha256(self) -> str:
        """Of the weights; empty for a drafter without a model.

        Raises:
            WeightsError: they are missing or damaged.
        """
        ...

    def stream(self, options: DraftOptions) -> DraftStream:
        """Begin a consult."""
        ...

    def close(self) -> None:
        """Free the weights and forget what was said."""
        ...


@runtime_checkable
class SendingDrafter(Protocol):
    """A drafter that sends what was said to another process, here or elsewhere."""

    @property
    def destination(self) -> str:
        """Where it goes, as ``host`` or ``host:port``; empty when none is set.

        Raises:
            InputError: the address that is set cannot be used.
        """
        ...

    def probe(self) -> None:
        """Ask that process whether it is there, without anything of a consult.

        Raises:
            InputError: the address that is set cannot be used.
            ServerError: it does not answer as it should.
        """
        ...


def drafter_names() -> list[str]:
    """The names of the installed drafters, sorted."""
    return plugins.names(ENTRY_POINT_GROUP)


def load_drafter(name: str, settings: Settings) -> Drafter:
    """Make a drafter by name; no other drafter is imported.

    Raises:
        InputError: no drafter of that name is installed.
    """
    unknown = _("Er is geen conceptschrijver “{name}”.").format(name=name)
    factory: Callable[[Settings], Drafter] = plugins.find(ENTRY_POINT_GROUP, name, unknown).load()
    return factory(settings)


def weights_of(name: str, settings: Settings) -> str:
    """The id of the weights that a drafter runs on, checked but not loaded; empty for one that needs none.

    Raises:
        InputError: no drafter of that name is installed.
        WeightsError: its weights are missing or damaged.
    """
    drafter = load_drafter(name, settings)
    return drafter.model_id if drafter.sha256 else ""


def destination_of(name: str, settings: Settings) -> str | None:
    """Where a drafter sends what was said, for the user to know beforehand; None for one that keeps it in the process.

    Raises:
        InputError: no drafter of that name is installed, or the address that is set cannot be used.
    """
    drafter = load_drafter(name, settings)
    return drafter.destination or None if isinstance(drafter, SendingDrafter) else None


def probe(name: str, settings: Settings) -> None:
    """Ask where a drafter sends to whether anyone is there; nothing for a drafter that sends nowhere.

    Raises:
        InputError: no drafter of that name is installed, or the address that is set cannot be used.
        ServerError: there is no answer as it should be.
    """
    drafter = load_drafter(name, settings)
    if isinstance(drafter, SendingDrafter):
        drafter.probe()

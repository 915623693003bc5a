"""Who a speaker's label in a transcript stands for (``ARTS``, ``Moeder van Sem``, ``P``), and numbered utterances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from soep.types import Role, Source, Utterance

_ROLES = {
    Role.ARTS: "arts huisarts dokter dr doctor doc ha aios haio waarnemer praktijkondersteuner poh",
    Role.PATIENT: "patient patiënt patiente patiënte pt pat cliënt client",
    Role.BEGELEIDER: (
        "begeleider begeleidster moeder vader mama papa ouder partner echtgenoot echtgenote dochter zoon broer zus "
        "oma opa mantelzorger verzorgende verzorger"
    ),
}
_WORDS = {word: role for role, words in _ROLES.items() for word in words.split()}
_LETTERS = {"a": Role.ARTS, "h": Role.ARTS, "p": Role.PATIENT, "b": Role.BEGELEIDER}
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of speech as a transcript file gives it; both times are 0 when the file has none."""

    text: str
    speaker: str = ""
    start_s: float = 0.0
    end_s: float = 0.0


def plain_label(label: str) -> str:
    """A label as it is compared: lower case, without what stands in brackets, without a number or dot at the end."""
    return _IN_BRACKETS.sub("", label).strip().rstrip(".0123456789 #").lower()


def roles_of(labels: Iterable[str]) -> dict[str, Role]:
    """The role of each label of one transcript; ``ONBEKEND`` for what names nobody.

    The first word of a label decides.  Single letters are read together: ``A`` with ``P`` is arts and patient, but
    ``A`` with only ``B`` are two speakers of whom nothing is known.
    """
    found = {label: _word_role(label) for label in labels}
    letters = {label: _LETTERS[letter] for label in found if (letter := plain_label(label)) in _LETTERS}
    roles = {*found.values(), *letters.values()}
    return found | letters if Role.PATIENT in roles or len(letters) == 1 else found


def utterances_of(pieces: Sequence[Spoken], source: Source = Source.GESPREK) -> tuple[Utterance, ...]:
    """The pieces that hold text as utterances, numbered from 1; a role that a label names is certain.

    A dictation (``source``) without labels is the GP's.
    """
    roles = roles_of({piece.speaker for piece in pieces})
    if source is Source.DICTAAT:
        roles[""] = Role.ARTS
    return tuple(
        Utterance(
            id=number,
            text=piece.text,
            role=roles[piece.speaker],
            role_confidence=0.0 if roles[piece.speaker] is Role.ONBEKEND else 1.0,
            start_s=piece.start_s,
            end_s=piece.end_s,
            speaker=piece.speaker,
            source=source,
        )
        for number, piece in enumerate((piece for piece in pieces if piece.text), start=1)
    )


def _word_role(label: str) -> Role:
    first, *_rest = plain_label(label).replace(".", " ").split() or [""]
    return _WORDS.get(first, Role.ONBEKEND)

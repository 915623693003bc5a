"""Lines checked against a few utterances, for the tests of the checker's rules."""

from __future__ import annotations

from dataclasses import replace

from soep.drafting import verify
from soep.types import FieldName, NoteLine, Role, SoepNote, Utterance

ROLES = {"A": Role.ARTS, "P": Role.PATIENT, "B": Role.BEGELEIDER, "?": Role.ONBEKEND}


def said(*turns: str) -> tuple[Utterance, ...]:
    """Utterances numbered from 1, written as "A: tekst"."""
    return tuple(Utterance(at, turn[3:], ROLES[turn[0]]) for at, turn in enumerate(turns, 1))


def codes(
    field: FieldName, text: str, turns: tuple[Utterance, ...], *, dictation: bool = False, cite: tuple[int, ...] = ()
) -> set[str]:
    """The codes of all objections to one line, flagged or rejected."""
    line = NoteLine(text, cite or tuple(one.id for one in turns))
    note = replace(SoepNote(), **{field: (line,)})
    result = verify.check([note], turns, dictation=dictation)
    flags = {flag.code for kept in result.notes[0].lines(field) for flag in kept.flags}
    return flags | {item.reason.code for item in result.rejected if item.reason}


def rejected(field: FieldName, text: str, turns: tuple[Utterance, ...], *, dictation: bool = False) -> bool:
    line = NoteLine(text, tuple(one.id for one in turns))
    note = replace(SoepNote(), **{field: (line,)})
    return bool(verify.check([note], turns, dictation=dictation).rejected)

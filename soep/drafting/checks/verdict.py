"""What a check says of a line."""

from __future__ import annotations

from dataclasses import dataclass

from soep.types import Flag
from soep.wording import FlagCode


@dataclass(frozen=True, slots=True)
class Verdict:
    """One objection to a line; ``certain`` when the line is wrong beyond doubt and must leave the note."""

    flag: Flag
    certain: bool = False


def objection(code: FlagCode, *, critical: bool = True, certain: bool = False, **params: str) -> Verdict:
    """An objection with the facts for its sentence."""
    return Verdict(Flag(code.value, params, critical=critical or certain), certain)

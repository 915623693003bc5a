"""Scripts: a conversation as text, one turn a line, and the casting that says how it is spoken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LABELS = {"arts": "Dokter", "patient": "Patiënt", "begeleider": "Begeleider"}

_LINE = re.compile(r"(ARTS|PATIENT|BEGELEIDER): (\S.*)")


@dataclass(frozen=True)
class Voice:
    """How a speaker sounds.

    ``mix`` holds style vectors with their weights; ``pitch`` scales all frequencies (below 1: lower and slower).
    """

    mix: Mapping[str, float]
    speed: float
    distance_m: float
    pitch: float = 1.0


@dataclass(frozen=True)
class Line:
    """One turn of a script."""

    role: str
    text: str


@dataclass(frozen=True)
class Consult:
    """A script with its casting; ``gaps_s`` holds, by number of the turn from 1, the silence before it.

    A negative gap starts the turn before the others are done: an interruption or a backchannel.
    """

    name: str
    title: str
    seed: int
    folder: Path
    cast: Mapping[str, Voice]
    lines: tuple[Line, ...]
    gaps_s: Mapping[int, float] = field(default_factory=dict)


def read_lines(path: Path) -> tuple[Line, ...]:
    """The turns of a script.

    Raises:
        ValueError: a line is not ``ROLE: text``.
    """
    found = []
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        match = _LINE.fullmatch(raw.strip())
        if match is None:
            raise ValueError(f"{path.name}:{number}: expected ARTS:, PATIENT: or BEGELEIDER: with text")
        found.append(Line(match[1].lower(), match[2]))
    return tuple(found)


def read_voices() -> dict[str, Voice]:
    """The voices of ``casting.toml`` by name."""
    casting = tomllib.loads((HERE / "casting.toml").read_text("utf-8"))
    return {name: Voice(**entry) for name, entry in casting["voices"].items()}


def read_consults(root: Path) -> list[Consult]:
    """All consults of ``casting.toml``; their scripts and folders lie under ``root``."""
    casting = tomllib.loads((HERE / "casting.toml").read_text("utf-8"))
    voices = read_voices()
    return [_consult(root, voices, entry) for entry in casting["consults"]]


def _consult(root: Path, voices: Mapping[str, Voice], entry: Mapping[str, Any]) -> Consult:
    script = root / entry["script"]
    return Consult(
        name=script.stem,
        title=entry["title"],
        seed=entry["seed"],
        folder=root / entry["folder"],
        cast={role: voices[voice] for role, voice in entry["cast"].items()},
        lines=read_lines(script),
        gaps_s={int(turn): gap for turn, gap in entry.get("gaps_s", {}).items()},
    )

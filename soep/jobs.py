"""What a session is asked and what it gives: values that cross to the engine process and back."""

from __future__ import annotations

from dataclasses import dataclass

from soep.types import Consult, Turn

DUTCH = "nl"
"""The one language that notes are made of."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What the user says about one consult."""

    language: str | None = None
    """ISO code; None expects Dutch and refuses a recording that clearly is not."""
    speakers: int | None = None
    channels_apart: bool = False
    """Two-channel sound with one speaker a channel."""
    dictation: bool = False
    """The GP dictates: every word is theirs, however few there are."""
    drafter: str | None = None
    """Name of the drafter; None takes the one from the settings."""
    draft: bool = True
    """False stops after the transcript (for measuring recognition)."""
    along: bool = False
    """A transcript is drafted in steps, as if it were being said; the time of the draft is that of the last step (for
    measuring what is left to do when the last word has been said)."""


DEFAULT_OPTIONS = SessionOptions()


@dataclass(frozen=True, slots=True)
class Result:
    """What a session gives: the consult, and the turns as diarization had them (for measuring)."""

    consult: Consult
    turns: tuple[Turn, ...] = ()

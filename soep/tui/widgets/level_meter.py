"""A meter of the sound that comes in: a bar, decibels, and a word, so that no colour is needed to read it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from soep.audio.levels import Level, share_of_scale
from soep.i18n import _

_BAR = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SOFT_DBFS = -45.0
_MUTED_AFTER_S = 1.0


class LevelMeter(Static):
    """One line for each track."""

    def show(self, levels: Sequence[Level], names: Sequence[str]) -> None:
        """The newest levels, with the device that each comes from."""
        self.update(Content("\n").join(_line(level, name) for level, name in zip(levels, names, strict=False)))


def level_word(level: Level) -> str:
    """How loud it is, in a word."""
    if level.is_clipping:
        return _("te hard")
    if level.dead_s >= _MUTED_AFTER_S:
        return _("geen geluid")
    return _("zacht") if level.rms_dbfs < _SOFT_DBFS else _("goed")


def _line(level: Level, name: str) -> Content:
    style = "$text-error" if level.is_clipping or level.dead_s >= _MUTED_AFTER_S else "$text-success"
    return Content.assemble(
        (_bar(share_of_scale(level.rms_dbfs)), f"{style} on $panel"),
        f" {level.rms_dbfs:4.0f} dB  ",
        (f"{level_word(level):<12}", style),
        (name, "dim"),
    )


def _bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(_BAR)

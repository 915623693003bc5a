"""Diarization error rate by pyannote.metrics: collar 0, overlap counted, optimal mapping of speakers.

Everything is imported inside the functions: pandas and its relatives cost seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soep.types import Turn


@dataclass(frozen=True, slots=True)
class SpeakerErrors:
    """Seconds of reference speech and of what went wrong with it."""

    speech_s: float = 0.0
    confusion_s: float = 0.0
    missed_s: float = 0.0
    false_alarm_s: float = 0.0


def speaker_errors(reference: Sequence[Turn], hypothesis: Sequence[Turn]) -> SpeakerErrors:
    """Compare turns with the reference, whose turns may overlap."""
    from pyannote.core import Segment, Timeline  # noqa: PLC0415
    from pyannote.metrics.diarization import DiarizationErrorRate  # noqa: PLC0415

    end_s = max((turn.end_s for turn in (*reference, *hypothesis)), default=0.0)
    found = DiarizationErrorRate(collar=0.0, skip_overlap=False)(
        _annotation(reference), _annotation(hypothesis), detailed=True, uem=Timeline([Segment(0.0, end_s)])
    )
    return SpeakerErrors(found["total"], found["confusion"], found["missed detection"], found["false alarm"])


def _annotation(turns: Sequence[Turn]) -> Any:
    from pyannote.core import Annotation, Segment  # noqa: PLC0415

    annotation = Annotation()
    for track, turn in enumerate(turns):
        annotation[Segment(turn.start_s, turn.end_s), track] = turn.speaker
    return annotation

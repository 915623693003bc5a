"""The files of a spoken consult: sound, who spoke when, and the words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from maker.conversation import Segment
from maker.script import Consult
from maker.sound import resampled
from maker.voice import RATE_HZ

SOUND_RATE_HZ = 16_000
BIT_RATE = 20_000
LICENCE = "MIT; voices by Kokoro-82M (Apache-2.0), entirely synthetic"


def write(consult: Consult, sound: NDArray[np.float32], segments: Sequence[Segment]) -> None:
    """Write ``<name>.ogg``, ``.rttm`` and ``.json`` into the consult's folder."""
    consult.folder.mkdir(parents=True, exist_ok=True)
    base = consult.folder / consult.name
    _write_sound(base.with_suffix(".ogg"), sound)
    base.with_suffix(".rttm").write_text(_rttm(consult.name, segments), "utf-8", newline="\n")
    write_json(base.with_suffix(".json"), _transcript(consult, len(sound) / RATE_HZ, segments))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """An object as indented JSON, the same bytes on every system."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def _write_sound(path: Path, sound: NDArray[np.float32]) -> None:
    pcm = (np.clip(resampled(sound, from_hz=RATE_HZ, to_hz=SOUND_RATE_HZ), -1.0, 1.0) * 32767).astype(np.int16)[None, :]
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=SOUND_RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        stream.options = {"application": "voip"}
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = SOUND_RATE_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


def _rttm(name: str, segments: Sequence[Segment]) -> str:
    line = "SPEAKER {} 1 {:.3f} {:.3f} <NA> <NA> {} <NA> <NA>\n"
    return "".join(line.format(name, s.start_s, s.end_s - s.start_s, s.speaker) for s in segments)


def _transcript(consult: Consult, duration_s: float, segments: Sequence[Segment]) -> dict[str, Any]:
    return {
        "uri": consult.name,
        "title": consult.title,
        "language": "nl",
        "duration": round(duration_s, 3),
        "kind": "synthetic",
        "licence": LICENCE,
        "segments": [
            {"i": s.number, "start": s.start_s, "end": s.end_s, "speaker": s.speaker, "role": s.role, "text": s.text}
            for s in segments
        ],
    }

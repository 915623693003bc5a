"""The recordings in a folder of an evaluation."""

from __future__ import annotations

from pathlib import Path

_NOT_SOUND = {".json", ".jsonl", ".rttm", ".txt", ".md", ".vtt", ".srt"}


def sounds(folder: Path) -> dict[str, Path]:
    """The recordings of a folder by id (the name without its ending), in order of id; sound in video counts too.

    Whatever is not a reference is taken for sound: which formats can be decoded is for the decoder to say.
    """
    files = (path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    return {path.stem: path for path in sorted(files) if path.suffix.lower() not in _NOT_SOUND}

"""Speaks labelled consults, for `soep eval draft FOLDER --spoken SOUNDS`.

    python benchmarks/speak.py benchmarks/consults_eval SOUNDS [--every 8]

The voices, the room and what they need are those of the samples (samples/README.md).  Text in brackets is not spoken.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
sys.path.insert(0, str(REPOSITORY / "samples"))

from maker import assets, files  # noqa: E402
from maker.conversation import Cache, perform  # noqa: E402
from maker.script import Consult, Line, Voice, read_voices  # noqa: E402
from maker.voice import Voices  # noqa: E402

from soep.config import load_settings  # noqa: E402

CASTS = (("anna", "karel", "els"), ("bram", "els", "anna"))
_UNSPOKEN = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def script(labelled: dict[str, Any], folder: Path, number: int, voices: dict[str, Voice]) -> Consult:
    """A labelled consult with a cast; the two casts take turns."""
    said = [(u["role"], " ".join(_UNSPOKEN.sub(" ", u["text"]).split())) for u in labelled["utterances"]]
    roles = ("arts", "patient", "begeleider")
    return Consult(
        name=labelled["id"],
        title=labelled["id"],
        seed=number,
        folder=folder,
        cast={role: voices[name] for role, name in zip(roles, CASTS[number % 2], strict=True)},
        lines=tuple(Line(role, text) for role, text in said if any(map(str.isalpha, text))),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("consults", type=Path)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many consults, from the first")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    cache = Cache(Voices(assets.find(load_settings().models), threads=arguments.threads), REPOSITORY / ".cache/samples")
    for number, path in enumerate(sorted(arguments.consults.glob("*.json"))[:: arguments.every]):
        consult = script(json.loads(path.read_text("utf-8")), arguments.sounds, number, read_voices())
        sound, segments = perform(consult, cache)
        files.write(consult, sound, segments)
        print(f"{consult.name}: {segments[-1].end_s / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()

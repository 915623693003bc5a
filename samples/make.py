"""Makes the spoken samples and the dialogues for ``soep eval`` from their scripts.

    python samples/make.py                   all of them
    python samples/make.py schouder enkel    these only
    python samples/make.py --measure         the voices on sentences that are not in the samples, by word error rate

Needs espeak-ng and npm, and the weights ``kokoro-82m-int8``; see README.md beside this file.  Users and tests need
none of that: what this writes is in the repository.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from maker import assets, files, measure
from maker.conversation import Cache, perform
from maker.script import HERE, Consult, read_consults, read_voices
from maker.voice import RATE_HZ, Voices

from soep.config import load_settings

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / "samples" / "notes"
CACHE = ROOT / ".cache" / "samples"


def main() -> None:
    """Read the command line and make what it asks for."""
    parser = argparse.ArgumentParser(description="Makes the spoken samples from their scripts.")
    parser.add_argument("names", nargs="*", help="consults to make; all of them when none is named")
    parser.add_argument("--measure", action="store_true", help="measure the voices instead")
    parser.add_argument("--threads", type=int, default=1, help="processor cores to use (default 1)")
    options = parser.parse_args()
    models = load_settings().models
    voices = Voices(assets.find(models), threads=options.threads)
    if options.measure:
        measure.print_table(voices, models, read_voices(), HERE / "sentences.txt", options.threads)
        return
    for consult in chosen(parser, options.names):
        make(consult, Cache(voices, CACHE))


def chosen(parser: argparse.ArgumentParser, names: list[str]) -> list[Consult]:
    """The consults with these names, or all."""
    consults = {consult.name: consult for consult in read_consults(ROOT)}
    unknown = set(names) - set(consults)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(consults)}")
    return [consults[name] for name in names or consults]


def make(consult: Consult, cache: Cache) -> None:
    """Write the sound and transcript of one consult, and put its utterances into the expected note if it has one."""
    sound, segments = perform(consult, cache)
    files.write(consult, sound, segments)
    note = NOTES / f"{consult.name}.json"
    if note.is_file():
        content = json.loads(note.read_text("utf-8"))
        content["utterances"] = [
            {"i": i, "role": line.role, "text": line.text} for i, line in enumerate(consult.lines, 1)
        ]
        files.write_json(note, content)
    print(f"{consult.name:28} {len(sound) / RATE_HZ:6.1f} s")


if __name__ == "__main__":
    main()

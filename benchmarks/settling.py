"""How often what a live draft takes as certain turns out otherwise, by how long it waits.

    python benchmarks/settling.py [--settle 20 10 5] [FILE ...]

The sound is fed as it would come.  Of the utterances told along the way, those count as changed that do not stand in
the finished transcript with the same words and the same role: what was drafted from there on is drafted again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from soep.audio.decode import SoundFile
from soep.config import Settings
from soep.events import Event, UtteranceReady
from soep.jobs import SessionOptions
from soep.pipeline import session
from soep.pipeline.parts import Parts
from soep.types import Utterance

REPOSITORY = Path(__file__).parent.parent
WINDOW_S = 5.0


def told_and_final(path: Path, parts: Parts) -> tuple[list[Utterance], list[Utterance]]:
    """The utterances as told while the sound came, and as they are in the end."""
    told: list[Utterance] = []

    def hear(event: Event) -> None:
        if isinstance(event, UtteranceReady):
            told.append(event.utterance)

    consult = session.Session(parts, SessionOptions(drafter="extractive"), hear)
    with SoundFile(path, parts.settings.limits, None) as file:
        for window in file.windows(WINDOW_S):
            consult.feed(window)
    along = list(told)
    return along, list(consult.finish().consult.transcript.utterances)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--settle", nargs="+", type=float, default=[20.0, 10.0, 5.0], help="seconds")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between looks")
    arguments = parser.parse_args()
    files = arguments.files or sorted((REPOSITORY / "benchmarks" / "dialogues").rglob("*.ogg"))
    parts = Parts(Settings())
    session.REDRAFT_EVERY_S = arguments.every
    print(f"{'settle s':>8}  {'told':>5}  {'changed':>7}  {'words':>6}  {'role':>5}")
    for settle_s in arguments.settle:
        session.SETTLE_S = settle_s
        told = words = roles = 0
        for path in files:
            along, final = told_and_final(path, parts)
            known = {utterance.id: utterance.role for utterance in final}
            told += len(along)
            words += sum(utterance.id not in known for utterance in along)
            roles += sum(known.get(utterance.id, utterance.role) is not utterance.role for utterance in along)
        print(f"{settle_s:8.0f}  {told:5d}  {(words + roles) / max(told, 1):7.1%}  {words:6d}  {roles:5d}", flush=True)


if __name__ == "__main__":
    main()

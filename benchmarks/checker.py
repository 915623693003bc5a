"""What the checker catches and what it wrongly flags, measured on labelled consults.

Gold notes go through the checker unchanged (every flag is a false alarm), then with one line damaged at a time, and
through the omissions list with one safety-relevant line removed.  Lines are put under a wrong letter too,
to see whether ``placing.py`` puts them back.

    python benchmarks/checker.py models/drafter/corpus
    python benchmarks/checker.py benchmarks/consults_dev
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from damages import Labelled, damages

from soep.clinical.medicines import Kind
from soep.clinical.medicines import find as medicines_in
from soep.drafting import unsaid, verify
from soep.drafting.checks.speech import Speech
from soep.drafting.drafter import ProposedLine
from soep.drafting.grounding import ground
from soep.drafting.placing import place
from soep.types import FIELDS, FieldName, NoteLine, Role, SoepNote, Utterance


def read(path: Path) -> Labelled:
    data = json.loads(path.read_text("utf-8"))
    utterances = tuple(Utterance(one["i"], one["text"], Role(one["role"])) for one in data["utterances"])
    every = tuple(one.id for one in utterances)

    def lines(rows: Sequence[dict[str, object]]) -> tuple[NoteLine, ...]:
        return tuple(NoteLine(str(row["text"]), tuple(row["evidence"])) for row in rows)  # type: ignore[arg-type]

    notes = tuple(
        SoepNote(
            NoteLine(note["problem"], every), lines(note["S"]), lines(note["O"]), lines(note["E"]), lines(note["P"])
        )
        for note in data["notes"]
    )
    return Labelled(data["id"], utterances, notes, data["setting"] == "dictaat")


_RELEVANT: dict[str, Callable[[str, FieldName], bool]] = {
    "medicine": lambda text, field: any(one.kind is not Kind.CLASS for one in medicines_in(text)),
    "allergy": lambda text, field: bool(re.search(r"allerg", text, re.IGNORECASE)),
    "safety net": lambda text, field: (
        field == "P" and bool(re.search(r"\b(?:bellen|bel|112)\b.*\bbij\b|^bij\b.*\bbel", text, re.IGNORECASE))
    ),
    "measurement": lambda text, field: (
        field == "O" and bool(re.search(r"\b(?:RR|T|sat|pols|CRP|gluc\w*)\s?\d", text, re.IGNORECASE))
    ),
    "suicidality": lambda text, field: bool(re.search(r"su[iï]cid", text, re.IGNORECASE)),
}


def _still_there(kind: str, removed: str, rest: str) -> bool:
    """Whether another line tells it too, so that nothing was lost."""
    if kind == "medicine":
        left = {one.name for one in medicines_in(rest)}
        return all(one.name in left for one in medicines_in(removed) if one.kind is not Kind.CLASS)
    return kind in {"allergy", "suicidality"} and _RELEVANT[kind](rest, "S")


def omissions(consult: Labelled) -> Iterator[tuple[str, bool]]:
    """Each safety-relevant line removed in turn: its kind, and whether the omissions list then cites its evidence."""
    before = {(item.kind, item.evidence) for item in unsaid.find(consult.notes, consult.utterances)}
    for at, note in enumerate(consult.notes):
        for field, line in note.every_line():
            kinds = [kind for kind, relevant in _RELEVANT.items() if relevant(line.text, field)]
            if not kinds:
                continue
            rest = " ".join(one.text for other in consult.notes for _, one in other.every_line() if one is not line)
            kinds = [kind for kind in kinds if not _still_there(kind, line.text, rest)]
            shorter = replace(note, **{field: tuple(one for one in note.lines(field) if one is not line)})
            notes = [*consult.notes[:at], shorter, *consult.notes[at + 1 :]]
            new = [one for one in unsaid.find(notes, consult.utterances) if (one.kind, one.evidence) not in before]
            hit = any(set(item.evidence) & set(line.evidence) for item in new)
            for kind in kinds:
                yield kind, hit


def caught(field: FieldName, line: NoteLine, speech: Speech) -> str:
    found = verify.objections(field, ground(line, speech), speech)
    if any(verdict.certain for verdict in found):
        return "rejected"
    return "flagged" if found else "missed"


@dataclass
class Tally:
    """What was counted over all consults."""

    lines: int = 0
    flagged: int = 0
    rejected: int = 0
    omissions: int = 0
    spent_ms: list[float] = dataclasses.field(default_factory=list)
    codes: Counter[str] = dataclasses.field(default_factory=Counter)
    outcomes: dict[str, Counter[str]] = dataclasses.field(default_factory=lambda: defaultdict(Counter))
    removed: dict[str, Counter[bool]] = dataclasses.field(default_factory=lambda: defaultdict(Counter))
    placed: dict[str, Counter[bool]] = dataclasses.field(default_factory=lambda: defaultdict(Counter))

    def unchanged(self, consult: Labelled) -> None:
        """The gold notes as they are: every objection is a false alarm."""
        began = time.process_time()
        result = verify.check(consult.notes, consult.utterances, dictation=consult.dictation)
        self.spent_ms.append((time.process_time() - began) * 1000)
        self.omissions += len(unsaid.find(result.notes, consult.utterances))
        self.lines += sum(1 for note in consult.notes for _ in note.every_line())
        self.rejected += len(result.rejected)
        self.codes.update(item.reason.code for item in result.rejected if item.reason)
        for note in result.notes:
            for _, line in note.every_line():
                self.flagged += bool(line.flags)
                self.codes.update(flag.code for flag in line.flags)

    def damaged(self, consult: Labelled, seed: int, show: str) -> None:
        """Every line made wrong in every way; ``show`` prints what was missed of one kind."""
        chance = random.Random(f"{seed} {consult.name}")
        speech = Speech(consult.utterances, dictation=consult.dictation)
        for note in consult.notes:
            for name, line in note.every_line():
                for damage in damages(consult, name, line, chance):
                    outcome = caught(damage.field, damage.line, speech)
                    self.outcomes[damage.kind][outcome] += 1
                    if damage.kind == show and outcome == "missed":
                        print(f"{consult.name} {damage.field} {damage.line.text}  <- {line.text} {line.evidence}")

    def placing(self, consult: Labelled, seed: int) -> None:
        """Every line put under its own letter, under one at random and under S: whether it ends where it belongs."""
        chance = random.Random(f"{seed} {consult.name} field")
        utterances = {one.id: one for one in consult.utterances}
        for note in consult.notes:
            for name, line in note.every_line():
                wrong = chance.choice([other for other in FIELDS if other != name])
                tried: list[tuple[str, FieldName]] = [("right", name), ("at random", wrong), ("all under S", "S")]
                tried += [(f"{name} under S", "S")] if name != "S" else []
                for kind, field in tried:
                    result = place(ProposedLine(field, line), utterances, dictation=consult.dictation)
                    self.placed[kind][result.field == name] += 1

    def print(self, consults: int) -> None:
        """The table of figures."""
        print(f"{consults} consults, {self.lines} lines")
        print(
            f"unchanged: flagged {self.flagged / self.lines:.2%}, rejected {self.rejected / self.lines:.2%}; "
            f"omissions a consult {self.omissions / consults:.2f}"
        )
        print(f"time a consult: mean {sum(self.spent_ms) / consults:.0f} ms, longest {max(self.spent_ms):.0f} ms")
        print("flags:", ", ".join(f"{code} {count}" for code, count in self.codes.most_common()))
        print(f"\n{'damage':32}{'made':>7}{'caught':>9}{'rejected':>10}")
        for kind, counts in sorted(self.outcomes.items()):
            made = counts.total()
            print(f"{kind:32}{made:7}{1 - counts['missed'] / made:9.1%}{counts['rejected'] / made:10.1%}")
        print(f"\n{'field':32}{'lines':>7}{'right':>9}")
        for kind, hits in self.placed.items():
            print(f"{kind:32}{hits.total():7}{hits[True] / hits.total():9.1%}")
        print(f"\n{'line removed':32}{'made':>7}{'found':>9}")
        for kind, hits in sorted(self.removed.items()):
            print(f"{kind:32}{hits.total():7}{hits[True] / hits.total():9.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="", metavar="KIND", help="print what was missed of this kind of damage")
    options = parser.parse_args()
    consults = [read(path) for folder in options.folders for path in sorted(folder.glob("[a-z][0-9]*.json"))]
    tally = Tally()
    for consult in consults:
        tally.unchanged(consult)
        tally.damaged(consult, options.seed, options.show)
        tally.placing(consult, options.seed)
        for kind, hit in omissions(consult):
            tally.removed[kind][hit] += 1
    tally.print(len(consults))


if __name__ == "__main__":
    main()

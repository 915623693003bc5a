"""What the list "gezegd, niet in concept" finds, and how much of it a GP did not want.

    python benchmarks/unsaid.py FOLDER [--every N] [--budget WORDS] [--show DRAFT]

FOLDER holds labelled consults (``benchmarks/consults_dev``) or consults with notes alone (``models/drafter/corpus``).
Printed for four drafts: the extractive drafter's, none, the GP's own note, and that note without every third line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from soep.config import Settings
from soep.drafting import unsaid, verify
from soep.drafting.checks.text import STOP_WORDS, said, supports_strictly, words
from soep.drafting.drafter import DraftOptions
from soep.drafting.extractive import ExtractiveDrafter
from soep.evaluation.notes import score
from soep.types import FIELDS, NoteLine, Role, SoepNote, Source, Unsaid, UnsaidKind, Utterance

THIRD = 3
RECOVERED = 0.5
"""A removed line is recovered when items that share its evidence hold this share of its content words."""


@dataclass(frozen=True)
class Labelled:
    """A consult with the GP's notes, and its checks where it has them."""

    raw: dict[str, Any]
    utterances: tuple[Utterance, ...]
    notes: tuple[SoepNote, ...]

    @property
    def dictation(self) -> bool:
        """Whether only the GP speaks."""
        return all(utterance.role is Role.ARTS for utterance in self.utterances)


@dataclass
class Tally:
    """What one kind of draft gave, a number a consult."""

    drafted: list[float] = field(default_factory=list)
    listed: list[float] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    longest: int = 0
    removed: int = 0
    cited: int = 0
    recovered: int = 0
    false: list[int] = field(default_factory=list)
    slowest_s: float = 0.0


def read(folder: Path, every: int) -> list[Labelled]:
    """Every n-th consult of a folder, in order of name."""
    found = []
    for path in sorted(folder.glob("*.json"))[::every]:
        raw = json.loads(path.read_text("utf-8"))
        source = Source.DICTAAT if raw["setting"] == "dictaat" else Source.GESPREK
        said_ = tuple(Utterance(u["i"], u["text"], Role(u["role"]), source=source) for u in raw["utterances"])
        notes = tuple(
            SoepNote(NoteLine(note["problem"]), *(tuple(map(_line, note[name])) for name in FIELDS))
            for note in raw["notes"]
        )
        found.append(Labelled(raw, said_, notes))
    return found


def _line(line: dict[str, Any]) -> NoteLine:
    return NoteLine(line["text"], tuple(line["evidence"]))


def extractive(consult: Labelled, budget: int) -> tuple[SoepNote, ...]:
    """The checked note of the extractive drafter."""
    stream = ExtractiveDrafter(Settings()).stream(DraftOptions(budget, consult.dictation))
    stream.feed(consult.utterances)
    return verify.check(stream.finish().notes, consult.utterances, dictation=consult.dictation).notes


def without_thirds(notes: Sequence[SoepNote], first: int) -> tuple[tuple[SoepNote, ...], list[NoteLine]]:
    """The notes without every third line, the first of them at ``first``, and those lines."""
    removed: list[NoteLine] = []
    count = -first - 1
    kept_notes = []
    for note in notes:
        fields: dict[str, tuple[NoteLine, ...]] = {}
        for name in FIELDS:
            kept = []
            for line in note.lines(name):
                count += 1
                (removed if count % THIRD == 0 else kept).append(line)
            fields[name] = tuple(kept)
        kept_notes.append(replace(note, problem=NoteLine(""), **fields))
    return tuple(kept_notes), removed


def tally(consults: Sequence[Labelled], draft: Callable[[Labelled], tuple[SoepNote, ...]]) -> tuple[Tally, list[str]]:
    """The list beside one kind of draft, over all consults, and the items for show."""
    result, shown = Tally(), []
    for consult in consults:
        shown += _shown(consult, _measure(result, consult, draft(consult)))
    return result, shown


def _measure(result: Tally, consult: Labelled, notes: tuple[SoepNote, ...]) -> tuple[Unsaid, ...]:
    started_s = time.process_time()
    items = unsaid.find(notes, consult.utterances)
    result.slowest_s = max(result.slowest_s, time.process_time() - started_s)
    result.items.append(len(items))
    result.words.append(sum(len(item.text.split()) for item in items))
    result.longest = max([result.longest, *(len(item.text) for item in items)])
    if "checks" in consult.raw:
        _facts(result, consult, notes, items)
    return items


def _shown(consult: Labelled, items: Sequence[Unsaid]) -> list[str]:
    return [f"{consult.raw['id']} {item.kind.value}: {item.text} {list(item.evidence)}" for item in items]


def _facts(result: Tally, consult: Labelled, notes: Sequence[SoepNote], items: Sequence[Unsaid]) -> None:
    drafted = [{"S": [_plain(line) for _, line in note.every_line()]} for note in notes]
    listed = [{"S": [{"text": item.text, "evidence": list(item.evidence)} for item in items]}]
    result.drafted.append(score(consult.raw, drafted).critical)
    result.listed.append(score(consult.raw, [*drafted, *listed]).critical)


def _plain(line: NoteLine) -> dict[str, Any]:
    return {"text": line.text, "evidence": list(line.evidence)}


def removal(consults: Sequence[Labelled]) -> tuple[Tally, list[str]]:
    """The list beside the GP's own notes without every third line; in three rounds, so that each line is out once."""
    result, shown = Tally(), []
    for first in range(THIRD):
        for consult in consults:
            notes, removed = without_thirds(consult.notes, first)
            items = _measure(result, consult, notes)
            evidence = {one for line in removed for one in line.evidence}
            result.false.append(sum(not evidence & set(item.evidence) for item in items))
            must = {line["text"] for line in _marked(consult.raw)}
            for line in removed:
                near = [item for item in items if set(item.evidence) & set(line.evidence)]
                if line.text in must:
                    result.removed += 1
                    result.cited += bool(near)
                    result.recovered += _share(line, near) >= RECOVERED
            shown += _shown(consult, items)
    return result, shown


def _marked(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines that a short note must hold, where the consult marks them; else all."""
    lines = (line for note in raw["notes"] for name in FIELDS for line in note[name])
    return (line for line in lines if line.get("keep", "must") == "must")


def _share(line: NoteLine, items: Sequence[Unsaid]) -> float:
    content = [word for word in words(line.text) if word not in STOP_WORDS and (len(word) > 2 or word.isdigit())]
    spoken = said(" . ".join(item.text for item in items))
    return sum(supports_strictly(spoken, word) for word in content) / max(1, len(content))


def rows(consults: Sequence[Labelled], budget: int) -> Iterator[tuple[str, Tally, list[str]]]:
    """One row a kind of draft."""
    yield "extractive", *tally(consults, lambda consult: extractive(consult, budget))
    yield "no note", *tally(consults, lambda _: ())
    yield "the GP's own", *tally(consults, lambda consult: consult.notes)
    yield "a third removed", *removal(consults)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--budget", type=int, default=90, help="words of the extractive note")
    parser.add_argument("--every", type=int, default=1, help="only each n-th consult")
    parser.add_argument("--show", default="", help="also print the items beside the draft of this name")
    options = parser.parse_args()
    consults = read(options.folder, options.every)
    print(f"{len(consults)} consults, kinds: {', '.join(kind.value for kind in UnsaidKind)}")
    print("| draft | facts in draft | in draft or list | items | most | words | longest | slowest |")
    print("|---|---|---|---|---|---|---|---|")
    for name, found, shown in rows(consults, options.budget):
        share = [f"{statistics.mean(one):.1%}" if one else "–" for one in (found.drafted, found.listed)]
        print(
            f"| {name} | {' | '.join(share)} | {statistics.mean(found.items):.1f} | {max(found.items)} "
            f"| {statistics.mean(found.words):.0f} | {found.longest} | {1000 * found.slowest_s:.0f} ms |"
        )
        if found.removed:
            print(
                f"\nOf {found.removed} removed lines that must stand in a short note an item "
                f"cites {found.cited / found.removed:.1%} and recovers "
                f"{found.recovered / found.removed:.1%}; {statistics.mean(found.false):.1f} other items a consult."
            )
        if options.show == name:
            print("\n".join(shown))


if __name__ == "__main__":
    main()

"""Check the drafter corpus and count what it holds: `python models/drafter/corpus/validate.py [--strict] [FOLDER]`.

Every `*.json` of the folder is one consult.  Errors (a broken schema, evidence that is not there, a line without
`keep`) end with status 1; warnings name lines worth a second look and end with status 1 only with `--strict`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

FIELDS = ("S", "O", "E", "P")
SETTINGS = ("spreekuur", "telefonisch", "visite", "dictaat")
ROLES = ("arts", "patient", "begeleider")
KEEPS = ("must", "useful", "may")
CONSULT_KEYS = {"id", "setting", "patient", "utterances", "notes"}
NOTE_KEYS = {"problem", "icpc", *FIELDS}
ID = re.compile(r"[a-z]\d{3}")
ICPC = re.compile(r"[A-Z]\d\d")
CLOCK = re.compile(r"\d\s?u\b|\b\d{1,2}:\d\d\b")
"""`8 u` and `16:00`: clock times are written as `08.00 uur`, durations as `8 uur`."""
MOST_WORDS = {"one problem": 125, "several problems": 95}
"""More words than these in the must and useful lines of one note are warned of: few consults are that rich."""
FEWEST_WORDS = 20
CHILD = 12
"""Below this age a companion's story starts with who told it: `Hetero (moeder): …`."""


@dataclass
class Findings:
    """What is wrong with a folder of consults, and what deserves a look."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def words(lines: Iterable[dict[str, Any]], *keeps: str) -> int:
    """Words of the lines with one of these weights, of all lines without any."""
    return sum(len(line["text"].split()) for line in lines if not keeps or line["keep"] in keeps)


def lines_of(note: dict[str, Any]) -> list[dict[str, Any]]:
    """All lines of a note, S to P."""
    return [line for letter in FIELDS for line in note[letter]]


def schema_errors(consult: Any, name: str) -> list[str]:  # noqa: PLR0912 - one branch a rule
    """Everything that is not as the format says; empty when the rest of the checks can trust the consult."""
    if not isinstance(consult, dict) or set(consult) != CONSULT_KEYS:
        return [f"keys must be {sorted(CONSULT_KEYS)}"]
    found = []
    if consult["id"] != name or not ID.fullmatch(str(consult["id"])):
        found.append(f"id {consult['id']!r} is not the file's name")
    if consult["setting"] not in SETTINGS:
        found.append(f"setting {consult['setting']!r}")
    patient = consult["patient"]
    if not isinstance(patient, dict) or set(patient) != {"age", "sex"}:
        found.append("patient must have age and sex")
    elif not isinstance(patient["age"], int) or not 0 <= patient["age"] <= 110 or patient["sex"] not in ("v", "m"):
        found.append(f"patient {patient}")
    for place, said in enumerate(consult["utterances"], 1):
        if set(said) != {"i", "role", "text"} or said["i"] != place:
            found.append(f"utterance {place}: keys or number")
        elif said["role"] not in ROLES:
            found.append(f"utterance {place}: role {said['role']!r}")
        elif not isinstance(said["text"], str) or not said["text"].strip():
            found.append(f"utterance {place}: no text")
    if not consult["utterances"] or not consult["notes"]:
        found.append("no utterances or no notes")
    for number, note in enumerate(consult["notes"], 1):
        if set(note) != NOTE_KEYS:
            found.append(f"note {number}: keys must be {sorted(NOTE_KEYS)}")
            continue
        if not isinstance(note["problem"], str) or not note["problem"].strip():
            found.append(f"note {number}: no title")
        if note["icpc"] is not None and not ICPC.fullmatch(str(note["icpc"])):
            found.append(f"note {number}: icpc {note['icpc']!r}")
        found += [
            f"note {number} {letter}: {error}" for letter in FIELDS for error in line_errors(consult, note[letter])
        ]
        if not lines_of(note):
            found.append(f"note {number}: empty")
    return found


def line_errors(consult: dict[str, Any], lines: Any) -> list[str]:
    """Broken lines of one field."""
    if not isinstance(lines, list):
        return ["not a list"]
    said = {utterance.get("i") for utterance in consult["utterances"]}
    found = []
    for place, line in enumerate(lines, 1):
        if set(line) != {"text", "evidence", "keep"}:
            found.append(f"{place}: keys must be text, evidence, keep")
            continue
        if not isinstance(line["text"], str) or not line["text"].strip():
            found.append(f"{place}: no text")
        if line["keep"] not in KEEPS:
            found.append(f"{place}: keep {line['keep']!r}")
        evidence = line["evidence"]
        if not evidence:
            found.append(f"{place}: no evidence")
        elif len(set(evidence)) != len(evidence):
            found.append(f"{place}: evidence twice")
        elif missing := sorted(set(evidence) - said):
            found.append(f"{place}: evidence {missing} is not there")
    return found


def warnings_of(consult: dict[str, Any]) -> list[str]:
    """Lines and notes of a sound consult that deserve a second look."""
    role = {said["i"]: said["role"] for said in consult["utterances"]}
    found = []
    if consult["setting"] == "dictaat" and set(role.values()) != {"arts"}:
        found.append("a dictation with somebody else than the doctor")
    opening = consult["notes"][0]["S"][:1]
    heard = {role[said] for line in opening for said in line["evidence"]}
    if consult["patient"]["age"] < CHILD and "begeleider" in heard and "etero" not in opening[0]["text"]:
        found.append(f"note 1 S1: who spoke? “{opening[0]['text']}”")
    most = MOST_WORDS["one problem" if len(consult["notes"]) == 1 else "several problems"]
    for number, note in enumerate(consult["notes"], 1):
        kept = words(lines_of(note), "must", "useful")
        if not FEWEST_WORDS <= kept <= most and (kept > most or len(consult["notes"]) == 1):
            found.append(f"note {number}: {kept} words in must and useful")
        if not any(line["keep"] == "must" for line in lines_of(note)):
            found.append(f"note {number}: nothing that must stay")
        for letter in FIELDS:
            for place, line in enumerate(note[letter], 1):
                where = f"note {number} {letter}{place}"
                speakers = {role[said] for said in line["evidence"]}
                if CLOCK.search(line["text"]):
                    found.append(f"{where}: clock time or hours as in “{line['text']}”")
                if letter in "OE" and "arts" not in speakers:
                    found.append(f"{where}: rests on nothing the doctor said: “{line['text']}”")
    return found


def row(name: str, values: Iterable[float]) -> tuple[str, str]:
    """One row of the table: median, lowest and highest."""
    values = list(values)
    return (name, f"{median(values):g} ({min(values)}–{max(values)})") if values else (name, "–")


def share(name: str, count: int, total: int) -> tuple[str, str]:
    """One row of the table: a count and its part of the whole."""
    return name, f"{count} ({count / total:.0%})"


def spread(counts: Counter[str]) -> str:
    """Counts in one cell, largest first."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def decade(age: int) -> str:
    """The age group of a patient."""
    borders = ((1, "0"), (5, "1–4"), (12, "5–11"), (18, "12–17"), (40, "18–39"), (65, "40–64"), (80, "65–79"))
    return next((name for border, name in borders if age < border), "80+")


def statistics(consults: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the corpus holds, as rows of a table."""
    notes = [note for consult in consults for note in consult["notes"]]
    spoken = [consult for consult in consults if consult["setting"] != "dictaat"]
    single = [consult["notes"][0] for consult in consults if len(consult["notes"]) == 1]
    parts = [note for consult in consults if len(consult["notes"]) > 1 for note in consult["notes"]]
    lines = [line for note in notes for line in lines_of(note)]
    weights = Counter(line["keep"] for line in lines)
    ages = Counter(decade(consult["patient"]["age"]) for consult in consults)
    chapters = Counter(note["icpc"][0] if note["icpc"] else "–" for note in notes)
    talks = [[said["role"] for said in consult["utterances"]] for consult in spoken]
    runs = sum(one == other for roles in talks for one, other in pairwise(roles))
    return [
        ("consults", str(len(consults))),
        ("notes", str(len(notes))),
        row("utterances", (len(consult["utterances"]) for consult in consults)),
        row("utterances, dictations left out", map(len, talks)),
        share("an utterance by the speaker before it", runs, max(1, sum(map(len, talks)))),
        share("consults with a companion", sum("begeleider" in roles for roles in talks), len(consults)),
        row("note words, one problem: must and useful", (words(lines_of(note), "must", "useful") for note in single)),
        row("note words, one problem: must", (words(lines_of(note), "must") for note in single)),
        row("note words, one problem: all lines", (words(lines_of(note)) for note in single)),
        row(
            "note words, one of several problems: must and useful",
            (words(lines_of(note), "must", "useful") for note in parts),
        ),
        row("words a line", (len(line["text"].split()) for line in lines)),
        row("evidence a line", (len(line["evidence"]) for line in lines)),
        *(share(f"lines: {keep}", weights[keep], len(lines)) for keep in KEEPS),
        *((f"setting: {name}", str(count)) for name, count in Counter(c["setting"] for c in consults).most_common()),
        ("sex", spread(Counter(consult["patient"]["sex"] for consult in consults))),
        ("age", ", ".join(f"{name}: {ages[name]}" for name in map(decade, (0, 1, 5, 12, 18, 40, 65, 80)))),
        ("ICPC chapters of the notes", ", ".join(f"{name} {count}" for name, count in sorted(chapters.items()))),
        share("notes with empty O", sum(not note["O"] for note in notes), len(notes)),
        share("notes without E", sum(not note["E"] for note in notes), len(notes)),
        share("consults with several problems", sum(len(c["notes"]) > 1 for c in consults), len(consults)),
    ]


def read(folder: Path) -> tuple[list[dict[str, Any]], Findings]:
    """The sound consults of a folder, and what is wrong with it."""
    consults, findings = [], Findings()
    for path in sorted(folder.glob("*.json")):
        try:
            consult = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            findings.errors.append(f"{path.name}: {error}")
            continue
        try:
            errors = schema_errors(consult, path.stem)
        except (AttributeError, KeyError, TypeError) as error:
            errors = [f"not the format: {error!r}"]
        findings.errors += [f"{path.name}: {error}" for error in errors]
        if not errors:
            consults.append(consult)
            findings.warnings += [f"{path.name}: {warning}" for warning in warnings_of(consult)]
    return consults, findings


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check the drafter corpus and print what it holds.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--strict", action="store_true", help="end with status 1 on warnings too")
    parser.add_argument("--quiet", action="store_true", help="leave the warnings out")
    chosen = parser.parse_args(arguments)
    consults, findings = read(chosen.folder)
    for error in findings.errors:
        print(f"error    {error}", file=sys.stderr)
    if not chosen.quiet:
        for warning in findings.warnings:
            print(f"warning  {warning}", file=sys.stderr)
    if consults:
        print("| what | count, or median (lowest–highest) |\n|---|---|")
        for name, value in statistics(consults):
            print(f"| {name} | {value} |")
    print(f"\n{len(consults)} sound, {len(findings.errors)} errors, {len(findings.warnings)} warnings")
    return 1 if findings.errors or not consults or (chosen.strict and findings.warnings) else 0


if __name__ == "__main__":
    raise SystemExit(main())

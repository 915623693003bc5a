"""What the checker catches and what it wrongly flags, measured on labelled consults.

Gold notes go through the checker unchanged (every flag is a false alarm), then with one line damaged at a time, and
through the omissions list with one safety-relevant line removed.

    python benchmarks/checker.py ../shared/data/corpus_nl ../shared/data/consults_nl
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from soep.clinical.medicines import Kind
from soep.clinical.medicines import find as medicines_in
from soep.drafting import unsaid, verify
from soep.drafting.checks.findings import line_mentions
from soep.types import FieldName, NoteLine, Role, SoepNote, Utterance

_SIDES = {
    "re": "li",
    "li": "re",
    "rechts": "links",
    "links": "rechts",
    "AD": "AS",
    "AS": "AD",
    "OD": "OS",
    "OS": "OD",
    "rechter": "linker",
    "linker": "rechter",
}
_SIDE = re.compile(rf"\b(?:{'|'.join(_SIDES)})\b")
_UNITS = {
    "dgn": "wkn",
    "wkn": "dgn",
    "wk": "mnd",
    "mnd": "wkn",
    "jr": "mnd",
    "mg": "g",
    "ml": "mg",
    "min": "uur",
    "uur": "min",
}
_UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(_UNITS)})\b")
_NUMBER = re.compile(r"(?<![\w,/.])\d+(?:,\d+)?(?![\w/])")
_NEGATOR = re.compile(r"\b(?:geen|niet)\s+", re.IGNORECASE)
_FINDING = re.compile(
    r"\b(?:koorts|hoest|misselijk|dyspnoe|benauwd|jeuk|duizelig|braken|diarree|hoofdpijn|keelpijn|oorpijn|"
    r"buikpijn|piepen|"
    r"crepitaties|zwelling|drukpijn|tintelingen|loopoor|hartkloppingen|souffle)\b",
    re.IGNORECASE,
)
_NET = re.compile(
    r"^(?:(?:direct |meteen |eerder |zelfde dag )?(?:bellen|terug|contact|bel|112|hap)\b[^:]*? bij|"
    r"bij) (?P<what>[^.:]+)",
    re.IGNORECASE,
)
_CALLS = re.compile(r"\b(?:bel|bellen|terug|direct|eerder|112|zelfde dag|stop)\b", re.IGNORECASE)
_HEDGE = re.compile(r"\b(?:waarschijnlijk|wrs|wsch|mogelijk|mgl|verdenking|ws|denkt aan|past bij)\b\s*", re.IGNORECASE)
_NO_SIGNS = re.compile(r"\bgeen (?:aanwijzing(?:en)?|tekenen)(?: voor| van)? (?P<what>\w+)", re.IGNORECASE)
_FOREIGN = (
    "rivaroxaban",
    "metformine",
    "doxycycline",
    "prednisolon",
    "amitriptyline",
    "codeïne",
    "lisinopril",
    "diclofenac",
)
_STRANGE = (
    "Koude rillingen.",
    "Hemoptoë.",
    "Aftrekbare orchidometrie.",
    "Pijn op de borst bij inspanning.",
    "Ileusperistaltiek hoorbaar.",
    "Beginnende papiloedeem beiderzijds.",
    "Sinds kort wandelende artritis vingers.",
    "Nachtelijke paniekaanvallen met claustrofobie.",
)


@dataclass(frozen=True)
class Labelled:
    """A consult with its gold notes."""

    name: str
    utterances: tuple[Utterance, ...]
    notes: tuple[SoepNote, ...]
    dictation: bool


@dataclass(frozen=True)
class Damage:
    """One line made wrong: what was done, and the line as the checker will see it."""

    kind: str
    field: FieldName
    line: NoteLine


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


def damages(consult: Labelled, field: FieldName, line: NoteLine, chance: random.Random) -> Iterator[Damage]:
    """Every way in which this line can be made wrong."""
    for kind, change in _CHANGES.items():
        text = change(consult, line.text, chance)
        if text is not None and text != line.text:
            yield Damage(kind, field, replace(line, text=text))
    yield from _moved(consult, field, line)
    others = [one.id for one in consult.utterances if all(abs(one.id - own) > 6 for own in line.evidence)]
    if len(others) >= len(line.evidence) and len(line.text.split()) >= 3:
        cited = tuple(sorted(chance.sample(others, len(line.evidence))))
        yield Damage("other utterances cited", field, replace(line, evidence=cited))
    yield Damage("no evidence", field, replace(line, evidence=()))


def _number(consult: Labelled, text: str, chance: random.Random) -> str | None:
    found = [one for one in _NUMBER.finditer(text) if not text[: one.start()].endswith(("type ", "DM "))]
    if not found:
        return None
    match = chance.choice(found)
    value = match.group()
    if "," in value:
        whole, part = value.split(",")
        wrong = (
            f"{whole},{(int(part[0]) + chance.randint(1, 8)) % 10}{part[1:]}"
            if chance.random() < 0.5
            else f"{int(whole) + 1},{part}"
        )
    else:
        wrong = str(int(value) + chance.choice([1, 2, 5, 10]))
    return text[: match.start()] + wrong + text[match.end() :]


def _unit(consult: Labelled, text: str, chance: random.Random) -> str | None:
    match = _UNIT.search(text)
    return text[: match.start()] + _UNITS[match.group()] + text[match.end() :] if match else None


def _side(consult: Labelled, text: str, chance: random.Random) -> str | None:
    return _SIDE.sub(lambda match: _SIDES[match.group()], text) if _SIDE.search(text) else None


def _medicine(consult: Labelled, text: str, chance: random.Random, *, said: bool) -> str | None:
    own = [one for one in medicines_in(text) if one.kind is not Kind.CLASS]
    if not own:
        return None
    spoken = {one.name for utt in consult.utterances for one in medicines_in(utt.text) if one.kind is not Kind.CLASS}
    pool = sorted(spoken - {one.name for one in own}) if said else [name for name in _FOREIGN if name not in spoken]
    if not pool:
        return None
    start, end = own[0].span
    return text[:start] + chance.choice(pool) + text[end:]


def _unsaid_medicine(consult: Labelled, text: str, chance: random.Random) -> str | None:
    return _medicine(consult, text, chance, said=False)


def _other_medicine(consult: Labelled, text: str, chance: random.Random) -> str | None:
    return _medicine(consult, text, chance, said=True)


def _denial_lost(consult: Labelled, text: str, chance: random.Random) -> str | None:
    match = next((one for one in _NEGATOR.finditer(text) if _FINDING.match(text, one.end())), None)
    if match is None:
        return None
    wrong = text[: match.start()] + text[match.end() :]
    finding = _FINDING.match(wrong, match.start())
    still = [one for one in line_mentions(wrong) if finding and one.word == finding.group().lower() and not one.present]
    return None if still else wrong  # in "geen POB, benauwd" the other negation still reaches it


def _denial_added(consult: Labelled, text: str, chance: random.Random) -> str | None:
    match = _FINDING.search(text)
    if (
        match is None
        or text[:3].lower() == "bij"
        or _CALLS.search(text)
        or _NEGATOR.search(text[: match.start()])
        or re.match(r"\s*(?:neg|-|niet|nee)", text[match.end() :])
    ):
        return None
    return f"{text[: match.start()]}geen {text[match.start() :]}"


def _invented(consult: Labelled, text: str, chance: random.Random) -> str | None:
    return chance.choice(_STRANGE)


def _sure(consult: Labelled, text: str, chance: random.Random) -> str | None:
    return _HEDGE.sub("", text).strip().capitalize() if _HEDGE.search(text) else None


def _excluded(consult: Labelled, text: str, chance: random.Random) -> str | None:
    match = _NO_SIGNS.search(text)
    return f"{match['what'].capitalize()} uitgesloten." if match else None


_CHANGES: dict[str, Callable[[Labelled, str, random.Random], str | None]] = {
    "number": _number,
    "unit": _unit,
    "side": _side,
    "medicine, not said": _unsaid_medicine,
    "medicine, said elsewhere": _other_medicine,
    "denial lost": _denial_lost,
    "denial added": _denial_added,
    "invented line": _invented,
    "excluded instead of no signs": _excluded,
}


def _moved(consult: Labelled, field: FieldName, line: NoteLine) -> Iterator[Damage]:
    role = {one.id: one.role for one in consult.utterances}
    roles = {role[one] for one in line.evidence}
    if field == "S" and Role.ARTS not in roles and roles:
        yield Damage("patient's line in O", "O", line)
        yield Damage("patient's line in E", "E", line)
    net = _NET.match(line.text)
    if field == "P" and net is not None and len(net["what"].split()) <= 8 and _FINDING.search(net["what"]):
        yield Damage("safety net as finding", "S", replace(line, text=net["what"].capitalize() + "."))
    if field == "E":
        sure = _sure(consult, line.text, random.Random())
        if sure:
            yield Damage("reservation lost", "E", replace(line, text=sure))


def caught(consult: Labelled, damage: Damage) -> str:
    note = replace(SoepNote(), **{damage.field: (damage.line,)})
    result = verify.check([note], consult.utterances, dictation=consult.dictation)
    if result.rejected:
        return "rejected"
    return "flagged" if result.notes[0].lines(damage.field)[0].flags else "missed"


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


def report(consults: Sequence[Labelled], seed: int) -> None:
    lines = flagged = rejected = items = 0
    spent = []
    codes: Counter[str] = Counter()
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    removed: dict[str, Counter[bool]] = defaultdict(Counter)
    for consult in consults:
        began = time.process_time()
        result = verify.check(consult.notes, consult.utterances, dictation=consult.dictation)
        items += len(unsaid.find(result.notes, consult.utterances))
        spent.append((time.process_time() - began) * 1000)
        lines += sum(1 for note in consult.notes for _ in note.every_line())
        rejected += len(result.rejected)
        codes.update(item.reason.code for item in result.rejected if item.reason)
        for note in result.notes:
            for _, line in note.every_line():
                flagged += bool(line.flags)
                codes.update(flag.code for flag in line.flags)
        chance = random.Random(f"{seed} {consult.name}")
        for note in consult.notes:
            for field, line in note.every_line():
                for damage in damages(consult, field, line, chance):
                    outcomes[damage.kind][caught(consult, damage)] += 1
        for kind, hit in omissions(consult):
            removed[kind][hit] += 1
    print(f"{len(consults)} consults, {lines} lines")
    print(
        f"unchanged: flagged {flagged / lines:.2%}, rejected {rejected / lines:.2%}; "
        f"omissions a consult {items / len(consults):.2f}"
    )
    print(f"time a consult: mean {sum(spent) / len(spent):.0f} ms, longest {max(spent):.0f} ms")
    print("flags:", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
    print(f"\n{'damage':32}{'made':>7}{'caught':>9}{'rejected':>10}")
    for kind, counts in outcomes.items():
        made = counts.total()
        print(f"{kind:32}{made:7}{1 - counts['missed'] / made:9.1%}{counts['rejected'] / made:10.1%}")
    print(f"\n{'line removed':32}{'made':>7}{'found':>9}")
    for kind, hits in removed.items():
        print(f"{kind:32}{hits.total():7}{hits[True] / hits.total():9.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    paths = sorted(path for folder in options.folders for path in folder.glob("[a-z][0-9]*.json"))
    report([read(path) for path in paths], options.seed)


if __name__ == "__main__":
    main()

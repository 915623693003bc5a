"""Learn how much a GP would miss each piece of a conversation, from consults whose note lines are marked for it.

    python models/importance/train.py models/drafter/corpus [--hold-out N]

Reads consults whose lines carry ``keep`` (must, useful or may) and writes ``soep/clinical/data/importance.tsv``: a
weight a word, as ``models/relevance`` does, for "a line that must be in the note rests on this".  With ``--hold-out N``
each N-th consult is left out, and the average precision on those is printed beside that of the relevance table.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from soep.clinical import exchanges, numbers, relevance
from soep.types import FIELDS, Role, Source, Utterance

TABLE = Path(__file__).parents[2] / "soep" / "clinical" / "data" / "importance.tsv"
MIN_UNITS = 5
INVERSE_REGULARISATION = 0.1
SMALLEST_WEIGHT = 0.05
SAME_WORDS = 0.4
"""A unit counts for a line when it shares this share of the words that the best of the cited units shares."""


def units_of(consult: dict[str, Any]) -> list[exchanges.Unit]:
    """The units of a consult file."""
    source = Source.DICTAAT if consult["setting"] == "dictaat" else Source.GESPREK
    said = [Utterance(u["i"], u["text"], Role(u["role"]), source=source) for u in consult["utterances"]]
    return exchanges.units(said, dictation=source is Source.DICTAAT)


def missed(consult: dict[str, Any], units: list[exchanges.Unit]) -> list[bool]:
    """Of each unit whether a line that must stand in the note rests on it."""
    found = [False] * len(units)
    lines = [line for note in consult["notes"] for field in FIELDS for line in note[field] if line["keep"] == "must"]
    for line in lines:
        wanted = _stems(line["text"])
        cited = [at for at, unit in enumerate(units) if set(unit.ids) & set(line["evidence"])]
        shared = {at: len(wanted & _stems(f"{units[at].question} {units[at].text}")) for at in cited}
        most = max(shared.values(), default=0)
        for at, count in shared.items():
            alone = sum(units[other].ids == units[at].ids for other in cited) == 1
            found[at] |= alone or (count > 0 and count >= SAME_WORDS * most)
    return found


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w+(?:,\d+)?", numbers.to_digits(text).lower()) if len(word) > 2}


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("consults", type=Path)
    parser.add_argument("--hold-out", type=int, default=0)
    options = parser.parse_args()
    rows, truth, groups, relevant = [], [], [], []
    for group, path in enumerate(sorted(options.consults.glob("[tu][0-9]*.json"))):
        consult = json.loads(path.read_text("utf-8"))
        units = units_of(consult)
        for unit, must in zip(units, missed(consult, units), strict=True):
            rows.append(dict.fromkeys(relevance.features(unit), 1))
            truth.append(must)
            groups.append(group)
            relevant.append(max(relevance.scores(unit).values()) if options.hold_out else 0.0)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(rows)
    frequent = np.asarray((table > 0).sum(axis=0)).ravel() >= MIN_UNITS
    names, table = np.array(vectorizer.get_feature_names_out())[frequent], table[:, frequent]
    wanted = np.array(truth)
    held = np.array(groups) % options.hold_out == 0 if options.hold_out else np.zeros(len(groups), bool)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=300, fit_intercept=False, solver="liblinear")
    model.fit(table[~held], wanted[~held])
    if held.any():
        for name, scores in (
            ("importance", model.decision_function(table[held])),
            ("relevance", np.array(relevant)[held]),
        ):
            print(
                f"{name}: average precision {average_precision_score(wanted[held], scores):.3f} on {held.sum()} units"
            )
    lines = [
        f"{name}\t{round(100 * weight)}"
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= SMALLEST_WEIGHT
    ]
    TABLE.write_text("\n".join(["#\tmust", *lines]) + "\n", "utf-8")
    print(f"{len(lines)} weights in {TABLE.name}, {TABLE.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()

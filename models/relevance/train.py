"""Learn the word weights of the extractive drafter from consults with aligned notes.

    python models/relevance/train.py CONSULTS [--hold-out N]

CONSULTS is a folder of consult files (utterances numbered ``i``, notes with evidence).  Writes
``soep/clinical/data/relevance.tsv``; with ``--hold-out N`` each Nth consult is left out, and the average precision on
those is printed, so that the figures on unseen consults can be measured before the final weights are made of all.
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

TABLE = Path(__file__).parents[2] / "soep" / "clinical" / "data" / "relevance.tsv"
MIN_CONSULT_UNITS = 5
INVERSE_REGULARISATION = 0.1
SMALLEST_WEIGHT = 0.08
STOP_WORDS = frozenset(
    "de het een en of ik u je jij hij ze zij is zijn was dat die dit er van in op aan met te voor om naar bij als dan"  # noqa: SIM905
    " maar wel niet geen ja nee ook nog al zo nu heb heeft hebt had wat hoe".split()
)


def units_of(consult: dict[str, Any]) -> list[exchanges.Unit]:
    """The units of a consult file."""
    source = Source.DICTAAT if consult["setting"] == "dictaat" else Source.GESPREK
    said = [Utterance(u["i"], u["text"], Role(u["role"]), source=source) for u in consult["utterances"]]
    return exchanges.units(said, dictation=source is Source.DICTAAT)


def labels(consult: dict[str, Any], units: list[exchanges.Unit]) -> list[set[str]]:
    """The fields of each unit: those of the lines that rest on it and share most words with it."""
    found: list[set[str]] = [set() for _ in units]
    for note in consult["notes"]:
        for field in FIELDS:
            for line in note[field]:
                _mark(found, units, field, line)
    return found


def _mark(found: list[set[str]], units: list[exchanges.Unit], field: str, line: dict[str, Any]) -> None:
    wanted = _stems(line["text"])
    shared = {
        index: len(wanted & (said := _stems(f"{unit.question} {unit.text}"))) / (1 + 0.15 * len(said))
        for index, unit in enumerate(units)
        if set(unit.ids) & set(line["evidence"])
    }
    for index, share in shared.items():
        alone = sum(units[other].ids == units[index].ids for other in shared) == 1
        if alone or (share > 0 and share >= 0.4 * max(shared.values())):
            found[index].add(field)


def _stems(text: str) -> set[str]:
    words = re.findall(r"\w+(?:,\d+)?", numbers.to_digits(text).lower())
    return {word[:5] for word in words if word not in STOP_WORDS}


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("consults", type=Path)
    parser.add_argument("--hold-out", type=int, default=0)
    options = parser.parse_args()
    rows, marks, groups = [], [], []
    for group, path in enumerate(sorted(options.consults.glob("t[0-9]*.json"))):
        consult = json.loads(path.read_text("utf-8"))
        units = units_of(consult)
        for unit, fields in zip(units, labels(consult, units), strict=True):
            rows.append(dict.fromkeys(relevance.features(unit), 1))
            marks.append([field in fields for field in FIELDS])
            groups.append(group)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(rows)
    frequent = np.asarray((table > 0).sum(axis=0)).ravel() >= MIN_CONSULT_UNITS
    names, table = np.array(vectorizer.get_feature_names_out())[frequent], table[:, frequent]
    truth = np.array(marks)
    held = np.array(groups) % options.hold_out == 0 if options.hold_out else np.zeros(len(groups), bool)
    weights = []
    for column, field in enumerate(FIELDS):
        model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=300, fit_intercept=False, solver="liblinear")
        model.fit(table[~held], truth[~held, column])
        weights.append(model.coef_[0])
        if held.any():
            precision = average_precision_score(truth[held, column], model.decision_function(table[held]))
            print(f"{field}: average precision {precision:.3f} on {held.sum()} units")
    write(names, np.stack(weights, axis=1))


def write(names: Any, weights: Any) -> None:
    """Write the weights that matter, in hundredths."""
    lines = ["#\t" + "\t".join(FIELDS)]
    for name, values in zip(names, weights, strict=True):
        if np.abs(values).max() >= SMALLEST_WEIGHT:
            lines.append("\t".join([name, *(str(round(100 * value)) for value in values)]))
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} weights in {TABLE.name}, {TABLE.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()

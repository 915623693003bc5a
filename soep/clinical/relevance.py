"""How much a thing said belongs in S, O, E or P: a linear score over its words, its speaker and the question before it.

The weights (``data/relevance.tsv``) are learned by logistic regression from consults with aligned notes
(``models/relevance/train.py``).  They are a table of words that can be read, not a model that must be installed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from soep.clinical import medicines, negation, numbers
from soep.clinical.exchanges import Unit
from soep.types import FIELDS, FieldName

_WORD = re.compile(r"[^\W\d_]+|#\w+|\?")
_MAX_BUCKET = 5


def tokens(text: str) -> list[str]:
    """The words of ``text`` in lower case, quantities and medicines by their kind: "38,5" and "39" are alike."""
    marked = _marked(text)
    return [word if word[0] == "#" else word.lower()[:12] for word in _WORD.findall(marked)]


def _marked(text: str) -> str:
    spans = [(quantity.span, f" #{quantity.kind.value} ") for quantity in numbers.find(text)]
    spans += [
        (mention.span, " #medicine ") for mention in medicines.find(text) if mention.kind is not medicines.Kind.CLASS
    ]
    for (start, end), mark in sorted(spans, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


@lru_cache(maxsize=1024)
def features(unit: Unit) -> frozenset[str]:
    """What the score looks at, each as a readable name: "A:drukpijn" is that word said by the doctor."""
    speaker = "D" if unit.dictated else "A" if unit.by_doctor else "P"
    words = tokens(unit.text)
    found = {
        f"{speaker}:",
        f"{speaker}:len{min(_MAX_BUCKET, len(words) // 3)}",
        f"{speaker}:at{min(9, unit.place // 5)}",
    }
    found |= set(_words(speaker, words))
    found |= set(_words("*", words))
    if unit.question:
        found |= {f"{speaker}:answers", *_words("Q", tokens(unit.question))}
    if negation.hypothetical(unit.text):
        found.add(f"{speaker}:supposed")
    return frozenset(found)


def _words(speaker: str, words: list[str]) -> Iterator[str]:
    for word in words:
        yield f"{speaker}:{word}"
        if len(word) > 6 and word[0] != "#":
            yield f"{speaker}:{word[:5]}~"
    for left, right in zip(["^", *words], [*words, "$"], strict=True):
        yield f"{speaker}:{left}_{right}"


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    text = resources.files("soep.clinical").joinpath("data", "relevance.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#\t"))
    return {name: tuple(int(value) / 100 for value in values) for name, *values in rows}


def scores(unit: Unit) -> dict[FieldName, float]:
    """The probability, a field, that a GP would note this unit there."""
    weights = _weights()
    sums = [0.0] * len(FIELDS)
    for name in features(unit):
        for index, weight in enumerate(weights.get(name, ())):
            sums[index] += weight
    return {name: 1 / (1 + math.exp(-value)) for name, value in zip(FIELDS, sums, strict=True)}

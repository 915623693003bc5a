"""How much a GP would miss a thing said if the note left it out: a linear score over the words of ``relevance``.

The weights (``data/importance.tsv``) are learned from note lines that are marked "must" (``models/importance``).
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources

from soep.clinical import relevance
from soep.clinical.exchanges import Unit


@cache
def _weights() -> dict[str, int]:
    text = resources.files("soep.clinical").joinpath("data", "importance.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#\t"))
    return {name: int(weight) for name, weight in rows}


def score(unit: Unit) -> float:
    """The probability that a line which must stand in the note rests on this unit."""
    weights = _weights()
    total = sum(weights.get(name, 0) for name in relevance.features(unit)) / 100
    return 1 / (1 + math.exp(-total))

"""What was spoken of just before: speech leaves to be understood what a note must name."""

from __future__ import annotations

from soep.clinical import exchanges
from soep.clinical.exchanges import Unit
from soep.drafting.checks.drugs import named
from soep.drafting.unsaid.facts import content_words

_REACH = 4
_MOST_WORDS = 3
ASKED_FOR = frozenset(
    "precies laat vaak lang hoelang hoeveel last doen helpen vertel zegt zeg gebeurd".split()  # noqa: SIM905
)
"""Words of a question that are not its subject."""


class Context:
    """The medicine that was named last, and the question that the patient asked last."""

    def __init__(self) -> None:
        self._medicine, self._named_at = "", -_REACH
        self._asked, self._asked_at = "", -_REACH

    def hear(self, unit: Unit) -> None:
        """Take note of a unit."""
        if mentioned := named(unit.text) or named(unit.question):
            self._medicine, self._named_at = mentioned[-1].text, unit.place
        if not unit.by_doctor and not unit.question and exchanges.is_question(unit.text):
            self._asked, self._asked_at = unit.text, unit.place

    def medicine(self, unit: Unit) -> str:
        """The medicine that "daar" and "die" may mean; empty for none."""
        return self._medicine if unit.place - self._named_at < _REACH else ""

    def asked(self, unit: Unit) -> str:
        """The subject, in a few words, of the patient's question that comes right before; empty for none."""
        words = [word for word in content_words(self._asked) if word not in ASKED_FOR]
        fresh = self._asked and unit.place == self._asked_at + 1
        return " ".join(words) if fresh and len(words) <= _MOST_WORDS else ""

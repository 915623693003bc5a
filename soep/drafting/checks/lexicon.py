"""What a GP writes against what is said in the room: forms that mean the same in a note (``data/same_meaning.txt``)."""

from __future__ import annotations

from functools import cache
from importlib import resources


def table(name: str) -> list[str]:
    """The lines of a shipped table, without comments."""
    text = resources.files("soep.drafting.checks").joinpath("data", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def groups() -> dict[str, frozenset[int]]:
    """A form (one or more words) to the numbers of the groups of meaning that it stands in."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(table("same_meaning.txt")):
        for form in line.split("|"):
            found.setdefault(form.strip(), set()).add(number)
    return {form: frozenset(numbers) for form, numbers in found.items()}

"""The GP's own short forms."""

from __future__ import annotations

import pytest

from soep.clinical.own_style import restyler

FORMS = {"pcm": "paracetamol", "gb": "g.b.", "RR": "tensie", "2 dd": "2x daags", "wkn": "weken", "dd": "maal daags"}


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("Pcm 4 dd 1000 mg.", "Paracetamol 4 maal daags 1000 mg."),
        ("Naproxen 2 dd 500 mg, 2 wkn.", "Naproxen 2x daags 500 mg, 2 weken."),
        ("RR 140/90, pols gb.", "tensie 140/90, pols g.b."),
        ("Wkndienst, rr onrustig.", "Wkndienst, rr onrustig."),
    ],
)
def test_whole_words_become_the_gps_own(line: str, own: str) -> None:
    assert restyler(FORMS)(line) == own


@pytest.mark.parametrize("forms", [{}, {" ": "x"}])
def test_without_forms_nothing_changes(forms: dict[str, str]) -> None:
    assert restyler(forms)("Pcm zn.") == "Pcm zn."

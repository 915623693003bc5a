"""What is denied, what is supposed, which side, and what a speaker takes back."""

import pytest

from soep.clinical import corrections, negation, sides
from soep.clinical.sides import Side


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Geen koorts", "koorts"),
        ("geen koorts, dyspnoe of slijm", "dyspnoe"),
        ("geen koorts, dyspnoe of slijm", "slijm"),
        ("Ik ben niet misselijk", "misselijk"),
        ("Koorts heb ik niet gehad", "Koorts"),
        ("hoesten doet hij niet", "hoesten"),
        ("koorts -", "koorts"),
        ("zonder koorts", "koorts"),
        ("nooit geopereerd", "geopereerd"),
        ("Murphy negatief", "Murphy"),
    ],
)
def test_denied(text: str, word: str) -> None:
    at = text.index(word)
    assert negation.is_negated(text, (at, at + len(word)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Geen koorts, wel moe", "moe"),
        ("Geen koorts, hoest sinds 5 dgn", "hoest"),
        ("Niet benauwd. Wel koorts", "koorts"),
        ("Ik heb pijn, geen koorts", "pijn"),
        ("hij eet niet goed", "eet"),
        ("geen slijm maar hoest", "hoest"),
        ("niet alleen pijn", "pijn"),
        ("koorts sinds gisteren", "koorts"),
    ],
)
def test_not_denied(text: str, word: str) -> None:
    at = text.index(word)
    assert not negation.is_negated(text, (at, at + len(word)))


@pytest.mark.parametrize(
    ("text", "supposed"),
    [
        ("als u koorts krijgt, dan bellen", "koorts"),
        ("Mocht u benauwd worden, direct bellen", "benauwd"),
        ("Direct bellen bij koorts", "koorts"),
        ("Bel zodra de pijn erger wordt", "pijn"),
    ],
)
def test_supposed(text: str, supposed: str) -> None:
    at = text.index(supposed)
    assert negation.is_hypothetical(text, (at, at + len(supposed)))


@pytest.mark.parametrize("text", ["een hoest net als een zeehond", "ik had koorts", "niet zo erg als gisteren"])
def test_a_comparison_supposes_nothing(text: str) -> None:
    assert "koorts" not in "".join(text[slice(*span)] for span in negation.hypothetical(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pijn links", [Side.LEFT]),
        ("het rechterbeen", [Side.RIGHT]),
        ("longen bdz schoon", [Side.BOTH]),
        ("links en rechts gelijk", [Side.BOTH]),
        ("AD rood, AS gb", [Side.RIGHT, Side.LEFT]),
        ("rechtstreeks en linksaf", []),
    ],
)
def test_sides(text: str, found: list[Side]) -> None:
    assert [mention.side for mention in sides.find(text)] == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("links, nee, rechts", "rechts"),
        ("lisinopril naar veertig, nee, twintig milligram", "lisinopril naar twintig milligram"),
        ("Elf. Nee, twaalf kilo", "twaalf kilo"),
        ("gisteren, of nee, eergisteren viel ik", "eergisteren viel ik"),
        ("amoxicilline, sorry, ik bedoel doxycycline", "doxycycline"),
        ("Rechts crepitaties. Nee wacht, het was links.", "links crepitaties."),
        ("Nee, niet links", "Nee, niet links"),
        ("Wij kregen paracetamol en oxazepam, nee, dat was het niet.", "Wij kregen paracetamol en "),
        (
            "vijfhonderd, twee keer per dag. Nee, tweehonderdvijftig is genoeg",
            "tweehonderdvijftig, twee keer per dag is genoeg",
        ),
        ("twee tabletten, nee, geen koorts", "twee tabletten, nee, geen koorts"),
    ],
)
def test_the_last_of_a_self_correction_counts(said: str, meant: str) -> None:
    assert corrections.resolve(said) == meant

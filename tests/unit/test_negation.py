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
        ("diarree dus niet", "diarree"),
        ("Braken dus ook niet.", "Braken"),
        ("wel buikpijn, diarree dus niet", "diarree"),
        ("koorts, niet gehad", "koorts"),
        ("koorts: nee", "koorts"),
        ("hoest, niet benauwd", "benauwd"),
        ("buikpijn, dus geen diarree", "diarree"),
        ("geen koorts, hevige pijn of roodheid", "roodheid"),
        ("geen koorts, duidelijke zwelling of roodheid", "zwelling"),
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
        ("hoest, niet benauwd", "hoest"),
        ("Ik heb koorts, niet misselijk.", "koorts"),
        ("jeuk: niet rood", "jeuk"),
        ("jeuk (niet rood)", "jeuk"),
        ("uitslag, en niet ziek", "uitslag"),
        ("wel buikpijn, diarree dus niet", "buikpijn"),
        ("het is een virus, dus niet gevaarlijk", "virus"),
        ("geen koorts, lichte zwelling", "zwelling"),
        ("geen pus, enkele klieren", "klieren"),
        ("niet misselijk, beetje duizelig", "duizelig"),
        ("geen koorts, forse roodheid", "roodheid"),
        ("moeder vertelt (geen tolk): loopneus en hoest", "hoest"),
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
        ("64 microgram, eenmaal daags, nee tweemaal", "64 microgram, tweemaal daags"),
        ("paracetamol twee keer per dag, nee, drie keer", "paracetamol drie keer per dag"),
        ("paracetamol 500 mg, twee keer per dag, of nee, drie", "paracetamol 500 mg, drie keer per dag"),
        ("ibuprofen om de acht uur, nee, zes", "ibuprofen om de zes uur"),
        ("eenmaal daags 40 mg, nee, sorry, 20 mg", "eenmaal daags 20 mg"),
        ("Sinds maandag, nee, dinsdag 39 graden koorts", "Sinds dinsdag 39 graden koorts"),
        ("Het is links, nee, rechts, en niet zo'n beetje", "Het is rechts, en niet zo'n beetje"),
    ],
)
def test_the_last_of_a_self_correction_counts(said: str, meant: str) -> None:
    assert corrections.resolve(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "Links doet de knie pijn, nee, rechts niet.",
        "Geen pijn in het linkeroor, nee, het rechteroor ook niet",
        "Vanmorgen 38, wacht even, gisteren 39 graden",
        "Maandag 38 graden, nee wacht, dinsdag 39 graden",
        "De linkerenkel is dik, nee, de rechterenkel wel wat minder",
        "Links hoor ik niets, nee, rechts hoor ik ook niets",
        "Links hoest ik op, nee, rechts heb ik dat niet.",
        "Ibuprofen helpt niet, nee, paracetamol ook niet",
        "Thuis was het 150/90, nee, nu 140/85",
        "Vorige week 84 kilo, wacht, vandaag 82 kilo",
    ],
)
def test_a_contrast_is_no_correction(said: str) -> None:
    assert corrections.resolve(said) == said

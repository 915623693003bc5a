"""Quantities in spoken and written Dutch."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soep.clinical import numbers
from soep.clinical.cardinals import cardinal, digitise
from soep.clinical.numbers import Kind


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("vier keer per dag duizend milligram", "4 dd 1000 mg"),
        ("temperatuur achtendertig vijf", "temperatuur 38,5"),
        ("zesendertig acht, saturatie zevenennegentig procent", "36,8, saturatie 97%"),
        ("38.5 gemeten", "38,5 gemeten"),
        ("honderdveertig over vijfentachtig", "140/85"),
        ("honderd veertig over vijfentachtig", "140/85"),
        ("140 over 85, daarna 136 over 84", "140/85, daarna 136/84"),
        ("anderhalve week", "1,5 wkn"),
        ("sinds twee à drie weken", "sinds 2-3 wkn"),
        ("drie, vier dagen", "3-4 dgn"),
        ("een half tablet", "half tabl"),
        ("driemaal daags vijfhonderd milligram", "3 dd 500 mg"),
        ("drie maal daags", "3 dd"),
        ("3x per dag 1 tablet", "3 dd 1 tabl"),
        ("om de dag", "om de dag"),
        ("om de zes uur", "om de 6 uur"),
        ("twee keer in de week", "2x/wk"),
        ("nul komma vijftien milligram", "0,15 mg"),
        ("één komma acht milligram", "1,8 mg"),
        ("metoprolol honderd twee keer per dag", "metoprolol 100 2 dd"),
        ("pols honderdtien", "pols 110"),
        ("twaalf kilo", "12 kg"),
        ("acht millimeter", "8 mm"),
        ("een jaar of vijf geleden", "ca 5 jr geleden"),
        ("om negen uur", "om 09.00 uur"),
        ("kwart over vijf vanochtend", "05.15 uur vanochtend"),
        ("half acht 's avonds", "19.30 uur 's avonds"),
        ("tien over half zes", "05.40 uur"),
        ("bel één één twee", "bel 112"),
        ("een oudere man met een hoest", "een oudere man met een hoest"),
        ("twaalf maart", "12 maart"),
    ],
)
def test_numbers_are_written_as_a_note_writes_them(spoken: str, written: str) -> None:
    assert numbers.to_digits(spoken) == written


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("achtendertig vijf", Kind.TEMPERATURE, "38,5", ""),
        ("T 38,5", Kind.TEMPERATURE, "38,5", ""),
        ("RR 150/90", Kind.BLOOD_PRESSURE, "150/90", ""),
        ("vijfhonderd milligram", Kind.DOSE, "500", "mg"),
        ("4 dd", Kind.FREQUENCY, "4", "dd"),
        ("vijf dagen", Kind.DURATION, "5", "dag"),
        ("5 dgn", Kind.DURATION, "5", "dag"),
        ("vierenvijftig jaar oud", Kind.AGE, "54", "jr"),
        ("een 65-jarige man", Kind.AGE, "65", "jr"),
        ("achtennegentig procent", Kind.PERCENT, "98", "%"),
        ("tachtig per minuut", Kind.RATE, "80", "/min"),
    ],
)
def test_a_quantity_has_its_kind(text: str, kind: Kind, value: str, unit: str) -> None:
    assert [(found.kind, found.value, found.unit) for found in numbers.find(text)] == [(kind, value, unit)]


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("duizend milligram", "1000 mg"),
        ("vijf dagen", "5 dgn"),
        ("achtendertig vijf", "T 38,5"),
        ("anderhalve week", "1,5 wk"),
    ],
)
def test_speech_and_note_agree(spoken: str, written: str) -> None:
    assert numbers.find(spoken)[0].key == numbers.find(written)[0].key


@pytest.mark.parametrize(
    ("word", "value"),
    [("tweeëntwintig", 22), ("tweeentwintig", 22), ("honderdvijf", 105), ("negentienhonderdtachtig", 1980), ("één", 1)],
)
def test_number_words(word: str, value: int) -> None:
    assert cardinal(word) == value


@pytest.mark.parametrize("word", ["een", "hond", "tiener", "vierkant", "achter", "zeven keer"])
def test_other_words_are_no_numbers(word: str) -> None:
    assert cardinal(word) is None


@pytest.mark.parametrize(("said", "value"), [("1.000 mg", "1000"), ("per dag 12.500 stappen", "12500"), ("0.5", "0,5")])
def test_a_printed_thousand_is_one_number(said: str, value: str) -> None:
    assert [found.value for found in numbers.find(said)] == [value]


@example("0.000")
@given(st.text(alphabet="vijfachtondergdmilk 0123456789,./-½%", max_size=60))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    spans = [found.span for found in numbers.find(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(st.text(max_size=80))
def test_every_character_of_digitised_text_has_a_source(text: str) -> None:
    found = digitise(text)
    assert len(found.text) == len(found.starts) == len(found.ends)


def test_a_unit_as_the_recogniser_spells_it() -> None:
    assert numbers.to_digits("drie keer per dag 400 milligramm") == "3 dd 400 mg"

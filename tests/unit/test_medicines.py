"""Names of medicines, and what only looks like one."""

import pytest

from soep.clinical import medicines
from soep.clinical.medicines import Kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ik slik metoprolol en paracetamol", ["metoprolol", "paracetamol"]),
        ("pcm zo nodig", ["paracetamol"]),
        ("de Ventolin helpt", ["ventolin"]),
        ("twee Rennies", ["rennie"]),
        ("een prednisonkuur gehad", ["prednison"]),
        ("methoprolol", ["metoprolol"]),
        ("pantaprazol", ["pantoprazol"]),
        ("amoxiciline", ["amoxicilline"]),
        ("ibruprofen", ["ibuprofen"]),
        ("para cetamol", ["paracetamol"]),
        ("trimetoprim", ["trimethoprim"]),
        ("antibiotica of een pijnstiller", ["antibiotica", "pijnstiller"]),
        ("AB nodig", ["antibiotica"]),
        ("ab en toe", []),
        ("slikt de pil", ["anticonceptiepil"]),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert [mention.name for mention in medicines.find(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "een voorstel voor centraal overleg",
        "sommige mensen willen dat zijn",
        "mijn dochter Yasmin is droog",
        "in het stadion, een parkeerplaats, de paragraaf",
        "calcium en natrium zijn goed",
        "ik hoest al drie dagen en slaap slecht",
        "komt aan de zijkant",
    ],
)
def test_ordinary_words_are_no_medicines(text: str) -> None:
    assert medicines.find(text) == []


def test_a_misspelling_is_marked() -> None:
    assert [mention.exact for mention in medicines.find("metoprolol, methoprolol")] == [True, False]


def test_kinds() -> None:
    found = medicines.find("omeprazol, Gaviscon, maagbeschermer")
    assert [mention.kind for mention in found] == [Kind.SUBSTANCE, Kind.TRADE, Kind.CLASS]


def test_spans_hold_the_text_as_written() -> None:
    text = "Nu Metformine en para cetamol."
    assert [text[slice(*mention.span)] for mention in medicines.find(text)] == ["Metformine", "para cetamol"]


def test_hotwords_begin_with_the_most_prescribed() -> None:
    assert medicines.hotwords(1) == ("paracetamol",)
    assert len(medicines.hotwords(40)) == 40
    assert medicines.hotwords(0) == ()

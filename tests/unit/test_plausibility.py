"""Which segments count as said."""

from __future__ import annotations

import pytest

from soep.speech.plausibility import Confidence, is_plausible, without_loops
from soep.types import Word

SURE = Confidence(no_speech_prob=0.02, avg_logprob=-0.3, compression_ratio=1.3)


def words(text: str, probability: float = 0.9) -> list[Word]:
    return [Word(part, number / 2, number / 2 + 0.4, probability) for number, part in enumerate(text.split())]


@pytest.mark.parametrize(
    "text",
    [
        "Goedemorgen, wat kan ik voor u doen?",
        "Bedankt voor het komen.",
        "Dank u wel.",
        "Ik heb ondertiteling nodig omdat ik slecht hoor.",
        "Ja.",
        "Dat is mijn copyright, zei hij.",
        "Ik kijk televisie met ondertiteling aan, dan versta ik het beter.",
        "Bent u geabonneerd op de krant?",
        "39,5",
    ],
)
def test_what_people_say_stays(text: str) -> None:
    assert is_plausible(words(text), SURE)


@pytest.mark.parametrize(
    "text",
    [
        "Ondertitels ingediend door de Amara.org gemeenschap",
        "Ondertiteling door TT888",
        "TT 888 Ondertiteling: Jan de Vries",
        "TV GELDERLAND 2021",
        "Ondertiteld door NPO",
        "Bedankt voor het kijken!",
        "Vergeet niet te abonneren",
        "Thank you for watching!",
        "... - ?",
    ],
)
def test_credits_of_television_go(text: str) -> None:
    assert not is_plausible(words(text), SURE)


@pytest.mark.parametrize(
    "doubt",
    [
        Confidence(0.02, -1.6, 1.3),
        Confidence(0.40, -1.1, 1.3),
        Confidence(0.02, -0.3, 3.0),
        Confidence(0.8, -0.9, 1.3),
    ],
)
def test_what_whisper_itself_doubts_goes(doubt: Confidence) -> None:
    assert not is_plausible(words("Het is een mooie dag."), doubt)


def test_speech_that_was_hard_to_hear_stays() -> None:
    assert is_plausible(words("Op wie stap je af?", probability=0.4), Confidence(0.11, -1.01, 0.7))


def test_improbable_words_go() -> None:
    assert not is_plausible(words("Het is een mooie dag.", probability=0.1), SURE)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("nee nee nee", "nee nee nee"),
        ("ja, ja, ja, ja", "ja, ja, ja, ja"),
        ("ja ja ja ja ja ja ja ja", "ja"),
        ("het doet pijn het doet pijn", "het doet pijn het doet pijn"),
        ("en dan ga ik en dan ga ik en dan ga ik en dan ga ik naar huis", "en dan ga ik naar huis"),
        ("vier keer per dag duizend", "vier keer per dag duizend"),
        ("", ""),
    ],
)
def test_loops_are_kept_once(said: str, kept: str) -> None:
    assert " ".join(word.text for word in without_loops(words(said))) == kept

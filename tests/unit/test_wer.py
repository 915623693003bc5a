"""Word error rate, and word error rate under the best pairing of speakers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soep.errors import InputError
from soep.evaluation.asr import (
    Recognition,
    WordErrors,
    evaluate_asr,
    normalised_words,
    recordings,
    speaker_word_errors,
    word_errors,
)
from soep.types import Utterance

TEXTS = st.lists(st.sampled_from(["ja", "nee", "de", "arts", "Buik!", "pijn,"]), max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Goedemorgen, dokter!", ["goedemorgen", "dokter"]),
        ("38,5 graden", ["385", "graden"]),
        ("zo’n pijn", ["zon", "pijn"]),
        ("’s nachts", ["s", "nachts"]),
        ("privé één", ["privé", "één"]),
        ("prive\u0301", ["privé"]),
        ("… - ?", []),
    ],
)
def test_words_are_compared_in_lower_case_without_punctuation(text: str, words: list[str]) -> None:
    assert normalised_words(text) == words


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors", "words"),
    [
        ("de pijn is links", "De pijn is links.", 0, 4),
        ("de pijn is links", "de pijn is rechts", 1, 4),
        ("de pijn is links", "de pijn links", 1, 4),
        ("de pijn is links", "de pijn is nu links", 1, 4),
        ("vijf", "5", 1, 1),
        ("ja", "nee nee nee", 3, 1),
        ("", "", 0, 0),
        ("", "iets", 1, 0),
        ("iets", "", 1, 1),
    ],
)
def test_word_errors(reference: str, hypothesis: str, errors: int, words: int) -> None:
    assert word_errors(reference, hypothesis) == WordErrors(errors, words)


def test_rate() -> None:
    assert WordErrors(3, 12).rate == 0.25
    assert WordErrors(0, 0).rate == 0.0
    assert WordErrors(2, 0).rate == 1.0
    assert WordErrors(1, 4) + WordErrors(2, 6) == WordErrors(3, 10)


@given(one=TEXTS, other=TEXTS)
def test_errors_have_their_bounds(one: str, other: str) -> None:
    errors = word_errors(one, other).errors
    assert errors == word_errors(other, one).errors
    assert errors <= max(len(one.split()), len(other.split()))
    assert errors >= abs(len(one.split()) - len(other.split()))
    assert (errors == 0) == (normalised_words(one) == normalised_words(other))


@given(one=TEXTS, other=TEXTS)
def test_names_of_speakers_do_not_matter(one: str, other: str) -> None:
    assert speaker_word_errors({"arts": one, "patiënt": other}, {"B": one, "A": other}).errors == 0


def test_words_under_the_wrong_speaker_count_twice() -> None:
    said = {"arts": "waar doet het pijn", "patiënt": "hier links"}
    assert speaker_word_errors(said, {"A": "waar doet het pijn hier", "B": "links"}) == WordErrors(2, 6)


def test_more_or_fewer_speakers() -> None:
    said = {"arts": "waar doet het pijn", "patiënt": "hier links"}
    assert speaker_word_errors(said, {"A": "waar doet het pijn hier links"}) == WordErrors(4, 6)
    assert speaker_word_errors(said, {"A": "hier links", "B": "waar doet", "C": "het pijn"}) == WordErrors(4, 6)
    assert speaker_word_errors(said, {}) == WordErrors(6, 6)
    assert speaker_word_errors({}, {"A": "iets"}) == WordErrors(1, 0)
    assert speaker_word_errors({}, {}) == WordErrors(0, 0)


def test_folder(tmp_path: Path) -> None:
    for name, text in (("b", "hier links"), ("a", "waar doet het pijn")):
        (tmp_path / f"{name}.ogg").write_bytes(b"-")
        (tmp_path / f"{name}.rttm").write_text("", "utf-8")
        (tmp_path / f"{name}.json").write_text(json.dumps({"segments": [{"speaker": "x", "text": text}]}), "utf-8")
    (tmp_path / "without-sound.json").write_text("{}", "utf-8")
    seen: list[tuple[int, int, str]] = []

    def recognise(sound: Path) -> Recognition:
        assert sound.suffix == ".ogg"
        return Recognition((Utterance(1, "waar doet het", speaker="A"),), 2.0, 0.5)

    scores = evaluate_asr(tmp_path, recognise, lambda *step: seen.append(step))
    assert [file.id for file in scores.files] == ["a", "b"]
    assert scores.wer == pytest.approx((1 + 3) / 6)
    assert scores.cpwer == pytest.approx((1 + 3) / 6)
    assert scores.real_time_factor == pytest.approx(0.25)
    assert seen == [(0, 2, "a"), (1, 2, "b"), (2, 2, "")]
    assert set(scores.as_dict()) == {"wer", "cpwer", "real_time_factor", "files"}
    json.dumps(scores.as_dict())


def test_folder_without_references(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="geen opnamen met een referentie"):
        recordings(tmp_path)


@pytest.mark.parametrize(
    "content", ["geen json", "[]", '{"segments": [{"text": "zonder spreker"}]}', '{"segments": 3}']
)
def test_broken_reference(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.wav").write_bytes(b"-")
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"a\.json kan niet worden gelezen"):
        recordings(tmp_path)

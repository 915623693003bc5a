"""Reading what a chat model wrote: what is taken, what is left, and that nothing makes it raise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soep.drafting.answers import MAX_EVIDENCE, MAX_LINE_CHARACTERS, MAX_LINES, MAX_NOTES, AnsweredNote, parse
from tests.chat_server import note

IDS = {1, 2, 3}
HOARSE = note(problem=("Heesheid", 1), S=[("Sinds 2 wkn hees.", 1, 2)], P=[("Stemrust.", 3)])


def lines(answer: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(field, line.text, line.evidence) for one in parse(answer, IDS) or () for field, line in one.lines]


WHOLE = [("S", "Sinds 2 wkn hees.", (1, 2)), ("P", "Stemrust.", (3,))]


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Hier is het verslag:\n\n{}\n\nLaat het weten als er iets anders moet.",
        '<think>De vorm is {{"notes": []}}, denk ik.</think>\n{}',
        "Zoals {{gevraagd}}: {}",
        "\ufeff{}",
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_is_found_among_what_stands_around_it(around: str, indent: int | None) -> None:
    answer = around.format(json.dumps({"notes": [HOARSE]}, indent=indent))
    assert lines(answer) == WHOLE
    assert parse(answer, IDS)[0].title.text == "Heesheid"  # type: ignore[index]


def test_a_note_without_its_list_is_read() -> None:
    assert lines(json.dumps(HOARSE)) == WHOLE


def test_of_an_answer_that_was_cut_off_the_whole_lines_are_read() -> None:
    whole = json.dumps({"notes": [HOARSE, HOARSE]})
    for length in range(len(whole)):
        assert set(lines(whole[:length])) <= set(WHOLE)
    assert lines(whole[: whole.index("Stemrust") + 4]) == WHOLE[:1]


@pytest.mark.parametrize(
    ("evidence", "read"),
    [
        ([1, 9, 2], (1, 2)),
        ([2, 2], (2,)),
        (["3", 1], (3, 1)),
        (2, (2,)),
        ([9], None),
        ([], None),
        (None, None),
        ([True], None),
        ([1.0], None),
        (["een"], None),
        ({"1": 1}, None),
        ([[1]], None),
        (["9" * 400], None),
        ("²", None),
    ],
)
def test_only_utterances_of_the_question_count(evidence: Any, read: tuple[int, ...] | None) -> None:
    answer = json.dumps({"notes": [{"S": [{"text": "Hees.", "evidence": evidence}]}]})
    assert lines(answer) == ([("S", "Hees.", read)] if read else [])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("- Hees,\n  sinds 2 wkn ", "Hees, sinds 2 wkn"),
        ("S: Hees.", "Hees."),
        ("Hees\x1b[31m\u202e.", "Hees[31m."),
        ("n.v.t.", None),
        ("Niet besproken.", None),
        ("Geen", None),
        ("Geen koorts.", "Geen koorts."),
        ("-", None),
        ("", None),
        (7, None),
        ("a" * (MAX_LINE_CHARACTERS + 1), None),
    ],
)
def test_a_line_is_one_row_of_text(text: Any, read: str | None) -> None:
    answer = json.dumps({"notes": [{"S": [{"text": text, "evidence": [1]}]}]})
    assert [found for _field, found, _evidence in lines(answer)] == ([read] if read else [])


def test_a_title_without_evidence_names_the_problem_but_rests_on_nothing() -> None:
    answer = json.dumps({"notes": [{**HOARSE, "problem": "Heesheid"}, {**HOARSE, "problem": {"text": "x" * 200}}]})
    assert [(one.title.text, one.title.evidence) for one in parse(answer, IDS) or ()] == [("Heesheid", ()), ("", ())]


def test_counts_are_bounded() -> None:
    many = {"text": "Hees.", "evidence": list(range(1, 20))}
    answer = json.dumps({"notes": [{"S": [many] * 20, "Q": [many]}] * 9})
    notes = parse(answer, set(range(1, 20))) or ()
    assert len(notes) == MAX_NOTES
    assert {len(one.lines) for one in notes} == {MAX_LINES}
    assert {len(line.evidence) for one in notes for _field, line in one.lines} == {MAX_EVIDENCE}


@pytest.mark.parametrize(
    "answer", ["", "Dat kan ik niet.", "[]", "{}", '{"notes": 3}', "{" * 9999, '{"notes":[' * 9999]
)
def test_an_answer_of_another_form_is_told_apart_from_an_empty_one(answer: str) -> None:
    assert not parse(answer, IDS)
    assert parse('{"notes": []}', IDS) == ()


KEYS = st.sampled_from([*"SOEP", "notes", "problem", "text", "evidence"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON, st.integers(0, 400))
def test_rubbish_raises_nothing(value: Any, cut: int) -> None:
    for answer in (json.dumps(value)[:cut], json.dumps({"notes": value}), str(value)):
        found = parse(answer, IDS)
        assert found is None or all(isinstance(one, AnsweredNote) and one.lines for one in found)
        assert all(evidence and set(evidence) <= IDS and text for _field, text, evidence in lines(answer))

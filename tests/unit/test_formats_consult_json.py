"""Consults as JSON objects: the published form, the way back, and what is refused."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soep.errors import InputError
from soep.formats import consult_json, wire
from soep.formats.consult_json import from_json, from_object, json_schema, to_json, to_object
from soep.types import (
    AudioInfo,
    Consult,
    Flag,
    NoteLine,
    Origin,
    Remark,
    Role,
    SoepNote,
    Source,
    StageRun,
    Status,
    Transcript,
    Unsaid,
    UnsaidKind,
    Utterance,
    Word,
)
from tests.factories import consult, line, rich_consult

SCHEMA_FILE = Path(consult_json.__file__).parent / "schema" / wire.SCHEMA_ID


# The published form -------------------------------------------------------------------------------------------------


def test_schema_file_is_what_the_models_give() -> None:
    made = json.dumps(wire.made_schema(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("SOEP_UPDATE_GOLDEN"):
        SCHEMA_FILE.write_text(made, encoding="utf-8", newline="\n")
    assert SCHEMA_FILE.read_text(encoding="utf-8") == made


def test_schema_is_a_valid_2020_12_schema() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_object_has_the_keys_of_the_contract_in_order() -> None:
    made = to_object(rich_consult())
    assert list(made) == [
        "version", "id", "status", "notice", "created_at", "patient_ref", "contact_type", "author", "audio",
        "transcript", "notes", "unsaid", "warnings", "runs",
    ]  # fmt: skip
    assert list(made["notes"][0]) == ["problem", "icpc_s", "icpc_e", "S", "O", "E", "P"]
    assert made["notes"][0]["S"][0] == {"text": "Sinds 5 dgn keelpijn en hoest.", "evidence": [2], "flags": []}
    assert made["notes"][0]["P"][0]["flags"] == [
        {"code": "unit_differs", "params": {"written": "500 mg", "said": "1000 mg"}, "critical": True}
    ]
    assert made["unsaid"][0] == {"kind": "allergy", "text": "penicilline", "evidence": [5]}
    assert made["created_at"] == "2026-03-12T09:41:00+01:00"


def test_text_is_readable_and_ends_with_a_line_break() -> None:
    text = to_json(consult(SoepNote(S=(line("Hè, één café"),))))
    assert "Hè, één café" in text
    assert text.startswith('{\n "version": 1,')
    assert text.endswith("}\n")


def test_times_are_written_in_thousandths() -> None:
    word = Word("hoi", 0.30000001192092896, 1 / 3, 2 / 3)
    spoken = Transcript((Utterance(1, "hoi", start_s=1 / 3, end_s=2 / 3, words=(word,)),))
    utterance = to_object(consult(transcript=spoken))["transcript"]["utterances"][0]
    assert (utterance["start_s"], utterance["end_s"]) == (0.333, 0.667)
    assert utterance["words"] == [{"text": "hoi", "start_s": 0.3, "end_s": 0.333, "probability": 0.667}]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"draft": (SoepNote(line("d")),)}, "d"),
        ({"draft": (SoepNote(line("d")),), "working": (SoepNote(line("w")),)}, "w"),
        ({"working": (SoepNote(line("w")),), "final": (SoepNote(line("f")),), "status": Status.APPROVED}, "f"),
    ],
)
def test_notes_are_the_ones_that_count(values: dict[str, Any], expected: str) -> None:
    assert to_object(consult(**values))["notes"][0]["problem"]["text"] == expected


def test_a_line_of_the_gp_says_so_and_a_line_of_the_machine_needs_not() -> None:
    own = line("Zelf getypt.", origin=Origin.HUISARTS, touched=True)
    made = to_object(consult(SoepNote(S=(own, line("Gezegd.", 1)))))["notes"][0]["S"]
    assert made[0] == {"text": "Zelf getypt.", "evidence": [], "flags": [], "origin": "huisarts", "touched": True}
    assert set(made[1]) == {"text", "evidence", "flags"}


# There and back -----------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=40)
names = st.text(st.characters(codec="utf-8"), max_size=12)
ids = st.integers(0, 10_000)
times = st.floats(0, 20_000).map(lambda value: round(value, 3))
shares = st.floats(0, 1).map(lambda value: round(value, 3))
params = st.dictionaries(names, texts, max_size=3)
flags = st.builds(Flag, names, params, st.booleans())
evidence = st.lists(ids, max_size=4).map(tuple)
lines = st.builds(
    NoteLine,
    texts,
    evidence,
    st.lists(flags, max_size=2).map(tuple),
    st.just(0),
    st.sampled_from(Origin),
    st.booleans(),
)
fields = st.lists(lines, max_size=3).map(tuple)
codes = st.none() | st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)
notes = st.builds(SoepNote, lines, fields, fields, fields, fields, codes, codes)
words = st.builds(Word, names, times, times, shares)
utterances = st.builds(
    Utterance, ids, texts, st.sampled_from(Role), shares, times, times, names,
    st.lists(words, max_size=2).map(tuple), st.sampled_from(Source),
)  # fmt: skip
transcripts = st.builds(
    Transcript, st.lists(utterances, max_size=4, unique_by=lambda each: each.id).map(tuple), st.just("nl")
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=2)))
)
unsaid = st.builds(
    Unsaid, st.sampled_from(UnsaidKind), texts, evidence, st.none() | flags, st.none() | st.sampled_from("SOEP")
)
consults = st.builds(
    Consult,
    id=names.filter(bool),
    created_at=moments,
    transcript=transcripts,
    draft=st.lists(notes, max_size=2).map(tuple),
    unsaid=st.lists(unsaid, max_size=3).map(tuple),
    warnings=st.lists(st.builds(Remark, names, params), max_size=2).map(tuple),
    runs=st.lists(st.builds(StageRun, names, names, names, times), max_size=2).map(tuple),
    audio=st.none() | st.builds(AudioInfo, names, times),
    status=st.sampled_from([Status.DRAFT, Status.PROCESSING, Status.FAILED, Status.RECORDING]),
    label=names,
    patient_ref=st.none() | names,
    contact_type=st.none() | names,
    author=st.none() | names,
)


def unnumbered(consult: Consult) -> Consult:
    def bare(note: SoepNote) -> SoepNote:
        fields = {name: tuple(replace(each, id=0) for each in note.lines(name)) for name in "SOEP"}
        return replace(note, problem=replace(note.problem, id=0), **fields)

    return replace(consult, draft=tuple(map(bare, consult.draft)), final=tuple(map(bare, consult.final)))


@settings(max_examples=60, deadline=None)
@given(consults)
def test_what_is_written_is_read_back(consult: Consult) -> None:
    assert unnumbered(from_json(to_json(consult))) == consult


@settings(max_examples=40, deadline=None)
@given(consults)
def test_what_is_written_fits_the_schema(consult: Consult) -> None:
    jsonschema.validate(to_object(consult), json_schema(), jsonschema.Draft202012Validator)


def test_lines_are_numbered_through_all_notes() -> None:
    read = from_object(to_object(rich_consult()))
    numbers = [each.id for note in read.draft for _field, each in note.title_and_lines()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert from_object(to_object(consult(SoepNote(S=(line("Hoest"),))))).draft[0].S[0].id == 1


@pytest.mark.parametrize("status", [Status.APPROVED, Status.EXPORTED])
def test_an_approved_note_is_read_as_final(status: Status) -> None:
    read = from_object(to_object(consult(final=(SoepNote(line("Hoest")),), status=status)))
    assert read.final[0].problem.text == "Hoest"
    assert read.draft == ()


# Readers are lenient with what is absent or unknown -----------------------------------------------------------------

CONTRACT_EXAMPLE = json.loads(
    """
    {"version": 1, "id": "…", "status": "draft", "audio": {"sha256": "…", "duration_s": 312.4},
     "transcript": {"language": "nl", "utterances": [{"id": 1, "start_s": 0.4, "end_s": 3.1, "speaker": "A",
       "role": "arts", "role_confidence": 0.98, "text": "…",
       "words": [{"text": "…", "start_s": 0.4, "end_s": 0.7, "probability": 0.93}]}]},
     "notes": [{"problem": {"text": "…", "evidence": [2]}, "icpc_s": null, "icpc_e": null,
       "S": [{"text": "…", "evidence": [2, 4], "flags": []}], "O": [], "E": [], "P": []}],
     "unsaid": [{"kind": "medicine", "text": "…", "evidence": [31]}],
     "runs": [{"stage": "transcribe", "model": "…", "sha256": "…", "elapsed_s": 3.2}]}
    """
)


def test_the_example_of_the_documentation_is_read_and_fits_the_schema() -> None:
    jsonschema.validate(CONTRACT_EXAMPLE, json_schema(), jsonschema.Draft202012Validator)
    read = from_object(CONTRACT_EXAMPLE)
    assert read.transcript.utterances[0].role is Role.ARTS
    assert read.draft[0].S[0].evidence == (2, 4)
    assert read.created_at.tzinfo is not None


def test_unknown_keys_are_ignored() -> None:
    made = to_object(rich_consult())
    more = copy.deepcopy(made)
    more["colour"] = "blue"
    more["notes"][0]["S"][0]["mood"] = {"deep": [1]}
    more["transcript"]["utterances"][0]["volume"] = 3
    assert from_object(more) == from_object(made)


def test_a_file_without_a_version_is_the_first() -> None:
    made = to_object(consult())
    del made["version"]
    assert from_object(made).id == "c1"


def test_a_time_without_offset_is_utc() -> None:
    made = to_object(consult()) | {"created_at": "2026-03-12T09:41:00"}
    assert from_object(made).created_at == datetime(2026, 3, 12, 9, 41, tzinfo=UTC)


# What is refused ----------------------------------------------------------------------------------------------------


def changed(path: str, value: object) -> dict[str, Any]:
    """A correct object with one value replaced."""
    made = to_object(rich_consult())
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = made
    for key in parents:
        place = place[key]
    place[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 5),
        ("id", ""),
        ("status", "klaar"),
        ("created_at", 17),
        ("created_at", "gisteren"),
        ("created_at", "0001-01-01T00:00:00+23:59"),
        ("created_at", "9999-12-31T23:59:59-23:59"),
        ("label", "\ud800"),
        ("version", 0),
        ("version", "1"),
        ("transcript", None),
        ("transcript", []),
        ("transcript.utterances", {}),
        ("transcript.utterances.0", "hoi"),
        ("transcript.utterances.0.id", "1"),
        ("transcript.utterances.0.id", -1),
        ("transcript.utterances.0.id", 2),
        ("transcript.utterances.0.id", 10**400),
        ("transcript.utterances.0.id", 2**53 + 1),
        ("transcript.utterances.0.speaker", "x" * 301),
        ("transcript.utterances.0.text", None),
        ("transcript.utterances.0.text", "x" * 200_001),
        ("transcript.utterances.0.role", "koning"),
        ("transcript.utterances.0.role_confidence", 1.5),
        ("transcript.utterances.0.start_s", float("nan")),
        ("transcript.utterances.0.start_s", float("inf")),
        ("transcript.utterances.0.start_s", -1),
        ("transcript.utterances.0.end_s", 1e9),
        ("transcript.utterances.0.end_s", "3"),
        ("notes", {}),
        ("notes.0", None),
        ("notes.0.S", "tekst"),
        ("notes.0.S.0.evidence", ["2"]),
        ("notes.0.S.0.evidence", [True]),
        ("notes.0.S.0.flags", [{"params": {}}]),
        ("notes.0.problem", "Keelpijn"),
        ("notes", [{}] * 101),
        ("unsaid.0.kind", "onbekend"),
        ("unsaid.1.field", "X"),
        ("warnings.0.params", {"a": 1}),
        ("warnings.0.params", {str(number): "x" for number in range(51)}),
        ("audio.duration_s", "lang"),
    ],
)
def test_a_broken_object_is_refused(path: str, value: object) -> None:
    with pytest.raises(InputError) as raised:
        from_object(changed(path, value))
    assert raised.value.exit_code == 2
    assert raised.value.hint


@pytest.mark.parametrize("obj", [None, [], "tekst", 3, {}])
def test_something_else_is_refused(obj: object) -> None:
    with pytest.raises(InputError):
        from_object(obj)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"id": NaN}', "Infinity", "1" * 10_000, "\x00"])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        from_json(text)


def test_a_newer_version_asks_for_an_update() -> None:
    with pytest.raises(InputError, match="nieuwere versie"):
        from_object(changed("version", wire.VERSION + 1))


def test_the_message_names_the_place_and_not_the_content() -> None:
    with pytest.raises(InputError) as raised:
        from_object(changed("notes.0.S.0.text", ["Geheim van mevrouw"]))
    assert "notes.0.S.0.text" in str(raised.value)
    with pytest.raises(InputError) as raised:
        from_object(changed("warnings.0.params", {"mevrouw Jansen": 5}))
    assert "mevrouw" not in str(raised.value)


def test_a_time_that_is_not_finite_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(consult(audio=AudioInfo("ab", float("nan"))))

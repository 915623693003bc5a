"""Whatever is in a file that is read: a value of the right kind, or a sentence that repeats nothing of the content."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from soep.config import LimitSettings
from soep.errors import InputError
from soep.evaluation.asr import recordings
from soep.evaluation.diarization import read_rttm
from soep.evaluation.drafts import evaluate_drafts, labelled_consults
from soep.evaluation.memory import peak_memory_bytes
from soep.formats.consult_json import from_json, to_json, to_object
from soep.formats.labelled_text import read_labelled, write_labelled
from soep.formats.plain_text import composed, one_line
from soep.formats.transcripts import MAX_BYTES, MAX_LANGUAGE, MAX_PLAIN_BYTES, SUFFIXES, read_transcript
from soep.formats.wire import MAX_NAME, MAX_TEXT, MAX_UTTERANCES
from soep.types import Role, Transcript
from tests.factories import consult, rich_consult, transcript
from tests.mutations import damaged, disturbed

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
LIMITS = LimitSettings()
SECRET = "Zonnebloem"
MOST_CPU_S = 2.0
MOST_MEMORY_BYTES = 700e6
FEW = 200
Value = TypeVar("Value")


# Whole files, each with the word that no message may repeat ---------------------------------------------------------

LABELLED = {
    "id": "d001",
    "setting": "spreekuur",
    "patient": {"age": 40, "sex": "v"},
    "utterances": [
        {"i": 1, "role": "arts", "text": f"Dag mevrouw {SECRET}, zegt u het eens."},
        {"i": 2, "role": "patient", "text": "Sinds drie dagen keelpijn, en achtendertig vijf."},
    ],
    "notes": [{"problem": "Keelpijn", "S": [{"text": f"{SECRET}: keelpijn", "evidence": [2]}], "O": [], "P": []}],
    "checks": {
        "must": [{"fact": f"keelpijn {SECRET}", "field": "S", "regex": "keel", "weight": 2}],
        "must_not": [{"fact": "koorts", "field": "*", "regex": "38[.,]5"}],
    },
}  # fmt: skip
REFERENCE = {"segments": [{"start": 0.0, "end": 2.5, "speaker": "ARTS", "text": f"Dag mevrouw {SECRET}."}]}
OURS = to_object(replace(rich_consult(), label=SECRET, author=SECRET))
OURS["transcript"]["utterances"][0] |= {
    "text": f"Dag mevrouw {SECRET}",
    "words": [{"text": SECRET, "start_s": 0.5, "end_s": 0.9, "probability": 0.5}],
}
TXT = f"""[0:03] ARTS: Goedemorgen mevrouw {SECRET}, zegt u het eens.
PATIENT: Ik heb sinds dr. Jansen belde keelpijn. En 38,5.
en dat gaat niet over
Moeder van {SECRET} [1:02:03]: Ze slaapt slecht.
"""
VTT = f"""WEBVTT - {SECRET}

NOTE een opmerking over {SECRET}

1
00:00:01.000 --> 00:00:02.500 align:left
<v.loud Dokter {SECRET}>Goedemorgen &amp; <i>welkom</i>.</v>

00:03.000 --> 00:04.000
- Hoe gaat het?
- RR <140, T &lt; 38
"""
SRT = f"""1
00:00:01,000 --> 00:00:02,500
ARTS: Goedemorgen mevrouw {SECRET}.

2
00:00:03,000 --> 00:00:04,000
PATIENT: {{\\an8}}Ik heb <b>keelpijn</b>.
"""
RTTM = f"""SPEAKER consult 1 0.000 2.500 <NA> <NA> arts_{SECRET} <NA> <NA>
SPEAKER consult 1 2.500 1.250 <NA> <NA> patient <NA> <NA>
"""
WHOLE = {
    ".json": [json.dumps(OURS, ensure_ascii=False).encode(), json.dumps(LABELLED).encode()],
    ".txt": [TXT.encode(), TXT.encode("utf-16"), f"Vrouw {SECRET}. Keelpijn, T 38,5. Geen hydrops.".encode("cp1252")],
    ".vtt": [VTT.encode()],
    ".srt": [SRT.encode()],
    ".rttm": [RTTM.encode()],
}
PIECES = [
    "ARTS: ", "Patiënt:", "A:", "P:", "Spreker 1: ", "[0:03] ", "hoest", "38,5", "dr. ", ". ", "\n", "\r\n", "\n\n",
    "- ", "\ufeff", "WEBVTT\n", "NOTE x", "00:01.000 --> 00:02.000\n", "1\n00:00:01,000 --> 00:00:02,000\n", "</v>",
    "<v Dokter>", "<", "&lt;", "-->", "SPEAKER a 1 ", "0.5 ", "1e9 ", "<NA> <NA> ", "arts\n", "nan ", "-1 ", '"}', "]}",
    ",", '{"utterances": [', '{"i": 1, "role": "arts", "text": "',
]  # fmt: skip
ANY = st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
NEAR = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["utterances", "transcript", "i", "id", "role", "text", "words"]), inner)
    ),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())
PIECED = st.lists(st.sampled_from(PIECES), max_size=40).map(lambda pieces: "".join(pieces).encode())


def contents(suffix: str, *objects: object) -> st.SearchStrategy[bytes]:
    """Anything at all, pieces of the form in any order, and a whole file with damage."""
    return st.one_of(ANY, PIECED, NEAR, damaged(WHOLE[suffix]), *map(disturbed, objects))


def many(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )


# What must be true of each file -------------------------------------------------------------------------------------


def read_or_refused(read: Callable[[], Value]) -> Value | None:
    """What is read, within the time; None when it is refused, in a sentence that repeats nothing."""
    begun_s = time.process_time()
    try:
        return read()
    except InputError as error:
        assert error.message.endswith(".")
        assert error.hint.endswith(".")
        assert SECRET not in str(error)
        return None
    finally:
        assert time.process_time() - begun_s < MOST_CPU_S


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("invoer")


def check_transcript(folder: Path, suffix: str, content: bytes) -> None:
    path = folder / f"f{suffix}"
    path.write_bytes(content)
    found = read_or_refused(lambda: read_transcript(path, LIMITS))
    if found is not None:
        assert_sound(found)
        if len(found.utterances) <= FEW:
            assert_written_and_read_back(found, folder)


def assert_sound(found: Transcript) -> None:
    ids = [utterance.id for utterance in found.utterances]
    assert 0 < len(ids) == len(set(ids)) <= MAX_UTTERANCES
    assert all(0 <= number <= 2**53 for number in ids)
    assert is_clean(found.language, MAX_LANGUAGE)
    for utterance in found.utterances:
        assert utterance.text
        assert is_clean(utterance.text, MAX_TEXT)
        assert is_clean(utterance.speaker, MAX_NAME)
        for piece in (utterance, *utterance.words):
            assert is_clean(piece.text, MAX_TEXT)
            assert 0.0 <= piece.start_s <= piece.end_s <= LIMITS.max_duration_s


def is_clean(text: str, most: int) -> bool:
    return text == one_line(text) == composed(text) and len(text) <= most and bool(text.encode("utf-8") or not text)


def assert_written_and_read_back(found: Transcript, folder: Path) -> None:
    made = consult(transcript=found)
    (folder / "terug.json").write_text(to_json(made), "utf-8")
    again = read_transcript(folder / "terug.json", LIMITS)
    assert to_object(consult(transcript=again)) == to_object(made)


def check_consult(content: bytes) -> None:
    try:
        text = content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    found = read_or_refused(lambda: from_json(text))
    if found is not None:
        assert to_object(from_json(to_json(found))) == to_object(found)
        to_json(found).encode("utf-8")
        assert found.created_at.astimezone(UTC).year > 1800


def check_rttm(folder: Path, content: bytes) -> None:
    path = folder / "f.rttm"
    path.write_bytes(content)
    for name, turns in (read_or_refused(lambda: read_rttm(path)) or {}).items():
        assert name
        assert turns == sorted(turns, key=lambda turn: turn.start_s)
        for turn in turns:
            assert 0.0 <= turn.start_s <= turn.end_s < math.inf
            assert turn.speaker == one_line(turn.speaker)


def check_labelled(folder: Path, content: bytes) -> None:
    place = folder / "gelabeld"
    place.mkdir(exist_ok=True)
    (place / "d001.json").write_bytes(content)
    labelled = read_or_refused(lambda: labelled_consults(place))
    if labelled is not None:
        scores = evaluate_drafts(labelled, "geen", lambda path: rich_consult())
        json.dumps(scores.as_dict(), allow_nan=False)


def check_reference(folder: Path, content: bytes) -> None:
    place = folder / "uitgeschreven"
    place.mkdir(exist_ok=True)
    (place / "a.wav").touch()
    (place / "a.json").write_bytes(content)
    for recording in read_or_refused(lambda: recordings(place)) or []:
        assert all(segment.text == one_line(segment.text) for segment in recording.segments)


# A few examples in `make test`, thousands in `make test-long` -------------------------------------------------------

SHORT, LONG = 60, 2_500
TRANSCRIPTS = st.sampled_from(SUFFIXES).flatmap(
    lambda suffix: st.tuples(
        st.just(suffix), contents(suffix, *([OURS, LABELLED, OURS["transcript"]] if suffix == ".json" else []))
    )
)
CONSULTS = contents(".json", OURS)
TURNS = contents(".rttm")
SCORED = contents(".json", LABELLED)
REFERENCES = ANY | disturbed(REFERENCE) | damaged([json.dumps(REFERENCE).encode()])


@many(4 * SHORT)
@given(TRANSCRIPTS)
def test_a_transcript_is_read_or_refused(folder: Path, file: tuple[str, bytes]) -> None:
    check_transcript(folder, *file)


@pytest.mark.long
@many(4 * LONG)
@given(TRANSCRIPTS)
def test_many_transcripts_are_read_or_refused(folder: Path, file: tuple[str, bytes]) -> None:
    check_transcript(folder, *file)


@many(SHORT)
@example(b'{"id":"a","status":"draft","transcript":{"utterances":[]},"created_at":"0001-01-01T00:00:00+23:59"}')
@given(CONSULTS)
def test_a_consult_is_read_or_refused(content: bytes) -> None:
    check_consult(content)


@pytest.mark.long
@many(LONG)
@given(CONSULTS)
def test_many_consults_are_read_or_refused(content: bytes) -> None:
    check_consult(content)


@many(SHORT)
@example(b"\xff")
@example(b"SPEAKER a 1 nan 1 <NA> <NA> b")
@given(TURNS)
def test_rttm_is_read_or_refused(folder: Path, content: bytes) -> None:
    check_rttm(folder, content)


@pytest.mark.long
@many(LONG)
@given(TURNS)
def test_many_rttm_files_are_read_or_refused(folder: Path, content: bytes) -> None:
    check_rttm(folder, content)


@many(SHORT)
@given(SCORED)
def test_a_labelled_consult_is_measured_or_refused(folder: Path, content: bytes) -> None:
    check_labelled(folder, content)


@pytest.mark.long
@many(LONG)
@given(SCORED)
def test_many_labelled_consults_are_measured_or_refused(folder: Path, content: bytes) -> None:
    check_labelled(folder, content)


@many(SHORT)
@example(b"[" * 100_000)
@given(REFERENCES)
def test_a_reference_is_read_or_refused(folder: Path, content: bytes) -> None:
    check_reference(folder, content)


@pytest.mark.long
@many(LONG)
@given(REFERENCES)
def test_many_references_are_read_or_refused(folder: Path, content: bytes) -> None:
    check_reference(folder, content)


SAID = st.lists(
    st.tuples(
        st.sampled_from([Role.ARTS, Role.PATIENT, Role.BEGELEIDER]),
        st.lists(st.sampled_from(["hoest", "38,5", "dr.", "nee?", "Ja,", "rr", "-", "<38", "ARTS"]), min_size=1).map(
            " ".join
        ),
    ),
    min_size=1,
    max_size=20,
)


@many(SHORT)
@given(SAID)
def test_labelled_text_that_is_written_is_read_back(said: list[tuple[Role, str]]) -> None:
    again = read_labelled(write_labelled(transcript(*said)))
    assert [(each.role, each.text) for each in again.utterances] == said


# Made to take long or to fill the memory: each of these did ---------------------------------------------------------

CUE = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
WEARISOME = {
    "spaces in a voice": (".vtt", CUE + "<v " + " " * 100_000 + "x"),
    "brackets in a voice": (".vtt", CUE + "<v " + "(" * 100_000 + ">hallo"),
    "a number of many digits": (".vtt", CUE + "hallo &#" + "9" * 5_000 + ";"),
    "marks on a letter": (".txt", "ARTS: hallo a" + "\u0300\u0323" * 100_000),
    "marks, escaped": (".json", json.dumps({"utterances": [{"i": 1, "text": "a" + "\u0300\u0323" * 90_000}]})),
    "brackets in a role": (".json", json.dumps({"utterances": [{"i": 1, "role": "(" * 100_000, "text": "hoi"}]})),
    "tags": (".vtt", CUE + "<a" * 100_000),
    "labels": (".txt", "ARTS: " * 100_000),
    "one sentence": (".txt", "x. Aa " * 100_000),
    "faults in every word": (
        ".json",
        json.dumps({"transcript": {"utterances": [{"id": 1, "text": "a", "words": [{}] * 190_000}]}}),
    ),
}


@pytest.mark.parametrize("name", WEARISOME)
def test_a_wearisome_file_takes_no_time(tmp_path: Path, name: str) -> None:
    suffix, text = WEARISOME[name]
    check_transcript(tmp_path, suffix, text.encode())


def full(start: str, piece: str, end: str, most: int) -> bytes:
    return (start + piece * ((most - len(start) - len(end)) // len(piece)) + end).encode()


WORDS = '{"id":%d,"text":"a","words":[' + ",".join(["{}"] * 190_000) + "]},"
FULL = {
    "nothing": (".json", full("[", "{},", "1]", MAX_BYTES)),
    "lists": (".json", full("[", "[],", "1]", MAX_BYTES)),
    "numbers": (".json", full('{"transcript":{"utterances":[{"id":1,"text":"a","words":[', "1,", "1]}]}}", MAX_BYTES)),
    "empty utterances": (".json", full('{"utterances":[', "{},", "1]}", MAX_BYTES)),
    "faults in words": (
        ".json",
        full('{"transcript":{"utterances":[', "".join(WORDS % number for number in range(28)), "1]}}", MAX_BYTES),
    ),
    "keys": (".json", ("{" + ",".join(f'"{number}":1' for number in range(1_300_000)) + "}").encode()),
    "labels": (".txt", full("ARTS: ", "A: ", "\n", MAX_PLAIN_BYTES)),
    "lines": (".txt", full("", "ARTS: ja hoor, dat is goed\n", "", MAX_PLAIN_BYTES)),
    "marks": (".txt", full("ARTS: a", "\u0300", "\n", MAX_PLAIN_BYTES // 2)),
    "voices": (".vtt", full(CUE, "<v a>b", "\n", MAX_PLAIN_BYTES)),
    "timings": (".srt", full("", "00:00:01,000 --> 00:00:02,000\na\n", "", MAX_PLAIN_BYTES)),
}


@pytest.mark.long
@pytest.mark.parametrize("name", FULL)
def test_the_largest_file_fits_in_memory(tmp_path: Path, name: str) -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    suffix, content = FULL[name]
    path = tmp_path / f"f{suffix}"
    path.write_bytes(content)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak starts again from here
    before = peak_memory_bytes(os.getpid())
    try:
        read_transcript(path, LIMITS)
    except InputError as error:
        assert error.hint
    after = peak_memory_bytes(os.getpid())
    assert before is not None
    assert after is not None
    assert after - before < MOST_MEMORY_BYTES

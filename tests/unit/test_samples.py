"""Every sample has all its parts, and the parts agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import av
import pytest

from soep.resources import resource
from soep.types import FIELDS

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = resource("samples")
DIALOGUES = ROOT / "benchmarks" / "dialogues"
NAMES = ("schouder", "longontsteking", "bloeddruk-en-bultje", "zweepslag-dictaat")
SPOKEN = [SAMPLES / name for name in NAMES] + sorted(path.with_suffix("") for path in DIALOGUES.glob("*.ogg"))
LABELS = {"arts": "Dokter", "patient": "Patiënt", "begeleider": "Begeleider"}

every_sound = pytest.mark.parametrize("base", SPOKEN, ids=lambda base: base.name)
every_note = pytest.mark.parametrize("name", NAMES)


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def script(path: Path) -> list[tuple[str, str]]:
    lines = (line.split(": ", 1) for line in path.read_text("utf-8").splitlines())
    return [(role.lower(), text) for role, text in lines]


def script_of(base: Path) -> Path:
    folder = SAMPLES if base.parent == SAMPLES else DIALOGUES / "scripts"
    return folder / f"{base.name}.txt"


def test_there_are_eight_dialogues_to_measure_on() -> None:
    assert len(list(DIALOGUES.glob("*.ogg"))) == 8


def test_all_sound_together_stays_small() -> None:
    assert sum(base.with_suffix(".ogg").stat().st_size for base in SPOKEN) < 4 * 1024**2


@every_sound
def test_sound_is_opus_at_16_khz_and_as_long_as_stated(base: Path) -> None:
    with av.open(str(base.with_suffix(".ogg"))) as container:
        (stream,) = container.streams.audio
        assert stream.codec_context.name in {"opus", "libopus"}
        assert stream.channels == 1
        length_s = sum(frame.samples / frame.sample_rate for frame in container.decode(stream))
    assert length_s == pytest.approx(read(base.with_suffix(".json"))["duration"], abs=0.1)


@every_sound
def test_times_lie_inside_the_sound_and_in_order(base: Path) -> None:
    content = read(base.with_suffix(".json"))
    starts = [segment["start"] for segment in content["segments"]]
    assert starts == sorted(starts)
    assert all(0 <= s["start"] < s["end"] <= content["duration"] for s in content["segments"])


@every_sound
def test_rttm_says_the_same_as_the_transcript(base: Path) -> None:
    rows = [line.split() for line in base.with_suffix(".rttm").read_text("utf-8").splitlines()]
    segments = read(base.with_suffix(".json"))["segments"]
    assert [(row[0], row[1], row[7]) for row in rows] == [("SPEAKER", base.name, s["speaker"]) for s in segments]
    for row, segment in zip(rows, segments, strict=True):
        assert float(row[3]) == pytest.approx(segment["start"], abs=0.002)
        assert float(row[3]) + float(row[4]) == pytest.approx(segment["end"], abs=0.002)


@every_sound
def test_transcript_is_the_script(base: Path) -> None:
    spoken = sorted(read(base.with_suffix(".json"))["segments"], key=lambda segment: segment["i"])
    assert [(segment["role"], segment["text"]) for segment in spoken] == script(script_of(base))
    assert all(segment["speaker"] == LABELS[segment["role"]] for segment in spoken)


@every_note
def test_note_rests_on_the_utterances_of_the_script(name: str) -> None:
    note = read(SAMPLES / "notes" / f"{name}.json")
    assert [(u["role"], u["text"]) for u in note["utterances"]] == script(SAMPLES / f"{name}.txt")
    known = {utterance["i"] for utterance in note["utterances"]}
    for line in lines(note["notes"], "*"):
        assert line["evidence"]
        assert set(line["evidence"]) <= known


@every_note
def test_note_holds_what_it_must_on_the_right_line(name: str) -> None:
    note = read(SAMPLES / "notes" / f"{name}.json")
    missed = [check["fact"] for check in note["checks"]["must"] if not fires(check, note["notes"])]
    assert note["checks"]["must"]
    assert missed == []


@every_note
def test_note_holds_nothing_that_it_must_not(name: str) -> None:
    note = read(SAMPLES / "notes" / f"{name}.json")
    fired = [check["fact"] for check in note["checks"]["must_not"] if fires(check, note["notes"])]
    assert note["checks"]["must_not"]
    assert fired == []


@pytest.mark.parametrize(
    ("name", "field", "wrong", "fact"),
    [
        ("schouder", "S", "Tintelingen in de hand.", "tintelingen aanwezig (ontkend)"),
        ("schouder", "E", "Peesirritatie schouder links", "schouder links"),
        ("longontsteking", "P", "R/ amoxicilline 3 dd 500 mg", "penicilline of amoxicilline voorgeschreven"),
        ("longontsteking", "S", "Hoest sinds 5 dgn", "hoest sinds vijf dagen (verbeterd tot acht)"),
        ("bloeddruk-en-bultje", "E", "Ganglion re pols", "bultje rechts (verbeterd tot links)"),
        ("bloeddruk-en-bultje", "S", "Hoest sinds lisinopril.", "hoest aanwezig (ontkend)"),
        ("zweepslag-dictaat", "S", "Kortademig bij inspanning.", "kortademig (ontkend)"),
    ],
)
def test_a_wrong_line_is_caught(name: str, field: str, wrong: str, fact: str) -> None:
    checks = read(SAMPLES / "notes" / f"{name}.json")["checks"]["must_not"]
    fired = [check["fact"] for check in checks if fires(check, [{field: [{"text": wrong}]}])]
    assert fact in fired


def lines(notes: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    fields = FIELDS if field == "*" else (field,)
    return [line for note in notes for name in fields for line in note.get(name, [])]


def fires(check: dict[str, Any], notes: list[dict[str, Any]]) -> bool:
    text = "\n".join(line["text"] for line in lines(notes, check["field"]))
    return re.search(check["regex"], text, re.IGNORECASE) is not None

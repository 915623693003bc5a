"""Transcripts from files: each form, each encoding, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soep.config import LimitSettings
from soep.errors import InputError
from soep.formats.consult_json import to_json
from soep.formats.labelled_text import read_labelled, write_labelled
from soep.formats.plain_text import one_line
from soep.formats.speakers import roles_of
from soep.formats.subtitles import read_subtitles
from soep.formats.transcripts import MAX_BYTES, MAX_LINES, MAX_PLAIN_BYTES, SUFFIXES, read_transcript
from soep.formats.wire import MAX_NAME, MAX_TEXT, MAX_UTTERANCES
from soep.types import Role, Source, Transcript
from tests.factories import rich_consult, transcript

LIMITS = LimitSettings()


def said(found: Transcript) -> list[tuple[str, str]]:
    return [(utterance.role.value, utterance.text) for utterance in found.utterances]


def read(tmp_path: Path, name: str, content: str | bytes) -> Transcript:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_transcript(path, LIMITS)


# Labelled text ------------------------------------------------------------------------------------------------------


def test_labelled_lines_have_certain_roles(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "ARTS: Goedemorgen.\nPATIENT: Dag dokter.\nBEGELEIDER: Ik ben de moeder.\n")
    assert said(found) == [
        ("arts", "Goedemorgen."),
        ("patient", "Dag dokter."),
        ("begeleider", "Ik ben de moeder."),
    ]
    assert [utterance.id for utterance in found.utterances] == [1, 2, 3]
    assert {utterance.role_confidence for utterance in found.utterances} == {1.0}
    assert {utterance.source for utterance in found.utterances} == {Source.GESPREK}


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Arts", Role.ARTS),
        ("dokter", Role.ARTS),
        ("Huisarts (v)", Role.ARTS),
        ("Dr. de Wit", Role.ARTS),
        ("A", Role.ARTS),
        ("Patiënt", Role.PATIENT),
        ("Patiënte 1", Role.PATIENT),
        ("pt.", Role.PATIENT),
        ("P", Role.PATIENT),
        ("Moeder van Sem", Role.BEGELEIDER),
        ("Mantelzorger", Role.BEGELEIDER),
        ("Tolk", Role.ONBEKEND),
    ],
)
def test_a_label_names_a_role(label: str, role: Role) -> None:
    found = read_labelled(f"HUISARTS: Hallo.\n{label}: Dag: zei ik.\nPATIENT: Dag.")
    assert found.utterances[1].role is role
    assert found.utterances[1].text == "Dag: zei ik."
    assert found.utterances[1].speaker == label
    assert found.utterances[1].role_confidence == (0.0 if role is Role.ONBEKEND else 1.0)


def test_letters_are_read_together() -> None:
    assert roles_of(["A", "P"]) == {"A": Role.ARTS, "P": Role.PATIENT}
    assert roles_of(["A", "P", "B"])["B"] is Role.BEGELEIDER
    assert roles_of(["A", "B"]) == {"A": Role.ONBEKEND, "B": Role.ONBEKEND}


def test_a_line_without_a_label_goes_on() -> None:
    found = read_labelled("ARTS: Ik schrijf\n  iets voor.\n\nPATIENT:\nFijn.")
    assert said(found) == [("arts", "Ik schrijf iets voor."), ("patient", "Fijn.")]


def test_a_title_before_the_first_label_is_kept() -> None:
    assert said(read_labelled("Spreekuur dinsdag\nARTS: Hallo.\nPATIENT: Dag."))[0] == ("onbekend", "Spreekuur dinsdag")


def test_unknown_speakers_keep_their_label() -> None:
    found = read_labelled("Spreker 1: Hallo.\nSpreker 2: Dag.\nSpreker 1: Ga zitten.")
    assert [(each.speaker, each.role, each.role_confidence) for each in found.utterances] == [
        ("Spreker 1", Role.ONBEKEND, 0.0),
        ("Spreker 2", Role.ONBEKEND, 0.0),
        ("Spreker 1", Role.ONBEKEND, 0.0),
    ]


def test_times_before_or_after_a_label_are_read() -> None:
    found = read_labelled("[0:03] ARTS: Hallo.\n[00:05] PATIENT: Dag.\nARTS [1:00:09]: Ga zitten.")
    assert [(each.start_s, each.end_s) for each in found.utterances] == [(3, 5), (5, 3609), (3609, 3609)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Dictaat, man 47. Sinds 3 dagen pijn.\nPlan: rust.",
            ["Dictaat, man 47.", "Sinds 3 dagen pijn.", "Plan: rust."],
        ),
        ("Verwezen naar dr. Jansen. Retour 2 wkn.", ["Verwezen naar dr. Jansen.", "Retour 2 wkn."]),
        ("Controle over twee\nweken.", ["Controle over twee weken."]),
        ("RR 150/90. T 37,2. Pols 80.", ["RR 150/90.", "T 37,2.", "Pols 80."]),
        ("S: hoest\nO: T 37\nE: BLWI\nP: rust", ["S: hoest", "O: T 37", "E: BLWI", "P: rust"]),
        (
            "Anamnese: hoest.\nOnderzoek: gb.\nPatiënt: bezorgd.\nTekst.",
            ["Anamnese: hoest.", "Onderzoek: gb.", "Patiënt: bezorgd.", "Tekst."],
        ),
    ],
)
def test_text_without_speakers_is_a_dictation(text: str, sentences: list[str]) -> None:
    found = read_labelled(text)
    assert [each.text for each in found.utterances] == sentences
    assert {(each.role, each.source) for each in found.utterances} == {(Role.ARTS, Source.DICTAAT)}


def test_what_is_written_as_labelled_text_is_read_back() -> None:
    spoken = transcript((Role.ARTS, "Hallo: ga zitten."), (Role.PATIENT, "Dag."), (Role.BEGELEIDER, "Ook dag."))
    assert said(read_labelled(write_labelled(spoken))) == said(spoken)
    dictated = read_labelled("Man 47. Hoest.")
    assert read_labelled(write_labelled(dictated)) == dictated


# Encodings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings(tmp_path: Path, encoding: str, ending: str) -> None:
    text = ending.join(["Patiënt: Eén café, hè.", "Dokter: Ja.", ""])
    assert said(read(tmp_path, "a.txt", text.encode(encoding))) == [
        ("patient", "Eén café, hè."),
        ("arts", "Ja."),
    ]


def test_decomposed_accents_are_composed(tmp_path: Path) -> None:
    assert said(read(tmp_path, "a.txt", "Patie\u0308nt: e\u0301e\u0301n\nArts: ja")) == [
        ("patient", "één"),
        ("arts", "ja"),
    ]


def test_invisible_characters_are_taken_out() -> None:
    assert one_line(" a\x1b[31m\u202eb\u200b\u00a0 c\ufffe\ud800\n d\x85") == "a[31mb c d"


def test_a_letter_keeps_its_accents_and_no_more() -> None:
    assert one_line("e\u0301\u0323 ── § ※※※※※※※※※※ 각") == "e\u0301\u0323 ── § ※※※※※※※※※※ 각"
    assert one_line("a" + "\u0300\u0323" * 50 + "b") == "a" + "\u0300\u0323" * 4 + "b"


def test_what_json_escapes_is_cleaned_too(tmp_path: Path) -> None:
    spoken = {"i": 1, "role": "Pat\u202eient", "text": "e\u0301\u0301n\x1b[2J", "start_s": 5.0, "end_s": 2.0}
    words = [{"text": "\u200b", "start_s": 5.0, "end_s": 5.0}, {"text": "e\x07n", "start_s": 5.0, "end_s": 2.0}]
    content = json.dumps({"language": "n\x1bl", "utterances": [spoken | {"words": words}]})
    found = read(tmp_path, "a.json", content)
    (utterance,) = found.utterances
    assert (found.language, utterance.speaker, utterance.text) == ("nl", "Patient", "é\u0301n[2J")
    assert (utterance.start_s, utterance.end_s) == (5.0, 5.0)
    assert [(word.text, word.start_s, word.end_s) for word in utterance.words] == [("en", 5.0, 5.0)]


def test_an_overlong_name_of_a_speaker_is_cut(tmp_path: Path) -> None:
    found = read(tmp_path, "a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Dokter {'x' * 9_000}>Hallo.</v>\n")
    assert len(found.utterances[0].speaker) == MAX_NAME
    assert found.utterances[0].role is Role.ARTS


# Subtitles ----------------------------------------------------------------------------------------------------------

WEBVTT = """\ufeffWEBVTT - consult
Language: nl

STYLE
::cue { color: red }

NOTE gemaakt met iets
en nog een regel

intro
00:01.000 --> 00:03.000
<v.luid Dokter>Goed<i>emorgen</i>, ik meet

2
00:03.200 --> 00:05.000 align:left
<v Dokter>RR &lt;140 en sat <98.</v>

01:00:05.000 --> 01:00:07.000
<v Mw X>Ja.</v>
<v Dokter>Mooi.</v>
"""


def test_webvtt(tmp_path: Path) -> None:
    found = read(tmp_path, "a.vtt", WEBVTT)
    assert [(each.role, each.speaker, each.start_s, each.end_s, each.text) for each in found.utterances] == [
        (Role.ARTS, "Dokter", 1.0, 5.0, "Goedemorgen, ik meet RR <140 en sat <98."),
        (Role.ONBEKEND, "Mw X", 3605.0, 3607.0, "Ja."),
        (Role.ARTS, "Dokter", 3605.0, 3607.0, "Mooi."),
    ]


SUBRIP = """1
00:00:01,000 --> 00:00:03,000
ARTS: Hallo,
hoe gaat

2
00:00:03,000 --> 00:00:05,000
het met u?
3
00:00:05,000 --> 00:00:07,000
PATIENT: {\\an8}Ik heb 3

4
00:00:07,500 --> 00:00:09,000
<i>dagen</i> koorts.
"""


def test_subrip(tmp_path: Path) -> None:
    found = read(tmp_path, "a.srt", SUBRIP.replace("\n", "\r\n"))
    assert [(each.role, each.start_s, each.end_s, each.text) for each in found.utterances] == [
        (Role.ARTS, 1.0, 5.0, "Hallo, hoe gaat het met u?"),
        (Role.PATIENT, 5.0, 9.0, "Ik heb 3 dagen koorts."),
    ]


def test_subtitles_without_speakers_stay_apart() -> None:
    found = read_subtitles("00:01.000 --> 00:02.000\n- Hoest u?\n- Ja\n\n00:02.000 --> 00:03.000\nal lang")
    assert [(each.role, each.text) for each in found.utterances] == [
        (Role.ONBEKEND, "Hoest u?"),
        (Role.ONBEKEND, "Ja"),
        (Role.ONBEKEND, "al lang"),
    ]


# JSON ---------------------------------------------------------------------------------------------------------------


def test_our_json(tmp_path: Path) -> None:
    consult = rich_consult()
    assert read(tmp_path, "a.json", to_json(consult)) == consult.transcript


def test_numbered_utterances_keep_their_numbers(tmp_path: Path) -> None:
    items = [
        {"i": 3, "role": "arts", "text": "Hallo."},
        {"i": 7, "role": "moeder", "text": "Dag."},
        {"i": 8, "role": "tolk", "text": " "},
        {"i": 9, "role": "tolk", "text": "Hm."},
    ]
    found = read(tmp_path, "a.json", json.dumps({"id": "x", "setting": "spreekuur", "utterances": items}))
    assert [(each.id, each.role, each.role_confidence, each.source) for each in found.utterances] == [
        (3, Role.ARTS, 1.0, Source.GESPREK),
        (7, Role.BEGELEIDER, 1.0, Source.GESPREK),
        (9, Role.ONBEKEND, 0.0, Source.GESPREK),
    ]
    assert found.utterances[-1].speaker == "tolk"


def test_a_dictation_says_so(tmp_path: Path) -> None:
    items = [{"i": 1, "role": "arts", "text": "Man 47."}]
    found = read(tmp_path, "a.json", json.dumps({"setting": "dictaat", "utterances": items}))
    assert found.utterances[0].source is Source.DICTAAT


def test_the_shared_consults_are_read(shared_data: Path) -> None:
    files = sorted(shared_data.glob("c*_nl/*.json"))
    assert files
    for path in files:
        items = json.loads(path.read_text(encoding="utf-8"))["utterances"]
        found = read_transcript(path, LIMITS).utterances
        assert [(each.id, each.role.value) for each in found] == [(item["i"], item["role"]) for item in items]


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((f"leeg{suffix}", b"") for suffix in SUFFIXES),
        *((f"wit{suffix}", b" \r\n\t") for suffix in SUFFIXES),
        *((f"binair{suffix}", bytes(range(256)) * 4) for suffix in SUFFIXES),
        *((f"alleen-bom{suffix}", b"\xef\xbb\xbf") for suffix in SUFFIXES),
        ("half.txt", b"\xff\xfeA"),
        ("opname.wav", b"RIFF"),
        ("zonder", b"ARTS: hallo"),
        ("tekens.txt", b"... --- ..."),
        ("labels.txt", b"ARTS:\nPATIENT:\n"),
        ("eigenlijk-json.txt", b'{"utterances": []}'),
        ("eigenlijk-vtt.txt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhoi"),
        ("tekst.vtt", b"ARTS: hallo"),
        ("kop.vtt", b"WEBVTT\n"),
        ("tekst.srt", b"ARTS: hallo"),
        ("lang.srt", b"999:00:00,000 --> 999:00:01,000\nARTS: hallo"),
        ("tekst.json", b"ARTS: hallo"),
        ("half.json", b'{"utterances": [{"i": 1, '),
        ("diep.json", b"[" * 200_000),
        ("anders.json", b'{"segments": []}'),
        ("lijst.json", b"[1, 2]"),
        ("niets.json", b'{"utterances": []}'),
        ("stil.json", b'{"utterances": [{"i": 1, "role": "arts", "text": ""}]}'),
        ("zonder-nummer.json", b'{"utterances": [{"role": "arts", "text": "hallo"}]}'),
        ("dubbel.json", b'{"utterances": [{"i": 1, "text": "a"}, {"i": 1, "text": "b"}]}'),
        ("rol.json", b'{"utterances": [{"i": 1, "role": ["arts"], "text": "a"}]}'),
        ("tekst-is-getal.json", b'{"utterances": [{"i": 1, "role": "arts", "text": 5}]}'),
        ("nieuw.json", b'{"version": 2, "transcript": {"utterances": [{"id": 1, "text": "a"}]}}'),
        ("transcript.json", b'{"transcript": "hallo"}'),
        ("nan.json", b'{"transcript": {"utterances": [{"id": 1, "text": "a", "start_s": NaN}]}}'),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, name, content)
    assert raised.value.exit_code == 2
    assert raised.value.hint
    assert "hallo" not in str(raised.value)


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_transcript(tmp_path / "weg.txt", LIMITS)
    (tmp_path / "map.txt").mkdir()
    with pytest.raises(InputError):
        read_transcript(tmp_path / "map.txt", LIMITS)


@pytest.mark.parametrize(("name", "bytes_allowed"), [("groot.txt", MAX_PLAIN_BYTES), ("groot.json", MAX_BYTES)])
def test_a_huge_file_is_refused_unread(tmp_path: Path, name: str, bytes_allowed: int) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(bytes_allowed + 1)
    with pytest.raises(InputError, match="te lang"):
        read_transcript(path, LIMITS)


def test_too_many_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te lang"):
        read(tmp_path, "a.srt", "-\n" * (MAX_LINES + 1))


def test_too_many_utterances_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te lang"):
        read(tmp_path, "a.txt", "ARTS: ja\n" * (MAX_UTTERANCES + 1))


def test_too_many_utterances_in_json_are_refused(tmp_path: Path) -> None:
    items = [{"i": number, "id": number, "role": "arts", "text": "ja"} for number in range(MAX_UTTERANCES + 1)]
    for obj in ({"utterances": items}, {"transcript": {"utterances": items}}):
        with pytest.raises(InputError):
            read(tmp_path, "a.json", json.dumps(obj))


def test_too_long_an_utterance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te lang"):
        read(tmp_path, "a.txt", "ARTS: " + "x" * (MAX_TEXT + 1))


@pytest.mark.parametrize(
    "utterance",
    [
        {"start_s": 15_000.0},
        {"end_s": 15_000.0},
        {"words": [{"text": "ja", "start_s": 1.0, "end_s": 15_000.0}]},
        {"id": 2**53 + 1},
        {"speaker": "x" * (MAX_NAME + 1)},
        {"words": [{"text": "x" * (MAX_NAME + 1), "start_s": 1.0, "end_s": 2.0}]},
    ],
    ids=lambda utterance: next(iter(utterance)),
)
def test_values_out_of_bounds_are_refused(tmp_path: Path, utterance: dict[str, object]) -> None:
    items = [{"id": 1, "text": "ja"} | utterance]
    with pytest.raises(InputError):
        read(tmp_path, "a.json", json.dumps({"transcript": {"utterances": items}}))

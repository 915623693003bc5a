from pathlib import Path

import pytest

from soep.errors import InputError
from soep.evaluation.diarization import MAX_RTTM_BYTES, Diarized, evaluate_diarization, read_rttm, speaker_mapping
from soep.evaluation.sounds import sounds
from soep.speech.error_rate import SpeakerErrors, speaker_errors
from soep.types import Role, Turn, Utterance, Word

REFERENCE = [Turn(0.0, 4.0, "Dokter"), Turn(4.0, 10.0, "Patiënt")]


def rttm(name: str, turns: list[Turn]) -> str:
    lines = [
        f"SPEAKER {name} 1 {turn.start_s:.3f} {turn.end_s - turn.start_s:.3f} <NA> <NA> {turn.speaker} <NA> <NA>"
        for turn in turns
    ]
    return "\n".join(lines) + "\n"


def utterance(number: int, speaker: str, role: Role, *times: float) -> Utterance:
    words = tuple(Word("woord", start, start + 0.2) for start in times)
    return Utterance(number, "woord", role, 0.9, speaker=speaker, words=words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("een", "twee"):
        (tmp_path / f"{name}.ogg").touch()
        (tmp_path / f"{name}.rttm").write_text(rttm(name, REFERENCE), encoding="utf-8")
    return tmp_path


def test_names_of_speakers_do_not_matter() -> None:
    assert speaker_errors(REFERENCE, [Turn(0.0, 4.0, "B"), Turn(4.0, 10.0, "A")]) == SpeakerErrors(10.0)


def test_confusion_missed_and_false_alarm_are_told_apart() -> None:
    found = speaker_errors(REFERENCE, [Turn(0.0, 5.0, "A"), Turn(5.0, 9.0, "B"), Turn(10.0, 12.0, "B")])
    assert found.confusion_s == pytest.approx(1.0)
    assert found.missed_s == pytest.approx(1.0)
    assert found.false_alarm_s == pytest.approx(2.0)


def test_overlap_counts() -> None:
    reference = [Turn(0.0, 4.0, "A"), Turn(3.0, 6.0, "B")]
    assert speaker_errors(reference, [Turn(0.0, 4.0, "x"), Turn(4.0, 6.0, "y")]).missed_s == pytest.approx(1.0)


def test_silence_and_no_turns() -> None:
    assert speaker_errors([], []) == SpeakerErrors()
    assert speaker_errors(REFERENCE, []).missed_s == pytest.approx(10.0)


def test_words_are_counted_under_the_best_mapping() -> None:
    words = [(Word("a", t, t + 0.2), speaker) for t, speaker in ((0.1, "A"), (2.0, "A"), (5.0, "B"), (6.0, "A"))]
    assert speaker_mapping(REFERENCE, words) == ({"A": "Dokter", "B": "Patiënt"}, 1)


def test_one_speaker_found_for_two_leaves_the_others_words_wrong() -> None:
    words = [(Word("a", t, t + 0.2), "A") for t in (0.1, 5.0, 6.0)]
    assert speaker_mapping(REFERENCE, words) == ({"A": "Patiënt"}, 1)


def test_a_folder_is_measured(folder: Path) -> None:
    def diarize(sound: Path) -> Diarized:
        roles = (Role.ARTS, Role.PATIENT) if sound.stem == "een" else (Role.PATIENT, Role.PATIENT)
        said = [utterance(1, "A", roles[0], 0.5, 1.5), utterance(2, "B", roles[1], 5.0, 6.0)]
        return Diarized([Turn(0.0, 4.0, "A"), Turn(4.0, 9.0, "B")], said, 10.0, 1.0)

    seen: list[tuple[int, int]] = []
    scores = evaluate_diarization(folder, diarize, progress=lambda done, total: seen.append((done, total)))
    assert (scores.der, scores.missed, scores.confusion, scores.false_alarm) == pytest.approx((0.1, 0.1, 0.0, 0.0))
    assert (scores.word_speaker_error, scores.role_accuracy, scores.files) == (0.0, 0.75, 2)
    assert scores.real_time_factor == pytest.approx(0.1)
    assert seen == [(1, 2), (2, 2)]


def test_turns_alone_can_be_measured(folder: Path) -> None:
    scores = evaluate_diarization(folder, lambda _sound: Diarized(REFERENCE, [], 10.0, 1.0))
    assert (scores.der, scores.word_speaker_error, scores.role_accuracy) == (0.0, None, None)


def test_one_rttm_for_several_recordings(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.wav").touch()
    (tmp_path / "all.rttm").write_text(rttm("a", REFERENCE) + rttm("b", REFERENCE), encoding="utf-8")
    assert evaluate_diarization(tmp_path, lambda _sound: Diarized(REFERENCE, [], 10.0, 1.0)).files == 2


@pytest.mark.parametrize("name", ["a.mp4", "a.MP3", "a.wma", "a.ogg"])
def test_sound_in_any_container_counts(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / "a.rttm").write_text(rttm("a", REFERENCE), encoding="utf-8")
    (tmp_path / "a.txt").write_text("geen geluid", encoding="utf-8")
    assert evaluate_diarization(tmp_path, lambda _sound: Diarized(REFERENCE, [], 10.0, 1.0)).files == 1
    assert list(sounds(tmp_path)) == ["a"]


@pytest.mark.parametrize(
    ("labels", "accuracy"),
    [
        (("huisarts1", "Moeder"), 0.5),
        (("Dr.", "Patiënte"), 1.0),
        (("SPEAKER_00", "SPEAKER_01"), None),
        (("spreker", "Patiënt"), 1.0),
    ],
)
def test_roles_are_counted_for_labels_that_name_one(
    tmp_path: Path, labels: tuple[str, str], accuracy: float | None
) -> None:
    turns = [Turn(0.0, 4.0, labels[0]), Turn(4.0, 10.0, labels[1])]
    (tmp_path / "a.ogg").touch()
    (tmp_path / "a.rttm").write_text(rttm("a", turns), encoding="utf-8")
    said = [utterance(1, "A", Role.ARTS, 0.5), utterance(2, "B", Role.PATIENT, 5.0)]
    assert evaluate_diarization(tmp_path, lambda _: Diarized(turns, said, 10.0, 1.0)).role_accuracy == accuracy


def test_a_folder_without_references_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    with pytest.raises(InputError):
        evaluate_diarization(tmp_path, lambda _sound: Diarized([], [], 1.0, 0.1))


@pytest.mark.parametrize(
    "content",
    [
        b"SPEAKER a 1 x 2.0 <NA> <NA> A",
        b"SPEAKER a 1",
        b"SPEAKER a 1 nan 2.0 <NA> <NA> A",
        b"SPEAKER a 1 0.0 inf <NA> <NA> A",
        b"SPEAKER a 1 -1.0 2.0 <NA> <NA> A",
        b"SPEAKER a 1 1.0 -2.0 <NA> <NA> A",
        b"SPEAKER a 1 1e6 2.0 <NA> <NA> A",
        b"\xff\xfe\x00",
        b" " * (MAX_RTTM_BYTES + 1),
    ],
    ids=lambda content: repr(content[:28]),
)
def test_a_broken_rttm_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.rttm"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_rttm(path)

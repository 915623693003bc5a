"""Input that cannot be used: a clear sentence, exit code 2, and nothing left behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from soep.config import Settings
from soep.engine.protocol import ProcessJob
from soep.engine.supervisor import Engine
from soep.errors import InputError
from soep.jobs import DEFAULT_OPTIONS, SessionOptions
from tests import sounds
from tests.commands import assert_refused, soep
from tests.conftest import missing


def refusal(engine: Engine, path: Path, options: SessionOptions = DEFAULT_OPTIONS) -> str:
    with pytest.raises(InputError) as refused:
        engine.submit(ProcessJob(path, options)).result()
    assert refused.value.exit_code == 2
    assert refused.value.hint
    return str(refused.value)


def test_no_file(tmp_path: Path) -> None:
    assert_refused(soep("process", tmp_path / "weg.wav"), 2, "weg.wav")


def test_a_folder(tmp_path: Path) -> None:
    assert_refused(soep("process", tmp_path), 2, "map")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "leeg.wav").touch()
    assert_refused(soep("process", tmp_path / "leeg.wav", "-o", tmp_path / "uit"), 2, "leeg")
    assert not (tmp_path / "uit").exists()


def test_random_bytes_named_wav(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(np.random.default_rng(1).bytes(50_000))
    refusal(engine, tmp_path / "x.wav")


def test_a_second_of_a_cut_mp3(engine: Engine, tmp_path: Path) -> None:
    whole = sounds.encode(tmp_path / "heel.mp3", sounds.noise(20), "libmp3lame")
    (tmp_path / "kort.mp3").write_bytes(whole.read_bytes()[:4_000])
    refusal(engine, tmp_path / "kort.mp3")


def test_a_video_without_sound(engine: Engine, tmp_path: Path) -> None:
    assert "geluid" in refusal(engine, sounds.silent_video(tmp_path / "film.mp4"))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "music"])
def test_nobody_speaks(engine: Engine, tmp_path: Path, kind: str) -> None:
    recording = sounds.write_wav(tmp_path / "opname.wav", getattr(sounds, kind)(60))
    assert "spraak" in refusal(engine, recording)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "music"])
def test_nobody_speaks_for_ten_minutes(engine: Engine, tmp_path: Path, kind: str) -> None:
    recording = sounds.write_wav(tmp_path / "opname.wav", getattr(sounds, kind)(600))
    assert "spraak" in refusal(engine, recording)


def test_less_than_two_seconds_of_speech(engine: Engine, tmp_path: Path, sample_sound: Path) -> None:
    speech = sounds.read(sample_sound)
    recording = sounds.write_wav(tmp_path / "kort.wav", np.concatenate([speech[:24_000], sounds.silence(5)]))
    assert "spraak" in refusal(engine, recording)


def test_english_is_refused_unless_asked_for(engine: Engine, shared_data: Path) -> None:
    english = shared_data / "meetings_en" / "falcon.ogg"
    assert "Nederlands" in refusal(engine, english)
    consult = engine.submit(ProcessJob(english, SessionOptions(language="en"))).result().consult
    assert consult.transcript.language == "en"
    assert consult.transcript.utterances
    assert not consult.draft
    assert "no_dutch_note" in [warning.code for warning in consult.warnings]


def test_a_mono_recording_has_no_channels_apart(engine: Engine, sample_sound: Path) -> None:
    assert "kanaal" in refusal(engine, sample_sound, SessionOptions(channels_apart=True))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leeg.txt", b""),
        ("leeg.json", b""),
        ("stuk.json", b'{"utterances": ['),
        ("anders.json", b'{"name": "x"}'),
        ("ruis.vtt", bytes(range(256)) * 8),
    ],
)
def test_a_broken_transcript(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert_refused(soep("draft", tmp_path / name), 2)


def test_an_id_that_looks_like_a_path_names_no_file(tmp_path: Path, sample_transcript: Path) -> None:
    lines = sample_transcript.read_text("utf-8").splitlines()
    items = [{"id": number, "role": line.split(":")[0].lower(), "speaker": "../../x", "text": line.split(":", 1)[1]}
             for number, line in enumerate(lines) if ":" in line]  # fmt: skip
    consult = {"id": "../../x", "label": "../../x", "transcript": {"utterances": items}}
    (tmp_path / "in.json").write_text(json.dumps(consult), "utf-8")
    out = tmp_path / "a" / "b" / "uit"
    outcome = soep("draft", tmp_path / "in.json", "-o", out, "--format", "json,txt", "--drafter", "extractive")
    assert outcome.returncode == 0, outcome.stderr
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"in.json", "a/b/uit/in.json", "a/b/uit/in.txt"}


@pytest.mark.long
def test_a_recording_cut_off_after_a_while_gives_a_result_with_a_warning(
    engine: Engine, tmp_path: Path, sample_sound: Path
) -> None:
    whole = sounds.write_wav(tmp_path / "heel.wav", sounds.read(sample_sound)).read_bytes()
    (tmp_path / "half.wav").write_bytes(whole[: len(whole) * 6 // 10])
    consult = engine.submit(ProcessJob(tmp_path / "half.wav")).result().consult
    assert consult.transcript.utterances
    assert "truncated_sound" in [warning.code for warning in consult.warnings]


@pytest.mark.long
def test_telephone_sound_gives_a_result_with_a_warning(engine: Engine, tmp_path: Path, sample_sound: Path) -> None:
    recording = sounds.write_wav(tmp_path / "lijn.wav", sounds.read(sample_sound, 8_000), rate_hz=8_000)
    consult = engine.submit(ProcessJob(recording)).result().consult
    assert consult.transcript.utterances
    assert "telephone_sound" in [warning.code for warning in consult.warnings]


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, settings: Settings, sample_transcript: Path) -> None:
    """A file system of 16 kB in a namespace of its own fills up while three files are written."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        missing("needs Linux with unshare")
    script = (
        f'mount -t tmpfs -o size=16k tmpfs "{tmp_path}" && head -c 12000 /dev/zero > "{tmp_path}/vol" && '
        f'"{sys.executable}" -m soep draft "{sample_transcript}" -o "{tmp_path}"; code=$?; '
        f'ls -A "{tmp_path}"; exit $code'
    )
    outcome = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    if "unshare" in outcome.stderr:
        missing("user namespaces are not allowed here")
    assert outcome.returncode == 6, outcome.stderr
    assert "schijf is vol" in outcome.stderr.lower()
    assert outcome.stdout.split() == ["vol"]


def test_missing_weights_name_the_command_to_run(tmp_path: Path, sample_sound: Path) -> None:
    outcome = soep("process", sample_sound, env={"SOEP_MODELS": str(tmp_path)})
    assert_refused(outcome, 3, "soep models install")


@pytest.mark.long
def test_several_recordings_go_on_after_a_bad_one(tmp_path: Path, settings: Settings, sample_sound: Path) -> None:
    (tmp_path / "leeg.wav").touch()
    outcome = soep("process", tmp_path / "leeg.wav", sample_sound, "-o", tmp_path / "uit", "--format", "json")
    assert outcome.returncode == 5
    assert "leeg.wav" in outcome.stderr
    written = list((tmp_path / "uit").iterdir())
    assert len(written) == 1
    assert json.loads(written[0].read_text("utf-8"))["status"] == "draft"

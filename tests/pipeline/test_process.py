"""The main job through the real command: a recording becomes a draft with evidence, offline."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from soep.config import Settings
from soep.engine.protocol import LiveJob, ProcessJob
from soep.engine.supervisor import KILL_AFTER_S, Engine
from soep.errors import CancelledError
from soep.evaluation.asr import word_errors
from soep.events import StageProgress, UtteranceReady
from soep.jobs import SessionOptions
from soep.types import Role, Source
from tests import sounds
from tests.commands import soep
from tests.conftest import missing


def test_every_line_rests_on_utterances_that_exist(engine: Engine, sample_sound: Path) -> None:
    consult = engine.submit(ProcessJob(sample_sound)).result().consult
    ids = {utterance.id for utterance in consult.transcript.utterances}
    lines = [line for note in consult.draft for _field, line in note.every_line()]
    assert lines
    assert all(line.evidence and set(line.evidence) <= ids for line in lines)
    assert {Role.ARTS, Role.PATIENT} <= {utterance.role for utterance in consult.transcript.utterances}
    assert [run.stage for run in consult.runs] == ["transcribe", "diarize", "draft", "check"]


def test_a_dictation_is_one_gp_speaking(engine: Engine, dictation_sound: Path) -> None:
    consult = engine.submit(ProcessJob(dictation_sound)).result().consult
    assert {utterance.source for utterance in consult.transcript.utterances} == {Source.DICTAAT}
    assert "one_speaker" in [warning.code for warning in consult.warnings]
    assert consult.draft


def test_a_live_consult_tells_utterances_before_it_ends(engine: Engine, short_sound: Path) -> None:
    samples = sounds.read(short_sound)
    task = engine.submit(LiveJob())
    for start in range(0, len(samples), sounds.RATE_HZ):
        task.feed(samples[start : start + sounds.RATE_HZ])
    task.end_of_sound()
    events = list(task.events())
    told = [n for n, event in enumerate(events) if isinstance(event, UtteranceReady)]
    last_progress = max(n for n, event in enumerate(events) if isinstance(event, StageProgress))
    assert told[0] < last_progress
    assert task.result().consult.draft


@pytest.mark.long
def test_live_and_file_give_the_same_transcript(engine: Engine, tmp_path: Path, sample_sound: Path) -> None:
    recording = sounds.write_wav(tmp_path / "opname.wav", sounds.read(sample_sound)[: 45 * sounds.RATE_HZ])
    samples = sounds.read(recording)
    task = engine.submit(LiveJob())
    for start in range(0, len(samples), 5 * sounds.RATE_HZ):
        task.feed(samples[start : start + 5 * sounds.RATE_HZ])
    task.end_of_sound()
    live = task.result().consult.transcript
    file = engine.submit(ProcessJob(recording)).result().consult.transcript
    assert [u.text for u in live.utterances] == [u.text for u in file.utterances]


@pytest.mark.long
def test_channels_apart_give_each_speaker_its_channel(engine: Engine, tmp_path: Path, two_channels: Path) -> None:
    consult = engine.submit(ProcessJob(two_channels, SessionOptions(channels_apart=True))).result().consult
    assert {utterance.speaker for utterance in consult.transcript.utterances} == {"A", "B"}
    assert "diarize" not in [run.stage for run in consult.runs]


def test_cancelling_takes_under_a_second_and_the_engine_can_be_used_again(
    settings: Settings, short_sound: Path
) -> None:
    with Engine(settings) as engine:
        task = engine.submit(ProcessJob(short_sound))
        events = task.events()
        next(events)
        started_s = time.monotonic()
        task.cancel()
        assert time.monotonic() - started_s < KILL_AFTER_S + 0.3
        with pytest.raises(CancelledError):
            list(events)
        assert engine.submit(ProcessJob(short_sound)).result().consult.transcript.utterances


def test_ctrl_c_stops_the_command_within_a_second(settings: Settings, tmp_path: Path, sample_sound: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no SIGINT to send to another process")
    process = subprocess.Popen(
        [sys.executable, "-m", "soep", "process", str(sample_sound), "-o", str(tmp_path / "uit")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    _wait_for_work(process)
    started_s = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert time.monotonic() - started_s < 1.5
    assert process.returncode == 130
    assert stdout == ""
    assert "Gestopt" in stderr
    assert "Traceback" not in stderr
    assert not (tmp_path / "uit").exists()


def test_the_engine_ends_when_the_application_is_killed(settings: Settings, sample_sound: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    process = subprocess.Popen(
        [sys.executable, "-m", "soep", "process", str(sample_sound)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    _wait_for_work(process)
    children = _children(process.pid)
    assert children
    process.kill()
    process.communicate()
    deadline_s = time.monotonic() + 10
    while any(Path("/proc", str(pid)).exists() for pid in children) and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert not any(Path("/proc", str(pid)).exists() for pid in children)


def _wait_for_work(process: subprocess.Popen[str]) -> None:
    """Until recognition has begun: the second stage is named on stderr."""
    assert process.stderr is not None
    for line in process.stderr:
        if "Spraak herkennen" in line:
            return
    pytest.fail("the work never began")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(number) for number in text.split()]


@pytest.mark.long
def test_it_works_without_any_network_interface(settings: Settings, tmp_path: Path, short_sound: Path) -> None:
    """In a network namespace of its own, where even the loopback interface is down."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        missing("needs Linux with unshare")
    prefix = ("unshare", "--user", "--map-root-user", "--net")
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        missing("user namespaces are not allowed here")
    outcome = soep("process", short_sound, prefix=prefix)
    assert outcome.returncode == 0, outcome.stderr
    consult = json.loads(outcome.stdout)
    assert consult["notes"]


def test_output_goes_to_a_folder_in_three_formats(settings: Settings, tmp_path: Path, short_sound: Path) -> None:
    outcome = soep("process", short_sound, "-o", tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == ""
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".json", ".txt"]
    text = next(tmp_path.glob("*.txt")).read_text("utf-8")
    assert "CONCEPT" in text


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        (".m4a", "aac"),
        pytest.param(".mp3", "libmp3lame", marks=pytest.mark.long),
        pytest.param(".ogg", "libopus", marks=pytest.mark.long),
        pytest.param(".flac", "flac", marks=pytest.mark.long),
        pytest.param(".webm", "libopus", marks=pytest.mark.long),
    ],
)
def test_every_format_gives_the_same_words(
    engine: Engine, tmp_path: Path, sample_sound: Path, suffix: str, codec: str
) -> None:
    samples = sounds.read(sample_sound)[: 12 * sounds.RATE_HZ]
    rate_hz = 48_000 if codec == "libopus" else sounds.RATE_HZ
    plain = sounds.write_wav(tmp_path / "zuiver.wav", samples)
    samples = np.repeat(samples, rate_hz // sounds.RATE_HZ)
    recording = sounds.encode(tmp_path / f"opname{suffix}", samples, codec, rate_hz)
    words = [_text(engine, sound) for sound in (plain, recording)]
    assert word_errors(*words).rate < 0.25  # lossy coding and resampling move a word or two


def _text(engine: Engine, recording: Path) -> str:
    consult = engine.submit(ProcessJob(recording, SessionOptions(draft=False))).result().consult
    return " ".join(utterance.text for utterance in consult.transcript.utterances)

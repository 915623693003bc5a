"""Recordings that are only decoded, in the engine: damaged, very long, read slowly; a decoder that crashes or hangs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from soep.config import LimitSettings, load_settings
from soep.engine.protocol import ReadJob
from soep.engine.supervisor import Engine
from soep.errors import InputError, SoepError
from soep.evaluation.memory import peak_memory_bytes
from soep.events import Decoding, Event, SoundRead
from soep.jobs import SessionOptions
from soep.pipeline import Parts, process_file
from soep.types import Utterance
from tests import sounds
from tests.fakes import hearing
from tests.mutations import damaged

if sys.platform == "win32":
    pytest.skip("signals and limits of POSIX", allow_module_level=True)

HEAD_BYTES = 4096
STALL_S = 1.0
KINDS = [("ogg", "libopus", 48_000), ("wav", "pcm_s16le", 16_000), ("mp3", "libmp3lame", 16_000),
         ("flac", "flac", 16_000), ("m4a", "aac", 16_000), ("webm", "libopus", 48_000)]  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Engine]:
    """An engine that needs no weights, and loses patience soon."""
    with Engine(load_settings(limits=LimitSettings(decode_stall_s=STALL_S))) as engine:
        yield engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("opnamen")


@pytest.fixture(scope="module")
def whole(folder: Path) -> Path:
    return sounds.write_wav(folder / "goed.wav", sounds.tone(2))


@pytest.fixture(scope="module")
def ten_minutes(folder: Path) -> Path:
    return sounds.write_wav(folder / "lang.wav", sounds.silence(600))


def seconds_read(engine: Engine, path: Path) -> float:
    task = engine.submit(ReadJob(path))
    read_s = sum(event.samples.shape[1] / sounds.RATE_HZ for event in task.events() if isinstance(event, SoundRead))
    audio = task.result().consult.audio
    assert audio is not None
    assert audio.duration_s == pytest.approx(read_s)
    return read_s


# Damaged files --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wholes(folder: Path) -> list[bytes]:
    """A second of a tone in every common kind of file."""
    tone = sounds.tone(1)
    files = [
        sounds.encode(folder / f"heel.{suffix}", np.tile(tone, rate_hz // sounds.RATE_HZ), codec, rate_hz)
        for suffix, codec, rate_hz in KINDS
    ]
    return [file.read_bytes() for file in files]


def check_damaged(engine: Engine, folder: Path, whole: Path, content: bytes) -> None:
    path = folder / "stuk.bin"
    path.write_bytes(content)
    begun_s = time.monotonic()
    try:
        assert seconds_read(engine, path) >= 0.1
    except InputError as error:
        assert error.hint
    except SoepError as error:
        assert "rekenproces is onverwacht gestopt" in str(error)
        assert seconds_read(engine, whole) == 2.0
    assert time.monotonic() - begun_s < 60


def many(examples: int) -> hypothesis_settings:
    health = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return hypothesis_settings(max_examples=examples, deadline=None, suppress_health_check=health)


@many(100)
@given(data=st.data())
def test_a_damaged_head_gives_sound_or_a_message(
    reader: Engine, folder: Path, whole: Path, wholes: list[bytes], data: st.DataObject
) -> None:
    check_damaged(reader, folder, whole, data.draw(damaged(wholes, HEAD_BYTES)))


@pytest.mark.long
@many(4_000)
@given(data=st.data())
def test_many_damaged_heads_give_sound_or_a_message(
    reader: Engine, folder: Path, whole: Path, wholes: list[bytes], data: st.DataObject
) -> None:
    check_damaged(reader, folder, whole, data.draw(damaged(wholes, HEAD_BYTES)))


# A decoder that crashes or hangs ------------------------------------------------------------------------------------


def test_a_decoder_that_crashes_is_told_and_the_next_job_works(reader: Engine, whole: Path, ten_minutes: Path) -> None:
    events = reader.submit(ReadJob(ten_minutes)).events()
    next(events)
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGSEGV)
    with pytest.raises(SoepError, match="rekenproces is onverwacht gestopt"):
        list(events)
    assert seconds_read(reader, whole) == 2.0


def test_a_decoder_that_hangs_is_ended_and_the_next_job_works(reader: Engine, whole: Path, ten_minutes: Path) -> None:
    events = reader.submit(ReadJob(ten_minutes)).events()
    next(events)
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGSTOP)
    begun_s = time.monotonic()
    with pytest.raises(InputError, match="kan niet worden gelezen"):
        list(events)
    assert STALL_S / 2 < time.monotonic() - begun_s < STALL_S + 10
    assert seconds_read(reader, whole) == 2.0


def test_a_decoder_that_takes_too_much_memory_is_ended(whole: Path, ten_minutes: Path) -> None:
    """Any decoder takes more than a megabyte."""
    narrow = load_settings()
    narrow = narrow.model_copy(update={"limits": narrow.limits.model_copy(update={"decode_memory_mb": 1})})
    with Engine(narrow) as engine:
        with pytest.raises(InputError, match="te veel geheugen"):
            engine.submit(ReadJob(ten_minutes)).result()
        assert engine.resident_bytes() == 0
    with Engine(load_settings()) as engine:
        assert engine.resident_bytes() == 0
        assert seconds_read(engine, whole) == 2.0
        assert engine.resident_bytes() > 0


def test_only_the_decoder_is_timed_and_not_what_is_done_with_the_sound(folder: Path) -> None:
    parts = Parts(load_settings())
    utterances = [
        Utterance(1, "Wat kan ik voor u doen?", speaker="A"),
        Utterance(2, "Ik heb sinds drie dagen koorts en keelpijn.", speaker="B"),
    ]
    path = sounds.write_wav(folder / "gesprek.wav", hearing(parts, utterances))
    told: list[Event] = []
    process_file(path, parts, SessionOptions(drafter="extractive"), told.append)
    busy = [event.busy for event in told if isinstance(event, Decoding)]
    assert busy == [True, False] * (len(busy) // 2)
    assert len(busy) >= 4
    at = [number for number, event in enumerate(told) if event == Decoding(busy=True)]
    assert all(told[number + 1] == Decoding(busy=False) for number in at)


# Sound that comes faster than it is taken ---------------------------------------------------------------------------


def test_who_reads_slowly_loses_nothing_and_holds_little(reader: Engine, ten_minutes: Path) -> None:
    """Ten minutes are 38 MB as they pass the pipe."""
    before = peak_memory_bytes(os.getpid())
    task = reader.submit(ReadJob(ten_minutes))
    read_s = 0.0
    for event in task.events():
        assert isinstance(event, SoundRead)
        if not read_s:
            time.sleep(2 * STALL_S)
        read_s += event.samples.shape[1] / sounds.RATE_HZ
    after = peak_memory_bytes(os.getpid())
    assert read_s == pytest.approx(600)
    if before is not None and after is not None:
        assert after - before < 20e6


def test_sound_that_nobody_takes_does_not_hold_up_the_next_job(reader: Engine, whole: Path, ten_minutes: Path) -> None:
    for event in reader.submit(ReadJob(ten_minutes)).events():
        assert isinstance(event, SoundRead)
        break
    assert seconds_read(reader, whole) == 2.0
    task = reader.submit(ReadJob(ten_minutes))
    next(task.events())
    task.cancel()
    assert seconds_read(reader, whole) == 2.0


@pytest.mark.long
@pytest.mark.parametrize(("suffix", "codec"), [("ogg", "libopus"), ("flac", "flac")])
def test_two_hours_take_no_more_memory_than_two_seconds(
    reader: Engine, tmp_path: Path, whole: Path, suffix: str, codec: str
) -> None:
    path = encode_silence(tmp_path / f"lang.{suffix}", codec, minutes=120)
    seconds_read(reader, whole)
    before = [peak_memory_bytes(pid) for pid in (reader.pid, os.getpid())]
    assert seconds_read(reader, path) == pytest.approx(7200, abs=1)
    after = [peak_memory_bytes(pid) for pid in (reader.pid, os.getpid())]
    for less, more in zip(before, after, strict=True):
        if less is not None and more is not None:
            assert more - less < 150e6


def encode_silence(path: Path, codec: str, minutes: int) -> Path:
    """A minute at a time, so that making it takes no memory either."""
    minute = np.zeros((1, 60 * 48_000), np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=48_000)
        for number in range(minutes):
            frame = av.AudioFrame.from_ndarray(minute, format="s16", layout="mono")
            frame.sample_rate = 48_000
            frame.pts = number * minute.shape[1]
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


# What a crash leaves behind -----------------------------------------------------------------------------------------


def test_the_engine_leaves_no_core_dump(whole: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    import resource

    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        with Engine(load_settings()) as engine:
            seconds_read(engine, whole)
            limits = Path(f"/proc/{engine.pid}/limits").read_text("ascii")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    assert core_limits(limits) == ["0", "0"]


def test_the_engine_gives_way_to_who_works_at_the_screen(whole: Path) -> None:
    with Engine(load_settings()) as engine:
        seconds_read(engine, whole)
        assert engine.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, engine.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)


def core_limits(limits: str) -> list[str]:
    (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    return line.split()[4:6]

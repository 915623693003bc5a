"""Sound from files: every format, every way a file can be wrong, and what is said about it."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from soep.audio.containers import ends_abruptly
from soep.audio.decode import SoundFile, SoundInfo, sound_sha256
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.config import LimitSettings
from soep.errors import InputError
from tests.sounds import encode, silent_video, tone, write_wav

LIMITS = LimitSettings()


def read(path: Path, channel: int | None = None) -> tuple[Samples, SoundInfo, bool]:
    with SoundFile(path, LIMITS, channel) as sound:
        samples = np.concatenate(list(sound.windows()))
        assert sound.decoded_s == pytest.approx(len(samples) / SAMPLE_RATE_HZ)
        return samples, sound.info, sound.truncated


def pitch_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples[:SAMPLE_RATE_HZ]))
    return float(np.argmax(spectrum)) * SAMPLE_RATE_HZ / min(SAMPLE_RATE_HZ, len(samples))


def film(path: Path, sound: Samples) -> Path:
    """Four seconds of grey picture, and the sound beside it."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        speech = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        for _number in range(20):
            grey = np.full((64, 64, 3), 128, np.uint8)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux(speech.encode(frame))
        container.mux(speech.encode(None))
    return path


@pytest.mark.parametrize(
    ("suffix", "codec", "rate_hz"),
    [
        (".wav", "pcm_s16le", 16_000),
        (".wav", "pcm_f32le", 48_000),
        (".wav", "pcm_mulaw", 8_000),
        (".mp3", "libmp3lame", 44_100),
        (".m4a", "aac", 44_100),
        (".aac", "aac", 44_100),
        (".ogg", "libopus", 48_000),
        (".opus", "libopus", 48_000),
        (".flac", "flac", 44_100),
        (".webm", "libopus", 48_000),
        (".amr", "libopencore_amrnb", 8_000),
        (".mp4", "aac", 44_100),
        (".mkv", "aac", 44_100),
        (".mov", "aac", 44_100),
    ],
)
def test_every_format_becomes_16_khz_mono(tmp_path: Path, suffix: str, codec: str, rate_hz: int) -> None:
    seconds = 3.0
    times_s = np.arange(int(seconds * rate_hz)) / rate_hz
    original = (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)
    samples, info, truncated = read(encode(tmp_path / f"sound{suffix}", original, codec, rate_hz))
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(seconds, abs=0.15)
    assert pitch_hz(samples) == pytest.approx(440, abs=2)
    assert info.sample_rate_hz == rate_hz
    assert info.duration_s == pytest.approx(seconds, abs=0.15)
    assert not truncated


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_of_a_video_only_the_sound_is_read(tmp_path: Path, suffix: str) -> None:
    """The picture comes first in the file and lasts longer than the sound."""
    samples, info, truncated = read(film(tmp_path / f"film{suffix}", tone(3)))
    assert info.codec == "aac"
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(3.0, abs=0.15)
    assert pitch_hz(samples) == pytest.approx(440, abs=2)
    assert not truncated


def test_windows_have_the_asked_length_and_join_to_the_whole(tmp_path: Path) -> None:
    original = tone(7.3)
    path = write_wav(tmp_path / "a.wav", original)
    with SoundFile(path, LIMITS) as sound:
        windows = list(sound.windows(2.0))
    assert [len(window) for window in windows[:-1]] == [32_000, 32_000, 32_000]
    assert 0 < len(windows[-1]) <= 32_000
    np.testing.assert_allclose(np.concatenate(windows), original, atol=1e-3)


def test_telephone_sound_is_told_by_its_rate(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1.5)[::2], rate_hz=8_000)
    assert read(path)[1] == SoundInfo(1.5, 8_000, 1, "pcm_s16le")


def test_one_channel_or_the_mean_of_both(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(2, 300), tone(2, 700))
    assert pitch_hz(read(path, channel=0)[0]) == pytest.approx(300, abs=2)
    assert pitch_hz(read(path, channel=1)[0]) == pytest.approx(700, abs=2)
    np.testing.assert_allclose(read(path)[0], (tone(2, 300) + tone(2, 700)) / 2, atol=1e-2)
    with pytest.raises(InputError, match="geen apart kanaal 3"):
        SoundFile(path, LIMITS, channel=2)


def test_loud_stereo_is_not_clipped(tmp_path: Path) -> None:
    loud = tone(1) * 3
    np.testing.assert_allclose(read(write_wav(tmp_path / "a.wav", loud, loud))[0], loud, atol=1e-3)


@pytest.mark.parametrize("count", [1, 3, 6, 9, 16])
def test_any_number_of_channels(tmp_path: Path, count: int) -> None:
    assert pitch_hz(read(write_wav(tmp_path / "a.wav", *[tone(1)] * count))[0]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("suffix", "codec", "rate_hz"),
    [
        (".wav", "pcm_s16le", 16_000),
        (".mp3", "libmp3lame", 16_000),
        (".ogg", "libopus", 48_000),
        (".flac", "flac", 16_000),
        (".webm", "libopus", 48_000),
        (".mkv", "aac", 16_000),
    ],
)
def test_cut_off_after_minutes_gives_what_is_there(tmp_path: Path, suffix: str, codec: str, rate_hz: int) -> None:
    original = np.tile(tone(10.0)[: 10 * 16_000], 9 * rate_hz // 16_000)
    path = encode(tmp_path / f"whole{suffix}", original, codec, rate_hz)
    assert not read(path)[2]
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 7 // 10])
    samples, _info, truncated = read(path)
    assert truncated
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(63, abs=2)


def test_a_wav_of_a_streaming_recorder_is_not_called_cut_off(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1))
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert not read(path)[2]


def test_a_wav_of_millions_of_empty_chunks_takes_no_time(tmp_path: Path) -> None:
    content = write_wav(tmp_path / "a.wav", tone(1)).read_bytes()
    (tmp_path / "b.wav").write_bytes(content[:36] + b"JUNK\0\0\0\0" * 2_000_000 + content[36:])
    begun_s = time.process_time()
    with (tmp_path / "b.wav").open("rb") as file:
        assert not ends_abruptly(file, "wav")
    assert time.process_time() - begun_s < 1.0


def test_a_seek_that_damage_asks_for_is_told_as_damage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = encode(tmp_path / "a.m4a", tone(1), "aac").read_bytes()
    place = content.index(b"mdat") - 4
    for size in (b"\0\0\0\x01", b"\x80\0\0\0", b"\xff\xff\xff\xff"):
        (tmp_path / "b.m4a").write_bytes(content[:place] + size + content[place + 4 :][:8] + b"\xff" * 8)
        with pytest.raises(InputError, match="beschadigd"):
            read(tmp_path / "b.m4a")
    assert capfd.readouterr() == ("", "")


def test_values_that_are_no_sound_stay_in_range(tmp_path: Path) -> None:
    loud = np.array([np.nan, np.inf, -np.inf, 9.0, -9.0] * 4000, np.float32)
    header = write_wav(tmp_path / "a.wav", tone(0.1)).read_bytes()[:44]
    as_float = bytearray(header)
    as_float[20:22], as_float[32:34], as_float[34:36] = b"\x03\x00", b"\x04\x00", b"\x20\x00"
    as_float[28:32], as_float[40:44] = (64_000).to_bytes(4, "little"), loud.nbytes.to_bytes(4, "little")
    (tmp_path / "f.wav").write_bytes(bytes(as_float) + loud.tobytes())
    samples = read(tmp_path / "f.wav")[0]
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0


class TestUnusable:
    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"weg\.wav bestaat niet"):
            SoundFile(tmp_path / "weg.wav", LIMITS)

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is een map"):
            SoundFile(tmp_path, LIMITS)

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").touch()
        with pytest.raises(InputError, match="is leeg"):
            SoundFile(tmp_path / "a.wav", LIMITS)

    @pytest.mark.parametrize("size", [1, 300, 5_000, 100_000, 1_000_000])
    def test_random_bytes(self, tmp_path: Path, size: int) -> None:
        (tmp_path / "a.wav").write_bytes(np.random.default_rng(size).bytes(size))
        with pytest.raises(InputError, match="geen geluid"):
            read(tmp_path / "a.wav")

    def test_video_without_sound(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="De video heeft geen geluid"):
            SoundFile(silent_video(tmp_path / "a.mp4"), LIMITS)

    def test_start_of_an_mp3(self, tmp_path: Path) -> None:
        whole = encode(tmp_path / "a.mp3", tone(1), "libmp3lame").read_bytes()
        (tmp_path / "b.mp3").write_bytes(whole[:400])
        with pytest.raises(InputError, match="geen geluid"):
            read(tmp_path / "b.mp3")

    def test_too_large(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", tone(1))
        with pytest.raises(InputError, match="groter dan"):
            SoundFile(path, LimitSettings(max_file_bytes=1000))

    def test_too_long_by_its_own_word(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", tone(4))
        with pytest.raises(InputError, match="langer dan"):
            SoundFile(path, LimitSettings(max_duration_s=3))

    def test_longer_than_it_says(self, tmp_path: Path) -> None:
        path = encode(tmp_path / "a.mp3", tone(8), "libmp3lame")
        content = path.read_bytes()
        place = max(content.find(b"Xing"), content.find(b"Info"))
        frames = place + 8
        path.write_bytes(content[:frames] + (20).to_bytes(4, "big") + content[frames + 4 :])
        with SoundFile(path, LimitSettings(max_duration_s=3)) as sound, pytest.raises(InputError, match="langer dan"):
            list(sound.windows())

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_no_permission(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", tone(1))
        path.chmod(0)
        with pytest.raises(InputError, match="kan niet worden gelezen"):
            SoundFile(path, LIMITS)

    def test_file_that_the_system_refuses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write_wav(tmp_path / "a.wav", tone(1))

        def refuse(*_arguments: object, **_options: object) -> None:
            raise PermissionError(13, "denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(InputError, match="kan niet worden gelezen"):
            SoundFile(path, LIMITS)

    def test_playlist_opens_nothing_else(self, tmp_path: Path) -> None:
        inner = encode(tmp_path / "inner.aac", tone(2), "aac")
        playlist = tmp_path / "list.m3u8"
        playlist.write_text(f"#EXTM3U\n#EXTINF:2,\n{inner.as_uri()}\n#EXT-X-ENDLIST\n", "utf-8")
        with pytest.raises(InputError, match="geen geluid"):
            SoundFile(playlist, LIMITS)

    def test_absurd_rate(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", tone(1), rate_hz=1)
        with pytest.raises(InputError):
            SoundFile(path, LIMITS)

    def test_nothing_of_the_decoder_reaches_the_user(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        path = encode(tmp_path / "a.flac", tone(20), "flac")
        content = bytearray(path.read_bytes())
        for place in range(9000, len(content), 701):
            content[place] ^= 0x5A
        path.write_bytes(content)
        try:
            read(path)
        except InputError as error:
            assert str(path) not in str(error)
        assert capfd.readouterr() == ("", "")


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_ends_in_sound_or_a_message(tmp_path: Path, data: st.DataObject) -> None:
    suffix, codec = data.draw(
        st.sampled_from([(".wav", "pcm_s16le"), (".mp3", "libmp3lame"), (".m4a", "aac"), (".flac", "flac")])
    )
    whole = tmp_path / f"whole{suffix}"
    if not whole.exists():
        encode(whole, tone(1), codec)
    content = bytearray(whole.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    damaged = tmp_path / f"damaged{suffix}"
    damaged.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        samples = read(damaged)[0]
    except InputError as error:
        assert error.hint
    else:
        assert np.isfinite(samples).all()


def test_sha256(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1))
    assert sound_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_sha256_of_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kan niet worden gelezen"):
        sound_sha256(tmp_path / "weg.wav")

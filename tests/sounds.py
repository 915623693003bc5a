"""Sounds made for tests: silence, noise, tones, music, and cuts of real recordings."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def noise(seconds: float) -> NDArray[np.float32]:
    return (np.random.default_rng(7).standard_normal(int(seconds * RATE_HZ)) * 0.05).astype(np.float32)


def tone(seconds: float, frequency_hz: float = 440.0) -> NDArray[np.float32]:
    times_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * frequency_hz * times_s)).astype(np.float32)


def music(seconds: float) -> NDArray[np.float32]:
    """A melody over chords with a beat: enough to fool a careless voice detector."""
    beat_s = 0.4
    parts = []
    for number in range(int(np.ceil(seconds / beat_s))):
        times_s = np.arange(int(beat_s * RATE_HZ)) / RATE_HZ
        fade = np.exp(-4 * times_s / beat_s)
        root_hz = (220.0, 174.6, 261.6, 196.0)[number // 4 % 4]
        melody_hz = root_hz * (2.0, 2.5, 3.0, 2.25)[number % 4]
        chord = sum(np.sin(2 * np.pi * root_hz * ratio * times_s) for ratio in (1.0, 1.25, 1.5))
        drum = np.random.default_rng(number).standard_normal(len(times_s)) * np.exp(-60 * times_s)
        parts.append(0.1 * chord * fade + 0.2 * np.sin(2 * np.pi * melody_hz * times_s) * fade + 0.2 * drum)
    return np.concatenate(parts)[: int(seconds * RATE_HZ)].astype(np.float32)


def write_wav(path: Path, *channels: NDArray[np.float32], rate_hz: int = RATE_HZ) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        frames = np.stack(channels, axis=1)
        file.writeframes((np.clip(frames, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def read(path: Path, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """All samples of a sound file, mono, shape (samples,)."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def encode(path: Path, samples: NDArray[np.float32], codec: str, rate_hz: int = RATE_HZ) -> Path:
    """Write samples with any encoder of libav; the container follows the suffix."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(
            (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None, :], format="s16", layout="mono"
        )
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate_hz, frame_size=0)
        for piece in resampler.resample(frame):
            for packet in stream.encode(piece):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def silent_video(path: Path) -> Path:
    """A second of moving picture without any sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(10):
            picture = np.full((64, 64, 3), number * 20, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path

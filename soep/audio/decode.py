"""Sound from a file: every common recording format, and the sound of a video, in windows of 16 kHz mono.

The file is decoded as it is read and never held whole.  Decoding happens inside PyAV's own ffmpeg libraries; the
kinds of container are limited to those that carry their own sound, so that a playlist cannot make the decoder
open another file or an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import av
import av.error
import av.logging
import numpy as np

from soep.audio.containers import ends_abruptly, length_is_stated
from soep.audio.samples import SAMPLE_RATE_HZ, Samples
from soep.config import LimitSettings
from soep.errors import InputError
from soep.hashing import file_sha256
from soep.i18n import _

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_DEMUXERS = "wav,w64,mp3,aac,mov,mp4,m4a,3gp,ogg,flac,matroska,webm,amr,amrnb,amrwb,aiff,caf,asf,avi"
_LEAST_RATE_HZ, _MOST_RATE_HZ, _MOST_CHANNELS = 4_000, 384_000, 16
_LEAST_USABLE_S = 0.1
_MISSING_S, _MISSING_SHARE = 1.0, 0.01
"""A recording counts as cut off when it stops this much before its stated end (the larger of the two)."""

av.logging.set_level(None)  # libav's own lines would land between ours on the user's screen


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What the container says about the sound; ``duration_s`` is None when it does not say."""

    duration_s: float | None
    sample_rate_hz: int
    channels: int
    codec: str


def sound_sha256(path: Path) -> str:
    """The SHA-256 of a recording, in hexadecimal.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        return file_sha256(path)
    except OSError as error:
        raise _unreadable() from error


class SoundFile:
    """A recording on disk, to be read once from begin to end.

    Args:
        path: the recording.
        limits: largest file and longest duration that are read.
        channel: the one channel to read, counted from 0; None mixes all channels.

    Raises:
        InputError: there is no such file, it has no sound, is broken, too large or too long.
    """

    def __init__(self, path: Path, limits: LimitSettings, channel: int | None = None) -> None:
        self._limits = limits
        self._channel = channel
        self._decoded_samples = 0
        self._reached_s = 0.0
        self._truncated = False
        _check_size(path, limits)
        self._file = _opened(path)
        try:
            self._container = _container(self._file)
        except BaseException:
            self._file.close()
            raise
        try:
            self._stream = _sound_stream(self._container)
            self._info = _info(self._container, self._stream)
            self._check()
        except BaseException:
            self.close()
            raise

    @property
    def info(self) -> SoundInfo:
        """What the container says about the sound."""
        return self._info

    @property
    def truncated(self) -> bool:
        """Whether the recording stops before its end; known after ``windows`` was read to the end."""
        return self._truncated

    @property
    def decoded_s(self) -> float:
        """Seconds of sound read so far."""
        return self._decoded_samples / SAMPLE_RATE_HZ

    def windows(self, window_s: float = 5.0) -> Iterator[Samples]:
        """The sound in pieces of ``window_s`` seconds, the last one shorter; can be read once.

        Raises:
            InputError: nothing usable could be decoded, or the sound is longer than allowed.
        """
        size = max(1, round(window_s * SAMPLE_RATE_HZ))
        pending: list[Samples] = []
        held = 0
        for piece in self._pieces():
            pending.append(piece)
            held += len(piece)
            if held >= size:
                joined = np.concatenate(pending)
                whole = held - held % size
                for start in range(0, whole, size):
                    yield joined[start : start + size]
                pending, held = [joined[whole:]], held - whole
        if held:
            yield np.concatenate(pending)
        if self.decoded_s < _LEAST_USABLE_S:
            raise _unusable()

    def close(self) -> None:
        """Close the file."""
        self._container.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _check(self) -> None:
        info = self._info
        if not (_LEAST_RATE_HZ <= info.sample_rate_hz <= _MOST_RATE_HZ and 1 <= info.channels <= _MOST_CHANNELS):
            raise _unusable()
        if self._channel is not None and not 0 <= self._channel < info.channels:
            raise InputError(
                _("De opname heeft geen apart kanaal {number}.").format(number=self._channel + 1),
                _("Verwerk de opname zonder gescheiden kanalen."),
            )
        self._check_length(info.duration_s or 0.0)

    def _check_length(self, length_s: float) -> None:
        if length_s > self._limits.max_duration_s:
            raise InputError(
                _("De opname is langer dan {hours:g} uur.").format(hours=round(self._limits.max_duration_s / 3600, 2)),
                _("Knip de opname in delen en verwerk die apart."),
            )

    def _pieces(self) -> Iterator[Samples]:
        """The sound as it leaves the resampler, with its length kept."""
        resampler: AudioResampler | None = None
        form: tuple[str, str, int] | None = None
        for frame in self._frames():
            if form != (form := (frame.format.name, frame.layout.name, frame.sample_rate)):
                yield from self._resampled(resampler, None)
                resampler = self._new_resampler(frame)
            yield from self._resampled(resampler, frame)
        yield from self._resampled(resampler, None)

    def _new_resampler(self, frame: AudioFrame) -> AudioResampler:
        if not _LEAST_RATE_HZ <= frame.sample_rate <= _MOST_RATE_HZ:
            raise _unusable()
        return av.AudioResampler(format="flt", layout=frame.layout, rate=SAMPLE_RATE_HZ)

    def _resampled(self, resampler: AudioResampler | None, frame: AudioFrame | None) -> Iterator[Samples]:
        if resampler is None:
            return
        for out in resampler.resample(frame):
            channels = out.to_ndarray().reshape(-1, out.layout.nb_channels)  # interleaved: planes fail above 8
            # The mean, not libav's own mix, which is louder than its parts and would be clipped.
            row = channels.mean(axis=1) if self._channel is None else channels[:, self._channel % channels.shape[1]]
            self._decoded_samples += len(row)
            self._check_length(self.decoded_s)
            yield np.clip(np.nan_to_num(row, posinf=0.0, neginf=0.0), -1.0, 1.0).astype(np.float32, copy=False)

    def _frames(self) -> Iterator[AudioFrame]:
        """Decoded frames; damaged packets are passed over, and the end is judged."""
        damaged = 0
        good = 0
        broken_end = False
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                broken_end = True
                continue
            for frame in frames:
                good += 1
                broken_end = False
                self._note_end(frame)
                frame.pts = None  # the resampler would otherwise stop at a jump in the clock
                yield frame
        if damaged > good:
            raise _unusable()
        self._truncated = self._truncated or broken_end or self._stops_early()

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except av.error.FFmpegError:
            self._truncated = True
        except OSError as error:
            raise _unreadable() from error

    def _note_end(self, frame: AudioFrame) -> None:
        if frame.time is not None:
            begin_s = float((self._stream.start_time or 0) * (self._stream.time_base or 0))
            self._reached_s = max(self._reached_s, frame.time - begin_s + frame.samples / frame.sample_rate)

    def _stops_early(self) -> bool:
        if ends_abruptly(self._file, self._container.format.name):
            return True
        stated_s = self._info.duration_s
        if stated_s is None or not length_is_stated(self._file, self._container.format.name):
            return False
        missing_s = stated_s - max(self._reached_s, self.decoded_s)
        return missing_s > max(_MISSING_S, _MISSING_SHARE * stated_s)


def _check_size(path: Path, limits: LimitSettings) -> None:
    """Refuse what is not a file of a sensible size."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise InputError(
            _("Het bestand {name} bestaat niet.").format(name=path.name), _("Controleer de naam en de map.")
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable() from error
    if path.is_dir():
        raise InputError(
            _("{name} is een map, geen opname.").format(name=path.name),
            _("Kies één opname, of gebruik soep batch voor een hele map."),
        )
    if not path.is_file():
        raise InputError(_("{name} is geen bestand.").format(name=path.name), _("Kies een opgenomen geluidsbestand."))
    if size == 0:
        raise InputError(
            _("Het bestand {name} is leeg.").format(name=path.name),
            _("Controleer of de opname is bewaard en kopieer haar opnieuw."),
        )
    if size > limits.max_file_bytes:
        raise InputError(
            _("De opname is groter dan {size:g} GB.").format(size=round(limits.max_file_bytes / 1024**3, 2)),
            _("Knip de opname in delen, of bewaar alleen het geluid van de video."),
        )


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable() from error


class _Steady:
    """An open file as libav reads it: a seek to before its begin, which only damage asks for, fails without raising."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.read = file.read
        self.tell = file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1


def _container(file: BufferedReader) -> InputContainer:
    """Open the container.  It is handed the open file, so that a name is never taken for an address."""
    try:
        container = av.open(
            _Steady(file),
            mode="r",
            metadata_errors="ignore",
            options={"format_whitelist": _DEMUXERS, "protocol_whitelist": ""},
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise _unusable() from error
    except OSError as error:
        raise _unreadable() from error
    return container


def _sound_stream(container: InputContainer) -> AudioStream:
    if container.streams.audio:
        return container.streams.audio[0]
    if container.streams.video:
        raise InputError(_("De video heeft geen geluid."), _("Kies een opname waarop het gesprek te horen is."))
    raise _unusable()


def _info(container: InputContainer, stream: AudioStream) -> SoundInfo:
    context = stream.codec_context
    if context is None:  # a codec that libav does not know
        raise _unusable()
    return SoundInfo(_stated_s(container, stream), context.sample_rate, context.channels, context.name)


def _stated_s(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else float(container.duration / av.time_base)


def _unusable() -> InputError:
    return InputError(
        _("Dit bestand bevat geen geluid dat te lezen is; het is beschadigd of geen opname."),
        _("Speel het af om het te controleren, of bewaar de opname opnieuw als wav, mp3, m4a of ogg."),
    )


def _unreadable() -> InputError:
    return InputError(
        _("Het bestand kan niet worden gelezen."), _("Controleer of u het mag openen en of de schijf nog verbonden is.")
    )

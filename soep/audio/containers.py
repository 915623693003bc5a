"""What a file's bytes tell about its end, where libav does not.

Libav estimates the length of an mp3, takes the length of a wav from the bytes that are there, and does not look at
Ogg's mark of the last page.
"""

from __future__ import annotations

from io import BufferedReader

_HEAD_BYTES = 256 * 1024
_TAIL_BYTES = 128 * 1024  # an Ogg page is at most 65,307 bytes, so one whole page fits
_ESTIMATED = {"aac", "amr", "amrnb", "amrwb"}
_MP3_TAGS = (b"Xing", b"Info", b"VBRI")
_OGG_HEADER_BYTES = 27
_OGG_LAST_PAGE = 0x04
_MOST_CHUNKS = 1_000  # before the data; a file of empty ones would take minutes
_WAV_UNKNOWN_BYTES = 0x7FFF_0000  # a length as good as the largest stands for "not known"


def length_is_stated(file: BufferedReader, container: str) -> bool:
    """Whether the length of the sound was written by the recorder, rather than estimated from the bit rate.

    Args:
        file: the open file; its position is kept.
        container: libav's name of the demuxer, such as ``mp3``.
    """
    if container == "mp3":
        head = _read(file, 0, _HEAD_BYTES)
        return any(tag in head for tag in _MP3_TAGS)
    return container not in _ESTIMATED


def ends_abruptly(file: BufferedReader, container: str) -> bool:
    """Whether a wav or Ogg file stops before the end that it announces or marks.

    Args:
        file: the open file; its position is kept.
        container: libav's name of the demuxer.
    """
    if container == "wav":
        return _wav_ends_abruptly(file)
    return container == "ogg" and _ogg_ends_abruptly(file)


def _wav_ends_abruptly(file: BufferedReader) -> bool:
    """Whether the data chunk says to be longer than what is there; recorders that stream write no length."""
    size = _size(file)
    place = 12  # after RIFF, its length, WAVE
    for _each in range(_MOST_CHUNKS):
        if len(header := _read(file, place, 8)) < 8:
            break
        length = int.from_bytes(header[4:], "little")
        if header[:4] == b"data":
            return length < _WAV_UNKNOWN_BYTES and place + 8 + length > size
        place += 8 + length + length % 2
    return False


def _ogg_ends_abruptly(file: BufferedReader) -> bool:
    """Whether the last page is cut, or is not marked as the last (RFC 3533, section 6)."""
    size = _size(file)
    tail = _read(file, max(0, size - _TAIL_BYTES), _TAIL_BYTES)
    page = tail[max(0, tail.rfind(b"OggS")) :]
    if len(page) < _OGG_HEADER_BYTES:
        return True
    header_end = _OGG_HEADER_BYTES + page[26]
    whole = len(page) >= header_end + sum(page[_OGG_HEADER_BYTES:header_end])
    return not (whole and page[5] & _OGG_LAST_PAGE)


def _size(file: BufferedReader) -> int:
    place = file.tell()
    try:
        return file.seek(0, 2)
    finally:
        file.seek(place)


def _read(file: BufferedReader, start: int, count: int) -> bytes:
    place = file.tell()
    try:
        file.seek(start)
        return file.read(count)
    finally:
        file.seek(place)

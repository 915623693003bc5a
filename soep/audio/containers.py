"""What a file's bytes tell about its end, where libav does not: mp3 estimates its length, Ogg marks its last page."""

from __future__ import annotations

from io import BufferedReader

_HEAD_BYTES = 256 * 1024
_TAIL_BYTES = 128 * 1024  # an Ogg page is at most 65,307 bytes, so one whole page fits
_ESTIMATED = {"aac", "amr", "amrnb", "amrwb"}
_MP3_TAGS = (b"Xing", b"Info", b"VBRI")
_OGG_HEADER_BYTES = 27
_OGG_LAST_PAGE = 0x04


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
    """Whether an Ogg file stops before the page that is marked as its last (RFC 3533, section 6)."""
    if container != "ogg":
        return False
    size = file.seek(0, 2)
    tail = _read(file, max(0, size - _TAIL_BYTES), _TAIL_BYTES)
    page = tail[max(0, tail.rfind(b"OggS")) :]
    if len(page) < _OGG_HEADER_BYTES:
        return True
    header_end = _OGG_HEADER_BYTES + page[26]
    whole = len(page) >= header_end + sum(page[_OGG_HEADER_BYTES:header_end])
    return not (whole and page[5] & _OGG_LAST_PAGE)


def _read(file: BufferedReader, start: int, count: int) -> bytes:
    place = file.tell()
    try:
        file.seek(start)
        return file.read(count)
    finally:
        file.seek(place)

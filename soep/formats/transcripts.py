"""Transcripts from files: our JSON, numbered utterances, labelled text, WebVTT, SubRip."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from soep.config import LimitSettings
from soep.errors import InputError
from soep.formats.consult_json import checked, parsed, refuse_newer
from soep.formats.labelled_text import read_labelled
from soep.formats.plain_text import one_line
from soep.formats.speakers import roles_of
from soep.formats.subtitles import read_subtitles
from soep.formats.wire import MAX_TEXT, MAX_UTTERANCES, TranscriptObject
from soep.i18n import _
from soep.types import Role, Source, Transcript

MAX_BYTES = 16 * 1024**2
"""Four hours with the times of every word are about 5 MiB of our JSON."""
MAX_PLAIN_BYTES = 4 * 1024**2
MAX_LINES = 100_000
"""Bounds on text and subtitles: four hours of subtitles are about 30,000 lines."""
_JSON = ".json"
_DICTATION = "dictaat"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1b")


def read_transcript(path: Path, limits: LimitSettings) -> Transcript:
    """Read a transcript by its suffix; see ``SUFFIXES``.

    Roles that the file names have confidence 1; other speakers keep their label and are ``ONBEKEND``.

    Raises:
        InputError: the file is absent, empty, not text, not what its suffix says, or too large.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InputError(
            _("Dit soort bestand kan niet als transcript worden gelezen."),
            _("Kies een bestand dat eindigt op {suffixes}; geef een opname aan “soep process”.").format(
                suffixes=", ".join(SUFFIXES)
            ),
        )
    transcript = _cleaned(read(_text(path, limits)))
    _check(transcript, limits)
    return transcript


def _text(path: Path, limits: LimitSettings) -> str:
    max_bytes = min(limits.max_file_bytes, MAX_BYTES if path.suffix.lower() == _JSON else MAX_PLAIN_BYTES)
    if not path.is_file():
        raise InputError(_("Het transcript is er niet, of het is geen bestand."), _("Controleer de naam en de map."))
    try:
        if path.stat().st_size > max_bytes:
            raise _too_long()
        content = path.read_bytes()
    except OSError as error:
        raise InputError(_("Het transcript kan niet worden gelezen."), _("Controleer of u het mag openen.")) from error
    text = _decoded(content)
    if not text.strip():
        raise InputError(_("Het transcript is leeg."), _("Kies een bestand met gesproken tekst."))
    if path.suffix.lower() != _JSON and text.count("\n") > MAX_LINES:
        raise _too_long()
    return unicodedata.normalize("NFC", text)


def _too_long() -> InputError:
    return InputError(_("Het transcript is te lang."), _("Kies het transcript van één consult."))


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the code page of Dutch Windows; anything else is no text."""
    marked = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.isdisjoint(text):
            return text
    raise InputError(
        _("Dit bestand is geen tekst."), _("Bewaar het transcript als tekst (UTF-8) en probeer het opnieuw.")
    )


def _json(text: str) -> Transcript:
    obj = parsed(text)
    if isinstance(obj, dict) and "transcript" in obj:
        refuse_newer(obj.get("version"))
        return checked(TranscriptObject, obj["transcript"]).value()
    if isinstance(obj, dict) and isinstance(utterances := obj.get("utterances"), list):
        dictation = obj.get("setting") == _DICTATION
        return checked(TranscriptObject, obj | {"utterances": _ours(utterances, dictation)}).value()
    raise InputError(
        _("In dit JSON-bestand staat geen transcript."),
        _("Verwacht wordt “transcript” of “utterances”; zie de handleiding."),
    )


def _ours(items: list[object], dictation: bool) -> list[object]:
    """Utterances numbered ``i`` with only a role and text, in our form; what they have more stays as it is."""
    roles = roles_of({label for item in items if isinstance(item, dict) and isinstance(label := item.get("role"), str)})

    def ours(item: object) -> object:
        if not isinstance(item, dict):
            return item
        label = item.get("role", "")
        role = roles.get(label, Role.ONBEKEND) if isinstance(label, str) else label
        made: dict[str, object] = {
            "id": item.get("i"),
            "speaker": label,
            "role_confidence": 0.0 if role is Role.ONBEKEND else 1.0,
            "source": Source.DICTAAT if dictation else Source.GESPREK,
        }
        return made | item | {"role": role}

    return [ours(item) for item in items]


def _labelled(text: str) -> Transcript:
    if text.lstrip().startswith(("{", "WEBVTT")) or " --> " in text:
        raise InputError(
            _("Dit bestand is geen gewone tekst."),
            _("Geef het de naam die bij de inhoud hoort: {suffixes}.").format(suffixes=".json, .vtt, .srt"),
        )
    return read_labelled(text)


def _webvtt(text: str) -> Transcript:
    if not text.lstrip("\ufeff").startswith("WEBVTT"):
        raise InputError(_("Dit bestand is geen geldige WebVTT."), _("De eerste regel moet met WEBVTT beginnen."))
    return read_subtitles(text)


_READERS: dict[str, Callable[[str], Transcript]] = {
    _JSON: _json,
    ".txt": _labelled,
    ".vtt": _webvtt,
    ".srt": read_subtitles,
}
SUFFIXES = tuple(_READERS)


def _cleaned(transcript: Transcript) -> Transcript:
    utterances = (replace(utterance, text=one_line(utterance.text)) for utterance in transcript.utterances)
    return replace(transcript, utterances=tuple(utterance for utterance in utterances if utterance.text))


def _check(transcript: Transcript, limits: LimitSettings) -> None:
    if not any(character.isalnum() for utterance in transcript.utterances for character in utterance.text):
        raise InputError(
            _("In het transcript staat geen gesproken tekst."), _("Controleer of het het goede bestand is.")
        )
    longest = max(len(utterance.text) for utterance in transcript.utterances)
    if len(transcript.utterances) > MAX_UTTERANCES or longest > MAX_TEXT:
        raise _too_long()
    if max(utterance.end_s for utterance in transcript.utterances) > limits.max_duration_s:
        raise InputError(
            _("De tijden in het transcript lopen verder dan een opname mag duren."), _("Controleer de tijden.")
        )

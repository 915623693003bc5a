"""Transcripts from files: our JSON, numbered utterances, labelled text, WebVTT, SubRip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from soep.config import LimitSettings
from soep.errors import InputError
from soep.formats.consult_json import checked, parsed, refuse_newer
from soep.formats.files import read_bounded
from soep.formats.labelled_text import read_labelled
from soep.formats.plain_text import composed, one_line
from soep.formats.speakers import roles_of
from soep.formats.subtitles import read_subtitles
from soep.formats.wire import MAX_NAME, MAX_TEXT, MAX_UTTERANCES, TranscriptObject
from soep.i18n import _
from soep.types import Role, Source, Transcript, Utterance, Word

MAX_BYTES = 16 * 1024**2
"""Four hours with the times of every word are about 5 MiB of our JSON."""
MAX_PLAIN_BYTES = 4 * 1024**2
MAX_LINES = 100_000
"""Bounds on text and subtitles: four hours of subtitles are about 30,000 lines."""
MAX_LANGUAGE = 35
"""Characters in the code of a language (RFC 5646 asks for room for so many)."""
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
    try:
        if not path.is_file():
            raise InputError(
                _("Het transcript is er niet, of het is geen bestand."), _("Controleer de naam en de map.")
            )
        content = read_bounded(path, max_bytes)
    except OSError as error:
        raise InputError(_("Het transcript kan niet worden gelezen."), _("Controleer of u het mag openen.")) from error
    if content is None:
        raise _too_long()
    text = _decoded(content)
    if not text.strip():
        raise InputError(_("Het transcript is leeg."), _("Kies een bestand met gesproken tekst."))
    if path.suffix.lower() != _JSON and text.count("\n") > MAX_LINES:
        raise _too_long()
    return composed(text)


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
        if len(utterances) > MAX_UTTERANCES:
            raise _too_long()
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
    utterances = map(_cleaned_utterance, transcript.utterances)
    return Transcript(
        tuple(utterance for utterance in utterances if utterance.text), _clean(transcript.language, MAX_LANGUAGE)
    )


def _cleaned_utterance(utterance: Utterance) -> Utterance:
    """Safe to print, and ending no earlier than it starts."""
    return replace(
        utterance,
        text=_clean(utterance.text),
        speaker=_clean(utterance.speaker, MAX_NAME),
        end_s=max(utterance.start_s, utterance.end_s),
        words=tuple(word for word in map(_cleaned_word, utterance.words) if word.text),
    )


def _cleaned_word(word: Word) -> Word:
    return replace(word, text=_clean(word.text), end_s=max(word.start_s, word.end_s))


def _clean(text: str, most: int | None = None) -> str:
    """What an escape in JSON wrote or an overlong name holds must not get past what a file as a whole may not have."""
    return composed(one_line(text))[:most].rstrip()


def _check(transcript: Transcript, limits: LimitSettings) -> None:
    if not any(character.isalnum() for utterance in transcript.utterances for character in utterance.text):
        raise InputError(
            _("In het transcript staat geen gesproken tekst."), _("Controleer of het het goede bestand is.")
        )
    longest = max(len(utterance.text) for utterance in transcript.utterances)
    if len(transcript.utterances) > MAX_UTTERANCES or longest > MAX_TEXT:
        raise _too_long()
    words = chain.from_iterable(utterance.words for utterance in transcript.utterances)
    ends_s = chain((utterance.end_s for utterance in transcript.utterances), (word.end_s for word in words))
    if max(ends_s) > limits.max_duration_s:
        raise InputError(
            _("De tijden in het transcript lopen verder dan een opname mag duren."), _("Controleer de tijden.")
        )

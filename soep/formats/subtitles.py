"""Transcripts as subtitles: WebVTT (W3C, with ``<v Speaker>``) and SubRip."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from soep.formats.labelled_text import seconds, speaker_labels, split_label
from soep.formats.plain_text import one_line
from soep.formats.speakers import Spoken, utterances_of
from soep.types import Transcript

_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*({_STAMP})\s*-->\s*({_STAMP})(?:\s.*)?")
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]++([^<>]*)>")
# Only what is a tag: "<38" and "RR <140" stay.
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d+:[\d:.]+>|\{\\[^{}]*\}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_DASH = re.compile(r"[-–—]\s+")
_MAX_GAP_S = 1.0
_MAX_JOINED = 300


@dataclass(slots=True)
class _Cue:
    start_s: float
    end_s: float
    lines: list[str] = field(default_factory=list)


def read_subtitles(text: str) -> Transcript:
    """The transcript in subtitles; none of the utterances when there is no timing line.

    A speaker is named by ``<v …>`` or by a label before a colon, which counts until the next one.  Pieces of one
    sentence of one speaker are joined.
    """
    cues = _cues(text.splitlines())
    labels = speaker_labels([_plain(line) for cue in cues for line in cue.lines])
    return Transcript(utterances_of(_joined(_pieces(cues, labels))))


def _cues(lines: Sequence[str]) -> list[_Cue]:
    cues: list[_Cue] = []
    in_comment = False
    for line, before, after in zip(lines, ["", *lines], [*lines[1:], ""], strict=False):
        if match := _TIMING.fullmatch(line):
            start_s, end_s = seconds(match[1]), seconds(match[2])
            cues.append(_Cue(start_s, max(start_s, end_s)))
            in_comment = False
        elif not line.strip():
            in_comment = False
        elif not before.strip() and _COMMENT.match(line):
            in_comment = True
        elif cues and not in_comment and not _is_identifier(line, before, after):
            cues[-1].lines.append(line)
    return cues


def _is_identifier(line: str, before: str, after: str) -> bool:
    return _TIMING.fullmatch(after) is not None and (not before.strip() or line.strip().isdigit())


def _pieces(cues: Sequence[_Cue], labels: frozenset[str]) -> list[Spoken]:
    pieces: list[Spoken] = []
    speaker = ""
    for cue in cues:
        parts: list[tuple[str, list[str]]] = []
        for voice, line, dashed in _voiced(cue.lines):
            label, text = split_label(line, labels)
            before, speaker = speaker, voice or label or (speaker if labels and not dashed else "")
            if parts and not dashed and not label and speaker == before:
                parts[-1][1].append(text)
            else:
                parts.append((speaker, [text]))
        pieces += [Spoken(" ".join(texts), name, cue.start_s, cue.end_s) for name, texts in parts]
    return [piece for piece in pieces if piece.text]


def _voiced(lines: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Each line of a cue with its ``<v>`` speaker, and whether a dash says that somebody else speaks."""
    voice = ""
    for line in lines:
        first, *rest = _VOICE.split(line)
        for name, part in zip([voice, *rest[::2]], [first, *rest[1::2]], strict=True):
            voice = one_line(_unescaped(name))
            text = _plain(part)
            if text:
                yield voice, _DASH.sub("", text, count=1) if _DASH.match(text) else text, bool(_DASH.match(text))


def _plain(line: str) -> str:
    return one_line(_unescaped(_TAG.sub("", line)))


def _unescaped(text: str) -> str:
    """``&lt;`` and the like as characters; ``html.unescape`` alone stops at a number of thousands of digits."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _joined(pieces: Sequence[Spoken]) -> list[Spoken]:
    joined: list[Spoken] = []
    for piece in pieces:
        if joined and _goes_on(joined[-1], piece):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {piece.text}", end_s=piece.end_s)
        else:
            joined.append(piece)
    return joined


def _goes_on(before: Spoken, piece: Spoken) -> bool:
    return (
        before.speaker == piece.speaker != ""
        and 0.0 <= piece.start_s - before.end_s <= _MAX_GAP_S
        and before.text[-1] not in ".?!…"
        and len(before.text) < _MAX_JOINED
    )

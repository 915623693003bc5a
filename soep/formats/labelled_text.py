"""Transcripts as plain text: ``ARTS: …`` lines, or the text of a dictation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from soep.formats.plain_text import one_line
from soep.formats.speakers import Spoken, plain_label, roles_of, utterances_of
from soep.types import Role, Source, Transcript

_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_LABELLED = re.compile(
    rf"(?:\[?(?P<before>{_TIME})\]?[\s–-]*)?"
    r"(?P<label>[^\W\d_][^:\[\]]{0,39}?)"
    rf"\s*(?:\[(?P<after>{_TIME})\]\s*)?:(?!//)\s*(?P<text>.*)"
)
_MAX_LABEL_WORDS = 4
_LONGEST_ABBREVIATION = 7
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_a-zß-ÿ]|[\"“‘'])")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|dr|drs|dhr|mw|mevr|prof|bijv|bv|ca|nl|resp|evt|vlgs|tel|nr|st)\.$", re.I
)


def read_labelled(text: str) -> Transcript:
    """The transcript in plain text.

    Lines that start with a speaker make a conversation; a line without one goes on with the speaker before it.  Text
    without speakers is a dictation, one utterance a sentence.
    """
    lines = [line for line in map(one_line, text.splitlines()) if line]
    labels = speaker_labels(lines)
    if not labels:
        return Transcript(utterances_of(_sentences(lines), Source.DICTAAT))
    return Transcript(utterances_of(_timed(_turns(lines, labels))))


def write_labelled(transcript: Transcript) -> str:
    """The transcript as text that ``read_labelled`` reads, one line an utterance; a dictation has no labels."""
    return "".join(
        f"{one_line(utterance.text)}\n"
        if utterance.source is Source.DICTAAT
        else f"{_label(utterance.role, utterance.speaker)}: {one_line(utterance.text)}\n"
        for utterance in transcript.utterances
    )


def split_label(line: str, labels: frozenset[str]) -> tuple[str, str]:
    """A line as speaker and text; the speaker is empty when the line starts with none of ``labels``."""
    match = _LABELLED.fullmatch(line)
    return (match["label"], match["text"]) if match and match["label"] in labels else ("", line)


def speaker_labels(lines: Sequence[str]) -> frozenset[str]:
    """The labels at the start of lines that name speakers; none when the text is no conversation.

    A label that names the doctor, or a role twice, shows that the others are speakers too; so does every line having
    a label, when one names a role or comes back.  Headings ("Plan: …") come once.  A note with S, O, E and P is no
    conversation.
    """
    found = [match["label"] for line in lines if (match := _LABELLED.fullmatch(line)) and _short(match["label"])]
    counts = Counter(found)
    if {"s", "p"} <= {plain_label(label) for label in counts}:
        return frozenset()
    roles = {label: role for label, role in roles_of(counts).items() if role is not Role.ONBEKEND}
    if len(found) == len(lines):
        conversation = bool(roles) or 1 < len(counts) < len(found)
    else:
        conversation = Role.ARTS in roles.values() or any(counts[label] > 1 for label in roles)
    return frozenset(counts) if conversation else frozenset()


def _short(label: str) -> bool:
    named = label[0].isupper() or roles_of([label])[label] is not Role.ONBEKEND
    return named and len(label.split()) <= _MAX_LABEL_WORDS


def _label(role: Role, speaker: str) -> str:
    return role.value.upper() if role is not Role.ONBEKEND else f"Spreker {speaker or '?'}"


def _turns(lines: Sequence[str], labels: frozenset[str]) -> list[Spoken]:
    turns: list[tuple[str, float, list[str]]] = []
    for line in lines:
        speaker, text = split_label(line, labels)
        if speaker or not turns:
            turns.append((speaker, _start_s(line) if speaker else 0.0, [text]))
        else:
            turns[-1][2].append(text)
    return [Spoken(" ".join(filter(None, texts)), speaker, start_s) for speaker, start_s, texts in turns]


def _start_s(line: str) -> float:
    match = _LABELLED.fullmatch(line)
    stamp = (match["before"] or match["after"]) if match else None
    return seconds(stamp) if stamp else 0.0


def _timed(turns: list[Spoken]) -> list[Spoken]:
    """A file that gives only when a turn starts: it ends where the next one starts."""
    starts = [turn.start_s for turn in turns[1:]] + [turns[-1].start_s]
    return [replace(turn, end_s=max(turn.start_s, after_s)) for turn, after_s in zip(turns, starts, strict=True)]


def seconds(stamp: str) -> float:
    """``1:02:03.5``, ``02:03,500`` or ``2:03`` as seconds."""
    total_s = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total_s = total_s * 60 + float(part)
    return total_s


def _sentences(lines: Sequence[str]) -> list[Spoken]:
    paragraphs: list[list[str]] = []
    for line in lines:
        if paragraphs and line[0].islower() and paragraphs[-1][-1][-1] not in ".!?:;":
            paragraphs[-1].append(line)  # a line that was wrapped
        else:
            paragraphs.append([line])
    return [Spoken(sentence) for paragraph in paragraphs for sentence in _split(" ".join(paragraph))]


def _split(paragraph: str) -> list[str]:
    sentences: list[list[str]] = []
    for part in _SENTENCE_END.split(paragraph):
        if sentences and _ABBREVIATED.search(sentences[-1][-1][-_LONGEST_ABBREVIATION:]):
            sentences[-1].append(part)
        else:
            sentences.append([part])
    return [" ".join(parts) for parts in sentences]

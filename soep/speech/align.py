"""Words and turns to utterances: who said what, decided a word at a time.

Pure functions.  The transcriber and the diarizer look at the sound independently, so that their times differ by tenths
of a second; a word goes to the turn that it overlaps most, and a single word that thereby lands with the other speaker
in the middle of a sentence is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from soep.types import Turn, Utterance, Word

UNKNOWN_SPEAKER = ""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class AlignmentRules:
    """Where one utterance ends and the next begins."""

    max_pause_s: float = 1.0
    """A longer silence inside a turn begins a new utterance."""
    max_sentences: int = 3
    """After so many sentences an utterance ends; it is shown as evidence, so it must be read at a glance."""
    long_words: int = 18
    """From so many words on it ends at the first end of a sentence."""
    max_words: int = 60
    """It ends here even without an end of a sentence (recognition without punctuation)."""
    flip_gap_s: float = 0.3
    """A single word of another speaker is taken back only where it follows and precedes within this time."""


DEFAULT_RULES = AlignmentRules()


def align(
    words: Sequence[Word], turns: Sequence[Turn], *, rules: AlignmentRules = DEFAULT_RULES, first_id: int = 1
) -> list[Utterance]:
    """Join words and turns into utterances.

    Args:
        words: sorted by start.
        turns: sorted by start, not overlapping; empty when nothing is known of the speakers.
        rules: where utterances end.
        first_id: the number of the first utterance; the others follow.

    Returns:
        Utterances without roles, sorted; every word stands in exactly one, in the order given.
    """
    speakers = smooth(words, word_speakers(words, turns), rules=rules)
    parts = _split(words, speakers, rules)
    return [_utterance(number, part, speaker) for number, (speaker, part) in enumerate(parts, first_id)]


def word_speakers(words: Sequence[Word], turns: Sequence[Turn]) -> list[str]:
    """The speaker of each word: of the turn that it overlaps most, else of the nearest one."""
    found = []
    first = 0
    for word in words:
        while (
            first < len(turns) - 1 and turns[first].end_s <= word.start_s and turns[first + 1].start_s <= word.start_s
        ):
            first += 1
        found.append(_speaker_near(word, turns, first))
    return found


def smooth(words: Sequence[Word], speakers: Sequence[str], *, rules: AlignmentRules = DEFAULT_RULES) -> list[str]:
    """Take back single words that stand with another speaker in the middle of a sentence.

    A word of its own ("Ja." between two sentences, or after a breath) stays: people do answer with one word.
    """
    smoothed = list(speakers)
    for index in range(1, len(words) - 1):
        if _is_flip(words, smoothed, index, rules):
            smoothed[index] = smoothed[index - 1]
    return smoothed


def text_of(words: Sequence[Word]) -> str:
    """The words as running text."""
    return " ".join(word.text.strip() for word in words if word.text.strip())


def _speaker_near(word: Word, turns: Sequence[Turn], first: int) -> str:
    """Choose among the turns from ``first`` on; they are sorted, so that the search ends soon after the word."""
    best, best_score = UNKNOWN_SPEAKER, float("-inf")
    for turn in turns[max(0, first - 1) :]:
        overlap = min(word.end_s, turn.end_s) - max(word.start_s, turn.start_s)
        if overlap > best_score:
            best, best_score = turn.speaker, overlap
        if turn.start_s >= word.end_s:
            break
    return best


def _is_flip(words: Sequence[Word], speakers: Sequence[str], index: int, rules: AlignmentRules) -> bool:
    before, word, after = words[index - 1 : index + 2]
    return (
        speakers[index - 1] == speakers[index + 1] != speakers[index]
        and not ends_sentence(before)
        and not ends_sentence(word)
        and word.start_s - before.end_s <= rules.flip_gap_s
        and after.start_s - word.end_s <= rules.flip_gap_s
    )


def ends_sentence(word: Word) -> bool:
    """Whether punctuation says that a sentence ends with this word."""
    return _SENTENCE_END.search(word.text.strip()) is not None


def _split(
    words: Sequence[Word], speakers: Sequence[str], rules: AlignmentRules
) -> Iterator[tuple[str, tuple[Word, ...]]]:
    for speaker, group in groupby(zip(words, speakers, strict=True), key=lambda pair: pair[1]):
        for part in _utterances_of([word for word, _ in group], rules):
            yield speaker, part


def _utterances_of(words: Sequence[Word], rules: AlignmentRules) -> Iterator[tuple[Word, ...]]:
    """Cut what one speaker says in one go where it pauses or gets long."""
    part: list[Word] = []
    sentences = 0
    for word in words:
        if part and word.start_s - part[-1].end_s > rules.max_pause_s:
            yield tuple(part)
            part, sentences = [], 0
        part.append(word)
        sentences += ends_sentence(word)
        if _is_full(part, sentences, rules):
            yield tuple(part)
            part, sentences = [], 0
    if part:
        yield tuple(part)


def _is_full(part: Sequence[Word], sentences: int, rules: AlignmentRules) -> bool:
    enough = sentences >= rules.max_sentences or len(part) >= rules.long_words
    return (enough and ends_sentence(part[-1])) or len(part) >= rules.max_words


def _utterance(number: int, words: tuple[Word, ...], speaker: str) -> Utterance:
    end_s = max(word.end_s for word in words)
    return Utterance(
        id=number, text=text_of(words), start_s=words[0].start_s, end_s=end_s, speaker=speaker, words=words
    )

"""Check: each thing that a line names has the polarity that the speech gives it, whatever the word.

``polarity.py`` knows findings by name and can be certain.  Here any word counts: an item of a line ("geen
alarmsymptomen", "crème") is held against the sentences that name all of its words, and can only be flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from soep.clinical.negation import is_negated
from soep.drafting.checks.findings import plain
from soep.drafting.checks.speech import Claim, Sentence, sentences_of, supposes
from soep.drafting.checks.text import STOP_WORDS, fold, groups_of, stem
from soep.drafting.checks.verdict import Verdict, objection
from soep.wording import FlagCode

Status = Literal["present", "absent", "supposed", "unclear"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_EDGE = re.compile(r"[,.;:()/?!+=<>]|\b(?:en|of|maar|wel|met|bij|door|ivm|na|voor|dan|noch|tot|van|op|in|om)\b")
_WHOLE_EDGES = {*",.;:?!", ""}
_DENIED_AFTER = re.compile(r"[\w'-]+\s+(?:\w+\s+)?(?:niet|nooit)\b(?=\W*(?:[,.;!?]|$))")
_LITTLE = {"de", "het", "een", "nu", "ook", "re", "li", "bdz", "r", "evt"}
_AFTER = re.compile(r"\b(?:neg|negatief|gb|ga|afwezig|normaal|goed)\b|:\s*(?:geen|-|blanco)(?!\s*\w)")
"""What denies or clears a whole list of which an item is one: "nitriet, leuko neg"."""
_GEEN = re.compile(r"\bgeen\s+$")
_DENIER = re.compile(r"\b(?P<far>geen|zonder|nooit|noch)\b|\bniet(?P<near>\s+(?:\w+\s+)?$)|\bniet\b")
_CUE = re.compile(
    r"\b(?:geen|niet|nooit|zonder|noch|niets|niks|nee|nergens|nauwelijks|amper|weg|stop\w*|vrij|neg\w*|ontken\w*|"
    r"minder|weinig|zelden|meer|over|uit\w*|te|laat|hoeft?|liever|liet|los|klaar|schoon|af|onvoldoende|mist?)\b|-"
)
_SHORTEST = 4
_WITHOUT = ("loos", "loze", "vrij")
_SHORT = {"cva", "tia", "gbs", "ms", "hiv", "soa", "uwi", "gas"}
_FACTS = {"S", "O"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a line names, by its words; ``denied`` when "geen" stands right before it."""

    words: tuple[str, ...]
    denied: bool
    cued: bool
    """Whether a word in its sentence could deny it."""
    whole: bool
    """Whether it stands between commas or full stops, so that nothing else is said of it."""


@lru_cache(maxsize=4096)
def items(text: str) -> tuple[Item, ...]:
    """The things that a line of a note names."""
    return tuple(item for sentence in map(plain, sentences_of(text)) for item in _items(sentence))


def _items(sentence: str) -> Iterator[Item]:
    edges = [0, *(edge for match in _EDGE.finditer(sentence) for edge in match.span()), len(sentence)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        found = [match for match in _TOKEN.finditer(sentence, start, end) if _counts(match.group())]
        if found:
            denied = bool(_GEEN.search(sentence, start, found[0].start()))
            sides = {sentence[start - 1 : start], sentence[end : end + 1]}
            others = set(re.findall(r"[^\W_]+", sentence[start:end])) - {match.group() for match in found} - _LITTLE
            whole = sides <= _WHOLE_EDGES and not others and not _AFTER.search(sentence, end)
            cued = any(is_negated(sentence, match.span()) for match in found) or bool(_CUE.search(sentence, start, end))
            yield Item(tuple(match.group() for match in found), denied, cued, whole)


def _counts(word: str) -> bool:
    long = len(word) >= _SHORTEST and word not in STOP_WORDS and not word.endswith(_WITHOUT)
    return long or word in _SHORT


@lru_cache(maxsize=8192)
def _tokens(sentence: str) -> tuple[tuple[int, str, frozenset[int]], ...]:
    found = _TOKEN.finditer(sentence)
    return tuple((match.start(), stem(match.group()), groups_of(match.group())) for match in found)


def statuses(word: str, sentence: Sentence) -> Iterator[Status]:
    """How a sentence has a word, once for each time it names it."""
    root, meanings = stem(word), groups_of(word)
    for at, other, groups in _tokens(sentence.text):
        if other != root and not groups & meanings:
            continue
        if sentence.question:
            yield "absent" if sentence.answer == "no" else "unclear"
        elif sentence.conditional and supposes(sentence.text, at):
            yield "supposed"
        else:
            yield _stated(sentence.text, at)


def _stated(sentence: str, at: int) -> Status:
    """How a statement has what stands at a place: a far "niet" denies something else often enough to doubt it."""
    if not is_negated(sentence, (at, at + 1)):
        return "present"
    if _DENIED_AFTER.match(sentence, at):
        return "absent"
    cues = list(_DENIER.finditer(sentence[:at]))
    return "absent" if cues and (cues[-1]["far"] or cues[-1]["near"]) else "unclear"


def check_items(claim: Claim) -> Iterator[Verdict]:
    """Items that every sentence naming them has the other way round, or only supposes."""
    sentences = claim.sentences()
    for item in items(claim.line.text):
        heard = [{status for one in sentences for status in statuses(word, one)} for word in item.words]
        if not all(heard):
            continue
        shown = " ".join(item.words)
        if item.whole and not item.denied and all(each == {"supposed"} for each in heard) and claim.field in _FACTS:
            yield objection(FlagCode.HYPOTHETICAL, word=shown)
        elif item.whole and not item.denied and not item.cued and all(each == {"absent"} for each in heard):
            yield objection(FlagCode.DENIED, word=shown)
        elif (
            item.denied
            and claim.field != "P"
            and all(each == {"present"} for each in heard)
            and not _denies(item, sentences)
        ):
            yield objection(FlagCode.AFFIRMED, word=shown)


def _denies(item: Item, sentences: list[Sentence]) -> bool:
    """Whether a sentence that names the item, or the one after it, has any word of denial in it."""
    for at, sentence in enumerate(sentences):
        if any(statuses_found for word in item.words for statuses_found in statuses(word, sentence)):
            following = sentences[at + 1].text if at + 1 < len(sentences) else ""
            if _CUE.search(fold(f"{sentence.text} {following}")):
                return True
    return False

"""Check: every medicine that a line names was named, under that name or another of the same substance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from soep.clinical.corrections import resolve
from soep.clinical.medicines import Kind, Mention, find, key
from soep.drafting.checks.lexicon import table
from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import fold, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Utterance
from soep.wording import FlagCode

_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORTEST_PART = 4
_TOPIC_REACH = 12


@lru_cache(maxsize=1)
def _trade_names() -> dict[str, frozenset[str]]:
    entries = (line.split() for line in table("trade_names.txt"))
    return {name: frozenset(map(key, contents)) for name, *contents in entries}


def substances(mention: Mention) -> frozenset[str]:
    """The substances that a name stands for, as they sound."""
    return _trade_names().get(mention.name, frozenset()) | {key(mention.name)}


@lru_cache(maxsize=4096)
def named(text: str) -> tuple[Mention, ...]:
    """The medicines that a text names by substance or trade name."""
    mentions = [mention for mention in find(text) if mention.kind is not Kind.CLASS]
    known = {mention.span[0] for mention in mentions}
    for match in _WORD.finditer(text):
        name = fold(match.group())
        if name in _trade_names() and match.start() not in known:
            mentions.append(Mention(match.group(), name, Kind.TRADE, match.span()))
    return tuple(mentions)


def all_named(utterances: Iterable[Utterance]) -> list[Mention]:
    """The medicines that utterances name."""
    return [mention for utterance in utterances for mention in named(utterance.text)]


def same(mention: Mention, heard: Iterable[Mention]) -> list[Mention]:
    """The mentions of the same medicine among those heard."""
    wanted = substances(mention)
    return [other for other in heard if substances(other) & wanted]


def check_medicines(claim: Claim) -> Iterator[Verdict]:
    """Each medicine of the line against the evidence, then against the whole consult."""
    mentions = named(claim.line.text)
    if not mentions:
        return
    heard = all_named(claim.evidence)
    other_named = any(not same(one, mentions) for one in heard)
    for mention in mentions:
        there = same(mention, heard)
        if there:
            yield from _check_heard(claim, mention, there)
        elif not _shortened(mention, claim.spoken):
            yield from _check_elsewhere(claim, mention, other_named)


def _shortened(mention: Mention, spoken: str) -> bool:
    """Whether the speech has the first part of the name ("doxy", "amoxi")."""
    name = fold(mention.name)
    return any(len(word) >= _SHORTEST_PART and name.startswith(word) for word in words(spoken))


def _check_heard(claim: Claim, mention: Mention, there: list[Mention]) -> Iterator[Verdict]:
    if not any(other.exact or key(other.text) == key(other.name) for other in there):
        yield objection(FlagCode.MEDICINE_UNCLEAR, critical=False, medicine=mention.text, said=there[0].text)
    meant = [other for utterance in claim.evidence for other in named(resolve(utterance.text))]
    if not same(mention, meant):
        yield objection(FlagCode.MEDICINE_TAKEN_BACK, medicine=mention.text)


def _check_elsewhere(claim: Claim, mention: Mention, other_named: bool) -> Iterator[Verdict]:
    """Named elsewhere: a line may speak of "that tablet", unless its evidence names another medicine instead."""
    near = claim.speech.window(claim.line.evidence, _TOPIC_REACH)
    if same(mention, all_named(claim.speech.utterances)):
        if other_named or not same(mention, all_named(near)):
            yield objection(FlagCode.MEDICINE_ELSEWHERE, medicine=mention.text)
    elif _shortened(mention, claim.speech.text):
        yield objection(FlagCode.MEDICINE_ELSEWHERE, critical=False, medicine=mention.text)
    elif key(mention.name) not in key(claim.speech.text):
        yield objection(FlagCode.MEDICINE_NOT_SAID, medicine=mention.text, certain=mention.exact)

"""Whether a note can be made of what was said at all: enough, in Dutch, to be followed, and about somebody's health.

Looked at before a note is drafted, because a drafter makes something of anything.  Each bound lies well beyond what
350 consults reach, also after imitated recognition errors (the comment beside it gives the most extreme of them): a
consult that gets no note is worse than a note of small talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib import resources
from itertools import pairwise

from soep.clinical import medicines


class Obstacle(Enum):
    """Why no note can be made."""

    TOO_LITTLE = auto()
    FOREIGN = auto()
    GARBLED = auto()
    NOT_A_CONSULT = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in the way of a note; ``language`` where another language was recognised."""

    obstacle: Obstacle
    language: str = ""


_LANGUAGES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "frisian": "fy",
    "spanish": "es",
    "turkish": "tr",
    "polish": "pl",
    "italian": "it",
    "portuguese": "pt",
}
_WORD = re.compile(r"['’][^\W\d_]+|[^\W_]+(?:['’][^\W_]+)*")
_LATIN = re.compile(r"[a-zà-ÿœıİğşąćęłńóśźż]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_HEALTH = re.compile(r"pijn|ontstek|klacht|koorts|hoest|benauwd|medic|allerg")
"""Stands within words too: “keelpijn”, “oorontsteking”."""
_CALL = re.compile(
    r"\bik (?:wil|wilde|wou) (?:\w+ ){0,4}overleggen\b|\bben (?:jij|je|ik bij) de dienstdoende\b"
    r"|\b(?:hoi|hallo|dag|goede\w+) collega\b|\bmet de dienstdoende\b|\bmet \w+(?: \w+)?,? huisarts (?:in|te|uit)\b"
    r"|\b(?:kun|kunnen|kan) (?:je|jij|jullie) (?:hem|haar|'m|d'r|deze) (?:\w+ ){0,3}(?:zien|beoordelen|opnemen)\b"
)
"""How a doctor speaks to another doctor on the telephone."""
_NODS = re.compile(
    r"(?:(?:ja|nee|oké|okee|ok|hm|hmhm|mhm|hm-hm|precies|hoor|goed|prima|klopt|fijn|dank je|hoi|doei)\b[ ,]*)+"
)

_FEWEST_WORDS = 30
_FEWEST_TO_JUDGE = 15
_FOREIGN = 1.0  # of consults at most 0.05
_FEWEST_FOREIGN = 4
_UNFAMILIAR = 0.4  # share of known words; of consults at least 0.52
_REPEATED = 0.5  # share of runs of four words that differ; of consults at least 0.98
_OUT_OF_ORDER = (3, 0.25)  # three and a quarter of all; of consults 1 in 9, with a quarter of the words lost 5 in 13
_THIN = 0.01  # things of health a word; of consults at least 0.018
_FEWEST_THINGS = 1.5
_MOST_THINGS_ASKED = 3.0  # of consults at least 5.5
_NODS_OF_A_CALL = 3
_TO_PATIENTS = frozenset(["u", "uw", "mijn", "m'n"])
_MOST_TO_PATIENTS = 2  # in a hundred words
_BODY_WEIGHT = 0.5
"""A hand or a head comes up in any talk."""


def look(texts: Sequence[str], *, one_speaker: bool = False) -> Found | None:
    """What stands in the way of a note of these utterances, or None.

    Args:
        texts: of the utterances, in order.
        one_speaker: only one person was heard, which is a dictation or no consult at all.
    """
    said = [_words(text) for text in texts]
    words = [word for utterance in said for word in utterance]
    things, weight = _health(texts, words)
    if (language := _foreign(words)) or _is_other_script(texts):
        return Found(Obstacle.FOREIGN, language)
    if _is_garbled(said, words):
        return Found(Obstacle.GARBLED)
    if len(words) < _FEWEST_WORDS:
        return Found(Obstacle.TOO_LITTLE) if things == 0 else None
    asked = max(_FEWEST_THINGS, min(_MOST_THINGS_ASKED, len(words) / 100))
    if things < asked or weight < _THIN * len(words):
        return Found(Obstacle.NOT_A_CONSULT)
    if one_speaker and _is_call(texts, words):
        return Found(Obstacle.NOT_A_CONSULT)
    return None


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = resources.files("soep.clinical").joinpath("data", "usable.txt").read_text("utf-8")
    found: dict[str, set[str]] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = set()
        elif not line.startswith("#"):
            found[section].update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


@cache
def _medical() -> re.Pattern[str]:
    """Words that begin so; a short one stands alone."""
    parts = (re.escape(word) if len(word) > 3 else rf"{word}$" for word in sorted(_lists()["medical"]))
    return re.compile("|".join(parts))


@cache
def _body() -> re.Pattern[str]:
    parts = "|".join(sorted(_lists()["body"]))
    return re.compile(rf"(?:linker|rechter|onder|boven)?(?:{parts})(?:en|s|je|jes)?")


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _is_medical(word: str) -> bool:
    return _medical().match(word) is not None or _HEALTH.search(word) is not None


def _health(texts: Sequence[str], words: Sequence[str]) -> tuple[float, float]:
    """How many different things of health are named, and how often; a part of the body counts for half."""
    medical = [word for word in words if _is_medical(word)]
    body = [word for word in words if _body().fullmatch(word)]
    drugs = [mention.name for text in texts for mention in medicines.find(text) if mention.exact]
    different = len(set(medical)) + len(set(drugs)) + _BODY_WEIGHT * len(set(body))
    return different, len(medical) + len(drugs) + _BODY_WEIGHT * len(body)


def _foreign(words: Sequence[str]) -> str:
    """The code of another language whose own small words are more frequent than those that only Dutch has."""
    dutch = _lists()["dutch"]
    for name, code in _LANGUAGES.items():
        theirs, ours = _lists()[name] - dutch, dutch - _lists()[name]
        hits = sum(word in theirs for word in words)
        if hits >= _FEWEST_FOREIGN and hits > _FOREIGN * sum(word in ours for word in words):
            return code
    return ""


def _is_other_script(texts: Sequence[str]) -> bool:
    letters = [letter for text in texts for letter in _LETTER.findall(text)]
    return bool(letters) and 2 * sum(bool(_LATIN.match(letter)) for letter in letters) < len(letters)


def _is_garbled(said: Sequence[Sequence[str]], words: Sequence[str]) -> bool:
    """Whether the words are mostly unknown, said over and over, or in no order that a sentence has."""
    if len(words) < _FEWEST_TO_JUDGE:
        return False
    known = sum(_is_known(word) for word in words)
    if known < _UNFAMILIAR * len(words):
        return True
    runs = [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
    return len(set(runs)) < _REPEATED * len(runs) or _is_out_of_order(said)


def _is_known(word: str) -> bool:
    return word in _lists()["dutch"] or word[0].isdigit() or _is_medical(word) or _body().fullmatch(word) is not None


def _is_out_of_order(said: Sequence[Sequence[str]]) -> bool:
    """Whether “de” and “een” are often followed by what never follows them."""
    determiners, never_after = _lists()["determiners"], _lists()["never after a determiner"]
    followers = [after for utterance in said for before, after in pairwise(utterance) if before in determiners]
    impossible = sum(word in never_after for word in followers)
    least, share = _OUT_OF_ORDER
    return impossible >= least + share * len(followers)


def _is_call(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether this is one side of a call to a colleague: addressed as one, with nods to what is not heard."""
    plain = " ".join(texts).lower()
    nods = sum(_NODS.fullmatch(part.strip()) is not None for part in re.split(r"[.!?…]+", plain) if part.strip())
    to_patients = sum(word in _TO_PATIENTS for word in words)
    return nods >= _NODS_OF_A_CALL and 100 * to_patients < _MOST_TO_PATIENTS * len(words) and bool(_CALL.search(plain))

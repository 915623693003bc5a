"""Dutch text to the phoneme alphabet that Kokoro was trained on.

espeak-ng speaks Dutch but Kokoro never heard it, so each Dutch sound becomes the nearest sound that the model knows
from English, French, Spanish or Italian.  Which replacement works was found by measuring: see ``samples/README.md``.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import cache

Replacements = tuple[tuple[str, str], ...]

LEXICON = {"ibuprofen": "ˌibyproːfˈɛn", "hm-hm": "hˈəmhəm", "crème": "krˈɛːm", "au": "ˈʌʊ"}
"""Words that espeak-ng spells out or stresses wrongly, in its own alphabet."""

FIRST_GUESS: Replacements = (("ɵ", "œ"), ("ʋ", "v"), ("œy", "œi"))
"""What the project began with; kept to measure against."""

BEST: Replacements = (
    # espeak-ng voices consonants at the end of a word where Dutch does not
    (r"d(?= |$)", "t"),
    (r"b(?= |$)", "p"),
    (r"z(?= |$)", "s"),
    (r"v(?= |$)", "f"),
    # "u" and "uw" are unstressed for espeak-ng and then heard as "je": make them long
    ("yʊ", "yːw"),
    (r"(?<!œ)y(?= |$)", "yː"),
    # Dutch v is nearly voiceless, and w is made with the teeth, as English v
    ("v", "f"),
    ("ʋ", "v"),
    ("ɣ", "x"),
    ("r", "ɾ"),
    # nearer than œ ("jurk" was heard as "jerk") and than ɔ ("zonder" as "zander")
    ("ɵ|ʏ", "ø"),
    ("ɔ(?!ː)", "o"),
)
"""Regular expressions, applied in order to what espeak-ng gives for a clause."""

_CLAUSE = re.compile(r"[^,;:.!?…]+[,;:.!?…]*")
_LEXICAL = re.compile(rf"\b({'|'.join(LEXICON)})\b", re.IGNORECASE)


def clauses(text: str) -> list[tuple[str, str]]:
    """The text cut at its punctuation: pairs of words and the mark that ends them (a comma where none does)."""
    found = []
    for match in _CLAUSE.finditer(text):
        words = match.group().rstrip(",;:.!?… ").strip()
        if words:
            mark = match.group().strip()[len(words) :].strip()
            found.append((words, mark[:1] or ","))
    return found


@cache
def espeak(clause: str) -> str:
    """What espeak-ng makes of one clause: IPA with stress and length marks, words apart by a space."""
    command = ["espeak-ng", "-q", "--ipa", "-v", "nl", "--", clause]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return " ".join(done.stdout.split())


def phonemes(text: str, table: Mapping[str, int], replacements: Replacements = BEST) -> str:
    """The text in Kokoro's alphabet, its punctuation kept; what the table does not know is left out."""
    spoken = "".join(f" {_replaced(_ipa(words), replacements)}{mark}" for words, mark in clauses(text))
    return "".join(symbol for symbol in spoken.strip() if symbol in table)


def _ipa(clause: str) -> str:
    """One clause, with the words of the lexicon as they stand there."""
    parts = (LEXICON.get(part.lower()) or espeak(part.strip()) for part in _LEXICAL.split(clause) if part.strip())
    return " ".join(parts)


def _replaced(ipa: str, replacements: Replacements) -> str:
    for old, new in replacements:
        ipa = re.sub(old, new, ipa)
    return ipa

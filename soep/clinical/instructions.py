"""Text in a conversation that reads like an instruction to a language model, and no patient or GP says to another.

A transcript can be any text: what is in it must be noted, never obeyed.  A drafter never sees such text.
"""

from __future__ import annotations

import re

_WRITTEN = re.compile(
    r"""<\|  |  \|>  |  </?(?:system|assistant|user|s|instructions?|prompt)>  |  <</?SYS>>  |  \[/?INST\]
      |  \#{2,}  |  (?<!\w)(?:SYSTEM|ASSISTANT|USER)\s?:  |  [{}]  |  "\w+"\s?:\s?["\[{\d]
      |  \[\s?\d+(?:\s?,\s?\d+)*\s?\]\s?[SOEP]\b  |  (?<!\w)[SOEP]\d?[!-]?\s?:?\s?\[\s?\d""",
    re.VERBOSE,
)
"""Marks of chat forms, of JSON and of the form in which lines are written: speech has none of them."""
_BEFORE = r"(?:voorgaande|bovenstaande|vorige|eerdere|voorafgaande)"
_ORDER = r"(?:schrijf|zeg|noteer|antwoord|geef|meld|vermeld|doe|maak|vul|volg)"
_SPOKEN = re.compile(
    rf"""\b(?:negeer|vergeet)\b[^.?!]{{0,30}}\b{_BEFORE}\b[^.?!]{{0,40}}\b(?:instructie\w*|opdracht\w*|en\s{_ORDER})\b
      | \b(?:negeer|vergeet|overschrijf)\b[^.?!]{{0,30}}\b(?:instructies|systeemprompt|prompt)\b
      | \bnegeer\s(?:al|alles)\b[^.?!]{{0,30}}\b(?:{_BEFORE}|hierboven|hiervoor)\b
      | \b(?:nieuwe|systeem)\s?(?:instructie|opdracht|prompt)\s?:  |  \bsyste[e]?mprompt\b  |  \bsystem\sprompt\b
      | \b(?:ignore|disregard|forget)\s(?:all\s|any\s|the\s|your\s)*(?:previous|prior|above|earlier)\b
      | \byou\sare\s(?:now\s)?an?\s(?:helpful\s)?(?:assistant|ai|language\smodel)\b
      | \b(?:je|u)\s(?:bent|is)\s(?:nu\s)?een\s(?:behulpzame\sassistent|ai\b|ai-\w+|taalmodel|chatbot)
      | \bals\s(?:ai|taalmodel|ai-model|ai-assistent)\b[^.?!]{{0,20}}\b(?:moet|mag|zul|zal|dien|{_ORDER})\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?…])\s+)")


def without_instructions(text: str) -> str:
    """The text up to the sentence in which an instruction begins: what follows belongs to it."""
    starts = [match.start() for match in (_WRITTEN.search(text), _SPOKEN.search(text)) if match is not None]
    if not starts:
        return text
    first = min(starts)
    sentence = max(match.end() for match in _SENTENCE_START.finditer(text, 0, first + 1) if match.end() <= first)
    return text[:sentence].rstrip()

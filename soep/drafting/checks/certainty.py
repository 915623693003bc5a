"""Check: a line is no surer than the doctor was, and has no diagnosis that the doctor took away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.clinical import medicines
from soep.drafting.checks.speech import Claim, sentences_of
from soep.drafting.checks.text import STOP_WORDS, fold, said, supports_strictly, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_EXCLUDED = re.compile(r"(?<!niet )\b(?:uitgesloten|uitsluit\w*|sluit\w* uit)\b")
_EXCLUDES = re.compile(
    r"\b(?:uitgesloten|uitsluiten|uit te sluiten|sluit\w*\b.{0,40}\buit|weten we zeker|is het niet|"
    r"niet dus|dus geen|zeker geen|kan niet zijn)\b"
)
_DOUBT = re.compile(
    r"\b(?:mogelijk|misschien|zou(?:den)? (?:het |ook |heel goed |wel )*kunnen|zou\w* kunnen|wellicht|vermoed\w*|"
    r"verdenk\w*|verdacht\w*|niet (?:helemaal )?zeker|waarschijnlijk\w*|hoogstwaarschijnlijk|vermoedelijk|twijfel\w*|"
    r"lijkt|denk ik|ik denk|denk aan|doet denken|geloof ik|schat ik|naar mijn idee|volgens mij|"
    r"kan (?:het |ook |heel goed |wel )*(?:zijn|komen|passen|kloppen)|kan\b[^.]*\b(?:zijn|komen|passen|geven|spelen)|"
    r"kunnen\b[^.]*\b(?:zijn|komen|worden)|zo te (?:horen|zien)|bang voor|uitwijzen)\b"
)
_ALSO_DOUBT = re.compile(
    r"^\W*(?:dat )?(?:denk ik|waarschijnlijk|misschien|kan heel goed|zou kunnen|dat zou kunnen|vermoed ik|mogelijk)\b|"
    r"\b(?:weet|zeker weten) (?:\w+ ){0,3}(?:niet zeker|pas|niet)\b|\bniet zeker\b|\bmoet\b[^.]*\buitwijzen\b"
)
"""A sentence that makes the one before it less sure."""
_RESERVED = re.compile(
    r"\b(?:wrs|wsch|wschl|ws|waarschijnlijk\w*|hoogstwaarschijnlijk|onwaarschijnlijk\w*|mogelijk\w*|mgl|misschien|"
    r"verdenking|verdacht|susp\w*|dd|vermoed\w*|past|passend|lijkt|denkt|denk|evt|eventueel|aanwijzing\w*|tekenen|"
    r"teken|onzeker|onduidelijk|eci|nog|ivm|werkdiagnose|beeld|uitsluiten|uitgesloten|risico|kan|kunnen|zou|vlgs|"
    r"afwachten|klinisch|overweeg|bang|indruk|oogt|imponeert|cave)\b|\?"
)
_NO_DIAGNOSIS = re.compile(r"\b(?:geen|niet|gb|goed|stabiel|klacht\w*|zonder)\b|>|<")
_OPTION = re.compile(
    r"\b(?:optie|alternatief|bestaat ook|kan altijd nog|zou kunnen|kan eventueel|eventueel|"
    r"(?:als|indien) (?:dit|dat|het|deze) (?:niet|onvoldoende) (?:werk|help|voldoende)\w*)\b"
)
_LEFT_OPEN = re.compile(
    r"\b(?:evt|eventueel|als|indien|bij|zn|optie|later|mogelijk|kan|zou|overweeg\w*|nog niet|geen|niet)\b"
)
_PART = re.compile(r"[^;]+")
_SEGMENT = re.compile(r"[^,()]+")
_SHORTEST = 3


def check_certainty(claim: Claim) -> Iterator[Verdict]:
    """As in "Uitgesloten" where that was not said, and a firm diagnosis that was said with a reservation."""
    line = fold(claim.line.text)
    spoken = fold(claim.spoken)
    if _EXCLUDED.search(line) and not _EXCLUDES.search(spoken):
        yield objection(FlagCode.NOT_EXCLUDED, word=claim.line.text.rstrip("."))
    if claim.field == "P" and not _LEFT_OPEN.search(line):
        yield from _check_options(claim)
    if claim.field == "E":
        parts = [part for one in sentences_of(claim.line.text) for part in _PART.findall(one)]
        firm = [segment for part in parts if not _RESERVED.search(part) for segment in _SEGMENT.findall(part)]
        yield from _check_firm(claim, [one for one in firm if not _NO_DIAGNOSIS.search(one)])


def _check_options(claim: Claim) -> Iterator[Verdict]:
    """A medicine as prescribed that the doctor named only as a possibility, or for when something else fails."""
    mentions = medicines.find(claim.line.text)
    if not mentions:
        return
    doctors = [one for one in claim.sentences() if one.role in {Role.ARTS, Role.ONBEKEND}]
    named = [{other.name for other in medicines.find(sentence.shown)} for sentence in doctors]
    for mention in mentions:
        about = [
            " ".join(one.text for one in doctors[at : at + 2])
            for at, names in enumerate(named)
            if mention.name in names
        ]
        if about and all(_OPTION.search(one) for one in about):
            yield objection(FlagCode.HYPOTHETICAL, word=mention.name, certain=True)


def _check_firm(claim: Claim, segments: list[str]) -> Iterator[Verdict]:
    """A diagnosis that each sentence of the doctor names with a reservation, or takes back in the next."""
    spoken = [one for one in claim.sentences() if one.role in {Role.ARTS, Role.ONBEKEND}]
    for segment in segments:
        for word in (word for word in words(segment) if word not in STOP_WORDS and len(word) >= _SHORTEST):
            naming = [
                (one.text, spoken[at + 1].text if at + 1 < len(spoken) else "")
                for at, one in enumerate(spoken)
                if not one.question and supports_strictly(said(one.text), word)
            ]
            if naming and all(_takes_away(one, word) for one, _ in naming):
                yield objection(FlagCode.DENIED, word=word, certain=True)
                return
            doubts = [found for one, after in naming if (found := _DOUBT.search(one) or _ALSO_DOUBT.search(after))]
            if naming and len(doubts) == len(naming):
                yield objection(FlagCode.TOO_CERTAIN, critical=False, word=word, said=doubts[0].group().strip())
                return


def _takes_away(sentence: str, word: str) -> bool:
    """Whether a sentence names a diagnosis only to say that it is not one: "een depressie vind ik het nu niet"."""
    named = next((one for one in words(sentence) if supports_strictly(said(one), word)), word)
    at = re.escape(named)
    return bool(re.search(rf"\bgeen (?:\w+ )?{at}\b|\b{at}\b[^,;]{{0,40}}\bniet\b(?! alleen)", sentence))

"""Check: a medicine that was stopped is not written as in use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.clinical.medicines import find
from soep.drafting.checks.drugs import named, same
from soep.drafting.checks.speech import Claim, sentences_of
from soep.drafting.checks.text import fold
from soep.drafting.checks.verdict import Verdict, objection
from soep.types import Role
from soep.wording import FlagCode

_STOPPED = re.compile(
    r"\b(?:gestopt|gestaakt|stopte|mocht stoppen|moest stoppen|opgehouden|niet meer|"
    r"nooit meer|weggegooid|laten staan|laten liggen|"
    r"laten zitten|afgenomen|weg ermee|"
    r"niet gebruikt|niet geslikt|gekapt|afgebouwd|"
    r"afgehaald|eraf gehaald|afgegaan|vanaf gehaald|in de la|weggelaten|geminderd tot niks|niet verdragen|"
    r"er (?:\w+ ){0,2}(?:mee|af|vanaf) gestopt|eruit|afgesloten|mee gekapt|kapte|van af)\b"
)
_ON_AGAIN = re.compile(r"\b(?:weer begonnen|opnieuw|hervat|weer gestart|weer gaan|nu weer|moet door|doorgaan)\b")
_NOT_IN_USE = re.compile(
    r"\b(?:overgeslagen|vergeten|gemist|soms|trouw|gestopt|gestaakt|stop\w*|niet|geen|nooit|eerder|vroeger|vorig\w*|was|had|gehad|kreeg|gekregen|zonder|"
    r"hielp\w*|geleden|toen|allerg\w*|overgevoel\w*|intoler\w*|bijwerking\w*|van|na|eenmalig|kuur\w*|geprobeerd|"
    r"gebruikte|nam|genomen|gebruikt tot|tot|1x|laatste|afgebouwd|afbouw\w*|minder\w*|onvoldoende|effect|over|"
    r"mocht|zelf|weg|uit|ipv|sinds|laat|ex|vg|jaren|tegen|op|door|huid\w*|uitslag|misselijk\w*|verdragen|reactie|"
    r"\d{4}|dgn|wk|wkn|mnd)\b|\d\s?x\b|->|→"
)
_NOT_TAKEN = re.compile(r"\b(?:die|dat|hem|ze|daar)\b[^,]*\b(?:neem|slik|gebruik)\w*\b[^,]*\bniet\b")
_A_PILL = re.compile(r"\b(?:\w*(?:pil|pillen|tablet\w*|middel|medicijn\w*)|zelf gestopt)\b")
_REFERS = re.compile(r"\b(?:die|dat|daar|er|ermee|hem|'m|ze|mee|het|u)\b")
_REACH, _BRIEF, _SHORT = 4, 6, 4


def check_stopped(claim: Claim) -> Iterator[Verdict]:
    """A medicine of S that stands there as in use while each time it is named it was stopped."""
    if claim.field != "S" or _STOPPED.search(fold(claim.line.text)):
        return
    for sentence in sentences_of(claim.line.text):
        if _NOT_IN_USE.search(sentence):
            continue
        for mention in named(sentence):
            cue = _stopped(claim, mention.text)
            if cue:
                yield objection(FlagCode.MEDICINE_STOPPED, medicine=mention.text, said=cue)


def _stopped(claim: Claim, medicine: str) -> str:
    """The words that stop a medicine right after, or in the same breath as, it is named; empty when it goes on."""
    wanted = named(medicine)
    spoken = claim.sentences()
    cue = ""
    for at, sentence in enumerate(spoken):
        if not wanted or not same(wanted[0], named(sentence.text)):
            continue
        brief = len(sentence.text.split()) <= _BRIEF  # "Welke?" "Die lisinopril."
        before = spoken[max(0, at - 2) : at] if brief else []
        after = [one.text for one in before if _A_PILL.search(one.text)] + [sentence.text]
        for other in spoken[at + 1 : at + 1 + _REACH]:
            if any(one.name != wanted[0].name for one in find(other.text)) or _A_PILL.search(other.text):
                break
            if _REFERS.search(other.text) or len(other.text.split()) <= _SHORT:
                after.append(other.text)
        text = fold(" ".join(after))
        found = _STOPPED.search(text) or _NOT_TAKEN.search(text)
        if found is not None and not _ON_AGAIN.search(text):
            cue = found.group()
        elif sentence.role is not Role.ARTS or claim.speech.dictation:
            cue = ""  # the doctor only reads what stands in the record; the patient takes it
    return cue

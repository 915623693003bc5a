"""Check: O, E and P rest on the doctor, S on the patient or on the doctor's question with its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soep.drafting.checks.speech import Claim
from soep.drafting.checks.text import STOP_WORDS, joined, said, supports_strictly, words
from soep.drafting.checks.verdict import Verdict, objection
from soep.drafting.drafter import ProposedLine
from soep.drafting.placing import place
from soep.types import FIELDS, FieldName, Role
from soep.wording import FlagCode

_DOCTORS = {"O", "E", "P"}
_FOUND = {"O", "E"}
_FROM_RECORD = re.compile(
    r"\b(?:med|medicatie|vg|voorgeschiedenis|allergie\w*|cave|dossier|status|brief|lab|uitslag\w*|"
    r"controle|ctrl|gebruikt|"
    r"hetero|tolkt?|telefonisch|bekend\w*|contact|geen)\b",
    re.IGNORECASE,
)
_READ_ALOUD = re.compile(
    r"\b(?:ik zie|zie ik|staat|dossier|systeem|computer|brief|vorige (?:keer|week)|uitslag\w*|u (?:heeft|"
    r"hebt|had|bent|slikt|gebruikt)|je (?:hebt|had|bent)|"
    r"hij|zij|ze|dus|samengevat|vertelde|zei|begrijp)\b",
    re.IGNORECASE,
)


def check_speakers(claim: Claim) -> Iterator[Verdict]:
    """Who said what the line rests on.  Where a speaker is not known, nothing is held against the line."""
    roles = {claim.speech.role(utterance) for utterance in claim.evidence}
    if not roles or Role.ONBEKEND in roles:
        return
    if claim.field in _DOCTORS:
        found = list(_check_doctor(claim, roles))
        yield from found
        if not found and len(roles) > 1 and claim.field in _FOUND and _belongs(claim) == "S":
            yield objection(FlagCode.NOT_FROM_DOCTOR)
    elif claim.field == "S" and roles == {Role.ARTS} and not claim.speech.dictation:
        yield from _check_patient(claim)


def _belongs(claim: Claim) -> FieldName | None:
    """Where the words and who said them would put the line."""
    if claim.field not in FIELDS:
        return None
    field: FieldName = claim.field
    evidence = {utterance.id: utterance for utterance in claim.evidence}
    return place(ProposedLine(field, claim.line), evidence, dictation=False).field


def _check_doctor(claim: Claim, roles: set[Role]) -> Iterator[Verdict]:
    if Role.ARTS not in roles:
        if claim.field != "P" or not _said_by_doctor(claim):
            yield objection(FlagCode.NOT_FROM_DOCTOR)
        return
    if claim.field == "E":
        yield from _check_idea(claim)


def _said_by_doctor(claim: Claim) -> bool:
    """Whether the doctor says most of the line's words anywhere; then only the reference is off."""
    spoken = joined(
        said(utterance.text) for utterance in claim.speech.utterances if claim.speech.role(utterance) is Role.ARTS
    )
    content = _content(claim.line.text)
    return bool(content) and all(supports_strictly(spoken, word) for word in content)


def _check_idea(claim: Claim) -> Iterator[Verdict]:
    """A diagnosis whose words come from the patient and from no sentence of the doctor."""
    doctor = joined(said(one.text) for one in claim.evidence if claim.speech.role(one) is Role.ARTS)
    others = joined(said(one.text) for one in claim.evidence if claim.speech.role(one) is not Role.ARTS)
    content = _content(claim.line.text)
    theirs = [word for word in content if supports_strictly(others, word) and not supports_strictly(doctor, word)]
    if theirs and not any(supports_strictly(doctor, word) for word in content):
        yield objection(FlagCode.PATIENT_IDEA, word=theirs[0])


def _check_patient(claim: Claim) -> Iterator[Verdict]:
    """A complaint that only the doctor said: no question, nothing read from the record, nobody who answered."""
    if _belongs(claim) in _FOUND:
        yield objection(FlagCode.NOT_FROM_PATIENT, critical=False)
        return
    if _FROM_RECORD.search(claim.line.text):
        return
    sentences = claim.sentences()
    if any(sentence.question for sentence in sentences) or any(_READ_ALOUD.search(one.text) for one in sentences):
        return
    yield objection(FlagCode.NOT_FROM_PATIENT, critical=False)


def _content(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS and not word[0].isdigit() and len(word) > 2]

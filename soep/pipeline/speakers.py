"""Who is taken for the GP, and what is doubtful about that: the same for a session and for a transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from soep.speech.interfaces import RoleAssigner
from soep.types import Remark, Role, Source, Utterance
from soep.wording import RemarkCode

UNCERTAIN_ROLE = 0.6


def heard_roles(utterances: Sequence[Utterance], assigner: RoleAssigner) -> tuple[list[Utterance], bool]:
    """The utterances with roles found from what was said, and whether they are a dictation: one speaker."""
    if len({u.speaker for u in utterances}) <= 1:
        return as_dictation(utterances), True
    return assigner.assign(utterances), False


def given_roles(
    utterances: Sequence[Utterance], assigner: RoleAssigner
) -> tuple[list[Utterance], bool, tuple[Remark, ...]]:
    """The utterances with roles, whether they are a dictation, and what is doubtful about that.

    Roles that a transcript gives are kept.  They are found from the text only where it gives none at all.
    """
    roles = {u.role for u in utterances}
    if roles == {Role.ARTS}:
        return list(utterances), True, ()
    if Role.ONBEKEND not in roles:
        return list(utterances), False, ()
    if len(roles) > 1:
        return list(utterances), False, (Remark(RemarkCode.ROLES_UNCERTAIN),)
    assigned, dictation = heard_roles(utterances, assigner)
    return assigned, dictation, role_remarks(assigned, dictation=dictation)


def role_remarks(utterances: Sequence[Utterance], *, dictation: bool) -> tuple[Remark, ...]:
    """What the GP must know of roles that were found from what was said."""
    if dictation:
        return (Remark(RemarkCode.ONE_SPEAKER),)
    if min(u.role_confidence for u in utterances) < UNCERTAIN_ROLE:
        return (Remark(RemarkCode.ROLES_UNCERTAIN),)
    return ()


def as_dictation(utterances: Sequence[Utterance]) -> list[Utterance]:
    """The same words, said by the GP to the microphone."""
    return [replace(u, role=Role.ARTS, role_confidence=1.0, source=Source.DICTAAT) for u in utterances]

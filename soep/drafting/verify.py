"""The check of every line of a note against what was said, without a model.

Each rule is a small function from a line beside its evidence to objections.  What an objection doubts is flagged; what
it is certain of goes out of the note into the list of omissions, with its reason: never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from soep.drafting.checks.amounts import check_amounts
from soep.drafting.checks.certainty import check_certainty
from soep.drafting.checks.drugs import check_medicines
from soep.drafting.checks.items import check_items
from soep.drafting.checks.laterality import check_sides
from soep.drafting.checks.persons import check_persons
from soep.drafting.checks.polarity import check_polarity
from soep.drafting.checks.speakers import check_speakers
from soep.drafting.checks.speech import Claim, Speech, claim
from soep.drafting.checks.stopping import check_stopped
from soep.drafting.checks.support import check_support
from soep.drafting.checks.verdict import Verdict, objection
from soep.drafting.grounding import ground
from soep.types import FIELDS, FieldName, Flag, NoteLine, Origin, SoepNote, Unsaid, UnsaidKind, Utterance
from soep.wording import FlagCode

Rule = Callable[[Claim], Iterator[Verdict]]


def check_evidence(claim: Claim) -> Iterator[Verdict]:
    """A line rests on utterances, and they exist."""
    unknown = [str(one) for one in claim.line.evidence if one not in claim.speech.position]
    if not claim.evidence:
        yield objection(FlagCode.NO_EVIDENCE, certain=claim.field != "")
    elif unknown:
        yield objection(FlagCode.UNKNOWN_EVIDENCE, ids=", ".join(unknown))


RULES: tuple[Rule, ...] = (
    check_amounts,
    check_medicines,
    check_sides,
    check_polarity,
    check_items,
    check_persons,
    check_stopped,
    check_speakers,
    check_certainty,
    check_support,
)
"""The rules for a line that has evidence, the most harmful error first."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Notes with their flags, and the lines that were left out, each with its reason."""

    notes: tuple[SoepNote, ...]
    rejected: tuple[Unsaid, ...]


def check(notes: Sequence[SoepNote], utterances: Sequence[Utterance], *, dictation: bool = False) -> Checked:
    """Check every line and title of the notes against the utterances.

    A line that cites too little gets the one utterance added that says its number or medicine (``grounding.py``).
    Lines that the GP wrote or touched are left as they are.  Flags of an earlier check are replaced.

    Args:
        notes: as a drafter wrote them.
        utterances: all of the consult, in order of time.
        dictation: only the GP speaks.

    Returns:
        The notes with flags; what is certainly wrong is not in them but in ``rejected``.
    """
    speech = Speech(utterances, dictation=dictation)
    rejected: list[Unsaid] = []
    checked = tuple(_checked_note(note, speech, rejected) for note in notes)
    return Checked(checked, tuple(rejected))


def objections(field: FieldName | None, line: NoteLine, speech: Speech) -> list[Verdict]:
    """All that is to be said against one line; ``field`` None is the title."""
    beside = claim(field or "", line, speech)
    found = list(check_evidence(beside))
    if beside.evidence:
        found += [verdict for rule in RULES for verdict in rule(beside)]
    return found


def _checked_note(note: SoepNote, speech: Speech, rejected: list[Unsaid]) -> SoepNote:
    s, o, e, p = (_checked_lines(name, note.lines(name), speech, rejected) for name in FIELDS)
    title = note.problem
    if _is_open(title):
        title = ground(title, speech)
        title = _flagged(title, objections(None, title, speech))
    return replace(note, problem=title, S=s, O=o, E=e, P=p)


def _is_open(line: NoteLine) -> bool:
    """Whether the machine is still the one who speaks for the line."""
    return bool(line.text.strip()) and line.origin is Origin.MACHINE and not line.touched


def _checked_lines(
    name: FieldName, lines: Sequence[NoteLine], speech: Speech, rejected: list[Unsaid]
) -> tuple[NoteLine, ...]:
    kept = []
    for line in lines:
        if not _is_open(line):
            kept.append(line)
            continue
        grounded = ground(line, speech)
        found = objections(name, grounded, speech)
        certain = next((verdict.flag for verdict in found if verdict.certain), None)
        if certain is None:
            kept.append(_flagged(grounded, found))
        else:
            rejected.append(Unsaid(UnsaidKind.REJECTED_LINE, line.text, line.evidence, certain, name))
    return tuple(kept)


def _flagged(line: NoteLine, found: Sequence[Verdict]) -> NoteLine:
    flags: list[Flag] = []
    for verdict in found:
        if verdict.flag not in flags:
            flags.append(verdict.flag)
    return replace(line, flags=tuple(flags))

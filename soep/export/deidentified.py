"""Transcript and note without what tells who they are about, for asking help or for research.

What comes out is still personal data: somebody who knows the patient may recognise the story, and no list of names is
complete; so it opens with a warning.  Names and places come from the lists of deduce (an optional package), what has a
form of its own from ``identifiers``, and what the consult itself knows (label, patient number, author) goes wherever
it occurs.  Medicines and measurements stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from soep.config import Settings
from soep.export import pseudonyms
from soep.export.report import Problem, ReportLine, clock, report_of
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import Consult, FieldName, NoteLine, Role, SoepNote, Transcript, Utterance


class DeidentifiedExporter:
    """UTF-8 text with placeholders such as ``[PERSOON-1]``; the same person keeps one number within a consult."""

    suffix = ".txt"
    is_text = True
    takes_drafts = True

    def __init__(self, settings: Settings) -> None:
        """Nothing of the settings matters here.

        Raises:
            ExportError: the optional package is not installed.
        """
        pseudonyms.check_installed()

    def render(self, consult: Consult) -> bytes:
        """A warning, the transcript and the notes."""
        parts = [_warning(), *_body(_without_identifiers(consult))]
        return ("\n\n".join("\n".join(part) for part in parts) + "\n").encode("utf-8")


# The text ----------------------------------------


def _warning() -> list[str]:
    return [
        _(
            "LET OP: dit zijn nog steeds persoonsgegevens. "
            "Ze zijn gepseudonimiseerd, niet anoniem (AVG, artikel 4 lid 5)."
        ),
        _(
            "Lees alles na voordat u het verstuurt: "
            "een naam kan zijn blijven staan, en een verhaal kan iemand herkenbaar maken."
        ),
    ]


def _body(consult: Consult) -> Iterator[list[str]]:
    report = report_of(consult)
    title = _("Gedeïdentificeerd consult")
    yield [line for line in (f"{title} – {report.mark}" if report.mark else title, consult.contact_type) if line]
    yield [_("Transcript:"), *(_said(consult.transcript) or [_("Er is geen transcript.")])]
    for number, problem in enumerate(report.problems, start=1):
        several = len(report.problems) > 1
        yield list(_note(problem, _("Probleem {number}").format(number=number) if several else _("Probleem")))


def _said(transcript: Transcript) -> list[str]:
    """One line an utterance; who is no known role gets a number, since a label read from a file may be a name."""
    timed = any(utterance.end_s > 0.0 for utterance in transcript.utterances)
    unknown = list(dict.fromkeys(each.speaker for each in transcript.utterances if each.role is Role.ONBEKEND))
    return [
        f"[{clock(each.start_s) if timed else each.id}] {_speaker(each, unknown)}: {each.text}"
        for each in transcript.utterances
    ]


def _speaker(utterance: Utterance, unknown: Sequence[str]) -> str:
    if utterance.role is not Role.ONBEKEND:
        return utterance.role.value.upper()
    return _("SPREKER {number}").format(number=unknown.index(utterance.speaker) + 1)


def _note(problem: Problem, name: str) -> Iterator[str]:
    yield f"{name}: {_sourced(problem.heading)}".rstrip()
    if problem.icpc:
        yield f"ICPC: {problem.icpc}"
    for field, lines in problem.fields:
        yield f"{field}: " + "\n   ".join(map(_sourced, lines)) if lines else f"{field}:"


def _sourced(line: ReportLine) -> str:
    return f"{line.text} [{line.source}]" if line.source else line.text


# The consult ----------------------------------------


def _without_identifiers(consult: Consult) -> Consult:
    """The consult with placeholders in its texts, and without what a reader need not have."""
    texts = [one_line(text) for text in _texts(consult)]
    clean = iter(pseudonyms.replaced(texts, _known(consult)))
    said = tuple(replace(each, text=next(clean), words=()) for each in consult.transcript.utterances)
    notes = tuple(_rewritten(note, clean) for note in consult.notes)
    return replace(
        consult,
        transcript=replace(consult.transcript, utterances=said),
        draft=(),
        working=() if consult.final else notes,
        final=notes if consult.final else (),
        contact_type=next(clean),
        label="",
        patient_ref=None,
        author=None,
        unsaid=(),
        warnings=(),
    )


def _texts(consult: Consult) -> Iterator[str]:
    """Every text of a consult that is shown; ``_without_identifiers`` takes them back in this order."""
    yield from (utterance.text for utterance in consult.transcript.utterances)
    for note in consult.notes:
        yield note.problem.text
        yield from (line.text for _name, line in note.every_line())
    yield consult.contact_type or ""


def _rewritten(note: SoepNote, clean: Iterator[str]) -> SoepNote:
    def line(old: NoteLine) -> NoteLine:
        return replace(old, text=next(clean))

    def lines(name: FieldName) -> tuple[NoteLine, ...]:
        return tuple(map(line, note.lines(name)))

    problem = line(note.problem)
    return replace(note, problem=problem, S=lines("S"), O=lines("O"), E=lines("E"), P=lines("P"))


def _known(consult: Consult) -> list[str]:
    """What the consult itself knows of who was there; a speaker read from a file may be called by a name."""
    speakers = {utterance.speaker for utterance in consult.transcript.utterances}
    return [consult.label, consult.patient_ref or "", consult.author or "", *sorted(speakers)]

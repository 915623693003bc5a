"""What a consult's report says, in order and in words, before it is text or a document.

A concept carries everything that helps to check it: sources, flags, remarks, what was said and stands in no line.  An
approved note is shown as the GP approved it, without those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soep import __version__
from soep.formats.plain_text import one_line
from soep.i18n import _
from soep.types import FIELDS, Consult, FieldName, NoteLine, SoepNote, Transcript
from soep.wording import flag_sentence, remark_sentence, unsaid_sentence

_STRETCH = 3


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line, where it comes from ("0:42, 1:10"; empty without evidence), and what to look at."""

    text: str
    source: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One deelcontact; ``heading`` has no text when the problem has no name."""

    heading: ReportLine
    icpc: str
    fields: tuple[tuple[FieldName, tuple[ReportLine, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; every text is a single line without control characters.  An approved one has no ``mark``."""

    name: str
    mark: str
    notice: str
    about: tuple[str, ...]
    problems: tuple[Problem, ...]
    unsaid: tuple[ReportLine, ...]
    remarks: tuple[str, ...]
    made_with: str

    @property
    def title(self) -> str:
        """Name and mark as one line."""
        return f"{self.name} – {self.mark}" if self.mark else self.name


class _Sources:
    """Where lines come from: times in the sound, or the numbers of utterances where there are no times.

    Three or more utterances in a row are written as a stretch: ``1:15–1:59``.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._utterances = transcript.utterances
        self._places = {utterance.id: place for place, utterance in enumerate(transcript.utterances)}
        self._timed = any(utterance.end_s > 0.0 for utterance in transcript.utterances)

    def named(self, evidence: tuple[int, ...]) -> str:
        places = sorted({self._places[number] for number in evidence if number in self._places})
        found = list(dict.fromkeys(self._stretch(run) for run in _runs(places)))
        unknown = [str(number) for number in evidence if number not in self._places]
        times, numbers = (found, unknown) if self._timed else ([], found + unknown)
        named = [_("uiting {numbers}").format(numbers=", ".join(numbers))] if numbers else []
        return ", ".join(times + named)

    def _stretch(self, run: list[int]) -> str:
        names = [self._name(place) for place in run]
        return ", ".join(dict.fromkeys(names)) if len(names) < _STRETCH else f"{names[0]}–{names[-1]}"

    def _name(self, place: int) -> str:
        utterance = self._utterances[place]
        return clock(utterance.start_s) if self._timed else str(utterance.id)


def _runs(places: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def report_of(consult: Consult) -> Report:
    """Put a consult in words.  The recording's file name and the worklist's label are not among them."""
    concept = not consult.final
    sources = _Sources(consult.transcript)
    return Report(
        name=_("Consultverslag"),
        mark=_("CONCEPT") if concept else "",
        notice=_notice(consult),
        about=tuple(_about(consult)),
        problems=tuple(_problem(note, sources, concept) for note in consult.notes),
        unsaid=tuple(
            ReportLine(one_line(unsaid_sentence(item)), sources.named(item.evidence))
            for item in consult.unsaid
            if concept
        ),
        remarks=tuple(one_line(remark_sentence(remark)) for remark in consult.warnings if concept),
        made_with=_made_with(concept),
    )


def clock(time_s: float) -> str:
    """A place in the sound, as ``0:42`` or ``1:02:03``."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _notice(consult: Consult) -> str:
    if consult.final:
        return ""
    if not consult.notes:
        return _("Er is geen verslag gemaakt.")
    return _("Nog niet gecontroleerd: de huisarts leest dit na voordat het in het dossier komt.")


def _made_with(concept: bool) -> str:
    message = _("Gemaakt met soep {version}, te controleren door de huisarts")
    if not concept:
        message = _("Gemaakt met soep {version}, goedgekeurd door de huisarts")
    return message.format(version=__version__)


def _about(consult: Consult) -> Iterator[str]:
    yield consult.created_at.astimezone().strftime(_("%d-%m-%Y, %H.%M uur"))
    if reference := one_line(consult.patient_ref or ""):
        yield _("patiënt {reference}").format(reference=reference)
    if contact := one_line(consult.contact_type or ""):
        yield contact
    if author := one_line(consult.author or ""):
        yield _("huisarts {name}").format(name=author)


def _problem(note: SoepNote, sources: _Sources, concept: bool) -> Problem:
    fields = tuple((name, tuple(_line(line, sources, concept) for line in note.lines(name))) for name in FIELDS)
    codes = [f"{name} {one_line(code)}" for name, code in (("S", note.icpc_s), ("E", note.icpc_e)) if code]
    return Problem(_line(note.problem, sources, concept), ", ".join(codes), fields)


def _line(line: NoteLine, sources: _Sources, concept: bool) -> ReportLine:
    flags = tuple(one_line(flag_sentence(flag)) for flag in line.flags if concept)
    return ReportLine(one_line(line.text), sources.named(line.evidence), flags)

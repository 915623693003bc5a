"""The values that flow from sound to note: frozen, picklable, and free of third-party types.

Times are float seconds from the start of the sound; shares and probabilities are fractions from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

FieldName = Literal["S", "O", "E", "P"]
FIELDS: tuple[FieldName, ...] = ("S", "O", "E", "P")


class Role(StrEnum):
    """Who speaks: the GP, the patient, somebody with the patient, or not known."""

    ARTS = "arts"
    PATIENT = "patient"
    BEGELEIDER = "begeleider"
    ONBEKEND = "onbekend"


class Source(StrEnum):
    """What an utterance was said in: the conversation, or the GP's dictation."""

    GESPREK = "gesprek"
    DICTAAT = "dictaat"


class Origin(StrEnum):
    """Who wrote a line."""

    MACHINE = "machine"
    HUISARTS = "huisarts"


class Status(StrEnum):
    """Where a consult is in its life."""

    RECORDING = "recording"
    PROCESSING = "processing"
    FAILED = "failed"
    DRAFT = "draft"
    APPROVED = "approved"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; ``text`` has no surrounding spaces and keeps its punctuation."""

    text: str
    start_s: float
    end_s: float
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of sound in which one speaker talks."""

    start_s: float
    end_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said in one go; ``id`` is unique in its consult and never used again."""

    id: int
    text: str
    role: Role = Role.ONBEKEND
    role_confidence: float = 0.0
    start_s: float = 0.0
    end_s: float = 0.0
    speaker: str = ""
    words: tuple[Word, ...] = ()
    source: Source = Source.GESPREK


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the GP must look at in a line: a code with parameters, worded only when shown.

    ``critical`` flags must be resolved before a note can be approved.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    critical: bool = False


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One line of a note with the utterances that it rests on."""

    text: str
    evidence: tuple[int, ...] = ()
    flags: tuple[Flag, ...] = ()
    id: int = 0
    origin: Origin = Origin.MACHINE
    touched: bool = False


@dataclass(frozen=True, slots=True)
class SoepNote:
    """The note of one problem (deelcontact)."""

    problem: NoteLine = NoteLine("")
    S: tuple[NoteLine, ...] = ()
    O: tuple[NoteLine, ...] = ()  # noqa: E741 - the field's name in every Dutch EHR
    E: tuple[NoteLine, ...] = ()
    P: tuple[NoteLine, ...] = ()
    icpc_s: str | None = None
    icpc_e: str | None = None
    id: int = 0
    """Unique in its consult once it is in the store; 0 before."""
    approved_at: datetime | None = None

    def lines(self, name: FieldName) -> tuple[NoteLine, ...]:
        """The lines of one field."""
        found: tuple[NoteLine, ...] = getattr(self, name)
        return found

    def every_line(self) -> Iterator[tuple[FieldName, NoteLine]]:
        """All lines in the order S, O, E, P, each with its field; the title is not among them."""
        for name in FIELDS:
            for line in self.lines(name):
                yield name, line

    def title_and_lines(self) -> Iterator[tuple[FieldName | None, NoteLine]]:
        """The title, which has no field, and all lines after it."""
        yield None, self.problem
        yield from self.every_line()

    @property
    def word_count(self) -> int:
        """Words in the four fields together."""
        return sum(len(line.text.split()) for _, line in self.every_line())


class UnsaidKind(StrEnum):
    """What kind of thing was said but stands in no line; or why a line that was written is not in the note."""

    MEDICINE = "medicine"
    DOSE = "dose"
    ALLERGY = "allergy"
    MEASUREMENT = "measurement"
    SIDE = "side"
    SUICIDALITY = "suicidality"
    SAFETY_NET = "safety_net"
    DENIED = "denied"
    SYMPTOM = "symptom"
    HISTORY = "history"
    WORRY = "worry"
    FINDING = "finding"
    CONCLUSION = "conclusion"
    PLAN = "plan"
    FOLLOW_UP = "follow_up"
    REJECTED_LINE = "rejected_line"
    LEFT_OUT = "left_out"
    DICTATED = "dictated"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Said, but in no line of the note; or a line that the checker left out, with the reason."""

    kind: UnsaidKind
    text: str
    evidence: tuple[int, ...] = ()
    reason: Flag | None = None
    field: FieldName | None = None

    @property
    def key(self) -> tuple[UnsaidKind, tuple[int, ...], str]:
        """What it is known by, wherever it stands in a list, and also when a new draft finds it again."""
        return self.kind, self.evidence, self.text


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about the whole consult (sound cut off, one speaker only …): a code, worded when shown."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageRun:
    """What a stage of the pipeline ran with, for the record."""

    stage: str
    model: str
    sha256: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """The recording a consult came from, named by its hash and never by its file name."""

    sha256: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """The conversation as text."""

    utterances: tuple[Utterance, ...] = ()
    language: str = "nl"

    def by_id(self) -> dict[int, Utterance]:
        """The utterances by their id."""
        return {utterance.id: utterance for utterance in self.utterances}


class ConsentBy(StrEnum):
    """Who agreed to a recording; nobody need agree to a dictation, nor to a shipped consult between nobodies."""

    PATIENT = "patient"
    PARENTS = "ouders"
    BOTH = "patient en ouders"
    REPRESENTATIVE = "vertegenwoordiger"
    NOT_NEEDED = "dictaat"
    SAMPLE = "voorbeeld"


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to the recording, and when."""

    given_by: ConsentBy
    given_at: datetime
    others_informed: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a consult is known by: a word for the list, the EHR's number of the patient, and the kind of contact."""

    label: str = ""
    patient_ref: str | None = None
    contact_type: str | None = None


@dataclass(frozen=True, slots=True)
class Consult:
    """One consultation, from recording to approved note.

    ``draft`` is as the machine wrote it, ``working`` as the GP has it now, ``final`` as the GP approved it.
    """

    id: str
    created_at: datetime
    transcript: Transcript = Transcript()
    draft: tuple[SoepNote, ...] = ()
    working: tuple[SoepNote, ...] = ()
    final: tuple[SoepNote, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()
    warnings: tuple[Remark, ...] = ()
    runs: tuple[StageRun, ...] = ()
    audio: AudioInfo | None = None
    status: Status = Status.DRAFT
    label: str = ""
    patient_ref: str | None = None
    contact_type: str | None = None
    author: str | None = None
    consent: Consent | None = None
    ended_at: datetime | None = None
    """When the recording or dictation ended, or the import was done."""
    approved_at: datetime | None = None
    """When the last of its notes was approved."""
    exported_at: datetime | None = None

    @property
    def notes(self) -> tuple[SoepNote, ...]:
        """The notes that count now: approved, else as edited, else as drafted."""
        return self.final or self.working or self.draft

"""The JSON object of a consult as pydantic models: what a reader accepts, with its bounds.

The published schema is made from these models, so that the two cannot differ.  Types are strict (``"5"`` is no
number), unknown keys are ignored so that files of later writers can be read, and what a writer may leave out has a
default.  The bounds are far above any consult; they stop a damaged or hostile file from filling the memory, and a
list is read up to its first fault, since millions of faults would fill it too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from soep.types import (
    AudioInfo,
    FieldName,
    Flag,
    NoteLine,
    Origin,
    Remark,
    Role,
    SoepNote,
    Source,
    StageRun,
    Status,
    Transcript,
    Unsaid,
    UnsaidKind,
    Utterance,
    Word,
)

VERSION = 1
SCHEMA_ID = "consult-1.schema.json"
MAX_UTTERANCES = 20_000
MAX_TEXT = 200_000
MAX_NAME = 300
_FIRST_YEAR, _LAST_YEAR = 1900, 2200

Id = Annotated[int, Field(ge=0, le=2**53)]
Seconds = Annotated[float, Field(ge=0.0, le=7 * 86_400.0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(max_length=MAX_NAME)]
Evidence = Annotated[list[Id], FailFast(), Field(max_length=MAX_UTTERANCES)]
MAX_PARAMS = 50


def _few(value: object) -> object:
    """Refuse a large dict before its values are read: unlike a list, it would be read beyond its first fault."""
    if isinstance(value, dict) and len(value) > MAX_PARAMS:
        raise ValueError("too many parameters")
    return value


Params = Annotated[dict[Name, Text], Field(max_length=MAX_PARAMS), BeforeValidator(_few)]


def _moment(value: object) -> object:
    """Read a time, which strict mode would refuse as a text; one without an offset is read as UTC."""
    if not isinstance(value, str):
        raise ValueError("a time is a text in ISO 8601")  # noqa: TRY004 - pydantic turns only ValueError into its own
    moment = datetime.fromisoformat(value)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("a year that a calendar elsewhere on earth may not have")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 300})
]


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, use_attribute_docstrings=True)


class WordObject(_Object):
    """One recognised word."""

    text: Name
    start_s: Seconds
    end_s: Seconds
    probability: Share = 1.0

    def value(self) -> Word:
        """As the value that flows through the program."""
        return Word(self.text, self.start_s, self.end_s, self.probability)


class UtteranceObject(_Object):
    """What one speaker said in one go."""

    id: Id
    """Unique in the consult; evidence points to it."""
    start_s: Seconds = 0.0
    """Seconds from the start of the sound; start and end are both 0 when there are no times."""
    end_s: Seconds = 0.0
    speaker: Name = ""
    """The speaker's label, such as A."""
    role: Annotated[Role, Field(strict=False)] = Role.ONBEKEND
    role_confidence: Share = 0.0
    source: Annotated[Source, Field(strict=False)] = Source.GESPREK
    text: Text
    words: Annotated[list[WordObject], FailFast(), Field(max_length=MAX_TEXT)] = []

    def value(self) -> Utterance:
        """As the value that flows through the program."""
        return Utterance(
            id=self.id,
            text=self.text,
            role=self.role,
            role_confidence=self.role_confidence,
            start_s=self.start_s,
            end_s=self.end_s,
            speaker=self.speaker,
            words=tuple(word.value() for word in self.words),
            source=self.source,
        )


def _unique(utterances: list[UtteranceObject]) -> list[UtteranceObject]:
    if len({utterance.id for utterance in utterances}) < len(utterances):
        raise ValueError("an id occurs twice")
    return utterances


class TranscriptObject(_Object):
    """The conversation as text."""

    language: Name = "nl"
    utterances: Annotated[list[UtteranceObject], FailFast(), Field(max_length=MAX_UTTERANCES), AfterValidator(_unique)]

    def value(self) -> Transcript:
        """As the value that flows through the program."""
        return Transcript(tuple(utterance.value() for utterance in self.utterances), self.language)


class FlagObject(_Object):
    """Something to look at: a code with parameters; a critical one stands in the way of approval."""

    code: Name
    params: Params = {}
    critical: bool = False

    def value(self) -> Flag:
        """As the value that flows through the program."""
        return Flag(self.code, dict(self.params), self.critical)


class LineObject(_Object):
    """One line of a note with the ids of the utterances that it rests on."""

    text: Text
    evidence: Evidence = []
    flags: Annotated[list[FlagObject], FailFast(), Field(max_length=100)] = []
    origin: Annotated[Origin, Field(strict=False)] = Origin.MACHINE
    """Written only for a line that the GP wrote."""
    touched: bool = False
    """Written only for a line that the GP changed."""

    def value(self) -> NoteLine:
        """As the value that flows through the program."""
        flags = tuple(flag.value() for flag in self.flags)
        return NoteLine(self.text, tuple(self.evidence), flags, origin=self.origin, touched=self.touched)


Lines = Annotated[list[LineObject], FailFast(), Field(max_length=500)]


def _values(lines: list[LineObject]) -> tuple[NoteLine, ...]:
    return tuple(line.value() for line in lines)


class NoteObject(_Object):
    """The note of one problem."""

    problem: LineObject = LineObject(text="")
    icpc_s: Name | None = None
    icpc_e: Name | None = None
    S: Lines = []
    O: Lines = []  # noqa: E741 - the field's name in every Dutch EHR
    E: Lines = []
    P: Lines = []

    def value(self) -> SoepNote:
        """As the value that flows through the program."""
        return SoepNote(
            problem=self.problem.value(),
            S=_values(self.S),
            O=_values(self.O),
            E=_values(self.E),
            P=_values(self.P),
            icpc_s=self.icpc_s,
            icpc_e=self.icpc_e,
        )


class UnsaidObject(_Object):
    """Said, but in no line of the note; or a line that the checker left out, with the reason."""

    kind: Annotated[UnsaidKind, Field(strict=False)]
    text: Text
    evidence: Evidence = []
    field: FieldName | None = None
    reason: FlagObject | None = None

    def value(self) -> Unsaid:
        """As the value that flows through the program."""
        reason = self.reason.value() if self.reason else None
        return Unsaid(self.kind, self.text, tuple(self.evidence), reason, self.field)


class RemarkObject(_Object):
    """A remark about the whole consult."""

    code: Name
    params: Params = {}

    def value(self) -> Remark:
        """As the value that flows through the program."""
        return Remark(self.code, dict(self.params))


class RunObject(_Object):
    """What a stage of the pipeline ran with."""

    stage: Name
    model: Name
    sha256: Name = ""
    elapsed_s: Seconds = 0.0

    def value(self) -> StageRun:
        """As the value that flows through the program."""
        return StageRun(self.stage, self.model, self.sha256, self.elapsed_s)


class AudioObject(_Object):
    """The recording, named by its hash and never by its file name."""

    sha256: Name
    duration_s: Seconds

    def value(self) -> AudioInfo:
        """As the value that flows through the program."""
        return AudioInfo(self.sha256, self.duration_s)


class ConsultObject(_Object):
    """One consultation with its SOEP note, as soep writes it."""

    version: Annotated[int, Field(ge=1, le=VERSION)] = VERSION
    id: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    status: Annotated[Status, Field(strict=False)]
    """The note is approved by the GP when this is approved or exported; otherwise it is a concept."""
    notice: Text = ""
    """Says in words that the note is a CONCEPT; written as long as the GP has not approved it."""
    created_at: Moment | None = None
    label: Name = ""
    patient_ref: Name | None = None
    contact_type: Name | None = None
    author: Name | None = None
    audio: AudioObject | None = None
    transcript: TranscriptObject
    notes: Annotated[list[NoteObject], FailFast(), Field(max_length=100)] = []
    """The notes that count: approved, else as edited, else as drafted."""
    unsaid: Annotated[list[UnsaidObject], FailFast(), Field(max_length=2_000)] = []
    warnings: Annotated[list[RemarkObject], FailFast(), Field(max_length=500)] = []
    runs: Annotated[list[RunObject], FailFast(), Field(max_length=500)] = []


class _Generator(GenerateJsonSchema):
    """Leaves out the titles that only repeat a key, and names the dialect and the file."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        made = super().generate(schema, mode)
        for definition in made.get("$defs", {}).values():
            definition.pop("title", None)
        head = {"$schema": self.schema_dialect, "$id": SCHEMA_ID, "title": "Consult"}
        return {**head, **{key: made[key] for key in made if key != "title"}}


def made_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the models; the file in ``schema/`` holds it as published."""
    return ConsultObject.model_json_schema(schema_generator=_Generator)

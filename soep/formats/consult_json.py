"""A consult as a JSON object and back; the form is published as ``schema/consult-1.schema.json``.

What is written is the consult as others need it: one set of notes, and nothing about consent or earlier versions of
a line, which stay in the store.  Times and shares are rounded to thousandths.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Never, TypeVar

from pydantic import BaseModel, ValidationError

from soep.errors import InputError
from soep.formats.wire import SCHEMA_ID, VERSION, ConsultObject
from soep.i18n import _
from soep.types import (
    FIELDS,
    Consult,
    Flag,
    NoteLine,
    Origin,
    SoepNote,
    Status,
    Transcript,
    Unsaid,
    Utterance,
    Word,
)

_DIGITS = 3
_MAX_PLACE = 80
Model = TypeVar("Model", bound=BaseModel)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of what ``to_object`` gives."""
    path = Path(__file__).parent / "schema" / SCHEMA_ID
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def to_object(consult: Consult) -> dict[str, Any]:
    """The consult as a JSON object; ``notes`` are the approved ones, else as edited, else as drafted."""
    return {
        "version": VERSION,
        "id": consult.id,
        "status": consult.status.value,
        **_known(notice=None if consult.final else _("CONCEPT, nog niet gecontroleerd door de huisarts")),
        "created_at": consult.created_at.isoformat(),
        **_known(
            label=consult.label or None,
            patient_ref=consult.patient_ref,
            contact_type=consult.contact_type,
            author=consult.author,
        ),
        "audio": consult.audio and {"sha256": consult.audio.sha256, "duration_s": _rounded(consult.audio.duration_s)},
        "transcript": _transcript(consult.transcript),
        "notes": [_note(note) for note in consult.notes],
        "unsaid": [_unsaid(item) for item in consult.unsaid],
        "warnings": [{"code": remark.code, "params": dict(remark.params)} for remark in consult.warnings],
        "runs": [
            {"stage": run.stage, "model": run.model, "sha256": run.sha256, "elapsed_s": _rounded(run.elapsed_s)}
            for run in consult.runs
        ],
    }


def to_json(consult: Consult) -> str:
    """``to_object`` as text, with a line break at the end.

    Raises:
        ValueError: a time is not finite.
    """
    return json.dumps(to_object(consult), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_object(obj: object) -> Consult:
    """Read a consult from a JSON object of this version or an older one; unknown keys are ignored.

    Approved notes become ``final``, others ``draft``.  Lines are numbered anew, from 1, through all notes, as
    a drafter numbers them.

    Raises:
        InputError: a key is missing, of a wrong type or out of bounds, an id occurs twice, or the object is newer.
    """
    if isinstance(obj, dict):
        refuse_newer(obj.get("version"))
    read = checked(ConsultObject, obj)
    notes = _numbered(tuple(note.value() for note in read.notes))
    approved = read.status in {Status.APPROVED, Status.EXPORTED}
    return Consult(
        id=read.id,
        created_at=read.created_at or datetime.now(UTC),
        transcript=read.transcript.value(),
        draft=() if approved else notes,
        final=notes if approved else (),
        unsaid=tuple(item.value() for item in read.unsaid),
        warnings=tuple(remark.value() for remark in read.warnings),
        runs=tuple(run.value() for run in read.runs),
        audio=read.audio.value() if read.audio else None,
        status=read.status,
        label=read.label,
        patient_ref=read.patient_ref,
        contact_type=read.contact_type,
        author=read.author,
    )


def from_json(text: str) -> Consult:
    """Read a consult from JSON text; see ``from_object``."""
    return from_object(parsed(text))


def parsed(text: str) -> object:
    """JSON text as Python values.

    Raises:
        InputError: the text is no JSON; NaN and Infinity, which JSON does not know, are refused.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(
            _("Dit is geen geldig JSON-bestand."),
            _("Kies een bestand dat met “soep process --format json” is gemaakt."),
        ) from error


def checked(model: type[Model], obj: object) -> Model:
    """Fit an object to a model.

    Raises:
        InputError: it does not fit; the message names the place and holds nothing of the content.
    """
    try:
        return model.model_validate(obj)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        place = _place(found[0]["loc"])
    raise InputError(
        _("De inhoud van het JSON-bestand klopt niet bij “{place}”.").format(place=place),
        _("Kies een bestand dat met soep is gemaakt, of maak het opnieuw."),
    )


def refuse_newer(version: object) -> None:
    """Refuse an object of a version that did not exist yet.

    Raises:
        InputError: the version is higher than this reader knows.
    """
    if isinstance(version, int) and version > VERSION:
        raise InputError(
            _("Dit bestand is met een nieuwere versie van soep gemaakt."), _("Werk soep bij en probeer het opnieuw.")
        )


def _place(loc: tuple[int | str, ...]) -> str:
    names = [str(part) for part in loc]
    if "params" in names:  # the keys under it come from the file
        names = names[: names.index("params") + 1]
    return ".".join(names)[:_MAX_PLACE] or "consult"


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _numbered(notes: tuple[SoepNote, ...]) -> tuple[SoepNote, ...]:
    ids = count(1)

    def numbered(lines: tuple[NoteLine, ...]) -> tuple[NoteLine, ...]:
        return tuple(replace(line, id=next(ids)) for line in lines)

    return tuple(
        replace(
            note,
            problem=numbered((note.problem,))[0] if note.problem.text else note.problem,
            S=numbered(note.S),
            O=numbered(note.O),
            E=numbered(note.E),
            P=numbered(note.P),
        )
        for note in notes
    )


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)


def _known(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _transcript(transcript: Transcript) -> dict[str, Any]:
    return {
        "language": transcript.language,
        "utterances": [_utterance(utterance) for utterance in transcript.utterances],
    }


def _utterance(utterance: Utterance) -> dict[str, Any]:
    return {
        "id": utterance.id,
        "start_s": _rounded(utterance.start_s),
        "end_s": _rounded(utterance.end_s),
        "speaker": utterance.speaker,
        "role": utterance.role.value,
        "role_confidence": _rounded(utterance.role_confidence),
        "source": utterance.source.value,
        "text": utterance.text,
        "words": [_word(word) for word in utterance.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "start_s": _rounded(word.start_s),
        "end_s": _rounded(word.end_s),
        "probability": _rounded(word.probability),
    }


def _note(note: SoepNote) -> dict[str, Any]:
    made: dict[str, Any] = {"problem": _line(note.problem), "icpc_s": note.icpc_s, "icpc_e": note.icpc_e}
    for name in FIELDS:
        made[name] = [_line(line) for line in note.lines(name)]
    return made


def _line(line: NoteLine) -> dict[str, Any]:
    made: dict[str, Any] = {
        "text": line.text,
        "evidence": list(line.evidence),
        "flags": [_flag(flag) for flag in line.flags],
    }
    if line.origin is not Origin.MACHINE:
        made["origin"] = line.origin.value
    if line.touched:
        made["touched"] = True
    return made


def _flag(flag: Flag) -> dict[str, Any]:
    return {"code": flag.code, "params": dict(flag.params), "critical": flag.critical}


def _unsaid(item: Unsaid) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": item.kind.value, "text": item.text, "evidence": list(item.evidence)}
    return made | _known(field=item.field, reason=_flag(item.reason) if item.reason else None)

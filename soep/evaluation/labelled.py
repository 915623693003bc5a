"""The form of a labelled consult, which comes from a file that anybody may have written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field

from soep.errors import InputError
from soep.formats.consult_json import checked
from soep.formats.files import read_bounded
from soep.formats.transcripts import MAX_BYTES
from soep.formats.wire import MAX_TEXT, MAX_UTTERANCES, Id, Name, Text
from soep.i18n import _

_KEYS = {"utterances", "notes", "checks"}


def labelled_consult(path: Path) -> dict[str, Any] | None:
    """The labelled consult in a file; None when the file is something else.

    Raises:
        InputError: it has the keys of a labelled consult, but cannot be measured against.
    """
    try:
        content = read_bounded(path, MAX_BYTES)
        consult = json.loads(content) if content is not None else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(consult, dict) or not consult.keys() >= _KEYS:
        return None
    try:
        checked(_Consult, consult)
    except InputError as error:
        raise InputError(f"{path.name}: {error.message}", _("Herstel het bestand of haal het uit de map.")) from error
    return consult


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError("not a regular expression") from error
    return pattern


class _Object(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Spoken(_Object):
    i: Id
    text: Text


class _Line(_Object):
    text: Text
    evidence: Annotated[list[Id], FailFast(), Field(max_length=MAX_UTTERANCES)]


_Lines = Annotated[list[_Line], FailFast(), Field(max_length=500)]


class _Note(_Object):
    problem: Text = ""
    S: _Lines = []
    O: _Lines = []  # noqa: E741 - the field's name in every Dutch EHR
    E: _Lines = []
    P: _Lines = []


class _Check(_Object):
    fact: Text
    field: Literal["S", "O", "E", "P", "*"]
    regex: Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_compiles)]


class _Wanted(_Check):
    weight: Annotated[float, Field(gt=0.0, le=100.0, allow_inf_nan=False)] = 1.0


class _Checks(_Object):
    must: Annotated[list[_Wanted], FailFast(), Field(min_length=1, max_length=500)]
    must_not: Annotated[list[_Check], FailFast(), Field(max_length=500)]


def _with_words(notes: list[_Note]) -> list[_Note]:
    if not any(line.text.strip() for note in notes for line in (*note.S, *note.O, *note.E, *note.P)):
        raise ValueError("a note without words")
    return notes


class _Consult(_Object):
    id: Name
    utterances: Annotated[list[_Spoken], FailFast(), Field(max_length=MAX_UTTERANCES)]
    notes: Annotated[list[_Note], FailFast(), Field(max_length=100), AfterValidator(_with_words)]
    checks: _Checks

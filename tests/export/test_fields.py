"""The note as text for the EHR, in every form that a practice can set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from soep.config import ExportSettings, FieldTextSettings, Settings
from soep.export.exporter import load_exporter
from soep.export.fields import FieldText, codes, fields, note_text
from soep.types import SoepNote, Status
from tests.factories import consult, line, rich_consult

NOTE = SoepNote(
    problem=line("Keelpijn"),
    icpc_s="R21",
    icpc_e="R74",
    S=(line("5 dgn keelpijn."), line("T 38,5.")),
    E=(line("BLWI."),),
    P=(line("Pcm 4 dd 1000 mg zn."),),
)


def profile(**values: Any) -> FieldTextSettings:
    return FieldTextSettings(**values)


def test_a_field_at_a_time_without_label_and_without_empty_ones() -> None:
    assert fields(NOTE, profile()) == [
        FieldText("S", "5 dgn keelpijn.\nT 38,5. (R21)"),
        FieldText("E", "BLWI. (R74)"),
        FieldText("P", "Pcm 4 dd 1000 mg zn."),
    ]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Keelpijn\nS: 5 dgn keelpijn.\nT 38,5. (R21)\nE: BLWI. (R74)\nP: Pcm 4 dd 1000 mg zn."),
        (
            {"separator": "puntkomma", "title": False, "icpc": "geen"},
            "S: 5 dgn keelpijn; T 38,5.\nE: BLWI.\nP: Pcm 4 dd 1000 mg zn.",
        ),
        (
            {"separator": "spatie", "icpc": "apart", "labels": {"S": "Subj. ", "E": "Eval. "}, "order": ("E", "S")},
            "Keelpijn\nEval. BLWI.\nICPC E: R74\nSubj. 5 dgn keelpijn. T 38,5.\nICPC S: R21",
        ),
        (
            {"separator": "spatie", "icpc": "geen", "line_length": 16, "order": ("S", "P")},
            "Keelpijn\nS: 5 dgn\nkeelpijn. T\n38,5.\nP: Pcm 4 dd 1000\nmg zn.",
        ),
    ],
)
def test_a_whole_note_as_the_practice_wants_it(values: dict[str, Any], text: str) -> None:
    assert note_text(NOTE, profile(**values)) == text


def test_codes_by_themselves() -> None:
    found = fields(NOTE, profile(icpc="apart", labelled_fields=True))
    assert [each.name for each in found] == ["S", "ICPC S", "E", "ICPC E", "P"]
    assert found[2].text == "E: BLWI."
    assert found[3].text == "R74"
    assert codes(NOTE) == "R74"
    assert codes(replace(NOTE, icpc_e=None)) == "R21"
    assert codes(SoepNote()) == ""


def test_a_code_without_lines_is_still_pasted() -> None:
    assert fields(SoepNote(icpc_e="R74"), profile()) == [FieldText("E", "(R74)")]


def test_the_exporter_gives_all_problems() -> None:
    drafted = rich_consult()
    settings = Settings(export=ExportSettings(text=profile(separator="spatie", icpc="geen")))
    approved = replace(drafted, final=drafted.draft, status=Status.APPROVED)
    assert load_exporter("tekst", settings).render(approved).decode() == (
        "Keelpijn\n"
        "S: Sinds 5 dgn keelpijn en hoest. Eergisteren T 38,5, nu -.\n"
        "O: Keel rood, geen beslag. Pulm schoon.\n"
        "E: BLWI.\n"
        "P: Pcm 4 dd 500 mg. Bij dyspnoe of koorts > 3 dgn direct bellen.\n"
        "\n"
        "Kniepijn re\n"
        "S: Pijn re knie bij traplopen.\n"
        "O: Geen hydrops.\n"
        "P: 6 wkn aankijken. Oefeningen meegegeven.\n"
    )
    assert load_exporter("tekst", settings).render(consult()).decode() == "CONCEPT\n"

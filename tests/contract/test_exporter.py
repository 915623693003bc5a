"""What every installed exporter must do, whoever wrote it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from soep.config import Settings
from soep.errors import ExportError, InputError
from soep.export.exporter import Exporter, exporter_names, load_exporter
from soep.types import Consult, Flag, SoepNote, Status, Unsaid, UnsaidKind
from tests.conftest import missing
from tests.factories import MOMENT, consult, line, rich_consult

ODD = "a\x00b\x1b[31m \ud800\ufffe\u202e<&>]]> 😀 “x” \u2028 eind"


@pytest.fixture(params=exporter_names())
def exporter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Exporter:
    monkeypatch.delenv("SOEP_LANG", raising=False)
    try:
        return load_exporter(request.param, Settings())
    except ExportError as error:  # it needs an optional package that is not here
        missing(str(error))
        raise


def readable(exporter: Exporter, consult: Consult) -> str:
    """The text of what an exporter gives: as it is, or the texts of the parts of an Office document.

    Where drafts are refused, that of the same consult approved.
    """
    content = exporter.render(consult if exporter.takes_drafts else approved(consult))
    if exporter.is_text:
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")]
    return "\n".join("".join(part.itertext()) for part in parts)


def approved(drafted: Consult) -> Consult:
    final = tuple(replace(note, approved_at=MOMENT) for note in drafted.final or drafted.draft)
    return replace(drafted, final=final, status=Status.APPROVED, approved_at=MOMENT)


def test_the_built_in_ones_are_there() -> None:
    assert {"json", "txt", "docx", "fhir"} <= set(exporter_names())


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError, match="wordperfect"):
        load_exporter("wordperfect", Settings())


def test_suffix_and_kind(exporter: Exporter) -> None:
    assert exporter.suffix.startswith(".")
    assert isinstance(exporter.is_text, bool)
    assert isinstance(exporter.takes_drafts, bool)


def test_the_same_consult_gives_the_same_bytes(exporter: Exporter) -> None:
    assert exporter.render(approved(rich_consult())) == exporter.render(approved(rich_consult()))


def test_every_line_is_in_it(exporter: Exporter) -> None:
    drafted = rich_consult()
    text = readable(exporter, drafted)
    for note in drafted.notes:
        assert note.problem.text in text
        for _, each in note.every_line():
            assert each.text in text


def test_a_draft_says_concept_or_is_refused_and_an_approved_note_does_not(exporter: Exporter) -> None:
    for draft in (rich_consult(), consult()):
        if exporter.takes_drafts:
            assert "CONCEPT" in readable(exporter, draft)
        else:
            with pytest.raises(ExportError, match="goedgekeurd"):
                exporter.render(draft)
    assert "CONCEPT" not in readable(exporter, approved(rich_consult()))


def test_the_approved_note_counts(exporter: Exporter) -> None:
    drafted = consult(SoepNote(S=(line("Zoals gemaakt."),)))
    final = approved(replace(drafted, final=(SoepNote(S=(line("Zoals goedgekeurd."),)),)))
    text = readable(exporter, final)
    assert "Zoals goedgekeurd." in text
    assert "Zoals gemaakt." not in text


def test_odd_characters_break_nothing(exporter: Exporter) -> None:
    odd = consult(
        SoepNote(problem=line(ODD), S=(line(ODD, 99, flags=(Flag(ODD, {"number": ODD}),)),)),
        unsaid=(Unsaid(UnsaidKind.DOSE, ODD, (1,)),),
        patient_ref=ODD,
        contact_type="\x0b",
        author=ODD,
        label=ODD,
    )
    text = readable(exporter, odd)
    assert "😀 “x”" in text
    assert "eind" in text


def test_a_code_that_is_none_is_shown_or_refused_without_quoting_it(exporter: Exporter) -> None:
    odd = approved(consult(SoepNote(S=(line("Hoest."),), icpc_s=ODD)))
    try:
        assert "Hoest." in readable(exporter, odd)
    except ExportError as refused:
        assert "eind" not in str(refused)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=30), min_size=4, max_size=4))
def test_any_text_can_be_rendered(exporter: Exporter, texts: list[str]) -> None:
    text, problem, reference, parameter = texts
    flag = Flag("number_not_said", {"number": parameter})
    note = SoepNote(problem=line(problem), P=(line(text, 1, flags=(flag,)),))
    assert readable(exporter, consult(note, patient_ref=reference))


def test_a_consult_without_notes_is_still_something(exporter: Exporter) -> None:
    if not exporter.takes_drafts:
        pytest.skip("without notes nothing is approved")
    assert readable(exporter, consult()).strip()

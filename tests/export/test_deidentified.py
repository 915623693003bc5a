"""What `soep export --to gedeidentificeerd` takes out of a consult, and what it must leave in."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soep.config import Settings
from soep.errors import ExportError
from soep.export import identifiers, pseudonyms
from soep.export.exporter import load_exporter
from soep.types import Consult, Role, SoepNote, Status
from tests.commands import assert_refused, soep
from tests.conftest import missing
from tests.factories import consult, line, transcript, utterance

NAME = "gedeidentificeerd"
needs_deduce = pytest.mark.usefixtures("_deduce")


@pytest.fixture
def _deduce() -> None:
    """The package asks for an older regex than the lock has, so it comes by itself: see pyproject.toml."""
    if importlib.util.find_spec("deduce") is None:
        missing("pip install --no-deps --group deidentificatie")


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOEP_LANG", raising=False)


def shown(consult: Consult) -> str:
    return load_exporter(NAME, Settings()).render(consult).decode("utf-8")


def clean(*texts: str, known: tuple[str, ...] = ()) -> str:
    return "\n".join(pseudonyms.replaced(texts, known))


def approved() -> Consult:
    """A consult as it leaves the store: with its transcript, and with approved notes only."""
    spoken = transcript(
        (Role.ARTS, "Goedemorgen mevrouw Jansen, ik ben dokter Oudshoorn."),
        (Role.PATIENT, "Sinds 12 maart pijn in mijn linkerknie. Bel me op 06-12345678."),
        (Role.BEGELEIDER, "Ik ben haar man, Henk. Wij wonen Kerkstraat 14 in Amersfoort."),
        timed=True,
    )
    note = SoepNote(
        problem=line("Kniepijn li", 2),
        S=(line("Mw Jansen (20481): sinds 12 mrt pijn li knie.", 2),),
        O=(line("RR 140/85, T 38,5. Lachman neg.", 2),),
        P=(line("Naproxen 2 dd 500 mg, 7 dgn.", 2), line("Ctrl bij dr. Oudshoorn.", 1)),
        icpc_e="L15",
    )
    return replace(
        consult(transcript=spoken, label="jansen knie", patient_ref="20481", author="A.B. Oudshoorn"),
        final=(note,),
        status=Status.APPROVED,
    )


# The file ----------------------------------------


@needs_deduce
def test_the_warning_comes_first() -> None:
    first, second, *_rest = shown(approved()).splitlines()
    assert "nog steeds persoonsgegevens" in first
    assert "artikel 4 lid 5" in first
    assert "Lees alles na" in second


@needs_deduce
def test_transcript_and_notes_without_who_and_when() -> None:
    assert shown(approved()).split("\n\n", 1)[1] == (
        "Gedeïdentificeerd consult\n"
        "\n"
        "Transcript:\n"
        "[0:05] ARTS: Goedemorgen mevrouw [PERSOON-1], ik ben dokter [PERSOON-2].\n"
        "[0:10] PATIENT: Sinds [DATUM-1] pijn in mijn linkerknie. Bel me op [TELEFOON-1].\n"
        "[0:15] BEGELEIDER: Ik ben haar man, [PERSOON-3]. Wij wonen [PLAATS-1] in [PLAATS-2].\n"
        "\n"
        "Probleem: Kniepijn li [0:10]\n"
        "ICPC: E L15\n"
        "S: Mw [PERSOON-1] ([NUMMER-1]): sinds [DATUM-2] pijn li knie. [0:10]\n"
        "O: RR 140/85, T 38,5. Lachman neg. [0:10]\n"
        "E:\n"
        "P: Naproxen 2 dd 500 mg, 7 dgn. [0:10]\n"
        "   Ctrl bij dr. [PERSOON-2]. [0:05]\n"
    )


@needs_deduce
def test_moment_and_names_of_the_consult_are_not_in_it() -> None:
    text = shown(approved()).lower()
    for word in ("12-03-2026", "9.41", "jansen", "20481", "oudshoorn", "henk"):
        assert word not in text


@needs_deduce
def test_a_speaker_called_by_a_name_is_numbered() -> None:
    said = transcript().utterances
    said = (
        utterance(1, "Mijn buurman Verkerk hoest.", Role.ONBEKEND, speaker="Joke Verkerk"),
        utterance(2, "Al een week.", Role.ONBEKEND, speaker="B"),
    )
    text = shown(consult(transcript=replace(transcript(), utterances=said)))
    assert "[1] SPREKER 1: Mijn buurman [PERSOON-1] hoest." in text
    assert "[2] SPREKER 2: Al een week." in text


@needs_deduce
def test_without_a_transcript_it_says_so() -> None:
    assert "Er is geen transcript." in shown(replace(approved(), transcript=transcript()))


# What goes ----------------------------------------


@needs_deduce
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoi, met Wietske Hoogeveen.", "Hoi, met [PERSOON-1]."),
        ("Ik ben Fatima El Amrani, de moeder van Youssef.", "Ik ben [PERSOON-1], de moeder van [PERSOON-2]."),
        ("Dokter De Wit, huisarts A. Bakker.", "Dokter [PERSOON-1], huisarts [PERSOON-2]."),
        ("ja met jansen, mijn naam is piet jansen", "ja met [PERSOON-1], mijn naam is [PERSOON-1]"),
        ("Geboren op 3 april 1956.", "Geboren op [DATUM-1]."),
        ("geboren zeventien negen vierenveertig", "geboren [DATUM-1]"),
        ("Op de vijfde mei, of donderdag 14 november.", "Op de [DATUM-1], of donderdag [DATUM-2]."),
        ("d.d. 01-02-2024 en 2024-02-01", "d.d. [DATUM-1] en [DATUM-2]"),
        ("Bel 06-12345678.", "Bel [TELEFOON-1]."),
        ("nul zes twaalf vierendertig zesenvijftig achtenzeventig", "[TELEFOON-1]"),
        ("+31 6 12345678 of 0575 123456", "[TELEFOON-1] of [TELEFOON-2]"),
        ("Mijn BSN is 111222333.", "Mijn BSN is [BSN-1]."),
        ("burgerservicenummer een een een twee twee twee drie drie drie", "burgerservicenummer [BSN-1]"),
        ("Patiëntnummer 9912, polisnummer 8803 1177 25", "Patiëntnummer [NUMMER-1], polisnummer [NUMMER-2]"),
        ("Rekening NL91 ABNA 0417 1643 00.", "Rekening [NUMMER-1]."),
        ("Postcode 3011 AB, Rotterdam.", "Postcode [PLAATS-1], [PLAATS-2]."),
        ("Dorpsstraat nummer 12 in Ede", "[PLAATS-1] in [PLAATS-2]"),
        ("Molenweg elf, Burgemeester de Vriesstraat 8", "[PLAATS-1], [PLAATS-2]"),
        ("ik kom uit rotterdam", "ik kom uit [PLAATS-1]"),
        (
            "In het Erasmus MC, via huisartsenpraktijk De Linde.",
            "In het [INSTELLING-1], via huisartsenpraktijk [INSTELLING-2].",
        ),
        ("Mijn moeder is 93 jaar, ik ben 61 jaar.", "Mijn moeder is [LEEFTIJD-90+] jaar, ik ben 61 jaar."),
        ("Visite bij mevrouw Vos, vijfennegentig.", "Visite bij mevrouw [PERSOON-1], [LEEFTIJD-90+]."),
        ("jan punt smit apenstaartje voorbeeld punt nl", "[E-MAIL-1]"),
        ("Mail jan.smit@voorbeeld.nl, lees www.thuisarts.nl.", "Mail [E-MAIL-1], lees www.thuisarts.nl."),
    ],
)
def test_what_goes(text: str, expected: str) -> None:
    assert clean(text) == expected


@needs_deduce
def test_one_person_keeps_one_number_and_two_do_not_share_it() -> None:
    text = clean("Met Riet van Dongen.", "Riet hoest. Mevrouw Van Dongen ook.", "En Henk Verhagen.", "Henks been.")
    assert text.splitlines() == [
        "Met [PERSOON-1].",
        "[PERSOON-1] hoest. Mevrouw [PERSOON-1] ook.",
        "En [PERSOON-2].",
        "[PERSOON-2]s been.",
    ]


@needs_deduce
@pytest.mark.parametrize(
    ("known", "text", "expected"),
    [
        ("jansen-opname-0312.m4a", "Zegt JANSEN: opname jansen.", "Zegt [PERSOON-1]: opname [PERSOON-1]."),
        ("knie links mw Jansen", "Knie links, jansen.", "Knie links, [PERSOON-1]."),
        ("20481", "nummer twee nul vier acht een, of 20 481", "nummer [NUMMER-1], of [NUMMER-1]"),
        ("PAT-77", "zie pat-77.", "zie [NUMMER-1]."),
        ("140", "RR 140/85", "RR 140/85"),
        ("J. de Wit", "Keel wit beslag, gezien door Wit.", "Keel wit beslag, gezien door [PERSOON-1]."),
        ("metformine Crohn hoest", "Crohn, hoest, slikt Metformine.", "Crohn, hoest, slikt Metformine."),
        ("Dokter", "De dokter kijkt.", "De dokter kijkt."),
    ],
)
def test_what_the_consult_knows_goes(known: str, text: str, expected: str) -> None:
    assert clean(text, known=(known,)) == expected


# What stays ----------------------------------------


@needs_deduce
@pytest.mark.parametrize(
    "text",
    [
        "RR 140/85, pols 96, T 38,5, sat 98%, AF 18, gewicht 84,5 kg, lengte 178 cm.",
        "Bloeddruk honderdveertig over vijfentachtig, temperatuur achtendertig vijf.",
        "Dokter, de pols is 96. Mevrouw, uw saturatie is 95 procent.",
        "Paracetamol 4 dd 1000 mg, amoxicilline 3 dd 500 mg 7 dgn, vitamine D 2000 IE.",
        "Ik slik Losec, Lyrica, Zestril, Crestor en Ascal.",
        "CRP 45, Hb 7,8, kreat 89, eGFR 62, HbA1c 53, D-dimeer 1450.",
        "Pijn linkerknie, AD trommelvlies rood, OS visus 0,8, re > li, bdz oedeem.",
        "Mw 48-jarige, sinds 10 jaar DM2, 3 wkn geleden begonnen, 1-2 tabl zo nodig.",
        "Lachman neg, Lasègue pos, McMurray neg, Romberg neg. Bell links.",
        "Ziekte van Parkinson, Crohn, Lyme, syndroom van Down, Alzheimer.",
        "Bult op arm. Hoest 4 dgn. Boven de knie. Bruin, droog. Contact 2 wkn geleden.",
        "Appendectomie 2015, CABG 2008, in 2019 CT thorax.",
        "Om half drie, 16.15 uur; eerst 200 mg, dan 100 mg; bel 112.",
        "Komt uit Turkije, was in maart in Marokko. Stress op het werk.",
        "Luchtweg vrij. Loopt op de onderweg 5 km. Gaat slapen om 23.00 uur.",
        "E. Migraine. P. Sumatriptan 50 mg. Vit D. Gevaccineerd.",
        "Dag mevrouw. Doet het pijn? Nee meneer. Linkerarm.",
    ],
)
def test_what_stays(text: str) -> None:
    assert clean(text) == text


@needs_deduce
@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20))
def test_any_text_comes_through(texts: list[str], known: str) -> None:
    assert len(pseudonyms.replaced(texts, [known])) == len(texts)


def test_a_bsn_passes_its_check() -> None:
    assert identifiers.is_bsn("111222333")
    assert identifiers.is_bsn("1234 56 782")
    assert not identifiers.is_bsn("111222334")
    assert not identifiers.is_bsn("000000000")


# The optional package ----------------------------------------


def test_without_the_package_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deduce", None)
    with pytest.raises(ExportError, match="deduce") as failure:
        load_exporter(NAME, Settings())
    assert "soep[deidentificatie]" in failure.value.hint


def test_the_command_without_the_package(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['deduce'] = None\n", "utf-8")
    outcome = soep("export", "1", "--to", NAME, env={"PYTHONPATH": str(tmp_path), "SOEP_HOME": str(tmp_path / "home")})
    assert_refused(outcome, 7, "ontbreekt het onderdeel", "soep[deidentificatie]")


def test_the_package_is_imported_only_when_used() -> None:
    code = (
        "import sys; from soep.config import Settings; from soep.export.exporter import load_exporter;"
        "load_exporter('txt', Settings()); import soep.export.deidentified; print(sys.modules.get('deduce'))"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "None"


@needs_deduce
def test_log_and_warnings_are_as_before() -> None:
    code = (
        "import logging, warnings; before = (logging.root.handlers[:], logging.root.level, warnings.filters[:]);"
        "from soep.export import pseudonyms; print(pseudonyms.replaced(['Dag Henk.'], []));"
        "assert before == (logging.root.handlers, logging.root.level, warnings.filters)"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "['Dag [PERSOON-1].']"
    assert outcome.stderr == ""

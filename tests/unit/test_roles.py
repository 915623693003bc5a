import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from soep.speech.roles import CUES, LexicalRoleAssigner, cue_counts, speaker_roles
from soep.types import Role, Utterance

SHARED_DATA = Path(os.environ.get("SOEP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))

BACK_PAIN = """
A: Goedemiddag, gaat u zitten. Vertelt u eens.
B: Dag dokter. Ik heb sinds vrijdag zo'n pijn in mijn rug, ik kan bijna niet bukken.
A: Straalt het uit naar uw been? Heeft u daar een doof gevoel?
B: Nee, dat niet. Ik neem af en toe een paracetamol, maar ja, dat helpt eigenlijk niet.
A: Goed, ik ga even kijken. Buigt u eens voorover. Doet dit pijn?
B: Au, ja, daar.
A: Ik denk dat het spierpijn is. Ik schrijf naproxen voor, en komt u terug als het over twee weken niet beter is.
"""
BABY = """
A: Dag mevrouw, kom binnen. Hoe lang heeft uw dochter al koorts?
B: Sinds gisteren, dokter. Ze wil niet drinken en ze huilt steeds, ze heeft de hele nacht niet geslapen.
A: Hoest ze ook? Heeft u haar temperatuur gemeten?
B: Ja, ze had negenendertig. Haar luiers zijn ook droog. Ze is zo hangerig, zij is anders nooit ziek.
A: Dan ga ik haar even onderzoeken. Haar longen zijn schoon. Belt u direct als ze suf wordt.
B: Oké, dank u wel. Dan geef ik haar vanavond paracetamol.
"""
DEMENTIA = """
A: Gaat u zitten. Wat kan ik voor u doen?
B: Ik heb zo'n last van mijn knie.
C: Mijn moeder zegt het niet, maar ze is ook gevallen. Ze vergeet haar medicijnen en wij maken ons zorgen.
A: Wanneer bent u gevallen, mevrouw? Heeft u uw hoofd gestoten?
B: Nee hoor, ik ben gewoon uitgegleden. Ik voel me verder goed.
C: Mam, dat is niet waar. Ze was helemaal in de war toen ik haar vond.
A: Ik ga even naar de knie kijken. We spreken af dat u volgende week terugkomt voor controle en bloedonderzoek.
B: Ja, dat is goed, dokter.
"""
BAKERY = """
A: Goedemorgen, wat mag het zijn?
B: Een volkoren brood graag, gesneden.
A: Anders nog iets? We hebben verse croissants.
B: Doe maar twee. Wat kost dat samen?
A: Dat is vijf euro twintig.
B: Alstublieft. Fijne dag!
"""


def said(script: str) -> list[Utterance]:
    pairs = [line.split(": ", 1) for line in script.strip().splitlines()]
    return [Utterance(number, text, speaker=speaker) for number, (speaker, text) in enumerate(pairs, 1)]


def roles(script: str) -> dict[str, Role]:
    return {speaker: role for speaker, (role, _confidence) in speaker_roles(said(script)).items()}


def without_punctuation(script: str) -> str:
    lines = [line.split(": ", 1) for line in script.strip().splitlines()]
    return "\n".join(f"{speaker}: {re.sub(r'[^a-zé0-9 ]', '', text.lower())}" for speaker, text in lines)


@pytest.mark.parametrize("change", [str, without_punctuation], ids=["as written", "as recognised"])
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (BACK_PAIN, {"A": Role.ARTS, "B": Role.PATIENT}),
        (BABY, {"A": Role.ARTS, "B": Role.BEGELEIDER}),
        (DEMENTIA, {"A": Role.ARTS, "B": Role.PATIENT, "C": Role.BEGELEIDER}),
    ],
    ids=["two", "parent of a baby", "three"],
)
def test_roles_of_a_consult(script: str, expected: dict[str, Role], change: Callable[[str], str]) -> None:
    assert roles(change(script)) == expected


def test_the_label_and_who_speaks_first_do_not_decide() -> None:
    patient_first = [line for line in said(BACK_PAIN) if line.id > 1]
    assert {speaker: role for speaker, (role, _c) in speaker_roles(patient_first).items()} == {
        "A": Role.ARTS,
        "B": Role.PATIENT,
    }


def test_utterances_keep_their_order_and_everything_else() -> None:
    before = said(DEMENTIA)
    after = LexicalRoleAssigner().assign(before)
    assert [(u.id, u.text, u.speaker) for u in after] == [(u.id, u.text, u.speaker) for u in before]
    assert all(0.0 <= u.role_confidence <= 1.0 for u in after)


def test_a_consult_is_surer_than_a_bakery() -> None:
    consult, shop = speaker_roles(said(BACK_PAIN)), speaker_roles(said(BAKERY))
    assert min(confidence for _role, confidence in consult.values()) > 0.7
    assert max(confidence for _role, confidence in shop.values()) < 0.3


def test_without_speakers_nothing_is_claimed() -> None:
    assigned = LexicalRoleAssigner().assign([Utterance(1, "Ik heb koorts.")])
    assert [(u.role, u.role_confidence) for u in assigned] == [(Role.ONBEKEND, 0.0)]


def test_nothing_said_gives_nothing() -> None:
    assert LexicalRoleAssigner().assign([]) == []


def test_there_is_one_gp_among_four_speakers() -> None:
    script = DEMENTIA + "D: Wij hebben oma zondag nog gezien, toen was ze ook al zo moe.\n"
    assert list(roles(script).values()).count(Role.ARTS) == 1


def test_many_speakers_take_no_longer_than_few() -> None:
    crowd = "".join(f"S{number}: Ja, dat is zo.\n" for number in range(40))
    found = list(roles(DEMENTIA + crowd).values())
    assert len(found) == 43
    assert (found.count(Role.ARTS), found.count(Role.PATIENT)) == (1, 1)


def test_a_single_speaker_is_the_gp() -> None:
    assert roles("A: Ik ga even naar de longen luisteren.") == {"A": Role.ARTS}


def test_cues_do_not_depend_on_case_and_punctuation() -> None:
    assert cue_counts("Hoe lang heeft u dat al?") == cue_counts("hoe lang heeft u dat al")
    assert len(cue_counts("")) == len(CUES)


def _consults() -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    for path in sorted(SHARED_DATA.glob("consults_nl/c*.json")) + sorted(SHARED_DATA.glob("corpus_nl/t*.json")):
        consult = json.loads(path.read_text(encoding="utf-8"))
        if consult["setting"] != "dictaat":
            yield path.stem, [(line["role"], line["text"]) for line in consult["utterances"]]


@pytest.mark.skipif(not (SHARED_DATA / "corpus_nl").is_dir(), reason="no shared consults here")
def test_the_gp_is_found_in_every_consult_of_the_corpus() -> None:
    wrong = []
    for name, lines in _consults():
        labels = {
            role: label for label, role in zip("ABC", sorted({role for role, _ in lines}, reverse=True), strict=False)
        }
        found = speaker_roles([Utterance(i, text, speaker=labels[role]) for i, (role, text) in enumerate(lines, 1)])
        if found[labels["arts"]][0] is not Role.ARTS:
            wrong.append(name)
    assert not wrong

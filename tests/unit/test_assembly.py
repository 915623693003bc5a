"""From proposed lines to notes: doubles, corrections, length, order, and what a model overlooked."""

from __future__ import annotations

import pytest

from soep.drafting.assemble import assemble
from soep.drafting.choosing import SAFETY_STRETCH, budget
from soep.drafting.drafter import ProposedLine
from soep.drafting.fields import Placer
from soep.drafting.filling import overlooked
from soep.drafting.merging import taken_back
from soep.types import FieldName, NoteLine, Role, SoepNote, Utterance


def text(note: SoepNote, field: FieldName) -> str:
    return " ".join(line.text for line in note.lines(field))


def proposed(field: FieldName, words: str, *evidence: int) -> ProposedLine:
    return ProposedLine(field, NoteLine(words, evidence))


def test_doubles_are_merged_with_the_evidence_of_both() -> None:
    (note,) = assemble(
        [proposed("S", "Sinds 5 dgn keelpijn.", 1), proposed("S", "Keelpijn.", 7)], {}, word_budget=90
    ).notes
    assert [(line.text, line.evidence) for line in note.S] == [("Sinds 5 dgn keelpijn.", (1, 7))]


def test_a_denial_is_no_double_of_a_complaint() -> None:
    (note,) = assemble([proposed("S", "Koorts.", 1), proposed("S", "Geen koorts.", 7)], {}, word_budget=90).notes
    assert len(note.S) == 2


def test_a_later_dose_replaces_the_earlier() -> None:
    lines = [proposed("P", "Naproxen 2 dd 500 mg.", 1), proposed("P", "Naproxen 2 dd 250 mg, bij eten.", 2)]
    (note,) = assemble(lines, {}, word_budget=90).notes
    assert [line.text for line in note.P] == ["Naproxen 2 dd 250 mg, bij eten."]


def test_over_budget_the_safety_net_stays() -> None:
    chatter = [proposed("S", f"Iets anders nummer {n} over de dag van gisteren.", n) for n in range(2, 30)]
    (note,) = assemble([*chatter, proposed("P", "Vangnet: bellen bij benauwdheid.", 40)], {}, word_budget=40).notes
    assert note.word_count <= 40 * SAFETY_STRETCH
    assert "Vangnet" in text(note, "P")


def test_the_order_is_a_gps() -> None:
    lines = [
        proposed("P", "Vangnet: bellen bij koorts.", 1),
        proposed("P", "Rust.", 2),
        proposed("O", "Keel rood.", 3),
        proposed("O", "T 38,5.", 4),
    ]
    (note,) = assemble(lines, {}, word_budget=90).notes
    assert [line.text for line in (*note.O, *note.P)] == [
        "T 38,5.",
        "Keel rood.",
        "Rust.",
        "Vangnet: bellen bij koorts.",
    ]


def test_problems_become_notes_of_their_own() -> None:
    lines = [ProposedLine("S", NoteLine("Hoest.", (1,)), 0), ProposedLine("S", NoteLine("Knie li.", (2,)), 1)]
    notes = assemble(lines, {0: NoteLine("Hoest", (1,)), 1: NoteLine("Knie", (2,))}, word_budget=90).notes
    assert [note.problem.text for note in notes] == ["Hoest", "Knie"]
    assert [note.S[0].id for note in notes] == [2, 4]


SAID = {
    4: "Links, denk ik.",
    5: "O nee, sorry, rechts.",
    6: "Nee.",
    7: "Nee wacht, drie weken.",
    8: "Het linkeroor is rood.",
}


def utterance(number: int, words: str, role: Role = Role.PATIENT) -> Utterance:
    return Utterance(number, words, role, 1.0)


CORRECTIONS = taken_back(utterance(number, words) for number, words in SAID.items())


def test_taking_back_is_more_than_a_plain_no() -> None:
    assert sorted(CORRECTIONS) == [5, 7]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("Oorpijn li sinds 2 dgn.", "Oorpijn re sinds 2 dgn."), ("Sinds 2 wkn hoest.", "Sinds 3 wkn hoest.")],
)
def test_what_was_taken_back_is_replaced(earlier: str, later: str) -> None:
    lines = [proposed("S", earlier, 4), proposed("S", later, 4, 5 if "re" in later.split() else 7)]
    (note,) = assemble(lines, {}, word_budget=90, corrections=CORRECTIONS).notes
    assert [line.text for line in note.S] == [later]


@pytest.mark.parametrize(
    ("field", "evidence"),
    [("O", 5), ("S", 6)],  # both ears may be looked at; nothing was taken back
)
def test_two_sides_may_both_stand(field: FieldName, evidence: int) -> None:
    lines = [proposed(field, "Oor li rood, pijnlijk.", 4), proposed(field, "Oor re rood, pijnlijk.", evidence)]
    (note,) = assemble(lines, {}, word_budget=90, corrections=CORRECTIONS).notes
    assert len(note.lines(field)) == 2


def test_what_is_left_out_for_length_is_told() -> None:
    lines = [proposed("S", f"Verhaal nummer {n} over iets geheel anders dan {n + 50}.", n) for n in range(1, 20)]
    draft = assemble(lines, {}, word_budget=40)
    kept = [line.text for note in draft.notes for _, line in note.every_line()]
    assert kept
    assert draft.left_out
    assert sorted([*kept, *(line.line.text for line in draft.left_out)]) == sorted(line.line.text for line in lines)


def test_a_rich_consult_has_a_longer_note_and_the_gp_scales_it() -> None:
    brief = [utterance(number, "Ik heb hoofdpijn.") for number in range(20)]
    rich = [utterance(number, "Ik heb sinds gisteren hoofdpijn en ik zie vlekken.") for number in range(120)]
    assert budget(90, brief, dictation=False) < budget(90, rich, dictation=False)
    assert budget(60, rich, dictation=False) < budget(90, rich, dictation=False) < budget(140, rich, dictation=False)


def test_two_problems_have_more_room_than_one() -> None:
    lines = [proposed("S", f"Klacht nummer {n} van de dag.", n) for n in range(1, 30)]
    apart = [ProposedLine(line.field, line.line, n % 2) for n, line in enumerate(lines)]
    one, two = (sum(note.word_count for note in assemble(given, {}, word_budget=60).notes) for given in (lines, apart))
    assert one < two


OVERLOOKED = [
    utterance(1, "Bent u ergens allergisch voor?", Role.ARTS),
    utterance(2, "Ja, voor penicilline, daar krijg ik uitslag van."),
    utterance(3, "De bloeddruk is honderdvijftig over negentig.", Role.ARTS),
    utterance(4, "Neem vier keer per dag duizend milligram paracetamol.", Role.ARTS),
]


def test_what_a_model_overlooked_is_added_with_its_evidence() -> None:
    written = [proposed("P", "Paracetamol 4 dd 1000 mg.", 4)]
    added = {entry.proposed.field: entry.proposed.line for entry in overlooked(written, OVERLOOKED, dictation=False)}
    assert "150/90" in added["O"].text
    assert added["O"].evidence == (3,)
    assert "penicilline" in added["S"].text.lower()
    assert "P" not in added


def test_what_was_added_joins_the_problem_spoken_of() -> None:
    written = [
        ProposedLine("S", NoteLine("Keelpijn.", (1,)), 0),
        ProposedLine("P", NoteLine("Paracetamol 4 dd 1000 mg.", (4,)), 1),
    ]
    (pressure,) = [
        entry for entry in overlooked(written, OVERLOOKED, dictation=False) if "150/90" in entry.proposed.line.text
    ]
    assert pressure.proposed.problem == 1


@pytest.mark.parametrize(
    ("wrong", "line", "evidence", "right"),
    [
        ("P", "Allergie: penicilline.", (1, 2), "S"),
        ("S", "RR 150/90.", (3,), "O"),
        ("S", "Paracetamol 4 dd 1000 mg.", (4,), "P"),
        ("O", "RR 150/90.", (3,), "O"),
        ("P", "Paracetamol 4 dd 1000 mg.", (4,), "P"),
    ],
)
def test_a_line_goes_where_what_it_rests_on_belongs(
    wrong: FieldName, line: str, evidence: tuple[int, ...], right: FieldName
) -> None:
    placed = Placer(OVERLOOKED, dictation=False).place(ProposedLine(wrong, NoteLine(line, evidence)))
    assert placed.field == right


def test_what_stops_and_what_goes_on_are_lines_of_their_own() -> None:
    (note,) = assemble([proposed("P", "Stop HCT, amlodipine door.", 1)], {}, word_budget=90).notes
    assert [line.text for line in note.P] == ["Stop HCT.", "Amlodipine door."]
    assert {line.evidence for line in note.P} == {(1,)}

"""Of what no note can be made, none is made: a Dutch sentence says why, and no drafter is asked."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from soep.config import load_settings
from soep.jobs import DEFAULT_OPTIONS, Result, SessionOptions
from soep.pipeline import Parts, Session, draft_transcript
from soep.pipeline.gate import no_note_of
from soep.types import Role, Source, Transcript, Utterance
from soep.wording import RemarkCode, remark_sentence
from tests.commands import soep
from tests.conftest import REPOSITORY
from tests.fakes import hearing
from tests.no_consults import NO_CONSULTS

TRAINING = REPOSITORY / "models" / "drafter"
CORPUS = TRAINING / "corpus"
DEV = REPOSITORY / "benchmarks" / "consults_dev"
CASES = [pytest.param(code, transcript, id=name) for name, code, transcript in NO_CONSULTS]
SHORT_CONSULTS = {
    "dictaat in een zin": "A: Vrouw 40, sinds 2 dagen keelpijn, geen koorts.",
    "telefonisch, kort": """
        A: Met de huisarts, u had gebeld?
        B: Ja, de uitslag van het bloed.
        A: Die is helemaal goed.""",
    "herhaalrecept": """
        A: Zegt u het maar.
        B: Mijn pufjes zijn op, ik wil graag een nieuw recept.
        A: Komt in orde.""",
    "een klacht": """
        A: Wat kan ik voor u doen?
        B: Ik heb al een week last van mijn knie, vooral op de trap.
        A: Dan gaan we daar naar kijken.""",
    "telegramstijl": "A: RR 140/80, pols 72 ra, cor/pulm gb. Abd soepel. E: reflux. P: pantoprazol 1 dd 20 mg.",
    "rouw": """
        A: Hoe gaat het met u?
        B: Niet zo goed. Sinds mijn man overleden is, slaap ik niet en ik huil elke dag.
        A: Dat is ook heel verdrietig. Heeft u iemand met wie u kunt praten?
        B: Mijn zus belt elke avond, dat helpt wel wat.
        A: Dat is fijn. Zullen we over twee weken weer afspreken?""",
    "met engelse woorden": """
        A: Wat is er aan de hand?
        B: Ik ben helemaal burned-out, zegt mijn manager, en ik heb a lot of stress, dus ik slaap niet meer.
        A: Dat klinkt heftig. Hoe lang speelt dat al?
        B: Sinds de deadline van die release in maart, dokter, en daarna werd het alleen maar erger.""",
    "vlaams": """
        A: Wat scheelt er?
        B: Awel dokter, 'k heb zo'n zeer in m'n buik, al van gisteren, en 'k moet de ganse tijd overgeven.
        A: Hebt ge koorts gehad? En zijt ge nog naar 't toilet geweest?
        B: Nee, koorts niet, en 't toilet is al twee dagen geleden.""",
}


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """The parts of a session with a drafter that must not be asked."""
    parts = Parts(load_settings())
    monkeypatch.setattr(parts, "drafter", lambda _options: pytest.fail("a drafter was asked"))
    return parts


def assert_no_note(result: Result, code: RemarkCode, utterances: int) -> None:
    consult = result.consult
    assert [remark.code for remark in consult.warnings] == [code]
    assert not consult.notes
    assert not consult.unsaid
    assert len(consult.transcript.utterances) >= utterances
    assert "concept" in remark_sentence(consult.warnings[0])


@pytest.mark.parametrize(("code", "transcript"), CASES)
def test_no_note_of_a_text(parts: Parts, code: RemarkCode, transcript: Transcript) -> None:
    assert_no_note(draft_transcript(transcript, parts), code, len(transcript.utterances))


@pytest.mark.parametrize(("code", "transcript"), CASES)
def test_no_note_of_speech(
    parts: Parts, code: RemarkCode, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "warm_up", lambda _options, _emit: None)
    session = Session(parts, DEFAULT_OPTIONS)
    sound = hearing(parts, transcript.utterances)
    for start in range(0, len(sound), 16_000 * 20):
        session.feed(sound[start : start + 16_000 * 20])
    if sum(len(utterance.text.split()) for utterance in transcript.utterances) > 4:  # else it is no speech at all
        assert_no_note(session.finish(), code, 1)


@pytest.mark.parametrize("name", SHORT_CONSULTS)
def test_a_short_consult_gets_a_note(name: str) -> None:
    transcript = _written(SHORT_CONSULTS[name])
    consult = draft_transcript(transcript, Parts(load_settings()), SessionOptions(drafter="extractive")).consult
    assert not {remark.code for remark in consult.warnings} & {code for _name, code, _transcript in NO_CONSULTS}


def consults(*patterns: Path) -> Iterator[tuple[str, list[Utterance]]]:
    for path in sorted(path for pattern in patterns for path in pattern.parent.glob(pattern.name)):
        consult = json.loads(path.read_text("utf-8"))
        source = Source.DICTAAT if consult["setting"] == "dictaat" else Source.GESPREK
        rows = consult["utterances"]
        yield path.stem, [Utterance(row["i"], row["text"], Role(row["role"]), 1.0, source=source) for row in rows]


Heard = Callable[[Sequence[Utterance], random.Random], Sequence[Utterance]]


@pytest.fixture
def as_recognised(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """The imitation of recognition errors that the drafter is trained with."""
    monkeypatch.syspath_prepend(str(TRAINING))
    imitate: Heard = importlib.import_module("noise").as_recognised
    return imitate


def refusals(consult: tuple[str, list[Utterance]], as_recognised: Heard, heard: int) -> Iterator[tuple[str, str]]:
    """The refusals of a consult as written and as recognised so many times, also when only one speaker is heard."""
    name, utterances = consult
    for version in (utterances, *(as_recognised(utterances, random.Random(seed)) for seed in range(heard))):
        for one in (False, True):
            if remark := no_note_of(version, dictation=one):
                yield name, remark.code


def test_every_consult_gets_a_note(as_recognised: Heard) -> None:
    some = [*consults(DEV / "d*.json"), *consults(CORPUS / "[a-z]*0.json")]
    assert len(some) > 40
    assert [one for consult in some for one in refusals(consult, as_recognised, heard=1)] == []


@pytest.mark.long
def test_every_consult_of_the_corpus_gets_a_note_however_it_is_heard(as_recognised: Heard) -> None:
    every = consults(CORPUS / "[a-z]*.json")
    assert [one for consult in every for one in refusals(consult, as_recognised, heard=3)] == []


def test_shared_consults_get_a_note(shared_data: Path, as_recognised: Heard) -> None:
    every = list(consults(shared_data / "consults_nl" / "[a-z]*.json"))
    assert every
    assert [one for consult in every for one in refusals(consult, as_recognised, heard=3)] == []


def test_another_language_asks_for_no_drafter(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[SessionOptions] = []
    monkeypatch.setattr(parts, "warm_up", lambda options, _emit: asked.append(options))
    session = Session(parts, SessionOptions(language="en"))
    _code, transcript = next((code, t) for name, code, t in NO_CONSULTS if name == "engels consult")
    session.feed(hearing(parts, transcript.utterances))
    consult = session.finish().consult
    assert [options.draft for options in asked] == [False]
    assert [remark.code for remark in consult.warnings] == [RemarkCode.NO_DUTCH_NOTE]


def test_the_command_says_why_there_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "weer.txt").write_text("A: Mooi weer vandaag.\nB: Ja, heerlijk.\n", "utf-8")
    outcome = soep("draft", tmp_path / "weer.txt")
    assert outcome.returncode == 0
    assert "Geen concept van weer.txt. Er is te weinig gezegd" in outcome.stderr
    assert json.loads(outcome.stdout)["notes"] == []


def _written(text: str) -> Transcript:
    lines = (line.strip().partition(": ") for line in text.strip().splitlines())
    return Transcript(tuple(Utterance(n, said, speaker=who) for n, (who, _mark, said) in enumerate(lines, 1)))

"""What every drafter must do, whoever wrote it.

The drafters that need weights are in the long run, and are skipped where their weights are not installed (on CI
they must be).  Those that a user points at a model or a server get one that is made here and gives a fixed answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from soep.config import DraftingSettings, Settings, load_settings
from soep.drafting.drafter import Draft, Drafter, DraftOptions, drafter_names, load_drafter
from soep.errors import CancelledError, InputError, WeightsError
from soep.types import FIELDS, Origin, Role, SoepNote, Utterance
from tests import chat_models, chat_server
from tests.chat_server import note
from tests.conftest import missing

SAID = (
    (Role.ARTS, "Waarmee kan ik u helpen?"),
    (Role.PATIENT, "Ik heb sinds vijf dagen keelpijn en ik hoest."),
    (Role.ARTS, "Heeft u koorts?"),
    (Role.PATIENT, "Nee."),
    (Role.ARTS, "De keel is rood en de temperatuur is zevenendertig twee."),
    (Role.ARTS, "Het is een keelontsteking. Neem paracetamol, vier keer per dag duizend milligram."),
    (Role.ARTS, "Als u benauwd wordt, moet u direct bellen."),
)
WITHOUT_WEIGHTS = {"extractive", "server", "transformers_llm"}
WRITTEN = note(
    problem=("Keelpijn", 11),
    S=[("Sinds 5 dgn keelpijn en hoest.", 11), ("Geen koorts.", 12, 13)],
    O=[("Keel rood. T 37,2.", 14)],
    E=[("Keelontsteking.", 15)],
    P=[("Paracetamol 4 dd 1000 mg.", 15), ("Bij dyspnoe direct bellen.", 16)],
)


def utterances() -> list[Utterance]:
    return [Utterance(10 + number, text, role, 1.0) for number, (role, text) in enumerate(SAID)]


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=() if name in WITHOUT_WEIGHTS else pytest.mark.long) for name in drafter_names()],
)
def drafter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drafter]:
    with chat_server.serving(chat_server.answered(WRITTEN)) as server:
        yield from ready(load_drafter(request.param, settings_for(request.param, server, tmp_path_factory)))


def settings_for(name: str, server: chat_server.ChatServer, folders: pytest.TempPathFactory) -> Settings:
    if name == "server":
        return server.settings()
    if name == "transformers_llm":
        folder = chat_models.saying(folders.mktemp("model"), json.dumps({"notes": [WRITTEN]}))
        return Settings(drafting=DraftingSettings(transformers_model=str(folder)))
    return load_settings()


def ready(drafter: Drafter) -> Iterator[Drafter]:
    try:
        drafter.sha256  # noqa: B018 - looks its model up
    except WeightsError as error:
        missing(str(error))
    yield drafter
    drafter.close()


def notes_of(drafter: Drafter, options: DraftOptions | None = None) -> tuple[SoepNote, ...]:
    stream = drafter.stream(options or DraftOptions())
    list(stream.feed(utterances()))
    return stream.finish().notes


def test_it_says_what_it_is(drafter: Drafter) -> None:
    assert drafter.model_id
    assert drafter.sha256 == "" or len(drafter.sha256) == 64


def test_something_is_noted(drafter: Drafter) -> None:
    if drafter.model_id == load_settings().drafting.llm_model:
        pytest.skip("a base model without an adapter has not learned the form, and may write nothing that stands")
    assert any(note.word_count for note in notes_of(drafter))


def test_every_line_rests_on_what_was_said(drafter: Drafter) -> None:
    known = {utterance.id for utterance in utterances()}
    lines = [line for note in notes_of(drafter) for _, line in note.every_line()]
    assert all(line.text and line.evidence and set(line.evidence) <= known for line in lines)
    assert all(line.origin is Origin.MACHINE and not line.touched for line in lines)


def test_ids_of_lines_are_unique_in_a_consult(drafter: Drafter) -> None:
    ids = [line.id for note in notes_of(drafter) for _field, line in note.title_and_lines() if line.text]
    assert len(ids) == len(set(ids))
    assert all(number >= 1 for number in ids)


def test_nothing_said_gives_nothing(drafter: Drafter) -> None:
    stream = drafter.stream(DraftOptions())
    assert list(stream.feed([])) == []
    assert stream.finish() == Draft()


def test_lines_proposed_on_the_way_are_well_formed(drafter: Drafter) -> None:
    stream = drafter.stream(DraftOptions())
    early = [line for utterance in utterances() for line in stream.feed([utterance])]
    assert all(proposed.field in FIELDS and proposed.line.text and proposed.line.evidence for proposed in early)
    assert stream.finish().notes == notes_of(drafter)


def test_streams_do_not_share_what_was_said(drafter: Drafter) -> None:
    list(drafter.stream(DraftOptions()).feed(utterances()))
    assert drafter.stream(DraftOptions()).finish() == Draft()


def test_a_cancelled_draft_stops(drafter: Drafter) -> None:
    stream = drafter.stream(DraftOptions(cancelled=lambda: True))
    with pytest.raises(CancelledError):
        list(stream.feed(utterances()))
        stream.finish()


def test_it_can_be_closed_twice(drafter: Drafter) -> None:
    drafter.close()
    drafter.close()


def test_an_unknown_drafter_is_named() -> None:
    with pytest.raises(InputError, match="bestaatniet"):
        load_drafter("bestaatniet", Settings())

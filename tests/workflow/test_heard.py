"""The picture of a consult as it grows, from the events of the engine."""

from __future__ import annotations

from soep.events import DraftBegun, NoteLineReady, Stage, StageProgress, UtteranceReady
from soep.types import Role, Utterance
from soep.workflow.heard import Heard
from tests.factories import line, utterance


def said(number: int, start_s: float, end_s: float, **values: object) -> Utterance:
    return utterance(number, f"uiting {number}", start_s=start_s, end_s=end_s, **values)  # type: ignore[arg-type]


def ids(heard: Heard) -> list[int]:
    return [one.id for one in heard.picture.utterances]


def lines(heard: Heard) -> list[str]:
    return [one.line.text for one in heard.picture.lines]


def test_an_utterance_is_replaced_by_its_id_and_kept_in_order() -> None:
    heard = Heard()
    heard.take(UtteranceReady(said(2, 3.0, 5.0)))
    heard.take(UtteranceReady(said(1, 0.0, 2.0)))
    heard.take(UtteranceReady(said(2, 3.0, 5.0, role=Role.ARTS)))
    assert ids(heard) == [1, 2]
    assert heard.picture.utterances[1].role is Role.ARTS


def test_speech_that_is_cut_up_anew_does_not_stand_there_twice() -> None:
    heard = Heard()
    heard.take(UtteranceReady(said(1, 0.0, 6.0)))
    heard.take(UtteranceReady(said(2, 0.0, 2.5)))
    heard.take(UtteranceReady(said(3, 2.5, 6.2)))
    assert ids(heard) == [2, 3]


def test_two_tracks_speak_at_the_same_time() -> None:
    heard = Heard(tracks=2)
    heard.take(UtteranceReady(said(1, 0.0, 2.0, speaker="A")))
    heard.take(UtteranceReady(said(2, 0.0, 2.0, speaker="B")))
    assert ids(heard) == [1, 2]


def test_a_draft_that_begins_anew_takes_the_place_of_the_former_line_by_line() -> None:
    heard = Heard()
    heard.take(DraftBegun())
    for text in ("Keelpijn.", "Koorts.", "Pcm."):
        heard.take(NoteLineReady(0, "S", line(text)))
    heard.take(DraftBegun())
    assert lines(heard) == ["Keelpijn.", "Koorts.", "Pcm."]
    heard.take(NoteLineReady(0, "S", line("Keelpijn 5 dgn.")))
    assert lines(heard) == ["Keelpijn 5 dgn.", "Koorts.", "Pcm."]
    heard.take(StageProgress(Stage.TRANSCRIBE, 30.0))
    assert lines(heard) == ["Keelpijn 5 dgn."]


def test_each_change_is_a_new_version() -> None:
    heard = Heard()
    before = heard.picture.version
    heard.take(UtteranceReady(said(1, 0.0, 1.0)))
    assert heard.picture.version == before + 1

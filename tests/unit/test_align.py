import pytest
from hypothesis import given
from hypothesis import strategies as st

from soep.speech.align import AlignmentRules, align, ends_sentence, smooth, word_speakers
from soep.types import Turn, Word


def spoken(text: str, start_s: float = 0.0, word_s: float = 0.3, gap_s: float = 0.0) -> list[Word]:
    step_s = word_s + gap_s
    return [Word(word, start_s + i * step_s, start_s + i * step_s + word_s) for i, word in enumerate(text.split())]


def test_a_segment_with_two_speakers_is_split_at_the_word() -> None:
    words = spoken("Heeft u koorts? Nee dokter, geen koorts.")
    utterances = align(words, [Turn(0.0, 0.85, "A"), Turn(0.95, 3.0, "B")])
    assert [(u.speaker, u.text) for u in utterances] == [("A", "Heeft u koorts?"), ("B", "Nee dokter, geen koorts.")]


def test_a_word_goes_to_the_turn_it_overlaps_most() -> None:
    turns = [Turn(0.0, 1.1, "A"), Turn(1.1, 2.0, "B")]
    assert word_speakers([Word("ja", 1.0, 1.3), Word("nee", 0.7, 1.2)], turns[::1]) == ["B", "A"]


def test_a_word_outside_every_turn_goes_to_the_nearest() -> None:
    turns = [Turn(0.0, 1.0, "A"), Turn(3.0, 4.0, "B")]
    assert word_speakers(spoken("hm", 1.2) + spoken("hm", 2.6) + spoken("hm", 9.0), turns) == ["A", "B", "B"]


def test_without_turns_the_speaker_is_unknown() -> None:
    assert {u.speaker for u in align(spoken("Goedemorgen allemaal."), [])} == {""}


def test_no_words_give_no_utterances() -> None:
    assert align([], [Turn(0.0, 1.0, "A")]) == []


def test_a_single_word_inside_a_sentence_is_taken_back() -> None:
    assert smooth(spoken("ik ga even luisteren"), ["A", "A", "B", "A"]) == ["A", "A", "A", "A"]


@pytest.mark.parametrize(
    ("words", "speakers"),
    [
        (spoken("Komt het vaak? Ja. En nu?"), ["A", "A", "A", "B", "A", "A"]),
        (spoken("dus dat", gap_s=0.5) + spoken("ja", 1.6) + spoken("en verder", 2.6), ["A", "A", "B", "A", "A"]),
    ],
    ids=["a sentence of its own", "between pauses"],
)
def test_a_one_word_answer_stays(words: list[Word], speakers: list[str]) -> None:
    assert smooth(words, speakers) == speakers


def test_a_pause_begins_a_new_utterance() -> None:
    words = spoken("ik ga luisteren") + spoken("diep zuchten", 2.5)
    assert [u.text for u in align(words, [Turn(0.0, 4.0, "A")])] == ["ik ga luisteren", "diep zuchten"]


def test_a_monologue_becomes_utterances_of_a_few_sentences() -> None:
    words = spoken("Een zin. Twee zinnen. Drie zinnen. Vier zinnen. Vijf.")
    assert [len(u.words) for u in align(words, [Turn(0.0, 9.0, "A")])] == [6, 3]


def test_a_long_sentence_ends_at_its_end() -> None:
    words = spoken("woord " * 19 + "slot. En nog iets.")
    assert [len(u.words) for u in align(words, [Turn(0.0, 9.0, "A")])] == [20, 3]


def test_speech_without_punctuation_is_cut_too() -> None:
    rules = AlignmentRules(max_words=10)
    assert [len(u.words) for u in align(spoken("woord " * 25), [Turn(0.0, 9.0, "A")], rules=rules)] == [10, 10, 5]


def test_ids_go_on_from_the_first() -> None:
    words = spoken("Ja. ") + spoken("Nee.", 5.0)
    assert [u.id for u in align(words, [], first_id=7)] == [7, 8]


@pytest.mark.parametrize(("text", "expected"), [("koorts?", True), ("nee.”", True), ("38,5", False), ("dr", False)])
def test_ends_sentence(text: str, expected: bool) -> None:
    assert ends_sentence(Word(text, 0.0, 1.0)) is expected


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Word], list[Turn]]:
    words, now = [], 0.0
    for text in draw(st.lists(st.sampled_from(["ja", "nee.", "koorts?", "ik", "heb"]), max_size=40)):
        now += draw(st.floats(0.0, 3.0))
        end = now + draw(st.floats(0.01, 1.0))
        words.append(Word(text, now, end))
        now = end
    turns, now = [], 0.0
    for speaker in draw(st.lists(st.sampled_from("ABC"), max_size=12)):
        now += draw(st.floats(0.0, 5.0))
        end = now + draw(st.floats(0.05, 10.0))
        turns.append(Turn(now, end, speaker))
        now = end
    return words, turns


@given(recordings())
def test_every_word_stands_in_exactly_one_utterance_in_order(recording: tuple[list[Word], list[Turn]]) -> None:
    words, turns = recording
    utterances = align(words, turns)
    assert [word for utterance in utterances for word in utterance.words] == words
    assert [utterance.id for utterance in utterances] == list(range(1, len(utterances) + 1))
    assert [u.text for u in utterances] == [" ".join(word.text for word in u.words) for u in utterances]


@given(recordings())
def test_times_never_go_back(recording: tuple[list[Word], list[Turn]]) -> None:
    times = [time for u in align(*recording) for time in (u.start_s, u.end_s)]
    assert times == sorted(times)


@given(recordings())
def test_speakers_come_from_the_turns(recording: tuple[list[Word], list[Turn]]) -> None:
    words, turns = recording
    known = {turn.speaker for turn in turns} or {""}
    assert {utterance.speaker for utterance in align(words, turns)} <= known


@given(recordings())
def test_a_word_within_one_turn_has_its_speaker_before_smoothing(recording: tuple[list[Word], list[Turn]]) -> None:
    words, turns = recording
    for word, speaker in zip(words, word_speakers(words, turns), strict=True):
        inside = [turn for turn in turns if turn.start_s < word.start_s and word.end_s < turn.end_s]
        assert all(turn.speaker == speaker for turn in inside)

"""Every code has a Dutch sentence that names what it is about."""

import pytest

from soep.events import Stage
from soep.types import Flag, Remark, Unsaid, UnsaidKind
from soep.wording import FlagCode, RemarkCode, flag_sentence, remark_sentence, stage_name, unsaid_sentence


@pytest.mark.parametrize("code", list(FlagCode))
def test_every_flag_has_its_own_sentence(code: FlagCode) -> None:
    sentence = flag_sentence(Flag(code))
    assert sentence.endswith(".")
    assert code.value not in sentence


@pytest.mark.parametrize("code", list(RemarkCode))
def test_every_remark_has_its_own_sentence(code: RemarkCode) -> None:
    sentence = remark_sentence(Remark(code))
    assert sentence.endswith(".")
    assert code.value not in sentence


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_name(stage: Stage) -> None:
    assert stage_name(stage)
    assert stage_name(stage) != stage.value


@pytest.mark.parametrize("kind", list(UnsaidKind))
def test_every_omission_shows_its_text(kind: UnsaidKind) -> None:
    assert "sat 93%" in unsaid_sentence(Unsaid(kind, "sat 93%"))


def test_parameters_are_filled_in() -> None:
    assert flag_sentence(Flag(FlagCode.NUMBER_NOT_SAID, {"number": "38,5"})) == (
        "“38,5” is niet gezegd in de aangehaalde uitingen."
    )
    assert remark_sentence(Remark(RemarkCode.SPEAKER_COUNT_DIFFERS, {"found": "3", "expected": "2"})) == (
        "Er zijn 3 sprekers gehoord, opgegeven waren er 2."
    )


def test_braces_in_what_was_said_are_left_alone() -> None:
    assert "{x}" in flag_sentence(Flag(FlagCode.NOT_SAID, {"words": "{x}"}))


def test_a_left_out_line_tells_why() -> None:
    item = Unsaid(UnsaidKind.REJECTED_LINE, "Koorts.", reason=Flag(FlagCode.HYPOTHETICAL, {"word": "koorts"}))
    assert unsaid_sentence(item) == (
        "Weggelaten regel: Koorts. – “koorts” is alleen als mogelijkheid genoemd (“als …”), niet als feit."
    )


def test_a_code_of_a_later_version_still_says_what_to_do() -> None:
    assert flag_sentence(Flag("brand_new")) == "Controleer deze regel (brand_new)."
    assert remark_sentence(Remark("brand_new")) == "Controleer het concept (brand_new)."

"""A practice with a day's work in its store, whose clock and ids stand still, so that pictures of it do too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soep.errors import SoepError
from soep.types import About, Consent, ConsentBy, Consult, Flag, SoepNote
from soep.wording import FlagCode
from soep.workflow import approval, intake
from tests.clock import amsterdam
from tests.factories import MOMENT, line, rich_consult
from tests.stores import AGREED, Office, office, recorded, result, second, throat

ANKLE = SoepNote(
    problem=line("Enkeldistorsie li", 2), S=(line("Gisteren li enkel verzwikt.", 2),), P=(line("Zwachtel.", 3),)
)
BACK = SoepNote(
    problem=line("Lage rugpijn", 2),
    S=(line("Sinds 1 wk lage rugpijn na tillen, geen uitstraling.", 2),),
    E=(line("Aspecifieke lage rugpijn.", 3),),
    P=(line("Blijven bewegen, pcm zn.", 3), line("Retour bij uitstraling of krachtsverlies.", 4)),
)


@pytest.fixture
def dutch_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The times that a list shows are those of a practice in the Netherlands."""
    with amsterdam(monkeypatch):
        yield


def practice(home: Path, **settings: Any) -> Office:
    """An office at a quarter to one, after a morning with a consult in every state, and days before it."""
    made = office(home, **settings)
    ids = itertools.count(1)
    made.desk.new_id = lambda: f"{next(ids):012x}"  # type: ignore[method-assign]
    clock = made.clock
    clock.at = MOMENT - timedelta(days=2)
    exported = _drafted(made, "Enkel", ANKLE)
    approval.approve(made.desk, exported)
    approval.exported(made.desk, exported, "klembord", "ab" * 32)
    clock.at = MOMENT - timedelta(days=1)
    approval.approve(made.desk, _drafted(made, "Rug", BACK))
    clock.at = MOMENT - timedelta(hours=1)
    rich = _without_unknown_flags(rich_consult())
    _drafted(made, "Keel en knie", *rich.draft, said=rich.transcript, unsaid=rich.unsaid, seconds=62)
    clock.pass_(minutes=20)
    intake.failed(made.desk, recorded(made.desk, 5, About("Hoofdpijn")), SoepError("Het rekenproces is gestopt."))
    clock.pass_(minutes=20)
    recorded(made.desk, 65, About("Zwangerschapscontrole met een lang herkenningswoord"))
    clock.pass_(minutes=15)
    _drafted(made, "", throat(problem=line("Verwijzing cardioloog", 2)), consent=Consent(ConsentBy.NOT_NEEDED, MOMENT))
    clock.at = MOMENT + timedelta(hours=3)
    return made


def _without_unknown_flags(made: Consult) -> Consult:
    """A flag of a later version of soep has no sentence; the pictures show one of today."""
    throat, knee = made.draft
    wait, exercises = knee.P
    flagged = replace(exercises, flags=(Flag(FlagCode.NO_EVIDENCE),))
    return replace(
        made, draft=(throat, replace(knee, S=tuple(replace(one, flags=()) for one in knee.S), P=(wait, flagged)))
    )


def _drafted(made: Office, label: str, *notes: Any, seconds: int = 3, consent: Consent = AGREED, **values: Any) -> str:
    consult_id = intake.begin(made.desk, consent, About(label))
    for _each in range(seconds):
        intake.add_sound(made.desk, consult_id, second(0.0))
    intake.end_of_sound(made.desk, consult_id)
    intake.processed(made.desk, consult_id, result(*notes, **values))
    return consult_id

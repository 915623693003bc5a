"""Small builders of values for tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from soep.types import (
    AudioInfo,
    Consult,
    Flag,
    NoteLine,
    Remark,
    Role,
    SoepNote,
    StageRun,
    Transcript,
    Unsaid,
    UnsaidKind,
    Utterance,
)
from soep.wording import FlagCode, RemarkCode

MOMENT = datetime(2026, 3, 12, 9, 41, tzinfo=timezone(timedelta(hours=1)))


def utterance(number: int, text: str, role: Role = Role.PATIENT, **values: Any) -> Utterance:
    """An utterance of a known role, without times unless given."""
    return Utterance(id=number, text=text, role=role, role_confidence=1.0, **values)


def line(text: str, *evidence: int, **values: Any) -> NoteLine:
    return NoteLine(text, evidence, **values)


def transcript(*said: tuple[Role, str], timed: bool = False) -> Transcript:
    """A conversation numbered from 1; timed, each utterance lasts four of every five seconds."""
    return Transcript(
        tuple(
            utterance(number, text, role, **({"start_s": 5.0 * number, "end_s": 5.0 * number + 4.0} if timed else {}))
            for number, (role, text) in enumerate(said, start=1)
        )
    )


def consult(*notes: SoepNote, **values: Any) -> Consult:
    """A consult with a draft of these notes."""
    return Consult(**({"id": "c1", "created_at": MOMENT, "draft": notes} | values))


def rich_consult() -> Consult:
    """Two problems with everything that a draft can carry: flags, remarks, omissions, codes, times."""
    spoken = transcript(
        (Role.ARTS, "Wat kan ik voor u doen?"),
        (Role.PATIENT, "Ik heb sinds vijf dagen keelpijn en ik hoest."),
        (Role.PATIENT, "Eergisteren had ik achtendertig vijf, nu niet meer."),
        (Role.ARTS, "Bent u ergens allergisch voor?"),
        (Role.PATIENT, "Ja, voor penicilline."),
        (Role.ARTS, "Ik zie een rode keel, geen beslag. De longen zijn schoon."),
        (Role.ARTS, "Een bovenste luchtweginfectie. Neem vier keer per dag duizend milligram paracetamol."),
        (Role.ARTS, "Wordt u benauwd of duurt de koorts langer dan drie dagen, bel dan meteen."),
        (Role.PATIENT, "En ik heb last van mijn rechterknie bij traplopen."),
        (Role.ARTS, "De knie is niet dik. We kijken het zes weken aan."),
        timed=True,
    )
    throat = SoepNote(
        problem=line("Keelpijn", 2),
        icpc_s="R21",
        icpc_e="R74",
        S=(
            line("Sinds 5 dgn keelpijn en hoest.", 2),
            line("Eergisteren T 38,5, nu -.", 3),
        ),
        O=(line("Keel rood, geen beslag. Pulm schoon.", 6),),
        E=(line("BLWI.", 7),),
        P=(
            line(
                "Pcm 4 dd 500 mg.",
                7,
                flags=(Flag(FlagCode.UNIT_DIFFERS, {"written": "500 mg", "said": "1000 mg"}, critical=True),),
            ),
            line("Bij dyspnoe of koorts > 3 dgn direct bellen.", 8),
        ),
    )
    knee = SoepNote(
        problem=line("Kniepijn re", 9),
        S=(line("Pijn re knie bij traplopen.", 9, flags=(Flag("future_code"),)),),
        O=(line("Geen hydrops.", 10),),
        P=(line("6 wkn aankijken.", 10), line("Oefeningen meegegeven.")),
    )
    return consult(
        throat,
        knee,
        transcript=spoken,
        unsaid=(
            Unsaid(UnsaidKind.ALLERGY, "penicilline", (5,)),
            Unsaid(
                UnsaidKind.REJECTED_LINE,
                "Amoxicilline 3 dd 500 mg.",
                (7,),
                Flag(FlagCode.MEDICINE_NOT_SAID, {"medicine": "amoxicilline"}, critical=True),
                "P",
            ),
        ),
        warnings=(Remark(RemarkCode.TELEPHONE_SOUND),),
        runs=(StageRun("transcribe", "faster-whisper-base", "ab" * 32, 3.25),),
        audio=AudioInfo("cd" * 32, 59.5),
        patient_ref="20481",
        contact_type="spreekuur",
        author="J. de Wit",
    )

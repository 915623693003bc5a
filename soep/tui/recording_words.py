"""What a recording says of itself on the screen, in words."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from soep.export.report import clock
from soep.i18n import _
from soep.tui.widgets.growing import Item
from soep.tui.widgets.level_meter import level_word
from soep.types import FIELDS, Role
from soep.wording import at_work, contact_name, role_name
from soep.workflow.heard import Picture
from soep.workflow.live import LONG_CONSULT_S, LONG_SILENCE_S, Live, Phase, Plan

Items = Sequence[Item]

_NO_SOUND_S = 3.0
_NO_COMPUTER_SOUND_S = 20.0
"""What the computer plays is quite silent while nobody speaks at the other end."""
_STYLES: dict[Role, str] = {
    Role.ARTS: "bold $text-primary",
    Role.PATIENT: "bold $text-secondary",
    Role.BEGELEIDER: "bold $text-accent",
    Role.ONBEKEND: "bold $text-muted",
}


def about(plan: Plan) -> str:
    """What is recorded."""
    kind = _("Dictaat") if plan.is_dictation else contact_name(plan.about.contact_type or "")
    return "  ·  ".join(part for part in (plan.about.label, plan.about.patient_ref, kind) if part)


def state(live: Live) -> str:
    """The line at the top."""
    match live.phase:
        case Phase.RECORDING:
            return _("● Opname  {time}").format(time=clock(live.elapsed_s))
        case Phase.PAUSED:
            return _("‖ Pauze  {time}  er wordt niets bewaard; spatie gaat verder").format(time=clock(live.elapsed_s))
        case _:
            progress = live.progress
            return _("Opgenomen {time}. Het concept wordt afgemaakt: {stage} {share} %").format(
                time=clock(live.elapsed_s), stage=at_work(progress.stage), share=int(100 * progress.share)
            )


def line(live: Live) -> str:
    """The same for a screen that shows something else."""
    text = _("‖ pauze {time}") if live.phase is Phase.PAUSED else _("● opname loopt {time}")
    trouble = _short_warning(live)
    return text.format(time=clock(live.elapsed_s)) + (f"  ! {trouble}" if trouble else "")


def ending(phase: Phase) -> str:
    """How it ended, where no note is shown."""
    if phase is Phase.ERASED:
        return _("De opname is gewist.")
    return _("De opname is bewaard; het concept wordt zo gemaakt.")


def warning(live: Live) -> str:
    """The one thing that needs attention most."""
    if live.trouble is not None:
        return str(live.trouble)
    if not live.phase.is_open or not live.level:
        return ""
    level = live.level[0]
    if level.is_clipping:
        return _("Het geluid is te hard: zet de microfoon verder weg of zachter.")
    if level.dead_s >= _NO_SOUND_S:
        return _("Er komt geen geluid: staat de microfoon aan? Kies een andere met m.")
    if _computer_is_silent(live):
        return _("Van de computer komt geen geluid: alleen de microfoon wordt opgenomen.")
    if live.phase is Phase.RECORDING and min(one.silent_s for one in live.level) >= LONG_SILENCE_S:
        return _("Het is al twee minuten stil. Is het consult voorbij? s stopt en bewaart.")
    if live.phase is Phase.RECORDING and live.elapsed_s >= LONG_CONSULT_S:
        return _("De opname duurt al {minutes} minuten. Is het consult voorbij? s stopt en bewaart.").format(
            minutes=int(live.elapsed_s // 60)
        )
    return ""


def _computer_is_silent(live: Live) -> bool:
    return any(other.dead_s >= _NO_COMPUTER_SOUND_S for other in live.level[1:])


def _short_warning(live: Live) -> str:
    if live.trouble is not None:
        return _("let op")
    if live.level and (live.level[0].is_clipping or live.level[0].dead_s >= _NO_SOUND_S):
        return level_word(live.level[0])
    if _computer_is_silent(live):
        return _("computer zwijgt")
    return _("al lang stil") if warning(live) and live.elapsed_s < LONG_CONSULT_S else ""


def said(picture: Picture) -> Items:
    """The conversation, an utterance at a time."""
    found = []
    for utterance in picture.utterances:
        who = (role_name(utterance.role).capitalize(), _STYLES[utterance.role])
        found.append((utterance.id, Content.assemble(who, "  ", utterance.text)))
    return found


def draft(picture: Picture) -> Items:
    """The lines of the draft, by problem and field."""
    found: list[Item] = []
    order = {name: at for at, name in enumerate(FIELDS)}
    lines = sorted(enumerate(picture.lines), key=lambda one: (one[1].note, order[one[1].field], one[0]))
    for at, ready in lines:
        found.append((at, Content.assemble((ready.field, "bold"), "  ", ready.line.text)))
    return found

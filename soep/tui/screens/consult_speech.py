"""What the GP does to the transcript and the recording: listen, say who spoke, correct, erase and move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

from textual import on
from textual.message import Message

from soep.audio.play import Player
from soep.audio.samples import Samples
from soep.errors import InputError, SoepError, unexpected
from soep.export.report import clock
from soep.i18n import _, ngettext
from soep.tui.screens.choice import Choice, ChoiceScreen
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.screens.consent import Agreed, ConsentScreen
from soep.tui.screens.consult_base import ConsultBase
from soep.tui.widgets.line_editor import LineEditor
from soep.tui.widgets.transcript import stretch_s
from soep.types import Consult, Role, Status, Utterance
from soep.wording import role_name
from soep.workflow import correcting, editing, erasing, intake
from soep.workflow.edits import CorrectUtterance, SetRole, SwapRoles
from soep.workflow.erasing import Stretch

AROUND_S = 0.3
"""Heard before and after what is listened to: times of words are not that exact."""
_MOST_TARGETS = 9
_ROLE_KEYS = {Role.ARTS: "a", Role.PATIENT: "p", Role.BEGELEIDER: "b", Role.ONBEKEND: "o"}
_CUTTABLE = (Status.PROCESSING, Status.FAILED, Status.DRAFT)


class SpeechActions(ConsultBase):
    """The keys of the transcript."""

    def __init__(self, consult_id: str) -> None:
        super().__init__(consult_id)
        self.player = Player()

    class Played(Message):
        """What was listened to has ended."""

        def __init__(self, trouble: SoepError | None) -> None:
            super().__init__()
            self.trouble = trouble

    def action_play(self) -> None:
        """Hear what the selected line rests on, or the chosen utterances; the same key stops."""
        if self.player.is_playing:
            self.stop_playing()
            return
        said = self.selected_utterances()
        if not said:
            self.say(_("Bij deze regel hoort geen moment in de opname."))
            return
        with self.told():
            pieces = chain(*[self._sound(*stretch) for stretch in _stretches(said)])
            self.player.play(pieces, self._has_played)
            self.show_playing(
                _("▶ {start} – {end}   spatie stopt").format(
                    start=clock(said[0].start_s), end=clock(max(one.end_s for one in said))
                )
            )

    def stop_playing(self) -> None:
        """Silence."""
        self.player.stop()
        self.show_playing("")

    @on(Played)
    def played(self, event: Played) -> None:
        """It ended by itself."""
        if not self.player.is_playing:
            self.show_playing("")
        if event.trouble is not None:
            self.soep.complain(event.trouble)

    def selected_utterances(self) -> list[Utterance]:
        """What is selected: in the transcript, or what the selected line or item rests on."""
        if self.on_speech:
            return self.transcript.chosen
        if self.note.unsaid.has_focus and self.note.item is not None:
            return self.transcript.utterances(self.note.item.evidence)
        place = self.note.place
        return self.transcript.utterances(place.line.evidence) if place and place.line else []

    def correct(self) -> None:
        """Write the utterance as it was said."""
        if self.transcript.utterance is None:
            self.nothing_here()
        else:
            self.transcript.correct()

    @on(LineEditor.Saved, "#said-editor")
    def corrected(self, event: LineEditor.Saved) -> None:
        """Keep it, and have drafted again what rests on it and nobody touched."""
        said = self.transcript.said_as(event.key)
        if said is None:
            return
        if not self.do(CorrectUtterance(said.id, event.text)):
            self.transcript.editor.open(self.transcript.said, said.id, event.text or said.text)
            return
        assert self.consult is not None
        count = len(correcting.untouched(self.consult, {said.id}))
        if count:
            self.workplace.worklist.redraft(self.consult_id, {said.id})
            text = ngettext(
                "{count} regel wordt opnieuw geschreven.", "{count} regels worden opnieuw geschreven.", count
            )
            self.say(text.format(count=count))

    def action_role(self) -> None:
        """Ask who spoke."""
        said = self.transcript.utterance
        if said is None:
            self.nothing_here()
            return
        choices: list[Choice[SetRole | SwapRoles]] = []
        for role, key in _ROLE_KEYS.items():
            name = role_name(role)
            choices.append(Choice(key, _("{role}, deze uiting").format(role=name), SetRole(said.id, role)))
            whole = SetRole(said.id, role, whole_speaker=True)
            choices.append(Choice(key.upper(), _("{role}, alles van deze spreker").format(role=name), whole))
        swap = SwapRoles(Role.ARTS, Role.PATIENT)
        choices.append(Choice("w", _("wissel arts en patiënt in het hele gesprek"), swap))
        self.app.push_screen(ChoiceScreen(_("Wie zei dit?"), choices), self._set_role)

    def cut(self) -> None:
        """Ask what to do with the chosen stretch of the recording."""
        chosen = self.transcript.chosen
        if not chosen:
            self.nothing_here()
            return
        if self.workplace.progress(self.consult_id) is not None:
            self.say(_("Dit consult wordt nu verwerkt. Stop dat eerst, of wacht tot het klaar is."))
            return
        with self.told():
            stretch = Stretch(*stretch_s(chosen))
            rows = self.desk.find(statuses=_CUTTABLE, limit=_MOST_TARGETS + 1)
            others = [row for row in rows if row.id != self.consult_id][:_MOST_TARGETS]
            choices = [
                Choice("w", _("wissen"), "erase"),
                Choice("n", _("verplaatsen naar een nieuw consult"), "new"),
                *(
                    Choice(
                        str(number),
                        _("verplaatsen naar {label}").format(label=row.label or row.problem or row.id),
                        row.id,
                    )
                    for number, row in enumerate(others, start=1)
                ),
            ]
            title = _("Opname van {start} tot {end}").format(start=clock(stretch.start_s), end=clock(stretch.end_s))
            warning = _("Het consult wordt daarna opnieuw verwerkt; wat u zelf schreef, blijft.")
            self.app.push_screen(ChoiceScreen(title, choices, warning), partial(self._cut, stretch))

    def action_withdraw_consent(self) -> None:
        """The patient takes consent back."""
        self.app.push_screen(
            ConfirmScreen(
                _("Toestemming ingetrokken?"),
                _("Wissen"),
                _("Geluid, transcript en concept worden meteen gewist. Een goedgekeurd verslag blijft."),
            ),
            self._withdraw,
        )

    def _has_played(self, trouble: SoepError | None) -> None:
        self.post_message(self.Played(trouble))  # from the player's thread

    def _sound(self, start_s: float, end_s: float) -> Iterator[Samples]:
        return intake.stretch_of_sound(self.desk, self.consult_id, start_s, end_s)

    def _set_role(self, edit: SetRole | SwapRoles | None) -> None:
        if edit is not None:
            self.do(edit)

    def _cut(self, stretch: Stretch, what: str | None) -> None:
        if what == "new":
            self.app.push_screen(ConsentScreen(), partial(self._move_to_new, stretch))
        elif what is not None:
            place = _("van {start} tot {end}").format(start=clock(stretch.start_s), end=clock(stretch.end_s))
            question = _("Opname {place} wissen?") if what == "erase" else _("Opname {place} verplaatsen?")
            yes = _("Wissen") if what == "erase" else _("Verplaatsen")
            explanation = _("Dit kan niet teruggedraaid worden.")
            self.app.push_screen(
                ConfirmScreen(question.format(place=place), yes, explanation), partial(self._cut_surely, stretch, what)
            )

    def _cut_surely(self, stretch: Stretch, what: str, sure: bool | None) -> None:
        if not sure:
            return
        with self.told():
            if what == "erase":
                erasing.erase_sound(self.desk, self.consult_id, stretch)
            else:
                erasing.move_sound(self.desk, self.consult_id, stretch, to_id=what)
            self._has_been_cut()

    def _move_to_new(self, stretch: Stretch, agreed: Agreed | None) -> None:
        if agreed is None:
            return
        with self.told():
            new_id = erasing.move_sound(self.desk, self.consult_id, stretch, consent=agreed.consent)
            editing.name(self.desk, new_id, agreed.about)
            self._has_been_cut()

    def _has_been_cut(self) -> None:
        self.transcript.said.choose(begin=False)
        self.workplace.worklist.look()
        self.show(self.desk.peek(self.consult_id))

    def _withdraw(self, sure: bool | None) -> None:
        if not sure:
            return
        self.stop_playing()
        consult, self.consult = self.consult, None  # what happens in the background need not be shown any more
        self.run_worker(partial(self._withdraw_now, consult), thread=True, exit_on_error=False)

    def _withdraw_now(self, consult: Consult | None) -> None:
        """On a thread: stopping the engine and erasing take a moment."""
        trouble: SoepError | None = None
        try:
            with self.workplace.idle.busy():  # the store is not locked meanwhile
                self.workplace.abandon(self.consult_id)
                erasing.withdraw_consent(self.desk, self.consult_id)
        except SoepError as error:
            trouble = error
        except Exception as error:  # nobody foresaw it
            trouble = unexpected(error)
        self.app.call_from_thread(self._has_been_withdrawn, consult, trouble)

    def _has_been_withdrawn(self, consult: Consult | None, trouble: SoepError | None) -> None:
        if trouble is not None:
            self.complain(trouble)
        if not self.is_attached:  # closed meanwhile
            return
        self.consult = consult
        try:
            self.desk.row(self.consult_id)
        except InputError:  # nothing of it was approved
            self.say(_("Alles van dit consult is gewist."))
            self.leave_empty()
        except SoepError as error:
            self.complain(error)
        else:
            self.reload()


def _stretches(said: Sequence[Utterance]) -> list[tuple[float, float]]:
    """What to hear, in order: utterances that follow each other as one stretch."""
    found: list[tuple[float, float]] = []
    for one in said:
        start_s, end_s = max(0.0, one.start_s - AROUND_S), one.end_s + AROUND_S
        if found and start_s <= found[-1][1] + 1.0:
            found[-1] = (found[-1][0], max(end_s, found[-1][1]))
        else:
            found.append((start_s, end_s))
    return found

"""Approving notes, and taking them to the EHR."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from soep.errors import InputError, SoepError
from soep.i18n import _, ngettext
from soep.tui.messages import ConsultChanged
from soep.tui.screens.approve_leaving import LeavingActions
from soep.tui.screens.base import without_content
from soep.tui.screens.confirm import ConfirmScreen
from soep.tui.widgets.approve_rows import places, rows
from soep.tui.widgets.key_bar import KeyBar
from soep.tui.widgets.rows import RowList
from soep.types import Consult, Status
from soep.workflow import approval, editing, erasing
from soep.workflow.edits import AcceptFlags

_SHOWN_EXPORTS = 3


def _key(keys: str, action: str, text: str, tooltip: str) -> Binding:
    return Binding(keys, action, text, id=f"approve.{action.replace('_', '-')}", tooltip=tooltip)


class ApproveScreen(LeavingActions):
    """The notes of a consult as they will leave: first what must be looked at, then approval, then the ways out."""

    AUTO_FOCUS = "#approve-rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("a", "approve", _("Goedkeuren"), _("Alle problemen van dit consult goedkeuren")),
        _key("p", "approve_one", _("Dit probleem"), _("Alleen het probleem onder de cursor goedkeuren")),
        _key("l", "accept", _("Laat staan"), _("De gemarkeerde regel klopt zo")),
        _key("enter", "improve", _("Verbeter"), _("Terug naar het consult, bij deze regel")),
        _key("c", "copy", _("Kopieer"), _("Het hele verslag naar het klembord")),
        _key("v", "next_field", _("Veld"), _("S, O, E en P een voor een naar het klembord")),
        _key("i", "copy_icpc", _("ICPC"), _("De ICPC-code van dit probleem naar het klembord")),
        _key("m", "to_folder", _("Map"), _("In de map die het HIS leest")),
        _key("b", "save", _("Bestand"), _("Bewaren als bestand: Word, tekst, FHIR en andere")),
        _key("w", "letter", _("Brief"), _("Een verwijsbrief met regels die u kiest")),
        _key("t", "withdraw", _("Trek in"), _("De goedkeuring intrekken, zolang geluid en transcript er nog zijn")),
        _key("escape", "back", _("Terug"), _("Terug")),
    ]

    def compose(self) -> ComposeResult:
        """Whose it is, where it stands, the notes, and what was done with them."""
        yield self.head
        yield Static(id="approve-state", markup=False)
        yield self.lines
        yield Static(id="approve-fields", markup=False)
        yield Static(id="approve-info", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Open it, with the cursor on the first line that must be looked at."""
        with self.told():
            self.desk.view(self.consult_id)
        self.reload()
        self._go_to_waiting()

    def on_screen_resume(self) -> None:
        """Something may have been done meanwhile."""
        self.reload()

    @on(ConsultChanged)
    def consult_changed(self, event: ConsultChanged) -> None:
        """Something was done in the background: it was erased, or drafted anew."""
        if event.consult_id in {self.consult_id, ""}:
            self.reload()

    async def next_field(self) -> str:
        """For a pedal, or a key in another program; gives why the next field is not on the clipboard, or nothing."""
        if not self.can_leave:
            return _("Keur het verslag eerst goed.")
        if not self.is_sure:
            return _("Kies eerst in soep van wie dit verslag is (v).")
        return "" if await self.copy_step(None) else _("Het volgende veld staat niet op het klembord.")

    @on(RowList.Moved)
    def moved(self) -> None:
        """Other keys may count here."""
        self.refresh_bindings()

    @on(RowList.Opened)
    def opened(self) -> None:
        """Clicked twice: once approved, copy what was clicked."""
        place = self.place
        if place is None:
            return
        if self.can_leave and place.note.approved_at is not None:
            self.copy_place(place)
        else:
            self.action_improve()

    def reload(self) -> None:
        """Show the consult as the store has it; one that is gone closes."""
        try:
            self.consult = self.desk.peek(self.consult_id)
            self.exports = approval.exports(self.desk, self.consult_id)
        except InputError as error:
            if not self._leaves:
                self.soep.complain(error)
            if self.consult is not None:
                self.consult, self.exports = without_content(self.consult), []
                self._show_notes(self.consult)
            self.leave()
            return
        except SoepError as error:
            self.complain(error)
            return
        self._show_notes(self.consult)

    def _show_notes(self, consult: Consult) -> None:
        self.places = places(self.notes)
        self.head.show(consult, self.notes)
        self.lines.set_rows(rows(self.notes))
        self.query_one("#approve-state", Static).update(self._state())
        self.query_one("#approve-info", Static).update(Content("\n").join([self._erasure(), *self._left()]))
        self.show_fields()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do nothing here are not shown."""
        if self.consult is None:
            return action == "back"
        open_notes = sum(note.approved_at is None for note in self.notes)
        waiting = self.place is not None and self.place.is_waiting
        shown = {
            "approve": open_notes > 0,
            "approve_one": open_notes > 1,
            "accept": waiting,
            "improve": waiting,
            "withdraw": approval.can_withdraw(self.consult),
            "to_folder": self.can_leave and self.soep.settings.export.folder is not None,
            "copy_icpc": self.can_leave and any(note.icpc_s or note.icpc_e for note in self.leaving_notes),
        }
        if action in {"copy", "next_field", "save", "letter"}:
            return self.can_leave
        return shown.get(action, True)

    def action_approve(self) -> None:
        """All that is not approved yet."""
        with self.told():
            approval.approve(self.desk, self.consult_id)
        self.reload()
        self._go_to_waiting()

    def action_approve_one(self) -> None:
        """The problem that the cursor is in."""
        place = self.place
        if place is not None:
            with self.told():
                approval.approve(self.desk, self.consult_id, [place.note.id])
            self.reload()

    def action_accept(self) -> None:
        """The line stands as it is: the GP has looked."""
        place = self.place
        if place is not None and place.is_waiting:
            with self.told():
                editing.edit(self.desk, self.consult_id, AcceptFlags(place.line.id))
            self.reload()
            self._go_to_waiting()

    def action_improve(self) -> None:
        """Back to the consult, with the cursor on this line."""
        from soep.tui.screens.consult import ConsultScreen  # noqa: PLC0415 - the two open each other

        key = self.lines.row.key if self.lines.row is not None else None
        below = self.app.screen_stack[-2]
        consult = below if isinstance(below, ConsultScreen) else ConsultScreen(self.consult_id)
        if consult is below:
            self.dismiss()
        else:
            self.app.switch_screen(consult)
        consult.call_after_refresh(consult.note.lines.go_to, key)

    def action_withdraw(self) -> None:
        """Back to a draft, after a question where something was exported."""
        if not self.exports:
            self._withdraw(True)
            return
        question = ConfirmScreen(
            _("De goedkeuring intrekken?"),
            _("Intrekken"),
            _("Dit verslag ging al naar buiten. Wat daar staat, blijft staan: verbeter het ook in het HIS."),
        )
        self.app.push_screen(question, self._withdraw)

    def action_back(self) -> None:
        """To where this was opened from."""
        self.dismiss()

    def _withdraw(self, sure: bool | None) -> None:
        if sure:
            with self.told():
                approval.withdraw_approval(self.desk, self.consult_id)
            self.forget_fields()
            self.reload()

    def _waiting(self) -> list[Hashable]:
        return [key for key, place in self.places.items() if place.is_waiting]

    def _go_to_waiting(self) -> None:
        waiting = self._waiting()
        if waiting:
            self.lines.go_to(waiting[0])
        elif self.lines.row is None:
            self.lines.action_end(-1)

    def _state(self) -> Content:
        waiting, approved = len(self._waiting()), sum(note.approved_at is not None for note in self.notes)
        if waiting:
            text = ngettext(
                "Nog {count} regel na te kijken: laat die staan (l) of verbeter die (enter).",
                "Nog {count} regels na te kijken: laat ze staan (l) of verbeter ze (enter).",
                waiting,
            ).format(count=waiting)
            return Content.styled(f"!! {text}", "bold $text-error")
        if self.consult is None or self.consult.status not in {Status.DRAFT, Status.APPROVED, Status.EXPORTED}:
            return Content(_("Dit verslag kan nu niet goedgekeurd worden."))
        if approved == len(self.notes):
            went = self.consult.status is Status.EXPORTED
            text = _("Goedgekeurd en geëxporteerd.") if went else _("Goedgekeurd. Neem het nu over in het HIS.")
            return Content.styled(f"✓ {text}", "bold $text-success")
        if approved:
            text = _("{done} van {all} problemen goedgekeurd.").format(done=approved, all=len(self.notes))
            return Content.styled(text, "bold")
        return Content.styled(_("Klaar om goed te keuren (a)."), "bold")

    def _erasure(self) -> Content:
        """When what was said goes."""
        consult, kept = self.consult, self.desk.settings.retention
        if consult is None or (moment := erasing.erased_at(consult, kept)) is None:
            return Content(_("Geluid en transcript zijn gewist."))
        local = moment.astimezone()
        when = f"{local:%H:%M}" if local.date() == self.desk.now().astimezone().date() else f"{local:%d-%m %H:%M}"
        if consult.approved_at is None:
            text = _("Geluid en transcript worden gewist {hours} uur na goedkeuring, en uiterlijk {when}.")
            return Content(text.format(hours=f"{kept.after_approval_h:g}", when=when))
        text = _("Geluid en transcript worden gewist om {when}; tot dan kunt u de goedkeuring intrekken (t).")
        return Content(text.format(when=when))

    def _left(self) -> list[Content]:
        """What went out last."""
        if not self.exports:
            return []
        recent = [f"{at.astimezone():%H:%M} {target}" for at, target, _sha256 in self.exports[-_SHOWN_EXPORTS:]]
        return [Content(_("Naar buiten: {list}").format(list=" · ".join(reversed(recent))))]

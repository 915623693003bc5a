"""Whose note this is, too large to overlook: nothing must land with another patient."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Label, Static

from soep.i18n import _
from soep.types import Consult, SoepNote

_IN_DIGITS = re.compile(r"[0-9.,:+-]{1,12}")


class ApproveHead(Horizontal):
    """The label and problems, the time of the consult, and the number of the patient."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._label = Static(id="approve-name", markup=False)
        self._titles = Static(id="approve-titles", markup=False)
        self._time = Digits("", id="approve-time")
        self._number = Digits("", id="approve-number")
        self._words = Static(id="approve-words", markup=False)

    def compose(self) -> ComposeResult:
        """Words on the left, figures on the right."""
        with Vertical(id="approve-what"):
            yield self._label
            yield self._titles
        with Vertical(classes="approve-large"):
            yield Label(_("Tijd van het consult"), classes="approve-caption")
            yield self._time
        with Vertical(classes="approve-large"):
            yield Label(_("Patiëntnummer"), classes="approve-caption")
            yield self._number
            yield self._words

    def show(self, consult: Consult, notes: tuple[SoepNote, ...]) -> None:
        """Show what is so now."""
        began = consult.created_at.astimezone()
        self._label.update(Content.styled(consult.label or _("zonder naam"), "bold"))
        titles = [note.problem.text or _("(geen titel)") for note in notes]
        day = f"{began.day}-{began.month}-{began.year}"
        self._titles.update(Content("\n").join([Content(" · ".join(titles)), Content.styled(day, "$foreground-muted")]))
        self._time.update(f"{began:%H:%M}")
        number = consult.patient_ref or ""
        large = _IN_DIGITS.fullmatch(number) is not None
        self._number.display = large
        self._words.display = not large
        self._number.update(number if large else "")
        missing = Content.styled(" " + _("! niet ingevuld") + " ", "bold $text-warning")
        self._words.update(Content.styled(number, "bold") if number else missing)

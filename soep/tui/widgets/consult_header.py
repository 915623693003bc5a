"""Always in view: which consult this is, where it stands, what is worth knowing, and how much waits to be looked at."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from soep.i18n import _
from soep.tui.widgets.note import needs_look
from soep.types import Consult, Status
from soep.wording import contact_name, remark_sentence, status_name
from soep.workflow import editing


class ConsultHeader(Vertical):
    """Two lines, and one for each remark."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._who = Static(id="consult-who", markup=False)
        self._state = Static(id="consult-state", markup=False)
        self._what = Static(id="consult-what", markup=False)
        self._remarks = Static(id="consult-remarks", markup=False)
        self._remarked = Content()

    def compose(self) -> ComposeResult:
        """Who and where it stands, what it is about, and the remarks."""
        with Horizontal(id="consult-top"):
            yield self._who
            yield self._state
        yield self._what
        yield self._remarks

    def on_mount(self) -> None:
        """Nothing to remark yet."""
        self._remarks.display = False

    def show(self, consult: Consult) -> None:
        """Show what is so now; what stays the same is not drawn again."""
        self._who.update(_who(consult), layout=False)
        self._state.update(_state(consult), layout=False)
        self._what.update(_what(consult), layout=False)
        remarks = Content("\n").join(_remarks(consult))
        if not remarks.is_same(self._remarked):
            self._remarked = remarks
            self._remarks.update(remarks)
            self._remarks.display = bool(remarks.plain)


def _who(consult: Consult) -> Content:
    return Content.styled(consult.label or _("zonder naam"), "bold")


def _moment(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local.day}-{local.month}-{local.year} {local:%H:%M}"


def _state(consult: Consult) -> Content:
    state = status_name(consult.status)
    if consult.status is not Status.DRAFT:
        return Content.styled(state, "bold")
    waiting, critical = needs_look(editing.notes_to_edit(consult))
    if not waiting:
        return Content.assemble((state, "bold"), (" · ✓ " + _("niets na te kijken"), "$text-success"))
    text = _("{count} na te kijken").format(count=waiting)
    must = _(", {count} verplicht").format(count=critical) if critical else ""
    return Content.assemble(
        (state, "bold"),
        (f" · {'!!' if critical else '!'} {text}{must}", "$text-error" if critical else "$text-warning"),
    )


def _what(consult: Consult) -> Content:
    known = [consult.patient_ref or "", contact_name(consult.contact_type or ""), _moment(consult.created_at)]
    titles = [note.problem.text for note in editing.notes_to_edit(consult) if note.problem.text]
    return Content.assemble(
        (" · ".join(each for each in known if each), "$foreground-muted"),
        "".join(f"   {place} {title}" for place, title in enumerate(titles, start=1)),
    )


def _remarks(consult: Consult) -> list[Content]:
    found = [Content.styled(f"▸ {remark_sentence(remark)}", "$text-warning") for remark in consult.warnings]
    if _is_final(consult):
        found.append(
            Content.styled("✓ " + _("Goedgekeurd: dit verslag kan niet meer gewijzigd worden."), "$text-success")
        )
    return found


def _is_final(consult: Consult) -> bool:
    return consult.status in {Status.APPROVED, Status.EXPORTED}

"""Practising: the steps from recording to copied note, ticked off as they are done."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.widgets import Static

from soep.i18n import _
from soep.store.consults import Row
from soep.types import Status

_APPROVED = frozenset({Status.APPROVED, Status.EXPORTED})
_DRAFTED = _APPROVED | {Status.DRAFT}


@dataclass(slots=True)
class Practice:
    """How far somebody is who practises."""

    is_open: bool | None = None
    """Whether the steps are shown; None until somebody says so: then they are in a store without consults."""
    consult_id: str = ""
    was_checked: bool = False
    """Whether it was seen with nothing left in it that waits to be looked at."""

    def done(self, row: Row | None) -> tuple[bool, ...]:
        """Which steps are done, with the practice consult as it is now."""
        status = row.status if row is not None else None
        return (
            row is not None,
            status in _DRAFTED,
            status in _APPROVED or (self.was_checked and status in _DRAFTED),
            status in _APPROVED,
            status is Status.EXPORTED,
        )


def steps() -> tuple[tuple[str, str], ...]:
    """What is to be done, and how."""
    return (
        (_("Lees het oefenconsult in"), _("druk op o; zelf opnemen gaat net zo, met n")),
        (_("Wacht tot het concept er is"), _("een minuut ongeveer; u kunt intussen iets anders doen")),
        (_("Kijk het na"), _("enter opent het; f: wat u moet zien, v: klopt, enter: verbeteren")),
        (_("Keur het goed"), _("met a in het consult, en nog eens a")),
        (_("Kopieer het verslag"), _("c: alles, v: veld voor veld; plak het in een leeg document")),
    )


class Guide(Static):
    """All steps, with the one to do now."""

    DEFAULT_CSS = "Guide { height: auto; margin: 0 2; padding: 0 1; border: round $border; }"

    def show(self, practice: Practice, row: Row | None) -> None:
        """As they are now."""
        done = practice.done(row)
        now = next((at for at, one in enumerate(done) if not one), len(done))
        heading = _("Oefenen: in vijf minuten van opname naar verslag") if now < len(done) else _("U kent soep nu.")
        lines = [Content.styled(heading, "bold")]
        for at, (step, how) in enumerate(steps()):
            mark, style = ("✓", "$text-success") if done[at] else ("▶", "$text-primary") if at == now else ("·", "")
            hint = (f"  {how}", "$foreground-muted") if at == now else ""
            lines.append(Content.assemble((f" {mark} ", style), (step, "bold" if at == now else ""), hint))
        closing = _("De stemmen zijn kunstmatig: wis het consult gerust. Met p sluit u dit.")
        lines.append(Content.styled(closing, "$foreground-muted"))
        self.update(Content("\n").join(lines))


class GuideLine(Static):
    """The step to do now, for the screens on the way."""

    DEFAULT_CSS = "GuideLine { dock: top; height: 1; background: $primary-muted; }"

    def show(self, practice: Practice, row: Row | None) -> None:
        """As it is now."""
        done = practice.done(row)
        now = next((at for at, one in enumerate(done) if not one), None)
        step, how = (_("Alle stappen zijn gedaan."), "") if now is None else steps()[now]
        count = _("Oefenen, stap {number} van {count}").format(
            number=len(done) if now is None else now + 1, count=len(done)
        )
        self.update(Content.assemble((f" {count}: ", "bold"), step, f"  {how}"))

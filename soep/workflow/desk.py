"""The GP's desk: every step in a consult's life, allowed or refused, saved in one transaction and logged in it.

The application and the command line change consults only through the functions of this room, which take a ``Desk``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from soep.config import Settings
from soep.errors import InputError
from soep.i18n import _
from soep.store import Store, Tables
from soep.store.consults import Row
from soep.store.log import Action, LogEntry
from soep.types import About, Consult, Status
from soep.workflow import rules
from soep.workflow.rules import Act

ID_BYTES = 6
NAMELESS = About()
SYSTEM = "soep"
"""Who does what nobody asked for: erasing at the set time, and taking up what was interrupted."""
_LOGGED: Mapping[Act, Action] = {
    Act.APPROVE: Action.APPROVE,
    Act.WITHDRAW_APPROVAL: Action.WITHDRAW,
    Act.EXPORT: Action.EXPORT,
    Act.CUT_SOUND: Action.ERASE,
    Act.DELETE: Action.DELETE,
}
"""As what the log has an act that not everybody may do."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """An open store with the rules of a consult's life.

    Args:
        store: where everything is kept.
        settings: who works here and how long things are kept.
        now: the clock, aware of its offset.
    """

    def __init__(self, store: Store, settings: Settings, now: Callable[[], datetime] = _utc_now) -> None:
        self.store = store
        self.settings = settings
        self.now = now

    def find(self, words: str = "", statuses: Iterable[Status] = (), limit: int = -1) -> list[Row]:
        """The consults, newest first; those that hold the words, where words are given."""
        with self.store.reading() as tables:
            return tables.consults.find(words=words, statuses=statuses, limit=limit)

    def row(self, consult_id: str) -> Row:
        """What a list shows of one consult.

        Raises:
            InputError: there is none with this id.
        """
        with self.store.reading() as tables:
            return tables.consults.row(consult_id)

    def view(self, consult_id: str) -> Consult:
        """Open a consult, which the log remembers.

        Raises:
            InputError: there is none with this id.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            self.log(tables, Action.VIEW, consult)
        return consult

    def peek(self, consult_id: str) -> Consult:
        """A consult as it is now, for a program's own use: nobody sees it."""
        with self.store.reading() as tables:
            return tables.consults.get(consult_id)

    def resolve(self, beginning: str) -> str:
        """The one id that begins so.

        Raises:
            InputError: none does, or more than one.
        """
        with self.store.reading() as tables:
            found = tables.consults.ids(beginning) if beginning else []
        if len(found) == 1 or beginning in found:
            return beginning if beginning in found else found[0]
        if found:
            raise InputError(_("Er zijn meer consulten die zo beginnen."), _("Geef meer tekens van het nummer."))
        raise InputError(_("Er is geen consult met dit nummer."), _("Bekijk de lijst met: soep list."))

    @contextmanager
    def acting(self, act: Act, consult_id: str) -> Iterator[tuple[Tables, Consult]]:
        """A transaction for an act that not everybody may do; the log has it when this person may not.

        Raises:
            InputError: there is no consult with this id.
            WorkflowError: not by this person, or not in this state.
        """
        with self.store.transaction() as tables:
            consult = tables.consults.get(consult_id)
            if rules.may(act, self.role):
                rules.allow(act, consult.status, self.role)
                yield tables, consult
                return
            self.log(tables, _LOGGED[act], consult, result="refused", detail=act.value)
        rules.allow(act, consult.status, self.role)  # refuses, when the log has it

    def must_allow(self, act: Act, consult_id: str) -> Consult:
        """The consult, when this person may do this to it now; the log has it when this person may not.

        Raises:
            InputError: there is no consult with this id.
            WorkflowError: not by this person, or not in this state.
        """
        with self.acting(act, consult_id) as (_tables, consult):
            return consult

    @property
    def role(self) -> rules.Role:
        """What the one who sits here is."""
        return self.settings.practice.role

    def new_id(self) -> str:
        """An id for a consult, which says nothing about it."""
        return secrets.token_hex(ID_BYTES)

    def by_itself(self) -> Desk:
        """The desk of what nobody asked for, so that the log says so."""
        practice = self.settings.practice.model_copy(update={"user": SYSTEM})
        return Desk(self.store, self.settings.model_copy(update={"practice": practice}), self.now)

    def log(self, tables: Tables, action: Action, consult: Consult, *, result: str = "ok", detail: str = "") -> None:
        """Add to the log, within the transaction of what was done."""
        practice = self.settings.practice
        tables.log.add(
            LogEntry(
                self.now().isoformat(timespec="milliseconds"),
                practice.user_name,
                practice.responsible_name,
                tables.log.pseudonym(consult.patient_ref),
                action.value,
                consult.id,
                result,
                detail,
            )
        )

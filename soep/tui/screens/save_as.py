"""Where an approved note is saved, and as what."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import platformdirs
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerError, get_current_worker

from soep.errors import SoepError
from soep.export.exporter import Exporter, exporter_names, load_exporter
from soep.export.write import check_writable, write_files
from soep.i18n import _, mark
from soep.tui.screens.dialog import Dialog
from soep.tui.widgets.key_bar import KeyBar
from soep.types import Consult
from soep.workflow.importing import path_of
from soep.workflow.leaving import Parcel

if TYPE_CHECKING:
    from soep.tui.app import SoepApp

_KNOWN = {
    "docx": mark("Word-document"),
    "txt": mark("verslag om te lezen"),
    "tekst": mark("tekst voor het HIS, veld voor veld"),
    "fhir": mark("FHIR, voor het HIS"),
    "json": mark("voor andere programma’s"),
    "gedeidentificeerd": mark("de meeste namen weg, om hulp te vragen"),
}
_FIRST = "docx"
_NAME_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Saving:
    """What was chosen: the exporter by name, and the file."""

    name: str
    exporter: Exporter
    file: Path

    @property
    def parcel(self) -> Parcel:
        """What leaves."""
        return Parcel(self.name, self.exporter.render)

    def write(self, content: bytes) -> None:
        """Into the file, whole or not at all."""
        write_files({self.file: content})


class SaveScreen(Dialog[Saving | None]):
    """Asks for a format and a file; None when the user turns back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", _("Bewaren"), id="save.save", tooltip=_("Bewaren; enter in het veld ook")),
        Binding("escape", "dismiss(None)", _("Terug"), id="save.back"),
    ]

    def __init__(self, consult: Consult) -> None:
        super().__init__()
        began = consult.created_at.astimezone()
        self._stem = f"verslag-{began:%Y-%m-%d-%H%M}"  # a file's name says nothing of whose it is
        self._names = sorted(exporter_names(), key=lambda name: (name != _FIRST, name))
        self._exporter: Exporter | None = None
        self._loading: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The formats and the file."""
        with Vertical(classes="approve-form"):
            yield Label(_("Bewaren als"), classes="approve-form-title")
            yield OptionList(*(Option(self._described(name), id=name) for name in self._names), id="save-forms")
            yield Label(_("Bestand"))
            yield Input(id="save-file")
            yield Static(classes="approve-trouble", id="save-trouble", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """The commonest format first."""
        folder = platformdirs.user_documents_path()
        self.query_one(Input).value = str(folder / self._stem)
        forms = self.query_one(OptionList)
        forms.highlighted = 0
        forms.focus()

    @on(OptionList.OptionHighlighted)
    def chosen(self, event: OptionList.OptionHighlighted) -> None:
        """The file's name follows the format."""
        self._say("")
        self._loading = self._load(self._names[event.option_index])

    @on(OptionList.OptionSelected)
    def to_file(self) -> None:
        """Enter in the list goes to the file."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    async def submitted(self) -> None:
        """Enter in the field saves."""
        await self.action_save()

    async def action_save(self) -> None:
        """Give what was chosen, when it can be written."""
        if self._loading is not None:
            with contextlib.suppress(WorkerError):
                await self._loading.wait()
        highlighted = self.query_one(OptionList).highlighted
        if self._exporter is None or highlighted is None:
            return
        file = path_of(self.query_one(Input).value.strip())
        trouble = trouble_with(file)
        if file is None or trouble:
            self._say(trouble)
            return
        self.dismiss(Saving(self._names[highlighted], self._exporter, file))

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _load(self, name: str) -> None:
        """On a thread: an exporter brings libraries that take up to half a second to load."""
        worker = get_current_worker()
        try:
            exporter, trouble = load_exporter(name, cast("SoepApp", self.app).settings), ""
        except SoepError as error:
            exporter, trouble = None, str(error)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._loaded, exporter, trouble)

    def _loaded(self, exporter: Exporter | None, trouble: str) -> None:
        known = self._exporter.suffix if self._exporter is not None else ""
        self._exporter = exporter
        self._say(trouble)
        field = self.query_one(Input)
        file = Path(field.value)
        if file.name:
            suffix = exporter.suffix if exporter is not None else ""
            field.value = str(file.with_name(file.name.removesuffix(known) + suffix))

    def _described(self, name: str) -> str:
        return f"{name:{_NAME_WIDTH}} {_(_KNOWN[name])}" if name in _KNOWN else name

    def _say(self, text: str) -> None:
        trouble = self.query_one("#save-trouble", Static)
        trouble.display = bool(text)
        trouble.update(text)


def trouble_with(file: Path | None) -> str:
    """Why a file cannot be written, before anything leaves; empty when it can."""
    if file is None:
        return _("Dit kan geen bestand zijn; kies een andere naam of map.")
    if not file.name or file.is_dir():
        return _("Geef ook de naam van het bestand.")
    if file.exists():
        return _("Dit bestand bestaat al; kies een andere naam.")
    try:
        check_writable(file.parent)
    except SoepError as error:
        return str(error)
    return ""

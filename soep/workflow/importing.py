"""Recordings on disk into the store, one after another: a bad one is told and does not stop the rest."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from soep.engine.protocol import ReadJob
from soep.engine.supervisor import Engine, Task
from soep.errors import CancelledError, DeviceError, SoepError
from soep.events import SoundRead
from soep.i18n import _
from soep.store.sound import CHUNK_S
from soep.types import About, Consent
from soep.workflow import intake
from soep.workflow.desk import NAMELESS, Desk
from soep.workflow.owners import owned
from soep.workflow.recording import Recorder

_ENDINGS = "wav w64 mp3 m4a aac ogg oga opus flac webm amr 3gp mp4 mov mkv avi wma aif aiff caf"
SOUND_SUFFIXES = frozenset(f".{ending}" for ending in _ENDINGS.split())
"""Names of files that may hold sound; which do, only reading tells."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording to read, with who agreed to it and what its consult is known by."""

    sound: Path
    consent: Consent | None
    about: About = NAMELESS
    channels_apart: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording: a consult, or a reason why not."""

    sound: Path
    consult_id: str = ""
    error: SoepError | None = None


def _unheard(_seconds: float) -> None:
    """For who does not watch."""


class Import:
    """Reads recordings; another thread may cancel.

    Args:
        desk: whose store they go to.
        engine: decodes them; nothing is recognised yet.
        told: called with the seconds of the current recording that are in the store.
    """

    def __init__(self, desk: Desk, engine: Engine, told: Callable[[float], None] = _unheard) -> None:
        self._desk = desk
        self._engine = engine
        self._told = told
        self._task: Task | None = None
        self._cancelled = False

    def read_all(self, recordings: Iterable[Wanted]) -> Iterator[Outcome]:
        """Read each; gives what became of it before the next one begins.

        Raises:
            CancelledError: the user stopped it; nothing of the current recording stays in the store.
            DeviceError: the disk is full: the rest would fare no better.
        """
        for wanted in recordings:
            try:
                consult_id = self.read(wanted)
            except (CancelledError, DeviceError):
                raise
            except SoepError as error:
                yield Outcome(wanted.sound, error=error)
            else:
                yield Outcome(wanted.sound, consult_id)

    def read(self, wanted: Wanted) -> str:
        """Copy a recording into the store; gives the consult's id.

        Raises:
            WorkflowError: nobody's consent was recorded.
            SoepError: it cannot be read; nothing of it stays in the store.
        """
        consult_id = intake.begin(self._desk, wanted.consent, wanted.about, recording=False)
        with owned(self._desk.store.folder, consult_id):
            recorder = Recorder(self._desk, consult_id)
            try:
                self._task = self._engine.submit(ReadJob(wanted.sound, wanted.channels_apart))
                self._feed(recorder, self._task)
                consult = self._task.result().consult
            except BaseException:
                intake.discard(self._desk, consult_id)
                raise
            finally:
                self._task = None
            recorder.finish(consult.warnings, consult.audio.sha256 if consult.audio else "")
        return consult_id

    def cancel(self) -> None:
        """Stop: the recording that is being read is left out of the store, and no other begins."""
        self._cancelled = True
        if (task := self._task) is not None:
            task.cancel()

    def _feed(self, recorder: Recorder, task: Task) -> None:
        done_s = 0.0
        for event in task.events():
            if self._cancelled:
                raise CancelledError(_("Gestopt."))
            if isinstance(event, SoundRead):
                recorder.feed(event.samples)
                if recorder.trouble is not None:
                    raise recorder.trouble
                done_s += CHUNK_S
                self._told(done_s)


def erase_source(sound: Path) -> None:
    """Erase the file that a recording was read from.

    Raises:
        DeviceError: it cannot be erased.
    """
    try:
        sound.unlink()
    except OSError as error:
        raise DeviceError(
            _("De opname is ingelezen, maar het bestand kan niet gewist worden."), _("Wis het zelf.")
        ) from error


def paths_in(text: str) -> list[Path]:
    """The paths in a text that was typed, pasted, or dropped on a terminal, which quotes and escapes as it likes."""
    found: list[Path] = []
    for line in (line.strip() for line in text.splitlines()):
        if line:
            whole = path_of(_plain(line))
            found += [whole] if whole is not None and whole.exists() else [_path(word) for word in _words(line)]
    return list(dict.fromkeys(found))


def path_of(text: str) -> Path | None:
    """The file or folder that a text names; None when none can have that name, or nobody may look there."""
    try:
        path = Path(text).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError):  # a name that is too long, no access, a user that is not there
        return None
    return path


def is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may look."""
    try:
        return path.is_dir()
    except OSError:
        return False


def sounds_in(folder: Path) -> list[Path]:
    """The recordings that lie in a folder, by their names."""
    try:
        return sorted(path for path in folder.iterdir() if is_sound(path) and path.is_file())
    except OSError:
        return []


def is_sound(path: Path) -> bool:
    """Whether a file may hold sound, by its name."""
    return path.suffix.casefold() in SOUND_SUFFIXES and not path.name.startswith(".")


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # there a backslash stands between folders
    try:
        return list(lexer)
    except ValueError:  # a quote without its other half: an apostrophe in a name
        return [line]


def _path(text: str) -> Path:
    """One that cannot be is named too: reading it says why not."""
    return path_of(_plain(text)) or Path(_plain(text))


def _plain(text: str) -> str:
    try:
        return url2pathname(urlsplit(text).path) if text.startswith("file://") else text
    except ValueError:
        return text

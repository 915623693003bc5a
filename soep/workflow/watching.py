"""Work on a consult ends as soon as what it rests on is erased or changed: here, in another window, or by time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soep.engine.supervisor import Task
from soep.errors import InputError, SoepError, WorkflowError
from soep.i18n import _
from soep.wording import RemarkCode
from soep.workflow import intake
from soep.workflow.desk import Desk

LOOK_EVERY_S = 1.0

IsThere = Callable[[], bool]


class GoneError(WorkflowError):
    """What the work rests on is not there any more, or not as it was."""


@contextmanager
def watched(task: Task, is_there: IsThere) -> Iterator[None]:
    """While a task runs: it is cancelled when what it rests on is gone.

    Raises:
        GoneError: it is gone, whatever became of the task.
    """
    ended = threading.Event()

    def look() -> None:
        while _can_see(is_there):
            if ended.wait(LOOK_EVERY_S):
                return
        task.cancel()

    thread = threading.Thread(target=look, daemon=True, name="soep-watch")
    thread.start()
    try:
        yield
    except SoepError:
        if _can_see(is_there):
            raise
        raise _gone() from None
    else:
        if not _can_see(is_there):
            raise _gone()
    finally:
        ended.set()
        thread.join()


def same_sound(desk: Desk, consult_id: str) -> IsThere:
    """Whether the sound is what it is now: nothing of it was erased, or moved away or to it."""
    now_s = intake.sound_s(desk, consult_id)
    return lambda: 0.0 < now_s == intake.sound_s(desk, consult_id)


def transcript_there(desk: Desk, consult_id: str) -> IsThere:
    """Whether the transcript is there."""
    return lambda: bool(desk.peek(consult_id).transcript.utterances)


def not_erased(desk: Desk, consult_id: str) -> IsThere:
    """Whether neither the consult nor its sound was erased; a recording may have no sound yet."""
    return lambda: all(remark.code != RemarkCode.SOUND_ERASED for remark in desk.peek(consult_id).warnings)


def exists(desk: Desk, consult_id: str) -> IsThere:
    """Whether there is such a consult."""
    return lambda: bool(desk.row(consult_id))


def is_gone(is_there: IsThere) -> bool:
    """Whether it is gone for certain: a store that cannot be read now says nothing."""
    return not _can_see(is_there)


def _can_see(is_there: IsThere) -> bool:
    try:
        return is_there()
    except InputError:  # the whole consult
        return False
    except SoepError:  # the store is busy, or locked: the next look tells
        return True


def _gone() -> GoneError:
    return GoneError(_("Dit consult is intussen gewist of gewijzigd; de verwerking is gestopt."))

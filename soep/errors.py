"""What can go wrong, each with a sentence for the user, a hint, and the exit code of the command line."""

from __future__ import annotations

from pathlib import Path

from soep.i18n import _


class SoepError(Exception):
    """A failure that the user is told about in one sentence, with what to do next.

    ``message`` and ``hint`` are for the user's eyes and hold no health data.  They pickle, so that the engine
    process can hand them to the process that shows them.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(SoepError):
    """Wrong use, or input that cannot be used: a broken recording, too little speech, another language."""

    exit_code = 2


class WorkflowError(InputError):
    """What was asked does not fit the consult as it is now: not yet approved, no consent, already erased."""


class WeightsError(SoepError):
    """Weights are missing, damaged or could not be fetched."""

    exit_code = 3


class StoreLockedError(SoepError):
    """The store cannot be opened without its passphrase."""

    exit_code = 4


class StoreDamagedError(SoepError):
    """The store is no store of soep, of a newer version, or damaged."""

    exit_code = 6


class BatchError(SoepError):
    """Some recordings of a batch failed; the rest is done."""

    exit_code = 5


class DeviceError(SoepError):
    """Disk or device: full, read-only, or a microphone that is not there."""

    exit_code = 6


class ExportError(SoepError):
    """A note could not be exported."""

    exit_code = 7


class ServerError(SoepError):
    """The practice's server for drafting could not be reached, or did not answer as it should."""


class ServerUnreachableError(ServerError):
    """There was no connection to that server, or it broke: trying again may help."""


class EngineGoneError(SoepError):
    """The engine process ended by itself, or was ended for another job: the same job may well succeed."""


class CancelledError(SoepError):
    """The user stopped the work."""

    exit_code = 130


def unexpected(error: BaseException) -> SoepError:
    """A sentence for a failure that nobody foresaw: where it was, and nothing of what was being worked on."""
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "soep" in file.parts:
            place = f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return SoepError(
        _("Er ging iets onverwachts mis ({kind}, {place}).").format(kind=type(error).__name__, place=place),
        _("Probeer het opnieuw; blijft het misgaan, meld dan deze regel aan de makers."),
    )

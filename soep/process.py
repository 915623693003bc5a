"""What a process is to others: what it leaves behind when it crashes, who goes before it, and whom it tells: nobody."""

from __future__ import annotations

import contextlib
import os
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes
else:
    import resource

_NO_REPORTS = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime 1.31 tells its makers of every session, and keeps an id on the disk
    "PYANNOTE_METRICS_ENABLED": "0",  # pyannote.audio 4: of every model and pipeline
    "OTEL_SDK_DISABLED": "true",  # by which it does that
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
_NICE = 10
_BELOW_NORMAL_PRIORITY_CLASS = 0x4000


def leave_no_core_dump() -> None:
    """Let a crash write no memory to disk, for this process and what it starts: it holds what was said.

    Windows writes none by itself.
    """
    if sys.platform != "win32":
        with contextlib.suppress(OSError, ValueError):  # a limit may always be lowered; where it may not, work goes on
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def let_others_go_first() -> None:
    """Give way to every program that somebody looks at: a model that computes for minutes must not make keys slow."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetPriorityClass.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(_NICE)


def report_to_nobody() -> None:
    """Switch off what libraries tell their makers; before they are imported, since some begin at once."""
    os.environ.update(_NO_REPORTS)

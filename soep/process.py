"""What a process is to the computer: what it leaves behind when it crashes, and who goes before it."""

from __future__ import annotations

import contextlib
import os
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes
else:
    import resource

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

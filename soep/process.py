"""What a process may leave behind when it crashes: nothing, for its memory holds what was said."""

from __future__ import annotations

import contextlib
import sys

if sys.platform != "win32":
    import resource


def leave_no_core_dump() -> None:
    """Let a crash write no memory to disk, for this process and what it starts.  Windows writes none by itself."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError, ValueError):  # a limit may always be lowered; where it may not, work goes on
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

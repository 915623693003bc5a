"""How much memory a process took at most, where the system tells."""

from __future__ import annotations

import re
from pathlib import Path


def peak_memory_bytes(pid: int | None) -> int | None:
    """The most physical memory that a running process has used so far; None where it cannot be known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    except OSError:
        return None
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else None

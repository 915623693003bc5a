"""Running the real command as its user does: a process with arguments, output and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

LIMIT_S = 300


def soep(
    *arguments: str | Path,
    prefix: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    typed: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `soep` with arguments; `prefix` puts a program before it (`unshare`, `prlimit`); `typed` is what it reads."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "soep", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
        input=typed,
        cwd=cwd,
        env={**os.environ, **(env or {})},
    )


def assert_refused(outcome: subprocess.CompletedProcess[str], exit_code: int, *words: str) -> None:
    """A clear Dutch sentence, the right exit code, nothing on stdout and no traceback."""
    assert outcome.returncode == exit_code, outcome.stderr
    assert outcome.stdout == ""
    assert "Traceback" not in outcome.stderr
    for word in words:
        assert word.lower() in outcome.stderr.lower(), outcome.stderr


def strace(trace: Path) -> tuple[str, ...]:
    return ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,bind,sendto,sendmsg,listen", "-o", str(trace))


def reached(trace: Path) -> list[str]:
    """The calls that name an address; urllib3 finds out whether there is IPv6 by taking a port of ::1 for a moment."""
    rows = trace.read_text("utf-8", "replace").splitlines()
    found = [row for row in rows if "AF_INET" in row or "AF_PACKET" in row]
    return [row for row in found if not ("bind(" in row and "htons(0)" in row and '"::1"' in row)]


def holders(markers: Sequence[str], folders: Sequence[Path], since: float) -> list[str]:
    """The files changed since then that hold a marker as it is: in these folders, and wherever this user may write."""
    found = []
    for folder in {*folders, Path(tempfile.gettempdir()), Path.home()}:
        for file in (Path(place) / name for place, _, names in os.walk(folder) for name in names):
            try:
                if not file.is_file() or file.is_symlink() or file.stat().st_mtime < since or "pytest" in file.parts:
                    continue
                content = file.read_bytes()
            except OSError:
                continue
            if any(marker.encode() in content for marker in markers):
                found.append(str(file))
    return [one for one in found if "__pycache__" not in one and not one.endswith(".py")]

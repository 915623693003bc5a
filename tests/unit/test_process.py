"""What a crash of the command line leaves behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import resource
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from soep.cli.main import main
try:
    main(["--version"])
except SystemExit:
    print(open("/proc/self/limits", encoding="ascii").read())
"""


def test_the_command_line_leaves_no_core_dump() -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, encoding="utf-8", check=True).stdout
    (line,) = [line for line in told.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]

"""What libraries print must not be drawn over the application."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, sys
from soep.cli.application import quiet_libraries
with quiet_libraries():
    os.write(2, b"lawaai")
    print("scherm", file=sys.__stderr__)
os.write(2, b"daarna")
print("ook", file=sys.stderr)
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere textual draws on another file")
def test_only_the_screen_is_seen() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stderr == "scherm\ndaarnaook\n"

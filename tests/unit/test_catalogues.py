"""Every message has its English, and the compiled catalogues are those of the sources."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPOSITORY


def test_the_catalogues_are_complete_and_compiled() -> None:
    command = [sys.executable, str(REPOSITORY / "scripts" / "catalogues.py"), "--check"]
    outcome = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert outcome.returncode == 0, outcome.stdout

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_no_screen_has_dutch_in_it_in_english(tmp_path: Path) -> None:
    downloads = tmp_path / "huis" / "Downloads"
    (downloads / "telefoon").mkdir(parents=True)
    for name in ("consult-1.m4a", "consult-2.m4a", "dictaat.ogg"):
        (downloads / name).touch()
    english = os.environ | {"SOEP_LANG": "en", "HOME": str(downloads.parent), "USERPROFILE": str(downloads.parent)}
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.tui.english", str(tmp_path)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=english,
        timeout=120,
    )
    assert outcome.stdout == ""
    assert outcome.returncode == 0, outcome.stderr

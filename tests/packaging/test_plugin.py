"""An exporter of somebody else: the package of docs/plugins.md, word for word, built, installed and used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soep.workflow import approval
from tests.commands import assert_refused, soep
from tests.stores import PASSPHRASE, drafted, office

DOCUMENT = Path(__file__).parents[2] / "docs" / "plugins.md"


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package installed."""
    source, target = tmp_path_factory.mktemp("bron"), tmp_path_factory.mktemp("plugins")
    for name, content in re.findall(r"```\w+\n# (\S+)\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        (source / name).write_text(content, "utf-8")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(source / "dist"), str(source))
    (wheel,) = (source / "dist").glob("*.whl")
    run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    )
    return target


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_it_is_one_page() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 30


def test_it_exports(plugins: Path, tmp_path: Path) -> None:
    made = office(tmp_path / "soep")
    made.clock.at = datetime.now(UTC)
    consult_id = drafted(made.desk)
    secret = tmp_path / "wachtwoord"
    secret.write_text(PASSPHRASE, "utf-8")
    paths = os.pathsep.join(filter(None, (str(plugins), os.environ.get("PYTHONPATH", ""))))
    env = {"SOEP_HOME": str(made.folder), "SOEP_PASSPHRASE_FILE": str(secret), "PYTHONPATH": paths}
    assert_refused(soep("export", consult_id, "--to", "voorbeeldhis", env=env), 2, "goedgekeurd")
    approval.approve(made.desk, consult_id)
    made.desk.store.close()
    done = soep("export", consult_id, "--to", "voorbeeldhis", env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["titel;Keelpijn", "S;5 dgn keelpijn.", "P;Pcm."]
    folder = tmp_path / "his"
    folder.mkdir()
    env |= {"SOEP_EXPORT__FOLDER": str(folder), "SOEP_EXPORT__FOLDER_FORMAT": "voorbeeldhis"}
    assert soep("export", consult_id, "--to", "map", env=env).returncode == 0
    assert [path.suffix for path in sorted(folder.iterdir())] == [".csv", ".ok"]
    unknown = soep("export", consult_id, "--to", "anderhis", env=env)
    assert_refused(unknown, 2, "anderhis", "voorbeeldhis")


def test_it_keeps_the_contract(plugins: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(plugins)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "voorbeeldhis"]
    done = subprocess.run(
        [*command, str(DOCUMENT.parents[1] / "tests" / "contract" / "test_exporter.py")],
        cwd=DOCUMENT.parents[1],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout

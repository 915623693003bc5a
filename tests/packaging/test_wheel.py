"""The built wheel works outside the source tree: its data is inside, and the commands run from it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from soep.config import Settings
from tests.conftest import missing

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "requirements.lock"
SHORTEST_SAMPLE = "zweepslag-dictaat"
NO_NETWORK = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("soep-*.whl"))


def make_environment(folder: Path) -> Path:
    """A new virtual environment; gives its interpreter."""
    venv.create(folder, with_pip=False)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip_install(python: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if result.returncode != 0 and NO_NETWORK.search(result.stderr):
        missing("no connection to the package index")
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def borrowed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with soep from the wheel, and its dependencies borrowed from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("borrowed")
    python = make_environment(folder / "venv")
    pip_install(python, "--no-deps", str(wheel))
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (Path(site) / "borrowed.pth").write_text("\n".join(paths) + "\n", "utf-8")
    return python


def run_soep(python: Path, *arguments: str, models: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SOEP_", "PYTHON"))}
    environment |= {"SOEP_MODELS": str(models), "SOEP_HOME": str(cwd / "home"), "PYTHONUTF8": "1"}
    command = [str(python.with_name("soep")), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


def test_wheel_carries_its_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"soep/py.typed", "soep/_data/models/manifest.toml"} <= names
    assert any(name.endswith(".adapter.gguf") for name in names), "local_llm is no drafter without its adapter"
    shipped = _data_files(REPOSITORY / "samples", but="maker")
    assert {f"soep/_data/{path.relative_to(REPOSITORY).as_posix()}" for path in shipped} <= names
    assert not [name for name in names if "samples/make" in name], "what makes the samples is not for users"
    assert any(name.startswith("soep/formats/") and name.endswith(".schema.json") for name in names)
    for folder in ("soep/locale", "soep/clinical", "soep/export"):
        assert {path.relative_to(REPOSITORY).as_posix() for path in _data_files(REPOSITORY / folder)} <= names


def _data_files(folder: Path, *, but: str = "") -> list[Path]:
    """Files of a folder that are no code, without those in the folder ``but`` and in hidden ones."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".po", ".pot"}
        and not [part for part in path.relative_to(folder).parts if part == but or part.startswith(".")]
    ]


def test_soep_comes_from_the_wheel(borrowed: Path, tmp_path: Path) -> None:
    code = "import soep, soep.resources; print(soep.__file__); print(soep.resources.resource('models'))"
    said = subprocess.run([borrowed, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    environment = borrowed.parents[1]
    assert all(Path(line).is_relative_to(environment) for line in said.splitlines())


def test_help(borrowed: Path, tmp_path: Path) -> None:
    result = run_soep(borrowed, "--help", models=tmp_path / "none", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "models" in result.stdout


def test_models_list(borrowed: Path, tmp_path: Path) -> None:
    result = run_soep(borrowed, "models", "list", "--json", models=tmp_path / "none", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    listed = json.loads(result.stdout)
    assert {model["state"] for model in listed["models"]} == {"missing"}
    assert "standaard" in listed["profiles"]


@pytest.mark.long
def test_demo_from_a_fresh_environment(wheel: Path, settings: Settings, tmp_path: Path) -> None:
    """As a user installs it: the wheel and whatever it says that it needs.

    pip has the packages at hand from the installation that runs this test; compiling all of torch would take a minute.
    """
    python = make_environment(tmp_path / "venv")
    pip_install(python, "--no-compile", "--constraint", str(LOCK), str(wheel))
    result = run_soep(python, "demo", SHORTEST_SAMPLE, models=settings.models, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "CONCEPT" in result.stdout

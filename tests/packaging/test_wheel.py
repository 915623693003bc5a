"""The built wheel works outside the source tree: its data is inside, and the commands run from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from soep.config import Settings

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "requirements.lock"


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


def assert_demo_works(python: Path, models: Path, cwd: Path) -> None:
    result = run_soep(python, "demo", models=models, cwd=cwd)
    assert result.returncode == 0, result.stderr
    assert "CONCEPT" in result.stdout


def test_wheel_carries_its_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"soep/py.typed", "soep/_data/models/manifest.toml"} <= names
    assert any(name.startswith("soep/_data/samples/") and name.endswith((".ogg", ".opus")) for name in names)
    assert any(name.startswith("soep/formats/") and name.endswith(".schema.json") for name in names)
    for folder in ("soep/locale", "soep/clinical"):
        shipped = {path.relative_to(REPOSITORY).as_posix() for path in _data_files(REPOSITORY / folder)}
        assert shipped <= names


def _data_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc", ".po", ".pot"}]


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


def test_demo(borrowed: Path, settings: Settings, tmp_path: Path) -> None:
    assert_demo_works(borrowed, settings.models, tmp_path)


@pytest.mark.long
def test_demo_from_a_fresh_environment(wheel: Path, settings: Settings, tmp_path: Path) -> None:
    """As a user installs it: the wheel and whatever it says that it needs."""
    python = make_environment(tmp_path / "venv")
    pip_install(python, "--constraint", str(LOCK), str(wheel))
    assert_demo_works(python, settings.models, tmp_path)

"""The dependencies: locked for every system, and resolvable to ready-made wheels on each."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import missing

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "requirements.lock"
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
GROUPS = PYPROJECT["dependency-groups"]
DIRECT = list(dict.fromkeys([*PYPROJECT["project"]["dependencies"], *GROUPS["dev"], *GROUPS["train"]]))

SYSTEMS = {
    "Windows": "x86_64-pc-windows-msvc",
    "Linux": "x86_64-manylinux_2_28",
    "Linux op ARM": "aarch64-manylinux_2_28",
    "macOS op Apple-chips": "aarch64-apple-darwin",  # torch has no wheels for Intel Macs any more
}
PYTHONS = ("3.11", "3.12", "3.13")
NO_NETWORK = re.compile(r"dns error|connect error|Connection refused|error sending request|timed out", re.IGNORECASE)


def locked() -> dict[str, list[Requirement]]:
    """Name to its lines in the lock; one that differs between Pythons has several."""
    lines = [line for line in LOCK.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, lines):
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("direct", DIRECT, ids=lambda text: Requirement(text).name)
def test_lock_has_an_allowed_version_of_every_direct_dependency(direct: str) -> None:
    wanted = Requirement(direct)
    for line in locked()[canonicalize_name(wanted.name)]:
        (pin,) = line.specifier
        assert pin.operator == "=="
        assert wanted.specifier.contains(pin.version), f"{line} against {wanted}: run `make lock`"


def test_lock_forces_no_cuda_on_windows_and_macos() -> None:
    for system in ("win32", "darwin"):
        environment = {**default_environment(), "sys_platform": system}
        forced = [
            name
            for name, lines in locked().items()
            if name.startswith("nvidia-")
            for line in lines
            if line.marker is None or line.marker.evaluate(environment)
        ]
        assert not forced


def resolve(system: str, python: str) -> subprocess.CompletedProcess[str]:
    """Resolve the locked dependencies for another system, with ready-made wheels only."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:"]
    command += ["--python-platform", SYSTEMS[system], "--python-version", python]
    command += ["--constraint", str(LOCK), "pyproject.toml"]
    environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0", "UV_HTTP_TIMEOUT": "20"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=180
    )


def combinations() -> Iterator[ParameterSet]:
    """Every system with every Python; each takes seconds, so `make test` tries its own Python on two of them."""
    for system, python in itertools.product(SYSTEMS, PYTHONS):
        ours = python == f"{sys.version_info.major}.{sys.version_info.minor}" and system in {"Windows", "Linux"}
        yield pytest.param(system, python, marks=() if ours else pytest.mark.long)


@pytest.mark.parametrize(("system", "python"), list(combinations()))
def test_lock_resolves_to_wheels(system: str, python: str) -> None:
    """No compiler is needed: every package has a wheel, in the locked version."""
    result = resolve(system, python)
    if result.returncode != 0 and NO_NETWORK.search(result.stderr):
        missing("no connection to the package index")
    assert result.returncode == 0, result.stderr
    assert "torch==" in result.stdout

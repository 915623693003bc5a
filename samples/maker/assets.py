"""The pinned files of the voice: weights, style vectors and phoneme table, each checked before use.

The weights (Kokoro-82M as int8 ONNX) are installed like any other weights of the project, under
``<models>/kokoro-82m-int8``.  The style vectors come from the npm package ``kokoro-js`` and the phoneme table from
the wheel ``kokoro-onnx``; both are fetched by their ordinary clients, unpacked as archives and never run.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from shutil import which

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
TABLE_PACKAGE = "kokoro-onnx==0.6.1"
TABLE_SHA256 = "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f"


@dataclass(frozen=True)
class Assets:
    """Where the files of the voice lie, each with the checksum that it must have."""

    model: Path
    table: Path
    voices: Path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find(models: Path) -> Assets:
    """The checked files of the voice under the folder of weights; what is missing is fetched, save the weights.

    Raises:
        SystemExit: the weights are not there, a client is missing, or a checksum is wrong.
    """
    model = models / "kokoro-82m-int8" / "model.onnx"
    if not model.is_file():
        sys.exit(f"{model} is missing: run `soep models install kokoro-82m-int8` first.")
    _check(model, MODEL_SHA256)
    extra = models / "kokoro-82m-voices"
    extra.mkdir(exist_ok=True)
    archive, table = extra / "kokoro-js-1.2.1.tgz", extra / "config.json"
    if not archive.is_file():
        _run("npm", "pack", VOICES_PACKAGE, "--pack-destination", str(extra))
    _check(archive, VOICES_SHA256)
    if not table.is_file():
        _fetch_table(table)
    _check(table, TABLE_SHA256)
    return Assets(model, table, _unpacked(archive, extra / "voices"))


def _check(path: Path, expected: str) -> None:
    if sha256_of(path) != expected:
        sys.exit(f"{path} has another checksum than expected: remove it and try again.")


def _run(program: str, *arguments: str) -> None:
    found = which(program)
    if found is None:
        sys.exit(f"{program} is needed to rebuild the samples: install it and try again.")
    subprocess.run([found, *arguments], check=True, stdout=subprocess.DEVNULL)


def _fetch_table(table: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = ("--only-binary=:all:", "--no-deps", TABLE_PACKAGE, "-d", folder)
        _run(sys.executable, "-m", "pip", "download", *wanted)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            table.write_bytes(archive.read("kokoro_onnx/config.json"))


def _unpacked(archive: Path, folder: Path) -> Path:
    """The style vectors of the checked archive, freshly unpacked so that no changed file is used."""
    folder.mkdir(exist_ok=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name)
            file = tar.extractfile(member) if name.match("package/voices/*.bin") else None
            if file is not None:
                (folder / name.name).write_bytes(file.read())
    return folder

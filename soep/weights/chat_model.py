"""A chat model in a folder of the user's own, in the form of the model hub: found, looked at, and its checksum.

No manifest knows these weights, so nothing says what they should be; the checksum goes into the record.  Only
safetensors are used, which hold numbers and no code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soep.errors import WeightsError
from soep.hashing import file_sha256
from soep.i18n import _
from soep.process import report_to_nobody

STAMP_NAME = ".soep-sha256.json"
_WANTED = ["*.safetensors", "*.json", "*.jinja", "*.txt", "tokenizer.model"]
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+(?:@[\w.-]+)?")
_CODE = (".bin", ".pt", ".pth", ".ckpt", ".pickle", ".pkl", ".h5", ".msgpack")


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A folder whose files are those of a chat model."""

    folder: Path
    weights: tuple[Path, ...]
    """Sorted by name."""

    @property
    def sha256(self) -> str:
        """Of the weights: of the one file, or of the list of names and checksums where there are several.

        Raises:
            WeightsError: a file cannot be read.
        """
        try:
            sums = self._sums()
        except OSError as error:
            raise WeightsError(
                _("De gewichten in {folder} kunnen niet worden gelezen.").format(folder=self.folder),
                _("Controleer drafting.transformers_model."),
            ) from error
        if len(sums) == 1:
            return sums[0]
        rows = (f"{path.name} {own}\n" for path, own in zip(self.weights, sums, strict=True))
        return hashlib.sha256("".join(rows).encode()).hexdigest()

    def _sums(self) -> list[str]:
        """The checksum of each file; gigabytes are not read again while size and time of change stay the same."""
        stamp = self.folder / STAMP_NAME
        known = _read_stamp(stamp)
        fresh: dict[str, list[int | str]] = {}
        for path in self.weights:
            facts = path.stat()
            line = known.get(path.name, [])
            same = line[:2] == [facts.st_size, facts.st_mtime_ns] and len(line) == 3
            fresh[path.name] = line if same else [facts.st_size, facts.st_mtime_ns, file_sha256(path)]
        if fresh != known:
            _write_stamp(stamp, fresh)
        return [str(fresh[path.name][2]) for path in self.weights]


def find(name: str, *, allow_hub: bool) -> ChatModel:
    """The chat model of that folder, or of that name on the model hub.

    Args:
        name: a folder, or ``maker/model`` with an optional ``@revision``.
        allow_hub: whether the hub may be asked; else only folders count.

    Raises:
        WeightsError: there is none, or it is not a chat model in safetensors.
    """
    folder = Path(name).expanduser()
    if not name.strip():
        raise WeightsError(
            _("Voor de conceptschrijver “transformers_llm” is geen model ingesteld."),
            _("Zet drafting.transformers_model: de map van een chatmodel."),
        )
    if folder.is_dir():
        return _looked_at(folder)
    if _HUB_NAME.fullmatch(name) is None:
        raise WeightsError(
            _("De map {folder} is er niet.").format(folder=folder), _("Controleer drafting.transformers_model.")
        )
    if not allow_hub:
        raise WeightsError(
            _("{name} is geen map, en modellen van de modelhub zijn niet toegestaan.").format(name=name),
            _("Haal het model zelf op, of zet drafting.transformers_allow_hub = true."),
        )
    return _looked_at(_from_hub(name))


def _looked_at(folder: Path) -> ChatModel:
    """The folder as a chat model, if it is one."""
    files = {path.name: path for path in folder.iterdir() if path.is_file()}
    weights = tuple(files[name] for name in sorted(files) if name.endswith(".safetensors"))
    if not weights and any(name.endswith(_CODE) for name in files):
        raise WeightsError(
            _("De gewichten in {folder} kunnen code bevatten en worden niet gebruikt.").format(folder=folder),
            _("Neem het model als safetensors."),
        )
    if "adapter_config.json" in files:  # the library would fetch the base that it names, in whatever form that has
        raise WeightsError(
            _("In {folder} staat een adapter, geen heel model.").format(folder=folder),
            _("Voeg de adapter samen met zijn basismodel en sla dat op als safetensors."),
        )
    if not weights or "config.json" not in files or not _has_chat_form(files):
        raise WeightsError(
            _("In {folder} staat geen chatmodel.").format(folder=folder),
            _("Nodig zijn config.json, *.safetensors en een tokenizer met een chatvorm (chat template)."),
        )
    return ChatModel(folder, weights)


def _has_chat_form(files: dict[str, Path]) -> bool:
    if "chat_template.jinja" in files:
        return True
    try:
        return '"chat_template"' in files["tokenizer_config.json"].read_text("utf-8")
    except (KeyError, OSError, ValueError):
        return False


def _from_hub(name: str) -> Path:
    """The model's folder in the hub's own cache, fetched first where it is not there; without its pickles."""
    report_to_nobody()
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # plain HTTP passes the proxies of practices and hospitals
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - slow to import, and only needed here
    from huggingface_hub.errors import HfHubHTTPError, HTTPError  # type: ignore[attr-defined]  # noqa: PLC0415

    repository, _at, revision = name.partition("@")
    try:
        return Path(snapshot_download(repository, revision=revision or None, allow_patterns=_WANTED))
    except (HfHubHTTPError, HTTPError, OSError, ValueError) as error:
        raise WeightsError(
            _("{name} is niet van de modelhub te krijgen.").format(name=name),
            _("Controleer de naam en de verbinding, of haal het model op in een map."),
        ) from error


def _read_stamp(stamp: Path) -> dict[str, list[int | str]]:
    try:
        known: Any = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: line for name, line in known.items() if isinstance(line, list)} if isinstance(known, dict) else {}


def _write_stamp(stamp: Path, lines: dict[str, list[int | str]]) -> None:
    """Remember the checksums; in a folder that cannot be written to they are taken again next time."""
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        draft.write_text(json.dumps(lines), "utf-8")
        draft.replace(stamp)

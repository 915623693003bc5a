"""Changing the user's settings file: comments and what soep does not know stay as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from soep.config import Settings, config_file, load_settings, variable_of
from soep.errors import DeviceError, InputError
from soep.i18n import _

Name = tuple[str, ...]
"""The tables and the key of a setting: ``("interface", "theme")``."""


def change(values: Mapping[Name, Any]) -> Settings:
    """Write settings to the file, all or none; None takes one out of it, so that its default counts.

    Returns:
        The settings as they are now.

    Raises:
        InputError: a value is not valid, or the file is no TOML; nothing was written.
        DeviceError: the file cannot be written.
    """
    file = config_file()
    document = _read(file)
    for name, value in values.items():
        _put(document, name, value)
    load_settings(**document.unwrap())  # above the variables, so that what is written is looked at
    _write(file, tomlkit.dumps(document))
    return load_settings()


def fixed_by(name: Name) -> str:
    """The variable that is set for a setting and stands above the file; empty when there is none."""
    variable = variable_of(name)
    return variable if variable in os.environ else ""


def _read(file: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    except TOMLKitError as error:
        raise InputError(
            _("Het bestand met instellingen is geen geldige TOML."),
            _("Herstel of verwijder {file}.").format(file=file),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("Het bestand met instellingen kan niet worden gelezen."),
            _("Controleer of u het mag openen: {file}.").format(file=file),
        ) from error


def _put(document: tomlkit.TOMLDocument, name: Name, value: Any) -> None:
    table: Any = document
    for part in name[:-1]:
        if part not in table:
            if value is None:
                return
            table[part] = tomlkit.table()
        table = table[part]
    if value is None:
        table.pop(name[-1], None)
    else:
        table[name[-1]] = value


def _write(file: Path, text: str) -> None:
    """By way of another file that takes its place, so that it is never half there; a link goes on pointing to it."""
    file = file.resolve()
    draft: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=file.parent, delete=False) as made:
            draft = Path(made.name)
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
        draft.replace(file)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise DeviceError(
            _("De instellingen kunnen niet bewaard worden."),
            _("Controleer of u {file} mag wijzigen.").format(file=file),
        ) from error

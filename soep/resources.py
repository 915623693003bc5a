"""Where shipped files are: inside the installed package, or in the source tree when working on it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """A shipped file or folder, such as ``resource("models", "manifest.toml")``.

    The wheel carries them under ``soep/_data``; a source tree has them beside the package.
    """
    packaged = _PACKAGE.joinpath("_data", *parts)
    return packaged if packaged.exists() else _PACKAGE.parent.joinpath(*parts)

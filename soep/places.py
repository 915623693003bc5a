"""Where the user's settings are kept: needed before anything is said, since the language stands in them."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP_NAME = "soep"


def config_file() -> Path:
    """The user's settings file; it need not exist."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "config.toml"

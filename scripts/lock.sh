#!/bin/sh
# Resolves all dependencies once for every system and every Python that soep supports.
set -eu
cd "$(dirname "$0")/.."
new="$(mktemp)"
trap 'rm -f "$new"' EXIT
cat > "$new" <<'HEAD'
# The exact versions that were tried together, for Python 3.11 to 3.13 on Linux, Windows and macOS (Apple chips).
# Made with `make lock`; used as constraints (`pip install -c requirements.lock …`), so that a line counts only
# where the package is needed: a plain-CPU torch needs none of the CUDA packages.
HEAD
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
    --no-annotate --no-header --group dev --group train pyproject.toml >> "$new"
cat "$new" > requirements.lock

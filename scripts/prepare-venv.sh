#!/bin/sh
# Makes the virtual environment .venv with Python 3.11, 3.12 or 3.13 and the pip of requirements.lock.
# PYTHON chooses another interpreter.  Uses nothing but sh, and apt where the venv module is missing and we are root.
set -eu
cd "$(dirname "$0")/.."

suits() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if suits "$name"; then
            echo "$name"
            return
        fi
    done
    echo "Er is geen Python 3.11, 3.12 of 3.13 gevonden." >&2
    echo "Installeer die, bijvoorbeeld met: sudo apt install python3 python3-venv" >&2
    exit 1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Debian and Ubuntu ship the venv module as a package of its own.
install_venv() {
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "De module venv van Python ontbreekt. Installeer die met: sudo apt install $package" >&2
        exit 1
    fi
    echo "De module venv van Python ontbreekt; apt installeert $package."
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get -qq update && apt-get -qq install -y --no-install-recommends "$package" >/dev/null
}

python="$(find_python)"
has_venv "$python" || install_venv "$python"
echo "Python-omgeving maken in .venv ($("$python" --version))"
"$python" -m venv .venv
.venv/bin/python -m pip install -qq --disable-pip-version-check --upgrade --constraint requirements.lock pip

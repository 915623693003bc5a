#!/bin/sh
# Installs the system package that a test needs (strace, on Linux), where it is missing and we may.
set -eu
[ "$(uname -s)" = Linux ] || exit 0
command -v strace >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "strace ontbreekt: de test die systeemaanroepen naar het netwerk zoekt, wordt overgeslagen." >&2
    exit 0
fi
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
apt-get -qq update && apt-get -qq install -y --no-install-recommends strace >/dev/null

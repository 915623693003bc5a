#!/bin/sh
# Installs the system packages that tests need (on Linux), where they are missing and we may: strace, a screen
# without a screen with two programs for its clipboard, a terminal (tmux), and a microphone that hears what is played.
set -eu
[ "$(uname -s)" = Linux ] || exit 0
wanted=
for package in strace:strace xvfb:Xvfb xclip:xclip xsel:xsel tmux:tmux \
    pulseaudio:pulseaudio pulseaudio-utils:paplay; do
    command -v "${package#*:}" >/dev/null 2>&1 || wanted="$wanted ${package%:*}"
done
for package in libportaudio2:libportaudio.so.2 libasound2-plugins:libasound_module_pcm_pulse.so; do
    [ -n "$(find /usr/lib -name "${package#*:}*" -print -quit)" ] || wanted="$wanted ${package%:*}"
done
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Niet aanwezig:$wanted. Tests die dat nodig hebben, worden overgeslagen." >&2
    exit 0
fi
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # more than one package
apt-get -qq update && apt-get -qq install -y --no-install-recommends $wanted >/dev/null

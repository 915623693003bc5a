"""What works on this computer, and what to do about what does not: for `soep check` and the application's status."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from soep.audio import ports
from soep.config import Settings
from soep.drafting.drafter import destination_of, probe, weights_of
from soep.errors import DeviceError, SoepError, WeightsError
from soep.i18n import _
from soep.store import keys
from soep.weights.installed import require

FREE_WANTED_BYTES = 2 * 1000**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it works, what was found, and what to do."""

    subject: str
    works: bool
    found: str
    advice: str = ""
    exit_code: int = 0


def weights(settings: Settings) -> Iterator[Finding]:
    """Whether the models of speech are there and whole."""
    speech = settings.speech
    needed = {
        _("Spraakherkenning"): speech.asr_model,
        _("Sprekers, segmentatie"): speech.segmentation_model,
        _("Sprekers, stemmen"): speech.embedding_model,
    }
    for subject, model in needed.items():
        try:
            require(model, settings.models)
        except SoepError as error:
            yield Finding(subject, False, error.message, error.hint, WeightsError.exit_code)
        else:
            yield Finding(subject, True, model)


def drafter(settings: Settings) -> Iterator[Finding]:
    """What the drafter that the settings choose needs: weights, or a server; nothing when it needs neither."""
    subject = _("Conceptschrijver")
    name = settings.drafting.drafter
    try:
        model = weights_of(name, settings)
        destination = destination_of(name, settings)
        probe(name, settings)
    except SoepError as error:
        yield Finding(subject, False, error.message, error.hint, error.exit_code)
    else:
        if destination:
            yield Finding(
                subject,
                True,
                _("{name}: de tekst van een consult gaat naar {host}").format(name=name, host=destination),
            )
        elif model:
            yield Finding(subject, True, model)


def destination(settings: Settings) -> str:
    """Where the text of consults goes, when a drafter outside of this computer is chosen; empty when it stays here."""
    try:
        return destination_of(settings.drafting.drafter, settings) or ""
    except SoepError:
        return ""  # then nothing is sent either; processing says why


def free_bytes(settings: Settings) -> int | None:
    """Room on the disk of the store; None when it cannot be reached."""
    try:
        folder = next((path for path in (settings.home, *settings.home.parents) if path.exists()), None)
        return shutil.disk_usage(folder).free if folder is not None else None
    except OSError:
        return None


def disk(settings: Settings) -> Finding:
    """Whether there is room for recordings."""
    subject = _("Schijf")
    free = free_bytes(settings)
    if free is None:
        return Finding(
            subject,
            False,
            _("{folder} is niet te bereiken").format(folder=settings.home),
            _("Sluit de schijf aan, of kies met de variabele SOEP_HOME een andere map."),
            DeviceError.exit_code,
        )
    found = _("{free:.1f} GB vrij").format(free=free / 1000**3)
    if free < FREE_WANTED_BYTES:
        return Finding(subject, False, found, _("Maak ruimte: soep vraagt 2 GB."), DeviceError.exit_code)
    return Finding(subject, True, found)


def store(settings: Settings) -> Finding:
    """Whether there is a store, without opening it."""
    subject = _("Opslag")
    if not keys.exists(settings.home):
        return Finding(subject, True, _("nog niet gemaakt; dat gebeurt bij het eerste consult"))
    try:
        by_passphrase = keys.needs_passphrase(settings.home)
    except SoepError as error:
        return Finding(subject, False, error.message, error.hint, error.exit_code)
    return Finding(subject, True, _("met wachtwoord") if by_passphrase else _("met de sleutelbos van het systeem"))


def microphone(name: str = "") -> Finding:
    """Whether a microphone is there, the system's choice or the one with (a part of) this name.

    Without one, recordings can still be imported, so it stops nothing.
    """
    subject = _("Microfoon")
    advice = _("Sluit een microfoon aan. Opnamen inlezen kan zonder.")
    try:
        library = ports.library()
    except DeviceError as error:
        return Finding(subject, False, error.message, error.hint)
    try:
        with ports.held():
            device = library.query_devices(name or None, kind="input")
    except (library.PortAudioError, ValueError):
        return Finding(subject, False, _("geen gevonden"), advice)
    return Finding(subject, True, str(device["name"]))

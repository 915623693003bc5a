"""Consent before anything is recorded or imported, and what the consult is known by."""

from __future__ import annotations

from dataclasses import dataclass

from textual.screen import ModalScreen

from soep.types import About, Consent


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed, and what the consult is known by."""

    consent: Consent
    about: About = About()


class ConsentScreen(ModalScreen[Agreed | None]):
    """Asks who consented; None when the user turns back."""

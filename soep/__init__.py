"""soep: from a recorded GP consultation to a SOEP draft, on the GP's own computer."""

__version__ = "0.1.0"

"""Where consults are kept: one encrypted database, its keys, and the log of who did what."""

from soep.store.database import Store, Tables

__all__ = ["Store", "Tables"]

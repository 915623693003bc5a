"""Model ids to verified files on disk.

``require`` is what a model loader calls; ``install`` is what a command calls.  Only ``install`` uses the network.
"""

from soep.weights.installed import InstalledModel, require

__all__ = ["InstalledModel", "require"]

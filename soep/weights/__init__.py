"""Model ids to verified files on disk."""

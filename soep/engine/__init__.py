"""The child process that owns the models."""

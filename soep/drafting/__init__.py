"""Utterances to notes, and the check of every line against what was said."""

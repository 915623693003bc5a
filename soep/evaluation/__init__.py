"""Measures: WER, DER, role accuracy, note scores."""

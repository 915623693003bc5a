"""Kokoro-82M by onnxruntime: phonemes and a style vector become sound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from maker.assets import Assets
from maker.phonemes import BEST, Replacements, phonemes

Samples = NDArray[np.float32]

RATE_HZ = 24_000
MAX_PHONEMES = 500
"""The model's window is 510 phonemes."""


class Voices:
    """The model, and the style vectors that a speaker's voice is mixed from."""

    def __init__(self, assets: Assets, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(assets.model, options, providers=["CPUExecutionProvider"])
        self._table: dict[str, int] = json.loads(assets.table.read_text("utf-8"))["vocab"]
        self._folder: Path = assets.voices

    def style(self, mix: Mapping[str, float]) -> Samples:
        """A voice as the weighted mean of style vectors, shape ``(510, 256)``: one for each length of phonemes."""
        total = sum(mix.values())
        parts = (np.fromfile(self._folder / f"{name}.bin", np.float32) * (w / total) for name, w in mix.items())
        return np.asarray(np.sum(list(parts), axis=0), np.float32).reshape(510, 256)

    def phonemes(self, text: str, replacements: Replacements = BEST) -> str:
        """The text in the alphabet of the model."""
        return phonemes(text, self._table, replacements)

    def say(self, text: str, style: Samples, *, speed: float = 0.9, replacements: Replacements = BEST) -> Samples:
        """One sentence as sound at 24 kHz, shape ``(samples,)``.

        Raises:
            ValueError: the sentence has more phonemes than the model's window.
        """
        spoken = self.phonemes(text, replacements)
        if len(spoken) > MAX_PHONEMES:
            raise ValueError(f"too long for one breath, split it: {text}")
        tokens = np.array([[0, *(self._table[symbol] for symbol in spoken), 0]], np.int64)
        inputs = {"tokens": tokens, "style": style[None, len(spoken)], "speed": np.array([speed], np.float32)}
        (sound,) = self._session.run(None, inputs)
        return np.asarray(sound, np.float32)

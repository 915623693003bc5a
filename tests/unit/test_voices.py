"""How many voices there are when two of them are alike."""

from __future__ import annotations

import numpy as np
import pytest

from soep.speech.activity import Piece
from soep.speech.voices import assign_voices

DIMENSION = 192


def pieces_of(*sizes: int, likeness: float, spread: float, seed: int) -> tuple[list[Piece], np.ndarray, list[int]]:
    """Pieces of 2 s by voices whose centres have a given cosine, in turn; returns their true voices too."""
    random = np.random.default_rng(seed)
    shared, *own = np.linalg.qr(random.standard_normal((DIMENSION, 1 + len(sizes))))[0].T
    centres = [np.sqrt(likeness) * shared + np.sqrt(1 - likeness) * each for each in own]
    voices = [voice for voice, size in enumerate(sizes) for _each in range(size)]
    random.shuffle(voices)
    noise = spread * random.standard_normal((len(voices), DIMENSION)) / np.sqrt(DIMENSION)
    embeddings = np.stack([centres[voice] for voice in voices]) + noise
    return [Piece(3.0 * n, 3.0 * n + 2.0) for n in range(len(voices))], embeddings.astype(np.float32), voices


@pytest.mark.parametrize("seed", range(5))
def test_two_voices_that_are_alike_are_told_apart(seed: int) -> None:
    pieces, embeddings, voices = pieces_of(20, 14, likeness=0.72, spread=0.6, seed=seed)
    found = assign_voices(pieces, embeddings, speakers=None, max_speakers=4)
    assert len(set(found)) == 2
    agreement = np.mean([(a == found[0]) == (b == voices[0]) for a, b in zip(found, voices, strict=True)])
    assert agreement > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_one_voice_stays_one(seed: int) -> None:
    pieces, embeddings, _voices = pieces_of(30, likeness=0.5, spread=0.8, seed=seed)
    assert len(set(assign_voices(pieces, embeddings, speakers=None, max_speakers=4))) == 1

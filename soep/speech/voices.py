"""Whose voice is each piece of speech: agglomerative clustering of embeddings, then the likeliest sequence of speakers.

Long pieces decide which voices there are; all pieces are then given to these voices together, by a Viterbi search in
which a change of speaker costs less after a pause.  Embeddings of short pieces are noisy, so that each
weighs by its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from soep.speech.activity import Piece

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """What makes two pieces the same voice; see docs/evaluation.md for how these were chosen."""

    max_distance: float = 0.6
    """Cosine distance (average linkage) up to which clusters are one voice."""
    long_piece_s: float = 1.0
    """Shorter pieces do not take part in finding the voices."""
    max_long_pieces: int = 2000
    """Nor do more than these, the longest: clustering takes the square of their number in memory."""
    min_voice_s: float = 3.0
    """A voice that speaks less than this in all (or than a tenth of a short recording) is not counted as one."""
    min_silhouette: float = 0.235
    """Where one voice is found, two are tried: they are taken when pieces lie so much nearer to their own voice (mean
    silhouette) ..."""
    min_second_share: float = 0.15
    """... and the second speaks at least this share.  Voices that are alike had 0.27 to 0.36 and 25 % or more; single
    speakers up to 0.21, or more with less than 11 % split off."""
    change_cost: float = 1.0
    pause_scale_s: float = 0.5
    """The cost of a change falls by a factor e for each such pause."""
    weight_per_s: float = 10.0
    max_weight_s: float = 3.0
    rounds: int = 2
    """How often voices are taken anew from the pieces given to them."""


def assign_voices(
    pieces: Sequence[Piece],
    embeddings: NDArray[np.float32],
    *,
    speakers: int | None,
    max_speakers: int,
    rules: VoiceRules | None = None,
) -> list[int]:
    """The voice of each piece, numbered from 0.

    Args:
        pieces: sorted by start.
        embeddings: (pieces, dimension); NaN where a piece is too short to tell.
        speakers: how many there are, or None to find out.
        max_speakers: at most so many are found.
        rules: thresholds.
    """
    rules = rules or VoiceRules()
    vectors = _unit(np.nan_to_num(embeddings.astype(np.float64)))
    durations_s = np.array([piece.duration_s for piece in pieces])
    known: NDArray[np.bool_] = np.asarray(np.isfinite(embeddings).all(axis=1))
    if not known.any():
        return [0] * len(pieces)
    clear: NDArray[np.bool_] = known & (
        durations_s >= max(rules.long_piece_s, _nth_longest(durations_s, rules.max_long_pieces))
    )
    if np.count_nonzero(clear) < max(2, speakers or 0):
        clear = known
    voices = _find_voices(vectors[clear], durations_s[clear], speakers, max_speakers, rules)
    labels = _likeliest(pieces, durations_s, vectors @ voices.T, rules)
    for _ in range(rules.rounds):
        voices = _recentred(voices, vectors, durations_s, labels, rules)
        labels = _likeliest(pieces, durations_s, vectors @ voices.T, rules)
    return [int(label) for label in labels]


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = vectors / np.maximum(lengths, 1e-9)
    return scaled


def _nth_longest(durations_s: Matrix, count: int) -> float:
    return float(np.sort(durations_s)[-count]) if len(durations_s) > count else 0.0


def _find_voices(
    vectors: Matrix, durations_s: Matrix, speakers: int | None, max_speakers: int, rules: VoiceRules
) -> Matrix:
    """Centres of the clusters with enough speech, shape (voices, dimension), the one that speaks most first."""
    if len(vectors) == 1:
        return vectors
    tree = linkage(vectors, "average", metric="cosine")
    if speakers is None:
        labels = fcluster(tree, rules.max_distance, "distance")
        voices = _centres(vectors, durations_s, labels, rules)[:max_speakers]
        if len(voices) > 1 or max_speakers == 1:
            return voices
        return _two_alike(vectors, durations_s, fcluster(tree, 2, "maxclust"), rules, otherwise=voices)
    for clusters in range(speakers, len(vectors) + 1):
        centres = _centres(vectors, durations_s, fcluster(tree, clusters, "maxclust"), rules)
        if len(centres) >= speakers:
            return centres[:speakers]
    return _centres(vectors, durations_s, fcluster(tree, speakers, "maxclust"), rules)[:speakers]


def _two_alike(vectors: Matrix, durations_s: Matrix, halves: Labels, rules: VoiceRules, *, otherwise: Matrix) -> Matrix:
    """Two voices that are alike where the speech falls apart in two, else what was found.

    Average linkage splits off what is odd; from several beginnings, each piece goes to the nearer of two centres until
    nothing changes (spherical k-means), and the tightest division counts.
    """
    beginnings = [halves, *(fcluster(linkage(vectors, method), 2, "maxclust") for method in ("complete", "ward"))]
    divisions = [division for begun in beginnings if (division := _divided(vectors, durations_s, begun)) is not None]
    if not divisions:
        return otherwise
    labels, centres = max(divisions, key=lambda found: float((vectors * found[1][found[0]]).sum()))
    share = min(durations_s[labels == 0].sum(), durations_s[labels == 1].sum()) / durations_s.sum()
    apart = share >= rules.min_second_share and _silhouette(vectors, labels) >= rules.min_silhouette
    return centres if apart else otherwise


def _divided(vectors: Matrix, durations_s: Matrix, begun: Labels) -> tuple[Labels, Matrix] | None:
    """Labels 0 and 1 with their centres, or None where one side stays empty."""
    labels = (begun == begun[0]).astype(np.int64)
    for _ in range(10):
        if labels.all() or not labels.any():
            return None
        centres = np.stack([_centre(vectors, durations_s, labels == side) for side in (0, 1)])
        nearest: Labels = (vectors @ centres.T).argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
    return (labels, centres) if 0 < labels.sum() < len(labels) else None


def _silhouette(vectors: Matrix, labels: Labels) -> float:
    """Mean over pieces of how much nearer the own side is than the other (Rousseeuw 1987), by cosine distance."""
    distances = 1.0 - vectors @ vectors.T
    sizes = np.array([np.count_nonzero(labels == side) for side in (0, 1)])
    to_side = np.stack([distances[:, labels == side].sum(axis=1) for side in (0, 1)], axis=1)
    index = np.arange(len(labels))
    own = to_side[index, labels] / np.maximum(sizes[labels] - 1, 1)
    other = to_side[index, 1 - labels] / sizes[1 - labels]
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-9)).mean())


def _centres(vectors: Matrix, durations_s: Matrix, labels: Labels, rules: VoiceRules) -> Matrix:
    spoken_s = {label: float(durations_s[labels == label].sum()) for label in np.unique(labels)}
    enough_s = min(rules.min_voice_s, 0.1 * float(durations_s.sum()))
    by_length = sorted(spoken_s, key=lambda label: -spoken_s[label])
    kept = [label for label in by_length if spoken_s[label] >= enough_s] or by_length[:1]
    return np.stack([_centre(vectors, durations_s, labels == label) for label in kept])


def _centre(vectors: Matrix, durations_s: Matrix, chosen: NDArray[np.bool_]) -> Matrix:
    return _unit(durations_s[chosen] @ vectors[chosen])


def _recentred(voices: Matrix, vectors: Matrix, durations_s: Matrix, labels: Labels, rules: VoiceRules) -> Matrix:
    weights = np.minimum(durations_s, rules.max_weight_s)
    rows = [
        _centre(vectors, weights, labels == number) if (labels == number).any() else voice
        for number, voice in enumerate(voices)
    ]
    return np.stack(rows)


def _likeliest(pieces: Sequence[Piece], durations_s: Matrix, similarity: Matrix, rules: VoiceRules) -> Labels:
    """Viterbi over the pieces; similarity has shape (pieces, voices)."""
    scores = similarity * (np.minimum(durations_s, rules.max_weight_s) * rules.weight_per_s)[:, None]
    best = scores[0].copy()
    came_from = np.zeros(scores.shape, dtype=np.int64)
    for index in range(1, len(pieces)):
        pause_s = max(0.0, pieces[index].start_s - pieces[index - 1].end_s)
        cost = rules.change_cost * np.exp(-pause_s / rules.pause_scale_s)
        paths = best[:, None] - cost * (1 - np.eye(len(best)))
        came_from[index] = paths.argmax(axis=0)
        best = paths.max(axis=0) + scores[index]
    labels = np.zeros(len(pieces), dtype=np.int64)
    labels[-1] = best.argmax()
    for index in range(len(pieces) - 1, 0, -1):
        labels[index - 1] = came_from[index, labels[index]]
    return labels

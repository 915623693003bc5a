"""Who speaks when, with pyannote's segmentation model and CAM++ embeddings, as the sound comes.

pyannote.audio's own pipeline wants the whole recording at once, and takes a 10 s window for one speaker where two
voices are alike. Here the same models run window by window: the segmentation says where speech, pauses and changes of
speaker are, speech is cut further where it is quietest, each piece is embedded once, and only pieces and embeddings
are kept. Clustering is cheap and is done anew whenever turns are asked for. The result does not depend on the sizes
in which the sound was fed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from soep.config import Settings
from soep.speech import torch_setup
from soep.speech.activity import Piece, SpeechActivity
from soep.speech.interfaces import SAMPLE_RATE_HZ, DiarizationStream, Samples
from soep.speech.quiet import quiet_cuts
from soep.speech.voices import assign_voices
from soep.types import Turn
from soep.weights.installed import InstalledModel, require

if TYPE_CHECKING:
    from soep.speech.campplus import CamPlusPlusEmbedding

WINDOW_S = 10.0
_WINDOW_SAMPLES = round(WINDOW_S * SAMPLE_RATE_HZ)
_JOIN_PAUSE_S = 0.5
"""Pieces of one speaker with a shorter pause between them are one turn."""
_SEGMENTATION_FILE = "pytorch_model.bin"
_EMBEDDING_FILE = "campplus_cn_en_common.pt"


class PyannoteDiarizer:
    """The :class:`~soep.speech.interfaces.Diarizer` of this package."""

    def __init__(self, settings: Settings) -> None:
        """Remember the settings; nothing is loaded yet."""
        self._settings = settings
        self._models: _Models | None = None

    @property
    def model_id(self) -> str:
        """The two models, segmentation first."""
        speech = self._settings.speech
        return f"{speech.segmentation_model}+{speech.embedding_model}"

    @property
    def sha256(self) -> str:
        """Of the segmentation weights and the embedding weights.

        Raises:
            WeightsError: missing or damaged.
        """
        return "+".join(model.sha256 for model in self._installed())

    def stream(self, *, speakers: int | None = None) -> DiarizationStream:
        """Begin a recording; loads the weights at the first one.

        Args:
            speakers: how many speak, or None to find out (1 to ``speech.max_speakers``).

        Raises:
            WeightsError: weights are missing or damaged.
            ValueError: ``speakers`` is below 1.
        """
        if speakers is not None and speakers < 1:
            raise ValueError(speakers)
        if self._models is None:
            self._models = _Models(*self._installed(), threads=self._settings.threads)
        return _Stream(self._models, self._settings, speakers)

    def close(self) -> None:
        """Free the weights; a later stream loads them again."""
        self._models = None

    def _installed(self) -> tuple[InstalledModel, InstalledModel]:
        speech, folder = self._settings.speech, self._settings.models
        return require(speech.segmentation_model, folder), require(speech.embedding_model, folder)


class _Models:
    """The two networks, loaded."""

    def __init__(self, segmentation: InstalledModel, embedding: InstalledModel, *, threads: int) -> None:
        torch_setup.prepare()
        import torch  # noqa: PLC0415 - loading torch costs seconds, so it waits for the first recording

        from soep.speech.campplus import CamPlusPlusEmbedding  # noqa: PLC0415

        torch.set_num_threads(threads)
        self._tensor = torch.from_numpy
        self._segmentation = _segmentation_inference(segmentation.path(_SEGMENTATION_FILE))
        self._embedding: CamPlusPlusEmbedding = CamPlusPlusEmbedding(embedding.path(_EMBEDDING_FILE))

    def segment(self, window: Samples) -> NDArray[np.float32]:
        """Probabilities of the powerset classes, shape (frames, 7), of a window of 10 s."""
        scores: NDArray[np.float32] = self._segmentation.infer(self._tensor(window)[None, None])[0]
        probabilities: NDArray[np.float32] = np.exp(scores)
        return probabilities

    def embed(self, samples: Samples) -> NDArray[np.float32]:
        """The voice in some samples, shape (192,); NaN when they are too few."""
        embedding: NDArray[np.float32] = self._embedding(self._tensor(samples)[None, None])[0]
        return embedding


def _segmentation_inference(weights: Path) -> Any:
    """The ``Inference`` of pyannote on the segmentation model, a window at a time."""
    with torch_setup.quiet_import():
        from pyannote.audio import Inference  # noqa: PLC0415

        model = load_segmentation(weights)
        return Inference(model, duration=WINDOW_S, step=WINDOW_S, skip_aggregation=True, skip_conversion=True)


def load_segmentation(weights: Path) -> Any:
    """The segmentation model of pyannote, loaded without unpickling anything but data.

    Args:
        weights: ``pytorch_model.bin``, its checksum verified.
    """
    import torch  # noqa: PLC0415

    torch_setup.prepare()
    with torch_setup.quiet_import():
        from pyannote.audio.core.task import Problem, Resolution, Specifications  # noqa: PLC0415
        from pyannote.audio.models.segmentation import PyanNet  # noqa: PLC0415

        allowed: list[Any] = [Problem, Resolution, Specifications, torch.torch_version.TorchVersion]
        with torch.serialization.safe_globals(allowed):
            checkpoint = torch.load(weights, map_location="cpu", weights_only=True)
        model = PyanNet(**checkpoint["hyper_parameters"])
        model.on_load_checkpoint(checkpoint)
        model.load_state_dict(checkpoint["state_dict"])
        return model.eval()


class _Stream:
    """One recording; holds at most about twenty seconds of its sound."""

    def __init__(self, models: _Models, settings: Settings, speakers: int | None) -> None:
        self._models = models
        self._step_samples = round(settings.speech.segmentation_step_s * SAMPLE_RATE_HZ)
        self._assign = partial(assign_voices, speakers=speakers, max_speakers=settings.speech.max_speakers)
        self._activity = SpeechActivity(self._step_samples / SAMPLE_RATE_HZ)
        self._held: Samples = np.zeros(0, dtype=np.float32)
        self._held_from = 0
        self._next_window = 0
        self._pieces: list[Piece] = []
        self._embeddings: list[NDArray[np.float32]] = []
        self._finished = False

    @property
    def done_s(self) -> float:
        """Up to where the sound has been looked at by every window that covers it."""
        return (self._end if self._finished else self._next_window) / SAMPLE_RATE_HZ

    @property
    def _end(self) -> int:
        return self._held_from + len(self._held)

    def feed(self, samples: Samples) -> None:
        """Take more sound, shape (samples,)."""
        self._held = np.concatenate([self._held, samples.astype(np.float32, copy=False)])
        while self._next_window + _WINDOW_SAMPLES <= self._end:
            self._look()

    def turns(self) -> Sequence[Turn]:
        """The turns of what is certain so far."""
        if not self._pieces:
            return []
        voices = self._assign(self._pieces, np.stack(self._embeddings))
        return _joined(self._pieces, voices)

    def finish(self) -> Sequence[Turn]:
        """The turns of the whole recording."""
        if not self._finished:
            self._finish()
        return self.turns()

    def _finish(self) -> None:
        while self._next_window == 0 or self._next_window - self._step_samples + _WINDOW_SAMPLES < self._end:
            self._look()
        self._keep(self._activity.finish(self._end / SAMPLE_RATE_HZ))
        self._finished = True

    def _look(self) -> None:
        """Run the next window, padded with silence at the end of the recording."""
        window = self._cut(self._next_window, self._next_window + _WINDOW_SAMPLES)
        padded = np.pad(window, (0, _WINDOW_SAMPLES - len(window)))
        self._keep(self._activity.add(self._models.segment(padded)))
        self._next_window += self._step_samples
        self._forget()

    def _keep(self, stretches: Sequence[Piece]) -> None:
        """Cut stretches of speech into pieces that are short enough to be of one speaker, and embed these."""
        for stretch in stretches:
            cuts = quiet_cuts(self._sound_of(stretch))
            bounds = [stretch.start_s, *(stretch.start_s + cut_s for cut_s in cuts), stretch.end_s]
            for piece in map(Piece, bounds, bounds[1:]):
                self._pieces.append(piece)
                self._embeddings.append(self._models.embed(self._sound_of(piece)))

    def _sound_of(self, piece: Piece) -> Samples:
        return self._cut(round(piece.start_s * SAMPLE_RATE_HZ), round(piece.end_s * SAMPLE_RATE_HZ))

    def _cut(self, start: int, end: int) -> Samples:
        return self._held[max(0, start - self._held_from) : end - self._held_from]

    def _forget(self) -> None:
        """Drop the sound that neither a later window nor an open piece needs."""
        needed = min(self._next_window, round(self._activity.needed_from_s * SAMPLE_RATE_HZ))
        if needed > self._held_from:
            self._held = self._held[needed - self._held_from :].copy()
            self._held_from = needed


def _joined(pieces: Sequence[Piece], voices: Sequence[int]) -> list[Turn]:
    """Pieces to turns, labelled A, B … in the order of appearance."""
    labels: dict[int, str] = {}
    turns: list[Turn] = []
    for piece, voice in zip(pieces, voices, strict=True):
        speaker = labels.setdefault(voice, ascii_uppercase[len(labels)])
        last = turns[-1] if turns else None
        if last and last.speaker == speaker and piece.start_s - last.end_s < _JOIN_PAUSE_S:
            turns[-1] = Turn(last.start_s, piece.end_s, speaker)
        else:
            turns.append(Turn(piece.start_s, piece.end_s, speaker))
    return turns

"""Speaker embeddings by CAM++, as the adapter that pyannote's diarization pipeline expects.

Architecture: Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking",
Interspeech 2023 (https://arxiv.org/abs/2303.00332): a small 2-D convolution front end over the filter bank, a densely
connected time-delay network whose layers are masked by their context, and statistics pooling.  Names of modules follow
the published weights (iic/speech_campplus_sv_zh_en_16k-common_advanced, Apache-2.0).
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch users know it by
from numpy.typing import NDArray
from torch import Tensor, nn

from soep.speech import torch_setup
from soep.speech.interfaces import SAMPLE_RATE_HZ

MEL_BINS = 80
DIMENSION = 192
_GROWTH = 32
_BOTTLENECK = 128
_CONTEXT_FRAMES = 100
_FRAME_SAMPLES = 400
_HOP_SAMPLES = 160
_MIN_FRAMES = 20
"""Fewer frames of 10 ms than this say nothing about a voice."""


class _ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut; ``stride`` is along the frequencies only."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1:
            reduce = nn.Conv2d(channels, channels, 1, stride=(stride, 1), bias=False)
            self.shortcut = nn.Sequential(reduce, nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class _FrontEnd(nn.Module):
    """Filter bank (batch, 80, frames) to features (batch, 320, frames)."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(_ResidualBlock(channels, 2), _ResidualBlock(channels, 1))
        self.layer2 = nn.Sequential(_ResidualBlock(channels, 2), _ResidualBlock(channels, 1))
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.out_channels = channels * MEL_BINS // 8

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        x = F.relu(self.bn2(self.conv2(self.layer2(self.layer1(x)))))
        return x.flatten(1, 2)


def _norm(channels: int, *, affine: bool = True) -> OrderedDict[str, nn.Module]:
    return OrderedDict(batchnorm=nn.BatchNorm1d(channels, affine=affine))


def _activation(channels: int) -> nn.Sequential:
    return nn.Sequential(_norm(channels) | {"relu": nn.ReLU(inplace=True)})


class _ContextMask(nn.Module):
    """A convolution whose output is masked by the mean of the utterance and of the second around each frame."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(_BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        segments = F.avg_pool1d(x, _CONTEXT_FRAMES, stride=_CONTEXT_FRAMES, ceil_mode=True)
        nearby = segments.repeat_interleave(_CONTEXT_FRAMES, dim=-1)[..., : x.shape[-1]]
        context = F.relu(self.linear1(x.mean(-1, keepdim=True) + nearby))
        masked: Tensor = self.linear_local(x) * torch.sigmoid(self.linear2(context))
        return masked


class _DenseLayer(nn.Module):
    """One layer of a block: 1x1 bottleneck, then the masked convolution."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _activation(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _activation(_BOTTLENECK)
        self.cam_layer = _ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        masked: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return masked


class _DenseBlock(nn.Module):
    """Layers that each see what all earlier ones gave."""

    def __init__(self, layers: int, channels: int, dilation: int) -> None:
        super().__init__()
        for index in range(layers):
            self.add_module(f"tdnnd{index + 1}", _DenseLayer(channels + index * _GROWTH, dilation))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


def _unit(nonlinear: nn.Module, linear: nn.Module, *, linear_first: bool) -> nn.Sequential:
    parts: list[tuple[str, nn.Module]] = [("nonlinear", nonlinear), ("linear", linear)]
    return nn.Sequential(OrderedDict(reversed(parts) if linear_first else parts))


class _StatisticsPooling(nn.Module):
    """Mean and standard deviation over time, shape (batch, 2 x channels, 1)."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(-1, keepdim=True), x.std(-1, keepdim=True)], dim=1)


class CamPlusPlus(nn.Module):
    """Filter bank (batch, frames, 80), mean-normalised, to embeddings (batch, 192)."""

    _BLOCKS = ((12, 1), (24, 2), (16, 2))
    """Layers and dilation of each dense block."""

    def __init__(self) -> None:
        super().__init__()
        self.head = _FrontEnd()
        channels = 128
        first = nn.Conv1d(self.head.out_channels, channels, 5, stride=2, padding=2, bias=False)
        self.xvector = nn.Sequential(OrderedDict(tdnn=_unit(_activation(channels), first, linear_first=True)))
        for number, (layers, dilation) in enumerate(self._BLOCKS, 1):
            self.xvector.add_module(f"block{number}", _DenseBlock(layers, channels, dilation))
            channels += layers * _GROWTH
            halve = nn.Conv1d(channels, channels // 2, 1, bias=False)
            self.xvector.add_module(f"transit{number}", _unit(_activation(channels), halve, linear_first=False))
            channels //= 2
        self.xvector.add_module("out_nonlinear", _activation(channels))
        self.xvector.add_module("stats", _StatisticsPooling())
        dense = nn.Conv1d(2 * channels, DIMENSION, 1, bias=False)
        normalise = nn.Sequential(_norm(DIMENSION, affine=False))
        self.xvector.add_module("dense", _unit(normalise, dense, linear_first=True))

    def forward(self, features: Tensor) -> Tensor:
        """Embed a batch; see the class for the shapes."""
        embeddings: Tensor = self.xvector(self.head(features.transpose(1, 2)))
        return embeddings.squeeze(-1)


class CamPlusPlusEmbedding:
    """Embeddings of voices, callable as pyannote's ``PretrainedSpeakerEmbedding`` is."""

    sample_rate = SAMPLE_RATE_HZ
    dimension = DIMENSION
    metric = "cosine"
    min_num_samples = _FRAME_SAMPLES + (_MIN_FRAMES - 1) * _HOP_SAMPLES

    def __init__(self, weights: Path) -> None:
        """Load the weights; their checksum must have been verified.

        Args:
            weights: ``campplus_cn_en_common.pt``, a state dict (loaded without unpickling code).
        """
        torch_setup.prepare()
        with torch_setup.quiet_import():
            from torchaudio.compliance import kaldi  # noqa: PLC0415 - only after torch_setup.prepare()
        self._fbank = partial(kaldi.fbank, num_mel_bins=MEL_BINS, sample_frequency=SAMPLE_RATE_HZ, dither=0.0)
        self._model = CamPlusPlus()
        self._model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self._model.eval()

    def __call__(self, waveforms: Tensor, masks: Tensor | None = None) -> NDArray[np.float32]:
        """Embed one voice a waveform.

        Args:
            waveforms: (batch, 1, samples), 16 kHz.
            masks: (batch, frames) over the same time, above 0.5 where the voice speaks; None for everywhere.

        Returns:
            (batch, 192); a row of NaN where less than a fifth of a second is left.
        """
        rows = [self._features(waveform[0]) for waveform in waveforms]
        if masks is not None:
            rows = [_masked(features, mask) for features, mask in zip(rows, masks, strict=True)]
        return np.stack([self._embed(features) for features in rows])

    def _features(self, waveform: Tensor) -> Tensor:
        if waveform.shape[0] < _FRAME_SAMPLES:
            return torch.zeros(0, MEL_BINS)
        bank: Tensor = self._fbank(waveform[None])
        return bank

    def _embed(self, features: Tensor) -> NDArray[np.float32]:
        if features.shape[0] < _MIN_FRAMES:
            return np.full(DIMENSION, np.nan, dtype=np.float32)
        with torch.inference_mode():
            embedding: NDArray[np.float32] = self._model((features - features.mean(0))[None])[0].numpy()
        return embedding


def _masked(features: Tensor, mask: Tensor) -> Tensor:
    """The frames under the mask, which is stretched to their number."""
    stretched = F.interpolate(mask[None, None].float(), size=features.shape[0], mode="nearest")[0, 0]
    return features[stretched > 0.5]

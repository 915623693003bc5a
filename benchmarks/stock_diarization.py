"""The stock pipeline of pyannote.audio on our weights, to compare ours with.

    python benchmarks/stock_diarization.py FOLDER

FOLDER holds `<id>.<sound>` with `<id>.rttm`, as for `soep eval diarization`.  The pipeline is `SpeakerDiarization` with
agglomerative clustering (centroid linkage, threshold 0.7, at least 12 pieces a cluster: the values of pyannote's
published 3.1 pipeline), a 2 s step, one to four speakers, and CAM++ as its embedding.  It gets each recording whole.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import av
import numpy as np

from soep.config import load_settings
from soep.evaluation.diarization import Diarized, evaluate_diarization
from soep.speech import torch_setup
from soep.speech.campplus import CamPlusPlusEmbedding
from soep.speech.diarize import load_segmentation
from soep.types import Turn
from soep.weights import require

RATE_HZ = 16_000
STEP = 0.2
"""Share of the 10 s window."""
MAX_SPEAKERS = 4
PARAMETERS = {
    "segmentation": {"min_duration_off": 0.0},
    "clustering": {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7045654963945799},
}


def stock_pipeline() -> Any:
    settings = load_settings()
    torch_setup.prepare()
    import torch

    torch.set_num_threads(settings.threads)
    speech = settings.speech
    embedding = CamPlusPlusEmbedding(require(speech.embedding_model, settings.models).path("campplus_cn_en_common.pt"))
    segmentation = load_segmentation(require(speech.segmentation_model, settings.models).path("pytorch_model.bin"))
    with torch_setup.quiet_import():
        import pyannote.audio.pipelines.speaker_diarization as stock

    # It makes its embedding from a name on the model hub; ours is made already.
    stock.PretrainedSpeakerEmbedding = lambda *_arguments, **_options: embedding
    stock.get_plda = lambda *_arguments, **_options: None
    pipeline = stock.SpeakerDiarization(
        segmentation=segmentation,
        segmentation_step=STEP,
        embedding=embedding,
        embedding_exclude_overlap=True,
        clustering="AgglomerativeClustering",
    )
    return pipeline.instantiate(PARAMETERS)


def samples(sound: Path) -> np.ndarray:
    with av.open(str(sound)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        frames = [piece.to_ndarray()[0] for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(frames).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    pipeline = stock_pipeline()
    import torch

    def diarize(sound: Path) -> Diarized:
        waveform = samples(sound)
        started_s = time.perf_counter()
        with torch_setup.quiet_import():
            found = pipeline(
                {"waveform": torch.from_numpy(waveform)[None], "sample_rate": RATE_HZ}, max_speakers=MAX_SPEAKERS
            )
        elapsed_s = time.perf_counter() - started_s
        tracks = found.exclusive_speaker_diarization.itertracks(yield_label=True)
        turns = [Turn(segment.start, segment.end, speaker) for segment, _track, speaker in tracks]
        return Diarized(turns, (), len(waveform) / RATE_HZ, elapsed_s)

    scores = evaluate_diarization(options.folder, diarize)
    print(f"files        {scores.files:6d}")
    for name in ("der", "confusion", "missed", "false_alarm"):
        print(f"{name:12} {getattr(scores, name):6.1%}")
    print(f"speed        {scores.real_time_factor:6.3f} × real time")


if __name__ == "__main__":
    main()

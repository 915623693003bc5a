"""The whole line on ten minutes of speech: time as a share of the sound, peak memory, and how quick the command is.

    python benchmarks/line.py [--minutes 10] [--drafter extractive]

Speech is the shipped samples and dialogues one after another, repeated until there is enough.  Memory is the sum of
the resident sets of the command and its children, sampled; it needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import av
import numpy as np

REPOSITORY = Path(__file__).parent.parent
RATE_HZ = 16_000
SAMPLE_EVERY_S = 0.2


def speech(minutes: float) -> Iterator[np.ndarray]:
    wanted = int(minutes * 60 * RATE_HZ)
    sounds = sorted(
        [*(REPOSITORY / "benchmarks" / "dialogues").rglob("*.ogg"), *(REPOSITORY / "samples").rglob("*.ogg")]
    )
    for path in cycle(sounds):
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
            samples = np.concatenate(
                [piece.to_ndarray()[0] for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
            )
        yield samples[:wanted]
        wanted -= len(samples)
        if wanted <= 0:
            return


def children(pid: int) -> list[int]:
    try:
        direct = [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [pid, *(deeper for child in direct for deeper in children(child))]


def resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def run(sound: Path, drafter: str) -> tuple[float, int, dict]:
    started_s, peak = time.perf_counter(), 0
    command = [sys.executable, "-m", "soep", "process", str(sound), "--drafter", drafter]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, sum(map(resident_bytes, children(process.pid))))
            time.sleep(SAMPLE_EVERY_S)
        out.seek(0)
        return time.perf_counter() - started_s, peak, json.load(out)


def help_s() -> float:
    times_s = []
    for _ in range(7):
        started_s = time.perf_counter()
        subprocess.run([sys.executable, "-m", "soep", "--help"], stdout=subprocess.DEVNULL, check=True)
        times_s.append(time.perf_counter() - started_s)
    return float(np.median(times_s))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--drafter", default="extractive")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder, "spraak.wav")
        with wave.open(str(sound), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            for samples in speech(options.minutes):
                file.writeframes(samples.astype("<i2").tobytes())
        elapsed_s, peak, consult = run(sound, options.drafter)
    length_s = consult["audio"]["duration_s"]
    print(f"sound                 {length_s:8.1f} s")
    print(f"whole line            {elapsed_s / length_s:8.3f} × real time")
    for stage in consult["runs"]:
        print(f"  {stage['stage']:<20}{stage['elapsed_s'] / length_s:8.3f} × real time")
    print(f"peak memory           {peak / 1e9:8.2f} GB over all processes")
    print(f"soep --help           {help_s():8.2f} s")


if __name__ == "__main__":
    main()

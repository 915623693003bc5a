"""Write a trained adapter as a GGUF: `python models/drafter/export.py .cache/drafter models/drafter/soep-nl.gguf`."""

from __future__ import annotations

import argparse
from pathlib import Path

from adapter import to_gguf
from safetensors.torch import load_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("gguf", type=Path)
    parser.add_argument(
        "--strength", type=float, default=1.0, help="how far the adapter counts: less where overtrained"
    )
    options = parser.parse_args()
    weights = load_file(options.run / "adapter.safetensors")
    rank = next(len(weight) for name, weight in weights.items() if "lora_A" in name)
    to_gguf(weights, options.gguf, alpha=2.0 * rank * options.strength, name=options.gguf.stem)
    print(f"{options.gguf}: rank {rank}, {options.gguf.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

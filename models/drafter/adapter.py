"""The adapter as peft holds it and as llama.cpp reads it: names and file form.

llama.cpp takes a LoRA as a GGUF with ``general.type`` adapter, ``adapter.type`` lora, ``adapter.lora.alpha`` and two
tensors a matrix, ``blk.N.attn_q.weight.lora_a`` (rank, in) and ``….lora_b`` (out, rank); source: llama.cpp,
``convert_lora_to_gguf.py`` and ``src/llama-adapter.cpp``.
"""

from __future__ import annotations

import re
from pathlib import Path

import gguf
import numpy as np
import torch

_PARTS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_PEFT_NAME = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.(.+)\.lora_([AB])\.weight")
_GGUF_NAME = re.compile(r"blk\.(\d+)\.(\w+)\.weight\.lora_([ab])")
ARCHITECTURE = "qwen2"


def to_gguf(weights: dict[str, torch.Tensor], path: Path, *, alpha: float, name: str) -> None:
    """Write peft's weights as a GGUF adapter in half precision."""
    writer = gguf.GGUFWriter(str(path), ARCHITECTURE)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_name(name)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for peft_name, weight in sorted(weights.items()):
        match = _PEFT_NAME.fullmatch(peft_name)
        if match is None:
            raise ValueError(f"not a layer of this architecture: {peft_name}")
        target = f"blk.{match[1]}.{_PARTS[match[2]]}.weight.lora_{match[3].lower()}"
        writer.add_tensor(target, weight.float().numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def from_gguf(path: Path) -> dict[str, torch.Tensor]:
    """Read a GGUF adapter as the weights that peft takes."""
    parts = {short: long for long, short in _PARTS.items()}
    weights = {}
    for tensor in gguf.GGUFReader(str(path)).tensors:
        match = _GGUF_NAME.fullmatch(tensor.name)
        if match is None:
            raise ValueError(f"not an adapter of this architecture: {tensor.name}")
        name = f"base_model.model.model.layers.{match[1]}.{parts[match[2]]}.lora_{match[3].upper()}.weight"
        weights[name] = torch.from_numpy(tensor.data.astype(np.float32))
    return weights

"""Train the LoRA adapter of the drafter: `python models/drafter/train.py --tokens 500000 --out .cache/drafter`.

The base is loaded from its GGUF (as it will run), in bfloat16, on a GPU where there is one, else on the processor.
A run stops at its token budget or on Ctrl-C, and goes on from its folder when started again: the adapter, the
optimizer and the position in the data are written every few minutes.  `export.py` makes the GGUF adapter of it.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from soep.speech import torch_setup

torch_setup.prepare()  # peft imports torchaudio

import torch
from corpus import CORPUS, Labelled, Turn, examples, read, shifted
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from soep.config import load_settings
from soep.weights import require

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SAVE_EVERY_S = 300.0
IGNORED = -100
HIGHEST_FIRST_ID = 40


@dataclass
class State:
    """Where a run is."""

    tokens: int = 0
    steps: int = 0
    seconds: float = 0.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="qwen2.5-coder-1.5b-instruct-q4")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=500_000, help="budget of the whole run")
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--noisy", type=float, default=0.4, help="share of consults as recognition would give them")
    parser.add_argument("--consults", type=int, help="only this many, for comparisons")
    parser.add_argument("--from-adapter", type=Path, help="begin with these adapter weights")
    parser.add_argument("--max-tokens", type=int, default=3072, help="longest example; a longer one is cut at a turn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-after-s", type=float, default=math.inf)
    return parser.parse_args()


def load_base(model_id: str, device: str) -> tuple[torch.nn.Module, object]:
    """The base model in bfloat16 and its tokenizer, both out of the GGUF."""
    folder = require(model_id, load_settings().models).folder
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file="model.gguf")
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file="model.gguf", dtype=torch.bfloat16)
    return model.to(device), tokenizer


def stream(consults: list[Labelled], options: argparse.Namespace) -> Iterator[list[Turn]]:
    """Examples without end, reshuffled each time round; the same seed gives the same stream."""
    rng = random.Random(options.seed)
    while True:
        order = list(consults)
        rng.shuffle(order)
        for consult in order:
            first = rng.choice([1, 1, 1, rng.randint(2, HIGHEST_FIRST_ID)])
            yield from examples(shifted(consult, first), rng, noisy=rng.random() < options.noisy)


def encode(turns: list[Turn], tokenizer: object, longest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and labels, shape (tokens,); a too long example loses whole turns at its end."""
    ids: list[int] = []
    labels: list[int] = []
    for turn in turns:
        piece = tokenizer(turn.text, add_special_tokens=False)["input_ids"]
        if len(ids) + len(piece) > longest:
            break
        ids += piece
        labels += piece if turn.learned else [IGNORED] * len(piece)
    return torch.tensor(ids), torch.tensor(labels)


def loss_of(model: torch.nn.Module, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy over the learned tokens; the vocabulary's logits are made for those only."""
    inner = model.get_base_model()
    hidden = inner.model(input_ids=ids[None]).last_hidden_state[0]
    places = (labels[1:] != IGNORED).nonzero().squeeze(1)
    logits = inner.lm_head(hidden[places]).float()
    return torch.nn.functional.cross_entropy(logits, labels[1:][places])


def rate_at(tokens: int, options: argparse.Namespace) -> float:
    """A short rise, then a straight fall to a tenth."""
    share = min(1.0, tokens / options.tokens)
    return options.rate * min(1.0, share / 0.03 + 0.05) * (1.0 - 0.9 * share)


def save(folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, state: State) -> None:
    """Write a checkpoint; each file appears whole."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.contiguous().cpu() for name, value in get_peft_model_state_dict(model).items()}
    save_file(weights, folder / "adapter.new")
    (folder / "adapter.new").replace(folder / "adapter.safetensors")
    torch.save(optimizer.state_dict(), folder / "optimizer.new")
    (folder / "optimizer.new").replace(folder / "optimizer.pt")
    (folder / "state.json").write_text(json.dumps(asdict(state)), "utf-8")


def resume(options: argparse.Namespace, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> State:
    """Take up a run where its folder left it."""
    if not (options.out / "state.json").exists():
        if options.from_adapter:
            set_peft_model_state_dict(model, load_file(options.from_adapter))
        return State()
    set_peft_model_state_dict(model, load_file(options.out / "adapter.safetensors"))
    optimizer.load_state_dict(torch.load(options.out / "optimizer.pt", weights_only=True))
    return State(**json.loads((options.out / "state.json").read_text("utf-8")))


def main() -> None:
    options = arguments()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base, tokenizer = load_base(options.base, device)
    config = LoraConfig(r=options.rank, lora_alpha=2 * options.rank, target_modules=TARGETS, lora_dropout=0.05)
    model = get_peft_model(base, config)
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.0, betas=(0.9, 0.98))
    state = resume(options, model, optimizer)
    consults = read(options.corpus)[: options.consults]
    print(f"{len(consults)} consults, {sum(p.numel() for p in trained) / 1e6:.1f} M trained weights, on {device}")

    started_s, saved_s, recent = time.monotonic() - state.seconds, time.monotonic(), 0.0
    for number, turns in enumerate(stream(consults, options)):
        if number < state.steps:
            continue  # the stream is the same each time: skip what was learned before
        ids, labels = (part.to(device) for part in encode(turns, tokenizer, options.max_tokens))
        for group in optimizer.param_groups:
            group["lr"] = rate_at(state.tokens, options)
        loss = loss_of(model, ids, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        state.tokens += len(ids)
        state.steps += 1
        state.seconds = time.monotonic() - started_s
        recent = 0.95 * recent + 0.05 * loss.item() if recent else loss.item()
        done = state.tokens >= options.tokens or state.seconds >= options.stop_after_s
        if state.steps % 10 == 0 or done:
            speed = state.tokens / state.seconds
            left_s = (options.tokens - state.tokens) / speed
            print(
                f"{state.tokens:>8} tokens  loss {recent:.3f}  {speed:.0f} tokens/s  {left_s / 60:.0f} min left",
                flush=True,
            )
        if done or time.monotonic() - saved_s > SAVE_EVERY_S:
            save(options.out, model, optimizer, state)
            saved_s = time.monotonic()
        if done:
            return


if __name__ == "__main__":
    main()

"""Train the LoRA adapter of the drafter: `python models/drafter/train.py --out .cache/drafter --tokens 500000`.

The base is loaded from its GGUF (as it will run): in bfloat16 on a GPU where there is one, which takes a step for
several examples at once, else in float32 on the processor, which computes bfloat16 many times more slowly unless it
has instructions for it, and takes a step after each answer.
A run stops at its token budget or on Ctrl-C, and goes on from its folder when started again: the adapter, the
optimizer and the position in the data are written every few minutes.  The rate stays level, so that a run may be
lengthened; `--fall N` lets it fall over the last N tokens.  `export.py` makes the GGUF adapter of it, and a run may
begin from such an adapter (`--from-adapter`).
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # else threads that wait take the processor from other programs

from soep.speech import torch_setup

torch_setup.prepare()  # peft imports torchaudio

import forward
import torch
from adapter import from_gguf
from corpus import CORPUS, HELD_OUT, Labelled, Turn, examples, read, shifted
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from soep.config import load_settings
from soep.weights import require

Cut = Callable[..., Iterator[list[Turn]]]
"""A consult as examples, as ``corpus.examples`` makes them."""
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SAVE_EVERY_S = 300.0
MEASURE_EVERY = 320_000
"""Tokens, half a round of the corpus."""
IGNORED = -100
HIGHEST_FIRST_ID = 40
B_RATE = 4.0
"""The second matrix of a pair learns this much faster (LoRA+, Hayou et al. 2024, arXiv 2402.12354)."""
WARM_EXAMPLES = 3
WARM_EXAMPLES_GPU = 40
"""Examples over which the rate rises."""
USUAL_ANSWER = 60
"""Tokens of a usual answer."""
LOWEST = 0.05
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


@dataclass
class State:
    """Where a run is."""

    tokens: int = 0
    examples: int = 0
    seconds: float = 0.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--base", default="qwen2.5-coder-1.5b-instruct-q4", help="an installed model, or a folder as transformers saves"
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=500_000, help="budget of the whole run")
    parser.add_argument("--fall", type=int, default=0, help="the rate falls over this many tokens at the end")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--dropout", type=float, default=0.0, help="of what goes into the adapter")
    parser.add_argument("--batch", type=int, default=4, help="examples a step, on a GPU")
    parser.add_argument("--gradient", choices=["written", "all"], default="written", help="see forward.py")
    parser.add_argument("--noisy", type=float, default=0.25, help="share of consults as recognition would give them")
    parser.add_argument("--consults", type=int, help="only this many, for comparisons")
    parser.add_argument("--from-adapter", type=Path, help="begin with this adapter: .gguf or .safetensors")
    parser.add_argument("--max-tokens", type=int, default=2048, help="longest example; a longer one is cut at a turn")
    parser.add_argument(
        "--measure", action="store_true", help="twice a round and at the end, the loss on the held-out consults"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-after-s", type=float, default=math.inf, help="of this and earlier runs together")
    return parser.parse_args()


def keep_memory() -> None:
    """Let glibc keep freed memory: giving megabytes back and forth a layer costs more than the sums."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for option, value in ((_M_MMAP_THRESHOLD, 2**30), (_M_TRIM_THRESHOLD, 2**31 - 1), (_M_TOP_PAD, 2**28)):
            libc.mallopt(option, value)


def load_base(model_id: str, device: str) -> tuple[Any, Any]:
    """The base model and its tokenizer, both out of the GGUF."""
    saved = Path(model_id).is_dir()
    source: dict[str, Any] = (
        {"pretrained_model_name_or_path": model_id}
        if saved
        else {
            "pretrained_model_name_or_path": require(model_id, load_settings().models).folder,
            "gguf_file": "model.gguf",
        }
    )
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    tokenizer = AutoTokenizer.from_pretrained(**source)
    return AutoModelForCausalLM.from_pretrained(**source, dtype=dtype).to(device), tokenizer


def with_adapter(base: Any, options: argparse.Namespace) -> Any:
    """The base with a fresh adapter on all its matrices."""
    config = LoraConfig(
        r=options.rank, lora_alpha=2 * options.rank, lora_dropout=options.dropout, target_modules=TARGETS
    )
    return get_peft_model(base, config, autocast_adapter_dtype=True)


def optimizer_of(model: Any) -> torch.optim.Optimizer:
    """AdamW over the adapter, first matrices and second matrices apart."""
    parts = [
        [weight for name, weight in model.named_parameters() if weight.requires_grad and part in name]
        for part in ("lora_A", "lora_B")
    ]
    return torch.optim.AdamW([{"params": part} for part in parts], weight_decay=0.0, betas=(0.9, 0.98))


def stream(consults: list[Labelled], options: argparse.Namespace) -> Iterator[list[Turn]]:
    """Examples without end, in another order each time round; the same seed gives the same stream."""
    rng = random.Random(options.seed)
    while True:
        found: list[list[Turn]] = []
        for consult in consults:
            first = rng.choice([1, 1, 1, rng.randint(2, HIGHEST_FIRST_ID)])
            found.extend(examples(shifted(consult, first), rng, noisy=rng.random() < options.noisy))
        rng.shuffle(found)
        yield from found


def steps(turns: list[Turn], tokenizer: Any, longest: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """An example cut after each answer: ids and labels, shape (tokens,); what goes beyond ``longest`` is left out."""
    ids: list[int] = []
    labels: list[int] = []
    length = 0
    for turn in turns:
        piece = tokenizer(turn.text, add_special_tokens=False)["input_ids"]
        length += len(piece)
        if length > longest:
            return
        ids += piece
        labels += piece if turn.learned else [IGNORED] * len(piece)
        if turn.learned:
            yield torch.tensor(ids), torch.tensor(labels)
            ids, labels = [], []


def batched(found: Iterator[list[Turn]], size: int) -> Iterator[list[list[Turn]]]:
    """Examples by so many; the stream has no end."""
    while True:
        yield list(islice(found, size))


def rate_at(state: State, options: argparse.Namespace) -> float:
    """A short rise, level, and over the last ``--fall`` tokens straight down."""
    rise = min(1.0, (state.examples + 1) / (WARM_EXAMPLES_GPU if torch.cuda.is_available() else WARM_EXAMPLES))
    left = options.tokens - state.tokens
    fall = min(1.0, LOWEST + (1.0 - LOWEST) * max(0, left) / options.fall) if options.fall else 1.0
    return options.rate * rise * fall


def loss_on(  # noqa: PLR0913 - what a measure of a model needs
    model: Any, tokenizer: Any, consults: list[Labelled], longest: int, *, noisy: bool = False, cut: Cut = examples
) -> tuple[float, int]:
    """Nats over all that is to be written, as said or as recognition would give it, and how many tokens that is."""
    total, count = 0.0, 0
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        for turns in (turns for consult in consults for turns in cut(consult, random.Random(1), noisy=noisy)):
            ids, labels = together(turns, tokenizer, longest, device)
            written = int((labels[1:] >= 0).sum())
            total += forward.batch_loss(model, [(ids, labels)]).item() * written
            count += written
    model.train()
    return total, count


def weights_of(model: Any) -> dict[str, torch.Tensor]:
    """The adapter's weights, ready to be saved."""
    return {name: value.contiguous().cpu() for name, value in get_peft_model_state_dict(model).items()}


def save(folder: Path, model: Any, optimizer: torch.optim.Optimizer, state: State) -> None:
    """Write a checkpoint; each file appears whole."""
    save_file(weights_of(model), folder / "adapter.new")
    (folder / "adapter.new").replace(folder / "adapter.safetensors")
    torch.save(optimizer.state_dict(), folder / "optimizer.new")
    (folder / "optimizer.new").replace(folder / "optimizer.pt")
    (folder / "state.json").write_text(json.dumps(asdict(state)), "utf-8")


def resume(options: argparse.Namespace, model: Any, optimizer: torch.optim.Optimizer) -> State:
    """Take up a run where its folder left it."""
    if not (options.out / "state.json").exists():
        if options.from_adapter:
            load = from_gguf if options.from_adapter.suffix == ".gguf" else load_file
            set_peft_model_state_dict(model, load(options.from_adapter))
        return State()
    set_peft_model_state_dict(model, load_file(options.out / "adapter.safetensors"))
    optimizer.load_state_dict(torch.load(options.out / "optimizer.pt", weights_only=True))
    return State(**json.loads((options.out / "state.json").read_text("utf-8")))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group, times in zip(optimizer.param_groups, (1.0, B_RATE), strict=True):
        group["lr"] = rate * times


def take_step(optimizer: torch.optim.Optimizer) -> None:
    torch.nn.utils.clip_grad_norm_([w for group in optimizer.param_groups for w in group["params"]], 1.0)
    optimizer.step()
    optimizer.zero_grad()


def together(
    turns: list[Turn], tokenizer: Any, longest: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """An example in one: ids and labels, shape (tokens,)."""
    ids, labels = (torch.cat(parts) for parts in zip(*steps(turns, tokenizer, longest), strict=True))
    return ids.to(device), labels.to(device)


def learn_together(
    model: Any, optimizer: torch.optim.Optimizer, batch: Sequence[list[Turn]], tokenizer: Any, longest: int
) -> tuple[int, float]:
    """Take one step for several examples; give their tokens and their mean loss a written token."""
    device = next(model.parameters()).device
    whole = [together(turns, tokenizer, longest, device) for turns in batch]
    loss = forward.batch_loss(model, whole)
    loss.backward()
    take_step(optimizer)
    return sum(len(ids) for ids, _ in whole), loss.item()


def learn(
    model: Any, optimizer: torch.optim.Optimizer, turns: list[Turn], tokenizer: Any, options: argparse.Namespace
) -> tuple[int, float]:
    """Take a step after each answer of an example; give its tokens and its mean loss a written token.

    What was read before is not read again with the changed weights: the change of a few steps is small.
    """
    device = next(model.parameters()).device
    context = forward.Context()
    total = count = 0.0
    for ids, labels in steps(turns, tokenizer, options.max_tokens):
        written = int((labels >= 0).sum())
        everywhere = torch.full((len(ids),), options.gradient == "all", device=device)
        loss = forward.loss(model, ids.to(device), labels.to(device), everywhere, context)
        (loss * written / USUAL_ANSWER).backward()  # a bare "-" counts as the few tokens that it is
        take_step(optimizer)
        total += loss.item() * written
        count += written
    return context.length, total / count if count else 0.0


def main() -> None:
    options = arguments()
    keep_memory()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base, tokenizer = load_base(options.base, device)
    model = with_adapter(base, options).train()
    optimizer = optimizer_of(model)
    state = resume(options, model, optimizer)
    corpus = read(options.corpus)
    consults = [consult for consult in corpus if consult.id not in HELD_OUT][: options.consults]
    held_out = [consult for consult in corpus if consult.id in HELD_OUT]
    weights = model.num_parameters(only_trainable=True)
    print(f"{len(consults)} consults, {weights / 1e6:.1f} M trained weights, on {device}")

    started_s, saved_s, recent = time.monotonic() - state.seconds, time.monotonic(), 0.0
    before = asdict(state)
    options.out.mkdir(parents=True, exist_ok=True)
    # the stream is the same each time: skip what was learned before
    coming = islice(stream(consults, options), state.examples, None)
    for batch in batched(coming, options.batch if device == "cuda" else 1):
        set_rate(optimizer, rate_at(state, options))
        if device == "cuda":
            tokens, loss = learn_together(model, optimizer, batch, tokenizer, options.max_tokens)
        else:
            tokens, loss = learn(model, optimizer, batch[0], tokenizer, options)
        state.tokens += tokens
        state.examples += len(batch)
        state.seconds = time.monotonic() - started_s
        with (options.out / "losses.tsv").open("a", encoding="utf-8") as log:
            log.write(f"{state.examples}\t{state.tokens}\t{state.seconds:.0f}\t{loss:.4f}\n")
        recent = 0.95 * recent + 0.05 * loss if recent else loss
        done = state.tokens >= options.tokens or state.seconds >= options.stop_after_s
        if state.examples % 20 == 0 or done:
            speed = (state.tokens - before["tokens"]) / (state.seconds - before["seconds"])
            print(
                f"{state.examples:>5} examples {state.tokens:>8} tokens  loss {recent:.3f}  {speed:.0f} tokens/s"
                f"  {(options.tokens - state.tokens) / speed / 60:.0f} min left",
                flush=True,
            )
        if options.measure and (done or state.tokens // MEASURE_EVERY > (state.tokens - tokens) // MEASURE_EVERY):
            plain, noisy = (
                total / count
                for total, count in (
                    loss_on(model, tokenizer, held_out, options.max_tokens, noisy=noisy) for noisy in (False, True)
                )
            )
            print(f"held out, after {state.tokens} tokens: {plain:.4f}, as recognised {noisy:.4f}", flush=True)
        if done or time.monotonic() - saved_s > SAVE_EVERY_S:
            save(options.out, model, optimizer, state)
            saved_s = time.monotonic()
        if done:
            break


if __name__ == "__main__":
    main()

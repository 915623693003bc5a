"""Compare ways to train the drafter, and print a table: `python models/drafter/compare.py --out .cache/compare`.

Every way begins with the same fresh adapter and reads as many tokens; the rate falls over the second half.  The loss
is that of the held-out consults, as said and as recognition would give them, in nats a consult: ways that write the
same lines in another order or in fewer answers can be compared so.  On a GPU the whole table takes minutes; two
processor cores need `--tokens 20000` and `--only`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
import train
from corpus import HELD_OUT, Labelled, Turn, examples, read
from noise import as_recognised
from safetensors.torch import save_file

from soep.drafting import pieces
from soep.types import FIELDS

INSTRUCTION = """\
Je bent de assistent van een Nederlandse huisarts. Schrijf na elk stuk van het gesprek de regels die in het verslag \
horen, kort en in de stijl van een huisarts, met afkortingen. Begin elke regel met het veld: S voor wat de patiënt \
vertelt, O voor wat de arts ziet en meet, E voor de conclusie, P voor het beleid. Zet tussen haken de nummers van de \
uitspraken waarop de regel rust. Zet een ! achter het veld als de regel niet gemist kan worden, een - als hij weg mag. \
Verzin niets. Schrijf alleen - als er niets te noteren is."""


def whole(consult: Labelled, rng: random.Random, *, noisy: bool) -> Iterator[list[Turn]]:
    """A consult as one exchange: all of it read, then all lines by field."""
    utterances = as_recognised(consult.utterances, rng) if noisy else consult.utterances
    lines = sorted((line for line in consult.lines if line.line.evidence), key=lambda line: FIELDS.index(line.field))
    yield [
        Turn(pieces.user(pieces.spoken(utterances)), learned=False),
        Turn(pieces.answer(pieces.written(lines)), learned=True),
        Turn(pieces.user(pieces.ASK_TITLES), learned=False),
        Turn(pieces.answer(pieces.titles(consult.titles)), learned=True),
    ]


def instructed(consult: Labelled, rng: random.Random, *, noisy: bool) -> Iterator[list[Turn]]:
    """Pieces as they are trained, each view headed by an instruction."""
    for turns in examples(consult, rng, noisy=noisy):
        yield [Turn(f"<|im_start|>system\n{INSTRUCTION}<|im_end|>\n", learned=False), *turns]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to train."""

    name: str
    cut: train.Cut = examples
    noisy: float = 0.25
    rate: float = 2e-4
    dropout: float = 0.0
    share: int = 1
    """One in so many consults of the corpus."""
    rounds: float = 1.0
    """Of the tokens that the others read."""


WAYS = (
    Way("pieces"),
    Way("whole consult", cut=whole),
    Way("pieces, with an instruction", cut=instructed),
    Way("pieces, no imitated errors", noisy=0.0),
    Way("pieces, imitated errors in half", noisy=0.5),
    Way("pieces, half the corpus", share=2),
    Way("pieces, rate 4e-4", rate=4e-4),
    Way("pieces, dropout 0.1", dropout=0.1),
    Way("pieces, twice as long", rounds=2.0),
    Way("pieces, twice as long, dropout 0.1", dropout=0.1, rounds=2.0),
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="qwen2.5-coder-1.5b-instruct-q4")
    parser.add_argument("--out", type=Path, required=True, help="where the adapters go")
    parser.add_argument("--tokens", type=int, default=1_300_000, help="budget of each way")
    parser.add_argument("--only", nargs="*", type=int, help="numbers of the ways, from 0")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--max-tokens", type=int, default=8192)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def stream(consults: list[Labelled], way: Way, seed: int) -> Iterator[list[Turn]]:
    rng = random.Random(seed)
    while True:
        found = [turns for c in consults for turns in way.cut(c, rng, noisy=rng.random() < way.noisy)]
        rng.shuffle(found)
        yield from found


def run(base: Any, tokenizer: Any, consults: list[Labelled], way: Way, options: argparse.Namespace) -> Any:
    """Train one way; give the model."""
    torch.manual_seed(options.seed)
    options.dropout = way.dropout
    model = train.with_adapter(base, options).train()
    optimizer = train.optimizer_of(model)
    state = train.State()
    budget = argparse.Namespace(rate=way.rate, tokens=int(options.tokens * way.rounds))
    budget.fall = budget.tokens // 2
    coming = stream(consults[:: way.share], way, options.seed)
    while state.tokens < budget.tokens:
        batch = list(islice(coming, options.batch))
        train.set_rate(optimizer, train.rate_at(state, budget))
        tokens, _ = train.learn_together(model, optimizer, batch, tokenizer, options.max_tokens)
        state.tokens += tokens
        state.examples += len(batch)
    return model


def main() -> None:
    options = arguments()
    train.keep_memory()
    options.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base, tokenizer = train.load_base(options.base, device)
    corpus = read()
    learned = [consult for consult in corpus if consult.id not in HELD_OUT]
    held_out = [consult for consult in corpus if consult.id in HELD_OUT]
    print("| way | tokens | seconds | loss a consult | with imitated errors |\n|---|---|---|---|---|", flush=True)
    for number, way in enumerate(WAYS):
        if options.only is not None and number not in options.only:
            continue
        started = time.monotonic()
        model = run(base, tokenizer, learned, way, options)
        seconds = time.monotonic() - started
        plain, noisy = (
            train.loss_on(model, tokenizer, held_out, options.max_tokens, noisy=noisy, cut=way.cut)[0] / len(held_out)
            for noisy in (False, True)
        )
        print(
            f"| {way.name} | {options.tokens * way.rounds:.0f} | {seconds:.0f} | {plain:.1f} | {noisy:.1f} |",
            flush=True,
        )
        save_file(train.weights_of(model), options.out / f"{number}.safetensors")
        base = model.unload()


if __name__ == "__main__":
    main()

"""The forward pass of a Qwen2 model with LoRA, written out so that only chosen positions carry a gradient.

Most tokens of an example are read, not written: three in four.  Where gradients pass through chosen positions only,
the others cost a forward pass and no memory.  What is left out is the share of the gradient that reaches the adapter
by way of the keys and values of the positions that are only read; with ``gradient="all"`` nothing is left out.
On a GPU, where memory and sums are plenty, whole examples go through side by side instead (:func:`batch_loss`).
Weights stay those of the peft model that is passed in, so its state dict is what is trained and saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention, silu

QUERY_BLOCK = 256


class _Frozen(torch.autograd.Function):
    """x W' on the processor by NumPy's OpenBLAS: measured 1.3 to 1.4 times as fast as torch's MKL on AMD processors."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        ctx.weight = weight
        return torch.from_numpy(x.detach().numpy() @ weight.detach().numpy().T)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return torch.from_numpy(gradient.numpy() @ ctx.weight.detach().numpy()), None


def _frozen(x: Tensor, weight: Tensor) -> Tensor:
    return nn.functional.linear(x, weight) if x.is_cuda else _Frozen.apply(x, weight)


def linear(module: nn.Module, x: Tensor) -> Tensor:
    """A frozen layer with its adapter: x W' + b + s (x A') B', shape (positions, out)."""
    base = module.base_layer
    dropped = module.lora_dropout["default"](x)
    low = nn.functional.linear(dropped, module.lora_A["default"].weight.to(x.dtype)) * module.scaling["default"]
    bias = base.bias if base.bias is not None else 0.0
    return _frozen(x, base.weight) + nn.functional.linear(low, module.lora_B["default"].weight.to(x.dtype)) + bias


def _norm(module: nn.Module, x: Tensor) -> Tensor:
    return nn.functional.rms_norm(x, (x.shape[-1],), module.weight, module.variance_epsilon)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on (positions, heads, size)."""
    first, second = x.chunk(2, dim=-1)
    return x * cos[:, None] + torch.cat((-second, first), dim=-1) * sin[:, None]


def _attended(q: Tensor, k: Tensor, v: Tensor, at: Tensor) -> Tensor:
    """Causal attention of positions ``at`` over all; in blocks, so that what lies ahead of a block is not computed.

    Shapes (positions, heads, size) with fewer heads in ``k`` and ``v``; gives (positions, heads * size).
    """
    parts = []
    for block, places in zip(q.split(QUERY_BLOCK), at.split(QUERY_BLOCK), strict=True):
        seen = int(places[-1]) + 1
        mask = places[:, None] >= torch.arange(seen, device=at.device)[None, :]
        parts.append(
            scaled_dot_product_attention(
                block.transpose(0, 1)[None],
                k[:seen].transpose(0, 1)[None],
                v[:seen].transpose(0, 1)[None],
                mask[None, None],
                enable_gqa=True,
            )[0]
            .transpose(0, 1)
            .flatten(1)
        )
    return torch.cat(parts)


def _attended_within(q: Tensor, k: Tensor, v: Tensor, lengths: Sequence[int]) -> Tensor:
    """Causal attention inside each of several examples that lie one behind the other; shapes as :func:`_attended`."""
    parts = []
    for one_q, one_k, one_v in zip(q.split(lengths), k.split(lengths), v.split(lengths), strict=True):
        heads = (part.transpose(0, 1)[None] for part in (one_q, one_k, one_v))
        parts.append(scaled_dot_product_attention(*heads, is_causal=True, enable_gqa=True)[0].transpose(0, 1))
    return torch.cat(parts).flatten(1)


class _Side:
    """The positions with a gradient, or those without, on their way through the layers."""

    def __init__(self, hidden: Tensor, cos: Tensor, sin: Tensor, attended: Callable[..., Tensor]) -> None:
        self.hidden, self.cos, self.sin, self.attended = hidden, cos, sin, attended

    def projected(self, layer: nn.Module, size: int) -> tuple[Tensor, Tensor, Tensor]:
        x = _norm(layer.input_layernorm, self.hidden)
        attention = layer.self_attn
        q, k, v = (
            linear(part, x).unflatten(1, (-1, size)) for part in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        return _turned(q, self.cos, self.sin), _turned(k, self.cos, self.sin), v

    def passed(self, layer: nn.Module, q: Tensor, k: Tensor, v: Tensor) -> None:
        x = self.hidden + linear(layer.self_attn.o_proj, self.attended(q, k, v))
        y = _norm(layer.post_attention_layernorm, x)
        mlp = layer.mlp
        self.hidden = x + linear(mlp.down_proj, silu(linear(mlp.gate_proj, y)) * linear(mlp.up_proj, y))


class Context:
    """What was read and written before: keys and values a layer, without a gradient."""

    def __init__(self) -> None:
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []

    @property
    def length(self) -> int:
        """Tokens so far."""
        return len(self.keys[0]) if self.keys else 0

    def joined(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """The keys and values of a layer with new ones behind them, which are kept for what comes next."""
        if layer == len(self.keys):
            self.keys.append(k.detach())
            self.values.append(v.detach())
            return k, v
        k, v = torch.cat([self.keys[layer], k]), torch.cat([self.values[layer], v])
        self.keys[layer], self.values[layer] = k.detach(), v.detach()
        return k, v


def loss(model: nn.Module, ids: Tensor, labels: Tensor, learned: Tensor, context: Context) -> Tensor:
    """Mean cross-entropy over the labelled tokens of what comes next in an exchange.

    Args:
        model: a peft model around ``Qwen2ForCausalLM``.
        ids: the new tokens, shape (n,).
        labels: the same where a token is to be written, else negative, shape (n,); at least one after the first.
        learned: positions through which gradients pass, bool, shape (n,).
        context: what came before; the new tokens are added to it.
    """
    whole = model.get_base_model()
    inner = whole.model
    targets = (labels[1:] >= 0).nonzero().squeeze(1)  # the positions that predict a labelled token
    learned = learned.clone()
    learned[targets] = True
    every = torch.arange(len(ids), device=ids.device)
    at = every + context.length
    embedded = inner.embed_tokens(ids)
    cos, sin = (part[0] for part in inner.rotary_emb(embedded[None], at[None]))
    graded, plain = every[learned], every[~learned]
    sides = [_Side(embedded[part], cos[part], sin[part], partial(_attended, at=at[part])) for part in (plain, graded)]
    order = torch.cat([plain, graded]).argsort()
    size = inner.config.hidden_size // inner.config.num_attention_heads
    for number, layer in enumerate(inner.layers):
        with torch.no_grad():
            q0, k0, v0 = sides[0].projected(layer, size)
        q1, k1, v1 = sides[1].projected(layer, size)
        k, v = context.joined(number, torch.cat([k0, k1])[order], torch.cat([v0, v1])[order])
        with torch.no_grad():
            if len(plain) and number + 1 < len(inner.layers):  # after the last layer nobody looks at what was read
                sides[0].passed(layer, q0, k, v)
        sides[1].passed(layer, q1, k, v)
    where = torch.full((len(ids),), -1, device=ids.device)
    where[graded] = torch.arange(len(graded), device=ids.device)
    hidden = _norm(inner.norm, sides[1].hidden[where[targets]])
    return nn.functional.cross_entropy(_frozen(hidden, whole.lm_head.weight).float(), labels[1:][targets])


def batch_loss(model: nn.Module, examples: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """Mean cross-entropy over the labelled tokens of several examples, with the whole gradient.

    The examples lie one behind the other, so that nothing is spent on padding.

    Args:
        model: as for :func:`loss`.
        examples: ids and labels of each, shape (n,), all on the model's device.
    """
    whole = model.get_base_model()
    inner = whole.model
    lengths = [len(ids) for ids, _ in examples]
    embedded = inner.embed_tokens(torch.cat([ids for ids, _ in examples]))
    at = torch.cat([torch.arange(n, device=embedded.device) for n in lengths])
    cos, sin = (part[0] for part in inner.rotary_emb(embedded[None], at[None]))
    side = _Side(embedded, cos, sin, partial(_attended_within, lengths=lengths))
    size = inner.config.hidden_size // inner.config.num_attention_heads
    for layer in inner.layers:
        side.passed(layer, *side.projected(layer, size))
    ahead = torch.cat([torch.cat([labels[1:], labels.new_full((1,), -1)]) for _, labels in examples])
    targets = (ahead >= 0).nonzero().squeeze(1)
    hidden = _norm(inner.norm, side.hidden[targets])
    return nn.functional.cross_entropy(_frozen(hidden, whole.lm_head.weight).float(), ahead[targets])

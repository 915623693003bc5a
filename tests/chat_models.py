"""Small folders of chat models, made for a test: real weights and a real tokenizer that learned nothing.

One model writes rubbish.  The other was put together by hand to give one answer to every question: its hidden state
is the last token's own embedding, so that the answer, which is one token, follows anything, and the end follows it.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from soep import torch_libraries

END = "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WIDTH = 16


def rubbish(folder: Path, *, positions: int = 16384) -> Path:
    """A model with random weights."""
    return _saved(folder, "", positions)


def saying(folder: Path, answer: str, *, positions: int = 16384) -> Path:
    """A model that gives this answer to everything."""
    return _saved(folder, answer, positions)


def _saved(folder: Path, answer: str, positions: int) -> Path:
    torch_libraries.prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer = _tokenizer(answer)
        model = _model(tokenizer, answer, positions)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(answer: str) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: number for number, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|im_start|>", END])
    if answer:
        tokenizer.add_tokens([AddedToken(answer, normalized=False)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, chat_template=TEMPLATE)


def _model(tokenizer: Any, answer: str, positions: int) -> Any:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    end = tokenizer.convert_tokens_to_ids(END)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=positions,
            tie_word_embeddings=False,
            eos_token_id=end,
            bos_token_id=end,
            pad_token_id=end,
        )
    )
    if answer:
        said = tokenizer.convert_tokens_to_ids(answer)
        with torch.no_grad():
            layer = model.model.layers[0]
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
            words, head = model.model.embed_tokens.weight, model.lm_head.weight
            words.zero_()
            head.zero_()
            words[:, 0] = 1.0
            words[said] = 0.0
            words[said, 1] = 1.0
            head[said, 0] = 1.0
            head[end, 1] = 1.0
    return model

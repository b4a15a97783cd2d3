"""Writes the trained model as GGUF: python scripts/pocket/chat/export.py --work build/pocket-chat [--to FILE]

Needs torch, tokenizers and gguf.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from model import Llama, Shape  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from tokens import END, SPECIALS, load_tokenizer  # noqa: E402

BUNDLED = HERE.parents[2] / "models" / "pocket" / "chat" / "pocket-chat.gguf"
CONTEXT = 1024

# ChatML with Hermes tool calls. `tools` is not printed: this model knows its tools by heart.
CHAT_TEMPLATE = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' -}}
{{- message.content or '' -}}
{%- for entry in message.tool_calls or [] -%}
{%- set call = entry.function if entry.function is defined else entry -%}
{{- '\\n' if message.content or not loop.first -}}
{{- '<tool_call>\\n{"name": "' + call.name + '", "arguments": ' -}}
{{- call.arguments if call.arguments is string else call.arguments | tojson -}}
{{- '}\\n</tool_call>' -}}
{%- endfor -%}
{{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""


def load(work: Path) -> tuple[Llama, Tokenizer]:
    """The averaged weights of a training folder, and its tokenizer."""
    saved = torch.load(work / "checkpoint.pt", weights_only=True)
    model = Llama(Shape(**saved["shape"]))
    model.load_state_dict(saved["average"])
    return model.eval(), load_tokenizer(work / "tokenizer.json")


def merges_of(tokenizer: Tokenizer) -> list[str]:
    import json

    pairs = json.loads(tokenizer.to_str())["model"]["merges"]
    return [pair if isinstance(pair, str) else " ".join(pair) for pair in pairs]


def write_vocabulary(writer: Any, tokenizer: Tokenizer, size: int) -> None:
    """Tokens, their types and merges; `size` beyond the tokenizer's is filled with tokens that nothing makes."""
    by_id = {number: text for text, number in tokenizer.get_vocab(with_added_tokens=True).items()}
    texts = [by_id.get(i, f"<|unused_{i}|>") for i in range(size)]
    kinds = []
    for i, text in enumerate(texts):
        if i not in by_id:
            kinds.append(gguf.TokenType.UNUSED)
        elif text in SPECIALS:
            # Tool-call marks are text that the program reads; the others are never shown.
            kinds.append(gguf.TokenType.USER_DEFINED if "tool_call" in text else gguf.TokenType.CONTROL)
        else:
            kinds.append(gguf.TokenType.NORMAL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(texts)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges_of(tokenizer))
    writer.add_eos_token_id(tokenizer.token_to_id(END))
    writer.add_bos_token_id(tokenizer.token_to_id("<|endoftext|>"))
    writer.add_pad_token_id(tokenizer.token_to_id("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def write(
    to: Path, tensors: dict[str, np.ndarray], shape: Shape, tokenizer: Tokenizer, name: str, kind: Any = None
) -> None:
    """`tensors` in GGUF's names; matrices are written as `kind` (Q8_0), vectors as float32."""
    kind = gguf.GGMLQuantizationType.Q8_0 if kind is None else kind
    to.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(to, "llama")
    writer.add_name(name)
    writer.add_license("apache-2.0")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_rope_dimension_count(shape.head)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    write_vocabulary(writer, tokenizer, shape.vocabulary)
    for tensor_name, tensor in tensors.items():
        if tensor.ndim == 2:
            writer.add_tensor(tensor_name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
        else:
            writer.add_tensor(tensor_name, tensor.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/pocket-chat"))
    parser.add_argument("--to", type=Path, default=BUNDLED)
    options = parser.parse_args()
    model, tokenizer = load(options.work)
    tensors = {name: value.float().numpy() for name, value in model.state_dict().items()}
    write(options.to, tensors, model.shape, tokenizer, "localvoice pocket chat")
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

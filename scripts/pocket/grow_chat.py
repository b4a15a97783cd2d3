"""Widens the pocket chat model to the cost of a real one, with the same answers.

    python scripts/pocket/grow_chat.py --to build/chat-1b.gguf [--q4]          (2048 wide, 16 layers: a 1B llama)
    python scripts/pocket/grow_chat.py --to build/chat-512.gguf --times 2 --layers 4 --vocabulary 0

Every vector of the small model is repeated `times` times side by side; a matrix is tiled in both directions and
divided by `times`, so that it maps a repeated vector to the repeated result. RMSNorm does not change under
repetition. Extra layers add zero. Extra vocabulary rows copy a token that is never said. Needs numpy and gguf; --q4
also needs llama-cpp-python, which then writes Q4_K_M.
"""

import argparse
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from numpy.typing import NDArray

BUNDLED = Path(__file__).parents[2] / "models" / "pocket" / "chat" / "pocket-chat.gguf"
NEVER_SAID = "<|endoftext|>"
TIMES_1B, LAYERS_1B, VOCABULARY_1B = 8, 16, 128_256  # the shape of Llama 3.2 1B
BLOCK_BYTES = 34  # Q8_0: a float16 scale and 32 int8
GROWING = ("llama.embedding_length", "llama.feed_forward_length", "llama.attention.head_count",
           "llama.attention.head_count_kv")  # fmt: skip


def grow_chat(
    source: Path, to: Path, times: int = TIMES_1B, layers: int = LAYERS_1B, vocabulary: int = VOCABULARY_1B
) -> None:
    """Write `source` (Q8_0, tied embeddings) `times` as wide, with `layers` layers and at least `vocabulary` tokens.

    Raises ValueError where the source is of another kind or the wanted shape is smaller.
    """
    reader = gguf.GGUFReader(source)
    fields = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
    small = {tensor.name: tensor for tensor in reader.tensors}
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    old_layers: int = fields["llama.block_count"]
    vocabulary = max(vocabulary, len(tokens))
    if times < 1 or layers < old_layers:
        raise ValueError(f"{source} has {old_layers} layers and can only grow, not to {layers} layers or {times} times")
    if "output.weight" in small or any(t.tensor_type not in (Kind.Q8_0, Kind.F32) for t in small.values()):
        raise ValueError(f"{source} is not a pocket chat model: it must be Q8_0 with tied embeddings")

    writer = gguf.GGUFWriter(to, "llama")
    _write_fields(writer, reader, fields, times, layers, vocabulary)
    never = tokens.index(NEVER_SAID)
    embedding = np.asarray(small["token_embd.weight"].data)
    padded = np.vstack([embedding, np.repeat(embedding[never : never + 1], vocabulary - len(tokens), axis=0)])
    _add(writer, "token_embd.weight", np.tile(padded, (1, times)))
    _add(writer, "output.weight", np.tile(_divided(padded, times), (1, times)))
    _add(writer, "output_norm.weight", np.tile(small["output_norm.weight"].data, times))
    parts = [name.removeprefix("blk.0.") for name in small if name.startswith("blk.0.")]
    silent: dict[str, NDArray[Any]] = {}
    for layer in range(layers):
        for part in parts:
            if layer < old_layers:
                grown = _widened(np.asarray(small[f"blk.{layer}.{part}"].data), times)
            elif part in silent:
                grown = silent[part]
            else:
                # A copy of the last layer whose two outputs are zero: full cost, no effect.
                grown = _widened(np.asarray(small[f"blk.{old_layers - 1}.{part}"].data), times)
                if part in ("attn_output.weight", "ffn_down.weight"):
                    grown = np.zeros_like(grown)
                silent[part] = grown
            _add(writer, f"blk.{layer}.{part}", grown)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantise_q4(source: Path, to: Path) -> None:
    """Q4_K_M, as published models come. Raises RuntimeError when llama.cpp refuses."""
    import llama_cpp

    wanted = llama_cpp.llama_model_quantize_default_params()
    wanted.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    wanted.allow_requantize = True
    if llama_cpp.llama_model_quantize(bytes(source), bytes(to), wanted):
        raise RuntimeError(f"llama.cpp could not quantise {source}")


def _widened(data: NDArray[Any], times: int) -> NDArray[Any]:
    """A norm [n] repeated, or the Q8_0 rows of a matrix tiled in both directions and divided."""
    return np.tile(data, times) if data.ndim == 1 else np.tile(_divided(data, times), (times, times))


def _divided(rows: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """Q8_0 rows divided by `times`: only the scales change, the integers stay."""
    blocks = rows.reshape(-1, BLOCK_BYTES).copy()
    scales = blocks[:, :2].copy().view(np.float16)
    blocks[:, :2] = (scales / np.float16(times)).astype(np.float16).view(np.uint8)
    return blocks.reshape(rows.shape)


def _add(writer: Any, name: str, data: NDArray[Any]) -> None:
    if data.dtype == np.uint8:
        writer.add_tensor(name, data, raw_dtype=Kind.Q8_0)
    else:
        writer.add_tensor(name, data)


def _write_fields(writer: Any, reader: Any, fields: dict[str, Any], times: int, layers: int, vocabulary: int) -> None:
    extra = vocabulary - len(fields["tokenizer.ggml.tokens"])
    changed: dict[str, Any] = {name: fields[name] * times for name in GROWING}
    changed["llama.block_count"] = layers
    changed["llama.vocab_size"] = vocabulary
    changed["general.name"] = f"{fields['general.name']}, widened {times} times"
    changed["tokenizer.ggml.tokens"] = fields["tokenizer.ggml.tokens"] + [f"<|unused_{i}|>" for i in range(extra)]
    changed["tokenizer.ggml.token_type"] = fields["tokenizer.ggml.token_type"] + [int(gguf.TokenType.UNUSED)] * extra
    for name, value in fields.items():
        if name == "general.architecture":
            continue
        types = reader.fields[name].types
        sub = types[1] if len(types) > 1 else None
        writer.add_key_value(name, changed.get(name, value), types[0], sub_type=sub)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--times", type=int, default=TIMES_1B)
    parser.add_argument("--layers", type=int, default=LAYERS_1B)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY_1B)
    parser.add_argument("--q4", action="store_true", help="Q4_K_M instead of Q8_0")
    options = parser.parse_args()
    options.to.parent.mkdir(parents=True, exist_ok=True)
    first = options.to.with_suffix(".q8.gguf") if options.q4 else options.to
    grow_chat(options.model, first, options.times, options.layers, options.vocabulary)
    if options.q4:
        quantise_q4(first, options.to)
        first.unlink()
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

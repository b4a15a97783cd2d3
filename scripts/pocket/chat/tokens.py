"""Byte-level BPE that llama.cpp reproduces: pre-tokenizer "llama-bpe", every digit its own token."""

from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>")
END = "<|im_end|>"
VOCABULARY = 1280

# The pre-tokenizer that llama.cpp calls "llama-bpe" (published with Llama 3's tokenizer).
LLAMA_BPE = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def _splitter(digits_apart: bool) -> Any:
    steps = [
        pre_tokenizers.Split(Regex(LLAMA_BPE), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    # Only while merges are learned: no merge ever joins digits, so they stay apart afterwards without this step.
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), *steps] if digits_apart else steps)


def train_tokenizer(texts: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _splitter(digits_apart=True)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _finish(tokenizer)


def load_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


def _finish(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.pre_tokenizer = _splitter(digits_apart=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.model.ignore_merges = True  # as llama.cpp does for this pre-tokenizer
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIALS])
    return tokenizer

"""The tokenizer: byte-level BPE plus Whisper's own special tokens, English only.

CTranslate2 takes a Whisper model for multilingual when its vocabulary holds the empty string, so there is none;
the prompt is <|startoftranscript|> and, without timestamps, <|notimestamps|>.
"""

from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIALS = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]
TIMESTAMP_S = 0.02
TIMESTAMPS = [f"<|{i * TIMESTAMP_S:.2f}|>" for i in range(1501)]


def build(sentences: list[str], merges: int, path: Path) -> Tokenizer:
    """Trains on sentences (each with its leading blank) and writes tokenizer.json to path."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    # Every letter gets a token with its leading blank: transcribe() forbids the bare blank.
    letters = [f" {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"] * 1000
    tokenizer.train_from_iterator([" " + s for s in sentences] + letters, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIALS + TIMESTAMPS])
    tokenizer.save(str(path))
    return tokenizer


def vocabulary(tokenizer: Tokenizer) -> list[str]:
    """Token strings in the order of their ids."""
    return [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]

"""llama.cpp: one language model and its key/value cache. Which library that is, engines/chat/llama_library.py knows.

The cache holds exactly `tokens`; whoever wants other tokens there says which, and what both have in common
at the front is kept. Everything but `abort` belongs to one thread.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from localvoice.config import ChatSettings
from localvoice.engines.chat import cards, llama_library
from localvoice.engines.chat.cards import Device
from localvoice.engines.chat.chat_of_file import chat_of
from localvoice.engines.chat.gguf import read_head
from localvoice.engines.chat.llama_library import put
from localvoice.engines.chat.sampling import choose, repeats
from localvoice.engines.chat.sampling_settings import GREEDY, Sampling, of_file
from localvoice.engines.probe import insist, survives
from localvoice.errors import ModelBroken, ModelError
from localvoice.sound import Samples

BATCH_TOKENS = 256
"""Tokens that go through the model at once. Between two batches and at every step inside one an abort takes
effect.
"""
SMALL_BYTES = 64_000_000
"""A model smaller than this runs on one thread: its steps are so short that threads would mostly wait for
each other.
"""
_DEFAULTS = ChatSettings()
_READ_ALL, _MAPPED = 0, 1
"""llama_load_mode."""
_ABORTED = 2
_LOG_ERROR = 4
_CONTROL, _USER_DEFINED = 1 << 3, 1 << 4


class Aborted(Exception):
    """Work ended early because it was asked to; the cache holds what was finished."""


def _never() -> bool:
    return False


class LlamaEngine:
    """A chat model in a GGUF file, on the processor or on a graphics card.

    `notice` is a sentence for the person, or "": the model runs on the processor and should not. `device` is the name
    of the card, or "CPU". `context_tokens` is how much the cache can hold: what was asked for, or what the model was
    trained on where that is less. `prefilled_total` counts tokens read into the cache. `format` is how it writes calls
    and thoughts, `sampling` what its file recommends, or None, `main_type` what most of its weights are in, as "Q4_0".
    """

    def __init__(
        self,
        path: Path,
        context_tokens: int = _DEFAULTS.context_tokens,
        threads: int = _DEFAULTS.threads,
        seed: int = 0,
        trusted: bool | None = None,
        compute: str = _DEFAULTS.compute,
        gpu_layers: int = _DEFAULTS.gpu_layers,
    ) -> None:
        """`trusted`: do without the probe; None trusts the bundled models. `compute`: cpu, auto, cuda, metal or vulkan;
        a card gets `gpu_layers` of the model's layers, -1 for all. Raises ModelMissing, ModelBroken, ModelWrongKind,
        and ModelError without a llama.cpp that works.
        """
        head = read_head(path)
        library = llama_library.load()
        # A damaged file can end the whole process inside the library, so one from elsewhere is first opened
        # in another.
        remedy = "Fetch it again, or name another in chat.model."
        insist(path, __name__, f"llama.cpp cannot use {path}", remedy, library.file, trusted=trusted)
        self._lib: Any = library.calls
        self._libc: Any = _libc()
        self.name = head.name
        # The library asks at every step whether to abort. A Python function there would take the
        # interpreter hundreds of times a token. C's strlen over a two-byte buffer answers as well: 0 is "go
        # on", 1 is "abort".
        self._abort_flag = ctypes.create_string_buffer(2)
        wanted_tokens = min(context_tokens, head.context_tokens or context_tokens)
        threads = threads if path.stat().st_size > SMALL_BYTES else 1
        card, self.notice = self._card(library, path, compute, gpu_layers, tried=trusted is True)
        try:
            self._model, self._context = self._open(path, wanted_tokens, threads, card, gpu_layers)
        except ModelBroken as error:
            if card is None:
                raise
            self.notice = cards.fell_back(card, error.message)
            card = None
            self._model, self._context = self._open(path, wanted_tokens, threads, None, 0)
        self.device = card.name if card else "CPU"
        self._batch_tokens = cards.BATCH_TOKENS if card else BATCH_TOKENS
        self._vocabulary: Any = self._lib.llama_model_get_vocab(self._model)
        self._memory: Any = self._lib.llama_get_memory(self._context)
        trained: int = self._lib.llama_model_n_ctx_train(self._model)
        size: int = self._lib.llama_n_ctx(self._context)
        # llama.cpp rounds the size up; the model knows nothing of positions that it was not trained on.
        self.context_tokens = min(size, context_tokens, trained or size)
        self.vocabulary_size: int = self._lib.llama_vocab_n_tokens(self._vocabulary)
        self.tokens: list[int] = []
        self._logits_for = -1
        self.prefilled_total = 0
        self._random = np.random.default_rng(seed)
        self._pieces: dict[int, bytes] = {}
        marks = (self._lib.llama_vocab_bos(self._vocabulary), self._lib.llama_vocab_eos(self._vocabulary))
        self._bos, eos = (self.piece(mark).decode("utf-8", "replace") if mark >= 0 else "" for mark in marks)
        self.sampling = of_file(head.values)
        self.main_type = head.main_type
        try:
            self._template, self.format = chat_of(head.chat_template, self._bos, eos, self._is_one_token)
        except ModelBroken:
            self.close()
            raise
        self.special_texts = self._find_special_texts()

    # --- words and tokens -----------------------------------------------------------------------------------

    def render(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = (), *, answer: bool
    ) -> str:
        """The prompt text of a conversation, by the model's own chat template."""
        return self._template.render(messages, tools, answer=answer)

    def tokenise(self, text: str) -> list[int]:
        """Tokens of a prompt text; markers such as <|im_start|> in it count as markers."""
        raw = text.encode("utf-8")
        begin = bool(
            self._bos and self._lib.llama_vocab_get_add_bos(self._vocabulary) and not text.startswith(self._bos)
        )
        size = len(raw) + 16
        while True:
            tokens = (ctypes.c_int32 * size)()
            count: int = self._lib.llama_tokenize(self._vocabulary, raw, len(raw), tokens, size, begin, True)
            if count >= 0:
                return list(tokens[:count])
            size = -count

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for, markers included; they may end inside a character."""
        if token not in self._pieces:
            size = 64
            while True:
                buffer = ctypes.create_string_buffer(size)
                count: int = self._lib.llama_token_to_piece(self._vocabulary, token, buffer, size, 0, True)
                if count >= 0:
                    self._pieces[token] = buffer.raw[:count]
                    break
                size = -count
        return self._pieces[token]

    def detokenise(self, tokens: Sequence[int]) -> str:
        return b"".join(self.piece(token) for token in tokens).decode("utf-8", "replace")

    def _is_one_token(self, text: str) -> bool:
        return len(self.tokenise(text)) - len(self.tokenise("")) == 1

    def is_end(self, token: int) -> bool:
        """Whether the model says with this that it has finished."""
        return bool(self._lib.llama_vocab_is_eog(self._vocabulary, token))

    def is_control(self, token: int) -> bool:
        """Whether this is a marker and not a word."""
        return bool(self._lib.llama_vocab_is_control(self._vocabulary, token))

    # --- the cache ------------------------------------------------------------------------------------------

    def keep(self, tokens: Sequence[int], stop: Callable[[], bool] = _never) -> int:
        """Make the cache hold exactly `tokens`, at most `context_tokens` of them; returns how many had to
        be read.

        Raises Aborted when `stop()` says so: asked between batches, and within one after `abort()`.
        """
        if not 0 < len(tokens) <= self.context_tokens:
            raise ValueError(f"{len(tokens)} tokens for a cache of {self.context_tokens}")
        common = 0
        for ours, wanted in zip(self.tokens, tokens, strict=False):
            if ours != wanted:
                break
            common += 1
        if common == len(tokens) and self._logits_for != common:
            # All is there but the scores of the next token; they come from reading the last one again.
            common -= 1
        self._cut(common)
        common = len(self.tokens)
        for start in range(common, len(tokens), self._batch_tokens):
            if stop():
                raise Aborted
            batch = list(tokens[start : start + self._batch_tokens])
            self._decode(batch, stop)
            self.prefilled_total += len(batch)
        return len(tokens) - common

    def sample(self, how: Sampling = GREEDY, banned: Sequence[int] = (), avoid: Sequence[int] = ()) -> int:
        """Choose the next token after the ones in the cache; `add` puts it there.

        avoid: what was said before and just now; where its end repeats a passage, as `repeats` takes it, going on as
        before becomes unlikely.
        """
        logits = self.logits()
        guarded = bool(how.dry and avoid)
        if guarded or banned:
            logits = logits.copy()  # The scores may be asked for again.
        if guarded:
            tokens, losses = repeats(avoid)
            logits[tokens] -= how.dry * losses
        if banned:
            logits[list(banned)] = -np.inf
        return choose(logits, how, self._random)

    def logits(self) -> Samples:
        """Scores of the token after the cache's last one, shape (vocabulary,); valid until the cache
        changes.
        """
        pointer = self._lib.llama_get_logits_ith(self._context, -1)
        scores: Samples = np.ctypeslib.as_array(pointer, shape=(self.vocabulary_size,))
        return scores

    def add(self, token: int, stop: Callable[[], bool] = _never) -> None:
        """Read a token that was sampled into the cache. Raises Aborted as `keep` does."""
        self._decode([token], stop)

    def abort(self) -> None:
        """End the computation in progress within milliseconds, if its `stop()` agrees. From any thread."""
        self._abort_flag[0] = b"\x01"

    def close(self) -> None:
        """Free the model. Nothing else may be called afterwards."""
        if self._context is not None:
            self._lib.llama_free(self._context)
            self._lib.llama_model_free(self._model)
            self._context = self._model = None

    # --- inside ---------------------------------------------------------------------------------------------

    def _card(
        self, library: llama_library.Library, path: Path, compute: str, gpu_layers: int, tried: bool
    ) -> tuple[Device | None, str]:
        """The card for the model, and a notice if there should be one and is not."""
        if compute == "cpu" or gpu_layers == 0:
            return None, ""
        card, notice = cards.choose(compute, library.devices(), library.name)
        if card is None or tried:
            return card, notice
        # A driver's complaint ends the process as well, and it comes with the first batch. The memory that a card's
        # driver reserves is far more than the limit for files from elsewhere allows; this file has passed that.
        code = f"from {__name__} import _try; _try({str(path)!r}, {compute!r}, {gpu_layers})  # {card.about!r}"
        if why := survives(path, code, library.file, limited=False):
            return None, cards.fell_back(card, why)
        return card, ""

    def _open(
        self, path: Path, context_tokens: int, threads: int, card: Device | None, gpu_layers: int
    ) -> tuple[Any, Any]:
        """The library's model and context. Raises ModelBroken."""
        lib = self._lib
        complaints: list[str] = []

        def listen(level: int, text: bytes | None, _: object) -> None:
            if level == _LOG_ERROR and text:
                complaints.append(text.decode("utf-8", "replace").strip())

        listener = lib.llama_log_callback(listen)
        lib.llama_log_set(listener, None)
        lib.llama_backend_init()
        model_wanted = lib.llama_model_default_params()
        if b"AMX_INT8 = 1" in lib.llama_print_system_info():
            # GCC 12 leaves most of the tile configuration out of llama.cpp's AMX kernels, and the first
            # batch of two tokens ends the process (general protection fault at ldtilecfg). Weights in plain
            # buffers never meet those kernels.
            put(model_wanted, use_extra_bufts=False)
        # With an empty list, a library that was built for cards initialises none of them; without a list it would send
        # each layer there, and big batches even of layers that stay here.
        chosen = (ctypes.c_void_p * 2)(card.handle if card else None, None)
        put(
            model_wanted,
            devices=ctypes.cast(chosen, ctypes.c_void_p),
            n_gpu_layers=gpu_layers if card else 0,
            # A mapped file that is replaced while in use ends the process; a small one can as well be read.
            load_mode=_MAPPED if path.stat().st_size > SMALL_BYTES else _READ_ALL,
        )
        model: Any = lib.llama_model_load_from_file(os.fsencode(path), model_wanted)
        context: Any = None
        if model:
            wanted = lib.llama_context_default_params()
            at_once = cards.BATCH_TOKENS if card else BATCH_TOKENS
            put(wanted, n_ctx=context_tokens, n_batch=BATCH_TOKENS, n_ubatch=at_once, n_seq_max=1)
            put(wanted, n_threads=threads, n_threads_batch=threads, no_perf=True)
            put(wanted, offload_kqv=card is not None, op_offload=card is not None)
            context = lib.llama_init_from_model(model, wanted)
        # From here on messages go to a C function that ignores them (abs, of their level): a Python one
        # would have to wait for the interpreter in the middle of a computation.
        lib.llama_log_set(ctypes.cast(self._libc.abs, lib.llama_log_callback), None)
        if not context:
            if model:
                lib.llama_model_free(model)
            why = complaints[0].removeprefix("llama_model_load: ") if complaints else "no reason given"
            raise ModelBroken(
                f"llama.cpp cannot use {path}: {why}.", "Fetch it again, or name another model in chat.model."
            )
        lib.llama_set_abort_callback(
            context,
            ctypes.cast(self._libc.strlen, lib.ggml_abort_callback),
            ctypes.cast(self._abort_flag, ctypes.c_void_p),
        )
        return model, context

    def _cut(self, length: int) -> None:
        """Forget all but the first `length` tokens."""
        if length == len(self.tokens):
            return
        if length and self._lib.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self.tokens[length:]
        else:
            # Models with a recurrent state cannot go back; they start afresh.
            self._lib.llama_memory_clear(self._memory, True)
            self.tokens.clear()
        self._logits_for = -1

    def _decode(self, batch: list[int], stop: Callable[[], bool]) -> None:
        """Read `batch` at the end of the cache, or raise Aborted with the cache as it was."""
        array = (ctypes.c_int32 * len(batch))(*batch)
        self._logits_for = -1
        # An abort that came when its work had ended is not meant for this work; one that is meant for it says so.
        self._abort_flag[0] = b"\x00"
        if stop():
            raise Aborted
        while True:
            code: int = self._lib.llama_decode(self._context, self._lib.llama_batch_get_one(array, len(batch)))
            if code == 0:
                break
            self._abort_flag[0] = b"\x00"
            if not self._lib.llama_memory_seq_rm(self._memory, 0, len(self.tokens), -1):
                self._lib.llama_memory_clear(self._memory, True)
                self.tokens.clear()
                raise Aborted
            if code != _ABORTED:
                raise RuntimeError(f"llama.cpp could not compute (code {code})")
            if stop():
                raise Aborted
            # The abort was meant for work that had ended meanwhile.
        self.tokens += batch
        self._logits_for = len(self.tokens)

    def _find_special_texts(self) -> tuple[str, ...]:
        """The markers of this model as text, longest first: what a user or a tool must not be able to say."""
        attribute = self._lib.llama_vocab_get_attr
        found = set()
        for token in range(self.vocabulary_size):
            kind = attribute(self._vocabulary, token)
            if kind & (_CONTROL | _USER_DEFINED):
                text = self.piece(token).decode("utf-8", "replace")
                if len(text) > 2 and (kind & _CONTROL or text[0] in "<["):
                    found.add(text)
        return tuple(sorted(found, key=len, reverse=True))


def _libc() -> Any:
    """The C library, for two of its functions."""
    library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    return library


def _try(path: str, compute: str = _DEFAULTS.compute, gpu_layers: int = _DEFAULTS.gpu_layers) -> None:
    """In the process of the probe: open the file and compute one token, or with a card a whole batch."""
    try:
        engine = LlamaEngine(
            Path(path), 2 * cards.BATCH_TOKENS, 1, trusted=True, compute=compute, gpu_layers=gpu_layers
        )
    except ModelError as error:
        sys.exit(error.message.removeprefix(f"llama.cpp cannot use {path}: "))
    if engine.notice:
        sys.exit(engine.notice)
    if not engine.vocabulary_size:
        sys.exit("its vocabulary is empty.")
    engine.keep([0] * (cards.BATCH_TOKENS if compute != "cpu" else 1))
    if not np.isfinite(engine.logits()).all():
        sys.exit("its weights are damaged: it computes values that are not finite numbers.")

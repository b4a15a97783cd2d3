"""llama.cpp's C interface as of one build: the structures that are passed by value, and the functions that we call.

The structures change with the library's build number, and a wrong one ends the process or, worse, does not. So they
are pinned to one version of the package that carries the library, and `fault` compares what the library answers with
what is known about that build. llama-cpp-python brings structures of its own.
"""

import ctypes
import platform
import sys
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int, c_int32, c_size_t, c_uint32, c_void_p
from types import SimpleNamespace
from typing import Any

VERSION = "2026.10.11549"
"""Of `xllamacpp`; its last part is llama.cpp's build number. The library itself says "0" when it is asked."""
LogCallback = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)
AbortCallback = ctypes.CFUNCTYPE(c_bool, c_void_p)


class ModelParams(ctypes.Structure):
    """llama_model_params: how a file becomes a model."""

    _fields_ = (
        ("devices", c_void_p), ("tensor_buft_overrides", c_void_p), ("n_gpu_layers", c_int32), ("split_mode", c_int),
        ("load_mode", c_int), ("lazy_mode", c_int), ("main_gpu", c_int32), ("tensor_split", c_void_p),
        ("progress_callback", c_void_p), ("progress_callback_user_data", c_void_p), ("kv_overrides", c_void_p),
        ("vocab_only", c_bool), ("check_tensors", c_bool), ("use_extra_bufts", c_bool), ("no_host", c_bool),
        ("no_alloc", c_bool), ("load_mtp", c_bool),
    )  # fmt: skip


class ContextParams(ctypes.Structure):
    """llama_context_params: the cache and how it is computed with."""

    _fields_ = (
        ("n_ctx", c_uint32), ("n_batch", c_uint32), ("n_ubatch", c_uint32), ("n_seq_max", c_uint32),
        ("n_rs_seq", c_uint32), ("n_outputs_max", c_uint32), ("n_outputs_max_per_seq", c_uint32),
        ("n_threads", c_int32), ("n_threads_batch", c_int32), ("ctx_type", c_int), ("rope_scaling_type", c_int),
        ("pooling_type", c_int), ("attention_type", c_int), ("flash_attn_type", c_int), ("rope_freq_base", c_float),
        ("rope_freq_scale", c_float), ("yarn_ext_factor", c_float), ("yarn_attn_factor", c_float),
        ("yarn_beta_fast", c_float), ("yarn_beta_slow", c_float), ("yarn_orig_ctx", c_uint32),
        ("defrag_thold", c_float), ("cb_eval", c_void_p), ("cb_eval_user_data", c_void_p), ("type_k", c_int),
        ("type_v", c_int), ("unused", c_void_p), ("abort_callback", c_void_p), ("abort_callback_data", c_void_p),
        ("embeddings", c_bool), ("offload_kqv", c_bool), ("no_perf", c_bool), ("op_offload", c_bool),
        ("swa_full", c_bool), ("kv_unified", c_bool), ("samplers", c_void_p), ("n_samplers", c_size_t),
        ("ctx_other", c_void_p),
    )  # fmt: skip
    # `unused`: a pointer that llama-cpp-python 0.3.36 does not have; without it everything behind would be 8 bytes off.


class Batch(ctypes.Structure):
    """llama_batch: tokens to be read."""

    _fields_ = (
        ("n_tokens", c_int32), ("token", POINTER(c_int32)), ("embd", c_void_p), ("pos", c_void_p),
        ("n_seq_id", c_void_p), ("seq_id", c_void_p), ("logits", c_void_p),
    )  # fmt: skip


MODEL_DEFAULTS = {"n_gpu_layers": -1, "split_mode": 1, "load_mode": -1, "lazy_mode": 1, "use_extra_bufts": True}
CONTEXT_DEFAULTS = {
    "n_ctx": 512, "n_batch": 2048, "n_ubatch": 512, "n_seq_max": 1, "n_outputs_max_per_seq": 1, "n_threads": 4,
    "n_threads_batch": 4, "rope_scaling_type": -1, "pooling_type": -1, "attention_type": -1, "flash_attn_type": -1,
    "yarn_ext_factor": -1.0, "yarn_attn_factor": -1.0, "yarn_beta_fast": -1.0, "yarn_beta_slow": -1.0,
    "defrag_thold": -1.0, "type_k": 1, "type_v": 1, "offload_kqv": True, "no_perf": True, "op_offload": True,
    "swa_full": True,
}  # fmt: skip
"""What the library answers when nothing is wished for; fields that are not named here are 0, or no pointer."""

_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "llama_backend_init": (None, ()),
    "llama_print_system_info": (c_char_p, ()),
    "llama_log_set": (None, (LogCallback, c_void_p)),
    "llama_model_default_params": (ModelParams, ()),
    "llama_model_load_from_file": (c_void_p, (c_char_p, ModelParams)),
    "llama_model_free": (None, (c_void_p,)),
    "llama_model_n_ctx_train": (c_int32, (c_void_p,)),
    "llama_model_get_vocab": (c_void_p, (c_void_p,)),
    "llama_context_default_params": (ContextParams, ()),
    "llama_init_from_model": (c_void_p, (c_void_p, ContextParams)),
    "llama_free": (None, (c_void_p,)),
    "llama_n_ctx": (c_uint32, (c_void_p,)),
    "llama_set_abort_callback": (None, (c_void_p, AbortCallback, c_void_p)),
    "llama_get_memory": (c_void_p, (c_void_p,)),
    "llama_memory_seq_rm": (c_bool, (c_void_p, c_int32, c_int32, c_int32)),
    "llama_memory_clear": (None, (c_void_p, c_bool)),
    "llama_batch_get_one": (Batch, (POINTER(c_int32), c_int32)),
    "llama_decode": (c_int32, (c_void_p, Batch)),
    "llama_get_logits_ith": (POINTER(c_float), (c_void_p, c_int32)),
    "llama_vocab_n_tokens": (c_int32, (c_void_p,)),
    "llama_vocab_bos": (c_int32, (c_void_p,)),
    "llama_vocab_eos": (c_int32, (c_void_p,)),
    "llama_vocab_get_add_bos": (c_bool, (c_void_p,)),
    "llama_vocab_is_eog": (c_bool, (c_void_p, c_int32)),
    "llama_vocab_is_control": (c_bool, (c_void_p, c_int32)),
    "llama_vocab_get_attr": (c_int, (c_void_p, c_int32)),
    "llama_tokenize": (c_int32, (c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool)),
    "llama_token_to_piece": (c_int32, (c_void_p, c_int32, c_char_p, c_int32, c_int32, c_bool)),
}
_LARGEST_BYTES = 1024
_UNTOUCHED = b"\xa5"


def calls(library: ctypes.CDLL) -> Any:
    """The functions under llama.h's names, with the callbacks' types. Raises AttributeError for one that is missing."""
    found = SimpleNamespace(llama_log_callback=LogCallback, ggml_abort_callback=AbortCallback)
    for name, (result, arguments) in _FUNCTIONS.items():
        function = library[name]
        function.restype, function.argtypes = result, arguments
        setattr(found, name, function)
    return found


def fault(library: ctypes.CDLL) -> str:
    """Why the library is not of the build that the structures are of, as half a sentence, or "".

    Wrong structures and instructions that the processor lacks can end the process: ask in one that may end.
    """
    try:
        functions = calls(library)
    except AttributeError as error:
        return f"it has no function {error}"
    for name, structure, known in (
        ("llama_model_default_params", ModelParams, MODEL_DEFAULTS),
        ("llama_context_default_params", ContextParams, CONTEXT_DEFAULTS),
    ):
        size = _bytes_written(library, name)
        last = structure._fields_[-1][0]
        if size and not getattr(structure, last).offset < size <= ctypes.sizeof(structure):
            return f"{name} writes {size} bytes and not {ctypes.sizeof(structure)}"
        if wrong := _differences(library, name, structure, known):
            return f"{name} answers {wrong}"
    tokens = (c_int32 * 3)(7, 8, 9)
    batch = functions.llama_batch_get_one(tokens, 3)
    others = [getattr(batch, name) for name in ("embd", "pos", "n_seq_id", "seq_id", "logits")]
    if batch.n_tokens != 3 or batch.token[:3] != [7, 8, 9] or any(others):
        return "llama_batch_get_one returns another structure"
    return _compute(library)


def _differences(library: ctypes.CDLL, name: str, structure: type[ctypes.Structure], known: dict[str, Any]) -> str:
    """The fields of the answer that are not as they should be."""

    class Roomy(ctypes.Structure):
        # If the real structure is larger, its end does not overwrite anything.
        _fields_ = (("known", structure), ("beyond", ctypes.c_ubyte * _LARGEST_BYTES))

    function = library[name]
    function.restype, function.argtypes = Roomy, ()
    answer = function().known
    given = {field[0]: getattr(answer, field[0]) for field in structure._fields_}
    return ", ".join(f"{field} = {value}" for field, value in given.items() if (value or 0) != known.get(field, 0))


def _bytes_written(library: ctypes.CDLL, name: str) -> int:
    """How far the function writes into the structure that it returns; 0 if that cannot be seen.

    On x86-64 a structure of more than 16 bytes is returned through a pointer that comes as a hidden first argument.
    """
    if platform.machine().lower() not in ("x86_64", "amd64") or sys.maxsize < 1 << 32:
        return 0
    buffer = ctypes.create_string_buffer(_UNTOUCHED * _LARGEST_BYTES, _LARGEST_BYTES)
    function = library[name]
    function.restype, function.argtypes = c_void_p, (c_void_p,)
    function(buffer)
    return len(buffer.raw.rstrip(_UNTOUCHED))


def _compute(library: ctypes.CDLL) -> str:
    """Let it round 32 numbers to a block of Q8_0 as it does at each step, with the vector instructions that it has."""
    try:
        library.ggml_cpu_init()
        quantise = library.quantize_row_q8_0
    except AttributeError:
        return ""  # Not every build shows these; then the first model does it.
    quantise.restype, quantise.argtypes = None, (POINTER(c_float), c_void_p, ctypes.c_int64)
    numbers = (c_float * 32)(*(4.0 * step for step in range(-15, 17)))
    block = ctypes.create_string_buffer(2 + 32)
    quantise(numbers, block, 32)
    rounded = [byte - 256 if byte > 127 else byte for byte in block.raw[2:]]
    wanted = [round(127 * step / 16) for step in range(-15, 17)]
    return "" if all(abs(a - b) <= 1 for a, b in zip(rounded, wanted, strict=True)) else "it computes wrong numbers"
